"""Read a case as its page shows it: findings with decisions, values then and now, a field alert's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_by_number
from records.out_of_tolerance.calculations import field_alert_due
from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from records.out_of_tolerance.states import Distribution, Effect
from workflows.authority import Permission
from workflows.out_of_tolerance import commands, lifecycle
from workflows.out_of_tolerance.contents import case_content
from workflows.out_of_tolerance.facts import CaseFacts
from workflows.perform import Content

_SHOWN_FIRST = ("flips", "not_corrected", "stays_out", "returns")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingShown:
    """One record that a case reaches, as the page shows it."""

    row: ImpactFinding
    decision: FindingDecision | None
    values: Sequence[Mapping[str, Any]]
    """The most serious first, otherwise in the order of the procedure."""
    signatures: Sequence[Mapping[str, Any]]
    alert_due: datetime | None
    """The last instant for a field alert; None where none can be due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case with everything it reaches and what may be done."""

    record: OutOfTolerance
    asset: PhysicalAsset | None
    findings: Sequence[FindingShown]
    unlisted: Sequence[str]
    counts: Mapping[str, int]
    """Findings by effect."""
    signatures: Sequence[Mapping[str, Any]]
    may_decide: bool
    look_again: Act
    close: Act
    content: Content


def case_page(number: str) -> CasePage:
    """Read a case for its page; raises RecordNotFoundError."""
    work = looking()
    facts = commands.case_facts(work.session, number)
    signatures = signatures_of_stream(work.session, facts.stream)
    return CasePage(
        record=facts.record,
        asset=asset_by_number(work.session, facts.record.asset),
        findings=[_shown(facts, finding, signatures, work.time_zone) for finding in _by_seriousness(facts)],
        unlisted=list(facts.unlisted),
        counts={effect: sum(one.effect == effect for one in facts.findings) for effect in Effect},
        signatures=[one for one in signatures if one["part"] == "record"],
        may_decide=work.actor.may(Permission.BATCH_REVIEW)
        and facts.state in (lifecycle.DECIDE.sources or ()),
        look_again=act("look-again", "Look again", lifecycle.LOOK_AGAIN, facts, work.actor),
        close=act("close", "Close the case", lifecycle.CLOSE, facts, work.actor),
        content=case_content(facts),
    )


def _by_seriousness(facts: CaseFacts) -> list[ImpactFinding]:
    order = {word: place for place, word in enumerate(_SHOWN_FIRST)}
    return sorted(facts.findings, key=lambda finding: order.get(finding.effect, len(order)))


def _shown(
    facts: CaseFacts, finding: ImpactFinding, signatures: Sequence[Mapping[str, Any]], time_zone: str
) -> FindingShown:
    order = {word: place for place, word in enumerate(_SHOWN_FIRST)}
    decision = facts.decisions.get(finding.number)
    shipped = decision.distribution if decision else None
    may_be_due = finding.released_at is not None and shipped in {None, Distribution.UNDER_APPLICATION}
    return FindingShown(
        row=finding,
        decision=decision,
        values=sorted(finding.values, key=lambda value: order.get(value["effect"], len(order))),
        signatures=[one for one in signatures if one["part"] == finding.part],
        alert_due=field_alert_due(facts.record.aware_at, time_zone) if may_be_due else None,
    )
