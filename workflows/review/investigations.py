"""Open, write, conclude, approve and reopen investigations; every version of their text stays (211.192)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from records.errors import RecordNotFoundError
from records.execution.models import BatchException
from records.execution.states import ExceptionState
from records.review.models import Investigation, InvestigationText
from records.review.queries import investigation_by_number, texts_of
from records.review.states import InvestigationState
from signatures.models import Signature
from workflows.batch.commands import lock_batch
from workflows.machine import Transition
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.review import lifecycle
from workflows.review.commands import lock_exceptions
from workflows.review.contents import investigation_content
from workflows.review.facts import InvestigationFacts, NewInvestigationFacts, NewText
from workflows.review.related import related_batches

PREFIX, DIGITS = "INV-", 4


def open_investigation(
    work: UnitOfWork, batch: str, heading: str, exceptions: Sequence[str]
) -> Investigation:
    """Open an investigation on exceptions of a batch, with the related batches filled in (211.192)."""
    session = work.session
    record = lock_batch(session, batch)
    facts = NewInvestigationFacts(
        number=next_number(session, Investigation.number, PREFIX, DIGITS),
        batch=record,
        heading=heading,
        exceptions=list(lock_exceptions(session, record.stream, exceptions).values()),
    )
    opened: list[Investigation] = []

    def change(changes: Changes) -> None:
        opened.append(_open(changes, work, facts))
        for row in facts.exceptions:
            changes.update(
                row,
                Action.EXCEPTION_STATE,
                state=ExceptionState.ESCALATED,
                investigation=facts.number,
            )

    perform(work, lifecycle.OPEN, facts, change)
    return opened[0]


def write_investigation(work: UnitOfWork, number: str, new: NewText) -> InvestigationText:
    """Add a version of an open investigation's text."""
    return _written(work, number, new, lifecycle.WRITE)


def rewrite_investigation(work: UnitOfWork, number: str, new: NewText) -> InvestigationText:
    """Add a version to a concluded investigation, with the reason; the signature of its conclusion lapses."""
    return _written(work, number, new, lifecycle.REWRITE)


def _written(work: UnitOfWork, number: str, new: NewText, row: Transition) -> InvestigationText:
    facts = _naming(work.session, _locked_facts(work, number), new)
    written: list[InvestigationText] = []

    def change(changes: Changes) -> None:
        others = [dict(one) for one in new.other_batches]
        version = facts.text.version + 1
        written.append(_write(changes, work, facts.stream, version, _said(new), others))

    perform(work, row, facts, change)
    return written[0]


def conclude_investigation(work: UnitOfWork, number: str) -> Investigation:
    """Sign the conclusion of an investigation as its investigator."""
    return _sign(work, number, lifecycle.CONCLUDE)


def approve_investigation(work: UnitOfWork, number: str) -> Investigation:
    """Sign the approval of the quality unit; the exceptions investigated are closed by it."""
    facts = _locked_facts(work, number)
    raised = work.session.scalars(
        select(BatchException)
        .where(BatchException.investigation == number, BatchException.state == ExceptionState.ESCALATED)
        .order_by(BatchException.id)
        .with_for_update()
    ).all()

    def change(changes: Changes) -> None:
        for row in raised:
            changes.update(
                row,
                Action.EXCEPTION_STATE,
                state=ExceptionState.CLOSED,
                decision=f"Closed by investigation {number}: {facts.text.conclusion}",
                decided_by=work.actor.person,
                decided_at=work.at,
            )

    content = investigation_content(facts.record, facts.text)
    perform(work, lifecycle.APPROVE, facts, change, content=content)
    return facts.record


def reopen_investigation(work: UnitOfWork, number: str) -> Investigation:
    """Reopen an approved investigation, with the reason; what was released on it stays as it was signed."""
    facts = _locked_facts(work, number)
    perform(work, lifecycle.REOPEN, facts)
    return facts.record


def content_to_sign(session: Session, number: str) -> Content:
    """Return what a signature on an investigation would cover, for the dialog."""
    facts = investigation_facts(session, number)
    return investigation_content(facts.record, facts.text)


def investigation_facts(session: Session, number: str) -> InvestigationFacts:
    """Read what the rules about an investigation look at; raises RecordNotFoundError."""
    investigation = investigation_by_number(session, number)
    if investigation is None:
        raise RecordNotFoundError(Investigation.kind, number)
    texts = texts_of(session, investigation.stream)
    signers = session.scalars(select(Signature.signer).where(Signature.stream == investigation.stream))
    writers = {text.written_by for text in texts if text.version > 1} | set(signers)
    return InvestigationFacts(record=investigation, text=texts[-1], writers=writers)


def _locked_facts(work: UnitOfWork, number: str) -> InvestigationFacts:
    wanted = select(Investigation).where(Investigation.number == number)
    work.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    return investigation_facts(work.session, number)


def _naming(session: Session, facts: InvestigationFacts, new: NewText) -> InvestigationFacts:
    """Return the facts with what is wrong of the batches that a text adds to those considered."""
    before = {one["number"] for one in facts.text.other_batches}
    added = [str(one["number"]) for one in new.other_batches if one["number"] not in before]
    there = set(session.scalars(select(Batch.number).where(Batch.number.in_(added))))
    unknown = [number for number in added if number not in there]
    return replace(facts, own_batch_named=facts.record.batch in added, unknown=unknown)


def _sign(work: UnitOfWork, number: str, row: Transition) -> Investigation:
    facts = _locked_facts(work, number)
    perform(work, row, facts, content=investigation_content(facts.record, facts.text))
    return facts.record


def _open(changes: Changes, work: UnitOfWork, facts: NewInvestigationFacts) -> Investigation:
    """Add the investigation and the first version of its text: nothing yet but the batches to consider."""
    investigation = changes.insert(
        Investigation,
        Action.INVESTIGATION_OPEN,
        number=facts.number,
        batch=facts.batch.number,
        title=facts.heading,
        state=InvestigationState.OPEN,
        opened_by=work.actor.person,
        opened_at=work.at,
    )
    parts = {row.step_part for row in facts.exceptions if row.step_part}
    others = related_batches(work.session, facts.batch, parts)
    nothing = {"cause": "", "conclusion": "", "follow_up": ""}
    _write(changes, work, facts.stream, 1, nothing, others)
    return investigation


def _said(new: NewText) -> dict[str, str]:
    return {"cause": new.cause, "conclusion": new.conclusion, "follow_up": new.follow_up}


def _write(
    changes: Changes,
    work: UnitOfWork,
    stream: str,
    version: int,
    said: dict[str, str],
    others: list[dict[str, Any]],
) -> InvestigationText:
    return changes.insert(
        InvestigationText,
        Action.INVESTIGATION_CHANGE,
        stream=stream,
        version=version,
        other_batches=others,
        written_by=work.actor.person,
        written_at=work.at,
        **said,
    )
