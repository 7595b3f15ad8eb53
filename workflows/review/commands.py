"""Review a batch: begin, decide on exceptions, sign the trail and the record (21 CFR 211.22(a), 211.192)."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from records.errors import RecordNotFoundError
from records.execution.models import BatchException, Entry
from records.execution.states import ExceptionType
from records.procedure.vocabulary import Severity
from workflows.batch.commands import lock_batch
from workflows.batch.contents import record_content
from workflows.batch.execution_owner import executing_batch
from workflows.batch.gathering import batch_facts, record_facts
from workflows.batch.reading import evidence_of
from workflows.execution import exception_commands as engine
from workflows.execution.exceptions import Finding, open_exception
from workflows.execution.state import Execution
from workflows.machine import Transition, refusals
from workflows.perform import Changes, Content, RefusedError, UnitOfWork, perform
from workflows.preimage import refuse_altered_rows
from workflows.review import lifecycle
from workflows.review.facts import DecisionFacts
from workflows.review.reading import review_facts


class Choice(StrEnum):
    """What a reviewer decides on one exception; to escalate it, an investigation is opened on it."""

    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"


_ROWS: dict[Choice, Transition] = {
    Choice.ACCEPT: lifecycle.ACCEPT,
    Choice.RETURN: lifecycle.RETURN,
    Choice.REOPEN: lifecycle.REOPEN_EXCEPTION,
}


def begin_review(work: UnitOfWork, number: str) -> Batch:
    """Take a batch whose production is complete into review."""
    batch = lock_batch(work.session, number)
    perform(work, lifecycle.BEGIN_REVIEW, record_facts(work.session, number))
    return batch


def assess_exception(work: UnitOfWork, batch: str, number: str) -> None:
    """Assess an exception for production; the reason is the assessment."""
    engine.assess_exception(work, executing_batch(work, batch), number)


def raise_exception(
    work: UnitOfWork, batch: str, text: str, severity: Severity, part: str | None = None
) -> BatchException:
    """Raise an exception for what the quality unit found, whenever; a release stays as it was signed."""
    owner = executing_batch(work, batch)
    execution = Execution.load(work, owner, part or "")
    finding = Finding(
        rule="raised by the quality unit",
        exception_type=ExceptionType.NOTE,
        severity=severity,
        text=text,
        part=part,
    )
    raised: list[BatchException] = []

    def change(changes: Changes) -> None:
        raised.append(open_exception(changes, execution, finding))

    perform(work, lifecycle.RAISE, batch_facts(work.session, batch), change)
    return raised[0]


def decide_exception(work: UnitOfWork, batch: str, number: str, choice: Choice) -> BatchException:
    """Decide on one exception for the quality unit; the reason is the comment that stays with it."""
    (facts,) = _locked_facts(work, batch, [number])
    _decide(work, _ROWS[choice], facts)
    return facts.record


def accept_exceptions(work: UnitOfWork, batch: str, numbers: Sequence[str]) -> list[BatchException]:
    """Accept several exceptions of low severity together, with one reason; all of them or none."""
    found = _locked_facts(work, batch, numbers)
    row = lifecycle.ACCEPT_TOGETHER
    reasons = [reason for facts in found for reason in refusals(row, facts, work.actor)]
    if reasons:
        raise RefusedError(list(dict.fromkeys(reasons)), act=row.act, stream=found[0].stream)
    for facts in found:
        _decide(work, row, facts)
    return [facts.record for facts in found]


def sign_trail_review(work: UnitOfWork, number: str) -> Batch:
    """Sign that a person who did none of the work reviewed the audit trail (Annex 11 section 9, FAIL-04)."""
    return _sign(work, number, lifecycle.SIGN_TRAIL_REVIEW)


def sign_record_review(work: UnitOfWork, number: str) -> Batch:
    """Sign the review of the record and all its exceptions, and hand the batch over for disposition."""
    return _sign(work, number, lifecycle.SIGN_RECORD_REVIEW)


def content_to_review(session: Session, number: str) -> Content:
    """Return what a review would sign, for the dialog."""
    return record_content(evidence_of(session, number))


def decision_facts(session: Session, batch: str, numbers: Sequence[str]) -> list[DecisionFacts]:
    """Return what the rules about exceptions of a batch look at, in the order asked for."""
    evidence = evidence_of(session, batch)
    wanted = select(BatchException).where(BatchException.stream == evidence.batch["stream"])
    rows = {row.number: row for row in session.scalars(wanted)}
    return [DecisionFacts(record=_known(rows, number), hands=evidence.hands) for number in numbers]


def lock_exceptions(session: Session, stream: str, numbers: Sequence[str]) -> dict[str, BatchException]:
    """Lock exceptions of one record and return them by number; raises RecordNotFoundError."""
    rows = session.scalars(
        select(BatchException)
        .where(BatchException.stream == stream, BatchException.number.in_(numbers))
        .order_by(BatchException.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.number: row for row in rows}
    return {number: _known(found, number) for number in numbers}


def _known(rows: Mapping[str, BatchException], number: str) -> BatchException:
    if number not in rows:
        kind = "exception"
        raise RecordNotFoundError(kind, number)
    return rows[number]


def _locked_facts(work: UnitOfWork, batch: str, numbers: Sequence[str]) -> list[DecisionFacts]:
    lock_exceptions(work.session, batch_facts(work.session, batch).stream, numbers)
    return decision_facts(work.session, batch, numbers)


def _decide(work: UnitOfWork, row: Transition, facts: DecisionFacts) -> None:
    if facts.record.entry_id is not None:
        entry = work.session.get_one(Entry, facts.record.entry_id)
        refuse_altered_rows(work, [entry], Action.REVIEW_DECIDE)

    def change(changes: Changes) -> None:
        changes.update(
            facts.record,
            Action.REVIEW_DECIDE,
            decision=work.reason.text if work.reason else "",
            decided_by=work.actor.person,
            decided_at=work.at,
        )

    perform(work, row, facts, change)


def _sign(work: UnitOfWork, number: str, row: Transition) -> Batch:
    lock_batch(work.session, number)
    facts = review_facts(work.session, number, work.actor.person)
    perform(work, row, facts, content=record_content(facts.evidence))
    return facts.record
