"""What a reviewer has opened: noted in the record's trail, and asked for before a review is signed.

A review is of the record, not of its summary (MHRA 6.15, FAIL-05): every exception, everything that no rule
judges, and the audit trail. What was opened is an event with its time; a changed item has another name and is
to be opened again.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from audit.models import audit_event
from records.batch.evidence import Evidence
from records.review.coverage import coverage
from workflows.batch.commands import lock_batch
from workflows.batch.facts import BatchFacts, RecordFacts
from workflows.batch.gathering import record_facts
from workflows.perform import Changes, UnitOfWork, perform
from workflows.review.facts import ReviewFacts, Unread
from workflows.review.lifecycle import OPEN_ITEMS

_OPENED = "opened"
_TRAIL = "trail"
_DIGITS = 16


def review_facts(session: Session, number: str, person: str) -> ReviewFacts:
    """Return a batch with everything its record says, and what of it a person has still to open."""
    facts = record_facts(session, number)
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    return ReviewFacts(**known, unread=unread(session, facts, person))


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


def _left(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name not in known))
