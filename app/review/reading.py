"""What the pages of a review show: the queue, one exception in its step, what is left to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import url_for

from app.batch.looking import Act, act, looking
from app.batch.reading import record_of
from app.batch.shown import stored_time
from app.batch.steps import Line, line_of
from app.review.schemas import ESCALATE
from records.batch.models import Batch
from records.errors import RecordNotFoundError
from records.execution.models import BatchException
from records.execution.queries import exceptions_of
from records.execution.states import DECIDED, ExceptionState
from records.procedure.vocabulary import Severity
from workflows.authority import Actor
from workflows.batch.contents import record_content
from workflows.batch.gathering import record_facts
from workflows.execution.lifecycle import ASSESS
from workflows.execution.subjects import ExceptionFacts
from workflows.machine import Transition, refusals
from workflows.review import lifecycle
from workflows.review.commands import Choice
from workflows.review.facts import DecisionFacts, NewInvestigationFacts, ReviewFacts, Unread
from workflows.review.reading import review_facts, unread

Json = Mapping[str, Any]
EXCEPTION = "exception"
_GRAVEST_FIRST = [severity.value for severity in reversed(Severity)]
_LOW = frozenset({Severity.INFO.value, Severity.LOW.value})
_UNASSESSED = frozenset({ExceptionState.OPEN, ExceptionState.RETURNED})
_TO_DECIDE = frozenset({ExceptionState.OPEN, ExceptionState.ASSESSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """One exception in the context of its step, and what may be decided."""

    exception: Json
    line: Line | None
    before: str
    after: str
    value: Json | None
    """The value that raised it, with its history."""
    choices: Sequence[Json]
    assess: Act | None
    rev: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A review: the record, who looks, the queue and what of it is in focus."""

    record: Json
    queue: Sequence[Json]
    focus: Focus | None
    low: Sequence[Json]
    """Undecided exceptions of low severity, which may be accepted together."""
    together: Sequence[str]
    """Why they may not be accepted together; empty where they may."""
    unread: Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPage:
    """What is signed at the end of a review, and everything still missing."""

    record: Json
    unread: Unread
    trail: Act
    whole: Act


def review_page(number: str, exception: str | None) -> ReviewPage:
    """Read the review of a batch with one exception in focus; raises RecordNotFoundError."""
    work = looking()
    record, facts = record_of(number), record_facts(work.session, number)
    ordered = in_order(record["exceptions"])
    current = _current(ordered, exception, number)
    undecided = [row for row in ordered if row["state"] not in DECIDED]
    low = [row for row in undecided if row["severity"] in _LOW and row["state"] != ExceptionState.ESCALATED]
    rows = exceptions_of(work.session, facts.stream)
    decidable = {row.number: DecisionFacts(record=row, hands=facts.evidence.hands) for row in rows}
    reasons = (
        reason
        for row in low
        for reason in refusals(lifecycle.ACCEPT_TOGETHER, decidable[row["number"]], work.actor)
    )
    return ReviewPage(
        record=record,
        queue=[_item(row, current, number, work.at) for row in ordered],
        focus=_focus(record, current, decidable[current["number"]], facts.record, work.actor)
        if current
        else None,
        low=low,
        together=list(dict.fromkeys(reasons)),
        unread=unread(work.session, facts, work.actor.person),
    )


def signing_page(number: str) -> SigningPage:
    """Read what the reviews of a batch would sign, and why they may not be signed yet."""
    work = looking()
    facts = review_facts(work.session, number, work.actor.person)
    trail = "sign-trail", "Sign the review of the audit trail", lifecycle.SIGN_TRAIL_REVIEW
    whole = "sign-record", "Sign the review of the record", lifecycle.SIGN_RECORD_REVIEW
    return SigningPage(
        record=record_of(number),
        unread=facts.unread,
        trail=_signing(*trail, facts),
        whole=_signing(*whole, facts),
    )


def in_order(exceptions: Sequence[Json]) -> list[Json]:
    """Return exceptions with the gravest first, then in the order of their numbers."""
    return sorted(exceptions, key=lambda row: _place(row["severity"], row["number"]))


