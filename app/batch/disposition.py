"""Decide on a batch, market by market: what stands in the way, who decides, what was decided (211.22(a))."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import render_template, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.integrity import record_integrity
from app.batch.looking import Act, act, looking
from app.batch.reading import record_of, tabs
from app.batch.views import pages
from app.forms import SignedForm, load
from app.http import run
from app.names import printed_names
from app.signing import signed_work
from app.trail.addresses import address_of
from records.batch.models import Disposition
from records.batch.states import CLOSED, BatchState, Decision
from records.personnel.models import RoleGrant
from records.review.queries import recent_grants
from workflows.authority import Actor, Permission
from workflows.batch import disposition as commands
from workflows.batch import lifecycle
from workflows.batch.contents import disposition_content
from workflows.batch.facts import DispositionFacts
from workflows.batch.gathering import disposition_facts
from workflows.batch.rules import QP_MARKETS
from workflows.machine import Transition
from workflows.perform import UnitOfWork

GRANTS_LOOKED_AT = timedelta(days=30)
"""How far back changes of roles are shown beside a decision (ATK-46)."""
Offer = tuple[str, str, Transition, Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """One market: who decides for it, the decision where there is one, what may be decided now."""

    name: str
    decider: str
    decision: Mapping[str, Any] | None
    acts: Sequence[Act]


@pages.get("/batches/<string:number>/disposition")
@requires(Permission.RECORD_READ)
def disposition(number: str) -> str:
    """Show what was decided for each market, or everything that stands in the way of deciding."""
    record, work = record_of(number), looking()
    return render_template(
        "batch/disposition.html",
        record=record,
        tabs=tabs(record, "Disposition"),
        is_closed=BatchState(record["batch"]["state"]) in CLOSED,
        markets=_markets(work, record),
        grants=_grants(work, record),
        since=work.at - GRANTS_LOOKED_AT,
        names=printed_names(work.session),
        address_of=address_of,
    )


@pages.post("/batches/<string:number>/disposition/<string:market>/release")
@requires(Permission.BATCH_DISPOSE)
def release(number: str, market: str) -> Response:
    """Release a batch for a market, for the quality unit."""
    form = load(SignedForm())
    comment = form.get("reason", "")
    return _decide(
        form,
        number,
        lambda unit: commands.release(unit, number, market, comment, record_integrity),
        f"Released for {market}.",
    )


@pages.post("/batches/<string:number>/disposition/<string:market>/certify")
@requires(Permission.BATCH_CERTIFY)
def certify(number: str, market: str) -> Response:
    """Certify a batch for a market, as Qualified Person."""
    form = load(SignedForm())
    comment = form.get("reason", "")
    return _decide(
        form,
        number,
        lambda unit: commands.certify(unit, number, market, comment, record_integrity),
        f"Certified for {market}.",
    )


@pages.post("/batches/<string:number>/disposition/<string:market>/reject")
@requires(Permission.BATCH_DISPOSE)
def reject(number: str, market: str) -> Response:
    """Reject a batch for a market, for the quality unit."""
    return _decide(
        load(SignedForm()),
        number,
        lambda unit: commands.reject(unit, number, market),
        f"Rejected for {market}.",
    )


@pages.post("/batches/<string:number>/disposition/<string:market>/refuse-certification")
@requires(Permission.BATCH_CERTIFY)
def refuse_certification(number: str, market: str) -> Response:
    """Reject a batch for a market, as Qualified Person."""
    return _decide(
        load(SignedForm()),
        number,
        lambda unit: commands.reject(unit, number, market),
        f"Rejected for {market}.",
    )


def _decide(
    form: dict[str, Any], number: str, command: Callable[[UnitOfWork], Disposition], said: str
) -> Response:
    work = signed_work(form, all_components=True)
    return run(work, command, then=url_for("batch.disposition", number=number), said=said)


_BY_QUALITY = (
    ("release", "Release", lifecycle.RELEASE, Decision.RELEASED),
    ("reject", "Reject", lifecycle.REJECT, Decision.REJECTED),
)
_BY_QUALIFIED_PERSON = (
    ("certify", "Certify", lifecycle.CERTIFY, Decision.CERTIFIED),
    ("refuse_certification", "Reject", lifecycle.REFUSE_CERTIFICATION, Decision.REJECTED),
)


def _markets(work: UnitOfWork, record: Mapping[str, Any]) -> list[Market]:
    """Return every market wanted; the record and its integrity are looked at once for all of them."""
    wanted, number = record["batch"]["markets"], record["batch"]["number"]
    decided = {row["market"]: row for row in record["dispositions"]}
    is_closed = BatchState(record["batch"]["state"]) in CLOSED
    undecided = [] if is_closed else [market for market in wanted if market not in decided]
    if not undecided:
        return [_market(market, decided.get(market), []) for market in wanted]
    facts = disposition_facts(work.session, number, undecided[0], record_integrity)
    acts = {market: _acts(work.actor, replace(facts, market=market)) for market in undecided}
    return [_market(market, decided.get(market), acts.get(market, [])) for market in wanted]


def _market(name: str, decision: Mapping[str, Any] | None, acts: Sequence[Act]) -> Market:
    decider = "a Qualified Person" if name in QP_MARKETS else "the quality unit"
    return Market(name=name, decider=decider, decision=decision, acts=acts)


def _acts(actor: Actor, facts: DispositionFacts) -> list[Act]:
    offers = _BY_QUALIFIED_PERSON if facts.market in QP_MARKETS else _BY_QUALITY
    return [_act(actor, facts, offer) for offer in offers]


def _act(actor: Actor, facts: DispositionFacts, offer: Offer) -> Act:
    name, label, row, decision = offer
    content = disposition_content(facts.evidence, facts.market, decision)
    return replace(act(name, label, row, facts, actor), content=content)


def _grants(work: UnitOfWork, record: Mapping[str, Any]) -> Sequence[RoleGrant]:
    """Return the changes of roles of everybody who signed, and of who looks."""
    persons = {one["signer"] for one in record["signatures"]} | {work.actor.person}
    return recent_grants(work.session, persons, work.at - GRANTS_LOOKED_AT)
