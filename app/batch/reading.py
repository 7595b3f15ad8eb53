"""What the pages of a batch show: its record, its tabs, what may be done to it now, and by whom."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.auth import current_login
from app.batch.looking import Act, act, looking
from app.batch.needed import Needed, needed_next
from app.http import read_session
from records.batch.states import BatchState
from workflows.authority import Permission
from workflows.batch import lifecycle
from workflows.batch.commands import content_to_complete, content_to_issue
from workflows.batch.ending import content_to_end
from workflows.batch.facts import BatchFacts
from workflows.batch.gathering import batch_facts, issue_facts, record_facts
from workflows.perform import Content
from workflows.review.batch_record import batch_record
from workflows.review.lifecycle import BEGIN_REVIEW

Json = Mapping[str, Any]
S = BatchState
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """An act with the states in whose pages it stands, greyed or not."""

    name: str
    label: str
    row: Any
    states: frozenset[BatchState]
    facts: Callable[[Session, str], BatchFacts] = batch_facts
    content: Callable[[Session, str], Content] | None = None


_OFFERS = (
    _Offer(
        name="issue",
        label="Issue the batch record",
        row=lifecycle.ISSUE,
        states=frozenset({S.CREATED}),
        facts=issue_facts,
        content=content_to_issue,
    ),
    _Offer(
        name="complete",
        label="Complete production",
        row=lifecycle.COMPLETE,
        states=frozenset({S.ISSUED, S.RUNNING, S.HELD, S.RETURNED}),
        facts=record_facts,
        content=content_to_complete,
    ),
    _Offer(
        name="begin-review",
        label="Begin the review",
        row=BEGIN_REVIEW,
        states=frozenset({S.PRODUCTION_COMPLETE, S.ABORTED}),
        facts=record_facts,
    ),
    _Offer(name="hold", label="Hold", row=lifecycle.HOLD, states=frozenset({S.RUNNING})),
    _Offer(name="resume", label="Resume", row=lifecycle.RESUME, states=frozenset({S.HELD})),
    _Offer(
        name="end",
        label="End the batch for good",
        row=lifecycle.END,
        states=frozenset({S.CREATED, S.ISSUED, S.RUNNING, S.HELD, S.RETURNED}),
        content=content_to_end,
    ),
    _Offer(
        name="return",
        label="Return to production",
        row=lifecycle.RETURN,
        states=frozenset({S.UNDER_REVIEW, S.DISPOSITION_PENDING}),
        facts=record_facts,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """A batch at a glance: its record, who is needed next, what may be done."""

    record: Json
    acts: Sequence[Act]
    needed: Sequence[Needed]


def batch_page(number: str) -> BatchPage:
    """Read a batch; raises RecordNotFoundError."""
    session = read_session()
    record = batch_record(session, number)
    state = BatchState(record["batch"]["state"])
    login = current_login()
    acts = [
        _act(offer, number) for offer in _OFFERS if state in offer.states and login.may(offer.row.permission)
    ]
    return BatchPage(record=record, acts=acts, needed=needed_next(session, record))


def record_of(number: str) -> Json:
    """Return a batch's record; raises RecordNotFoundError."""
    return batch_record(read_session(), number)


def tabs(record: Json, current: str) -> list[dict[str, Any]]:
    """Return the tabs of a batch as the component takes them."""
    number, counts = record["batch"]["number"], record["counts"]
    may_read_trail = current_login().may(Permission.TRAIL_READ)
    found: list[tuple[str, str, int | None]] = [
        ("Summary", "batch.show", None),
        ("Steps", "batch.steps", counts["steps"]),
        ("Exceptions", "batch.exceptions", counts["exceptions"]),
        ("Materials", "batch.materials", None),
        ("Equipment", "batch.equipment", len(record["equipment"])),
        ("Signatures", "batch.signatures", counts["signatures"]),
        *([("Audit trail", "batch.trail", counts["events"])] if may_read_trail else []),
        ("Files", "batch.files", counts["attachments"]),
        ("Review", "review.show", None),
        ("Disposition", "batch.disposition", None),
    ]
    shown = [
        {"label": label, "url": url_for(endpoint, number=number), "current": label == current, "count": count}
        for label, endpoint, count in found
    ]
    return [*shown, {"label": "Copies", "url": f"/batches/{number}/copies", "current": False}]


def _shortened(reason: str) -> str:
    """Return a sentence with a long list cut short and counted; *Steps, not closed* has it in full."""
    if len(reason) <= _LONGEST:
        return reason
    shown = reason[:_LONGEST].rpartition(", ")[0]
    return f"{shown} and {reason.count(', ') - shown.count(', ')} more."


def _act(offer: _Offer, number: str) -> Act:
    work = looking()
    found = act(offer.name, offer.label, offer.row, offer.facts(work.session, number), work.actor)
    found = replace(found, refusals=[_shortened(reason) for reason in found.refusals])
    if offer.content is None or found.refusals:
        return found
    return replace(found, content=offer.content(work.session, number))
