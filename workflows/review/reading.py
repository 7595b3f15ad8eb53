"""What a reviewer has opened: noted in the record's trail, and asked for before a review is signed.

A review is of the record, not of its summary (MHRA 6.15, FAIL-05): every exception, everything that no rule
judges, and the audit trail. What was opened is an event with its time; a changed item has another name and is
to be opened again.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from audit.models import audit_event
from records.batch.evidence import Evidence
from records.batch.models import Batch
from records.batch.states import BatchState
from records.review.coverage import coverage
from workflows.authority import Permission
from workflows.batch.commands import lock_batch
from workflows.batch.facts import BatchFacts, RecordFacts
from workflows.batch.gathering import record_facts
from workflows.machine import Transition, refusals
from workflows.perform import Changes, RefusedError, UnitOfWork, perform
from workflows.review import commands, lifecycle

OPEN_ITEMS = Transition(
    act="review.open",
    words="open the record for review",
    permission=Permission.BATCH_REVIEW,
    event=Action.REVIEW_DECIDE,
    sources=frozenset({BatchState.UNDER_REVIEW, BatchState.DISPOSITION_PENDING}),
)
_OPENED = "opened"
_TRAIL = "trail"
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What one reviewer has still to open, by name, in the order of the record."""

    exceptions: tuple[str, ...]
    items: tuple[str, ...]
    """Things no rule judges, such as ``entry/17``."""
    trail: tuple[str, ...]

    def reasons(self, row: Transition) -> list[str]:
        """Return why a review may not be signed yet: its own for the trail's and for the record's."""
        if row is lifecycle.SIGN_TRAIL_REVIEW:
            return ["Open the audit trail of the record as it is now, then sign."] if self.trail else []
        found = []
        if self.exceptions:
            numbers = ", ".join(name.partition("/")[2] for name in self.exceptions)
            found.append(f"Exceptions you have not opened: {numbers}.")
        if self.items:
            found.append(f"Open what no rule checks: {len(self.items)} items left.")
        return found


def unread(session: Session, facts: RecordFacts, person: str) -> Unread:
    """Return what a person has still to open of a record; an exception decided on by them was opened."""
    evidence = facts.evidence
    known = opened(session, facts.stream, person) | {
        f"exception/{row['number']}" for row in evidence.exceptions if row["decided_by"] == person
    }
    return Unread(
        exceptions=_left((f"exception/{row['number']}" for row in evidence.exceptions), known),
        items=_left(uncovered_names(evidence), known),
        trail=_left([trail_name(facts.record_digest)], known),
    )


def opened(session: Session, stream: str, person: str) -> set[str]:
    """Return what a person has opened of a record, by name."""
    bodies = session.scalars(
        select(audit_event.c.body).where(
            audit_event.c.stream == stream,
            audit_event.c.action == Action.REVIEW_DECIDE.value,
            audit_event.c.actor_id == person,
        )
    )
    told = (change for body in bodies for change in json.loads(body)["ch"])
    return {name for change in told if change["p"] == f"/{_OPENED}" for name in change["n"].split()}


def uncovered_names(evidence: Evidence) -> list[str]:
    """Return the names of everything no rule judges."""
    return [item.ref for item in coverage(evidence).uncovered]


def trail_name(record_digest: str) -> str:
    """Return the name of the trail as it tells of this content."""
    return f"{_TRAIL}/{record_digest[:_DIGITS]}"


def note_opened(work: UnitOfWork, number: str, names: Collection[str]) -> None:
    """Put on record that a reviewer opened these; what they opened before is not noted again."""
    batch = lock_batch(work.session, number)
    new = _left(names, opened(work.session, batch.stream, work.actor.person))

    def change(changes: Changes) -> None:
        changes.note(batch, Action.REVIEW_DECIDE, **{_OPENED: " ".join(new)})

    if new:
        perform(work, OPEN_ITEMS, BatchFacts(record=batch), change)


def sign_trail_review(work: UnitOfWork, number: str) -> Batch:
    """Sign the review of the audit trail, by a person who has opened it."""
    _refuse_unread(work, number, lifecycle.SIGN_TRAIL_REVIEW)
    return commands.sign_trail_review(work, number)


def sign_record_review(work: UnitOfWork, number: str) -> Batch:
    """Sign the review of the record, by a person who has opened all of it that no rule passes."""
    _refuse_unread(work, number, lifecycle.SIGN_RECORD_REVIEW)
    return commands.sign_record_review(work, number)


def _refuse_unread(work: UnitOfWork, number: str, row: Transition) -> None:
    lock_batch(work.session, number)
    facts = record_facts(work.session, number)
    reasons = unread(work.session, facts, work.actor.person).reasons(row)
    if reasons:
        raise RefusedError([*refusals(row, facts, work.actor), *reasons], act=row.act, stream=facts.stream)


def _left(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name not in known))