def next_undecided(exceptions: Sequence[BatchException], after: str) -> str | None:
    """Return the exception to decide on next, in the queue's order; None where none is left."""
    ordered = sorted(exceptions, key=lambda row: _place(row.severity, row.number))
    start = next((index + 1 for index, row in enumerate(ordered) if row.number == after), 0)
    ahead = [*ordered[start:], *ordered[:start]]
    return next((row.number for row in ahead if row.state in _TO_DECIDE), None)


def age(since: datetime, at: datetime) -> str:
    """Return how long ago something was: ``3 d``, ``5 h``, ``12 min``."""
    gone = at - since
    if gone >= timedelta(days=1):
        return f"{gone.days} d"
    hours, minutes = gone.seconds // 3600, gone.seconds // 60
    return f"{hours} h" if hours else f"{minutes} min"


def _current(ordered: Sequence[Json], wanted: str | None, number: str) -> Json | None:
    if wanted is None:
        waiting = (row for row in ordered if row["state"] not in DECIDED)
        return next(waiting, ordered[0] if ordered else None)
    found = next((row for row in ordered if row["number"] == wanted), None)
    if found is None:
        raise RecordNotFoundError(EXCEPTION, f"{wanted} of batch {number}")
    return found


def _item(row: Json, current: Json | None, number: str, at: datetime) -> Json:
    return {
        "id": row["number"],
        "title": row["text"],
        "step": row["step_part"],
        "severity": row["severity"],
        "state": row["state"],
        "by": row["opened_by_name"],
        "age": age(stored_time(row["opened_at"]), at),
        "url": url_for("review.show", number=number, exception=row["number"]),
        "current": row is current,
    }


def _focus(record: Json, row: Json, facts: DecisionFacts, batch: Batch, actor: Actor) -> Focus:
    found = line_of(record, row["step_part"]) if row["step_part"] else None
    line, before, after = found or (None, "", "")
    return Focus(
        exception=row,
        line=line,
        before=before,
        after=after,
        value=_value(line, row["entry_id"]),
        choices=_choices(facts, batch, actor),
        assess=_assessment(facts.record, actor),
        rev=facts.rev,
    )


def _value(line: Line | None, entry_id: int | None) -> Json | None:
    """Return the value one of whose entries raised the exception."""
    values = line.run["values"] if line and line.run and entry_id else []
    return next((one for one in values if any(entry["id"] == entry_id for entry in one["entries"])), None)


def _choices(facts: DecisionFacts, batch: Batch, actor: Actor) -> list[Json]:
    if facts.state in DECIDED:
        reasons = refusals(lifecycle.REOPEN_EXCEPTION, facts, actor)
        return [{"value": Choice.REOPEN.value, "label": "Reopen", "hotkey": "r", "refusals": reasons}]
    new = NewInvestigationFacts(number="", batch=batch, heading="-", exceptions=[facts.record])
    return [
        {
            "value": Choice.ACCEPT.value,
            "label": "Accept",
            "hotkey": "a",
            "tone": "primary",
            "refusals": refusals(lifecycle.ACCEPT, facts, actor),
        },
        {
            "value": Choice.RETURN.value,
            "label": "Return",
            "hotkey": "r",
            "refusals": refusals(lifecycle.RETURN, facts, actor),
        },
        {
            "value": ESCALATE,
            "label": "Investigate as a deviation",
            "hotkey": "d",
            "refusals": refusals(lifecycle.OPEN, new, actor),
        },
    ]


def _assessment(record: BatchException, actor: Actor) -> Act | None:
    """Return the assessment by production, where the exception still waits for it."""
    if record.state not in _UNASSESSED:
        return None
    return act(
        "assess", "Assess for production", ASSESS, ExceptionFacts(record=record, entered_by=None), actor
    )


def _signing(name: str, label: str, row: Transition, facts: ReviewFacts) -> Act:
    return replace(act(name, label, row, facts, looking().actor), content=record_content(facts.evidence))


def _place(severity: str, number: str) -> tuple[int, int]:
    tail = number.rpartition("-")[2]
    return _GRAVEST_FIRST.index(severity), int(tail) if tail.isdecimal() else 0
