"""Report a problem, assess an exception on the floor, accept an out-of-limit value as true."""

from dataclasses import dataclass

from sqlalchemy import select

from audit.events import Action
from records.errors import RecordNotFoundError
from records.execution.facts import split_part
from records.execution.models import BatchException, Entry, Remark
from records.execution.states import ExceptionType
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import Severity
from workflows.authority import SYSTEM
from workflows.execution import lifecycle
from workflows.execution.content import value_acceptance_content
from workflows.execution.exceptions import Finding, open_exception
from workflows.execution.files import FileGiven, keep_file
from workflows.execution.owner import Owner
from workflows.execution.signers import accepted_entries
from workflows.execution.state import Execution
from workflows.execution.subjects import ExceptionFacts, OwnerFacts
from workflows.execution.training import missing_training, remember_training
from workflows.perform import Changes, UnitOfWork, perform

_KIND = "exception"


@dataclass(frozen=True, slots=True)
class Problem:
    """What a person noticed, and what kind of exception it is."""

    text: str
    severity: Severity = Severity.MEDIUM
    exception_type: ExceptionType = ExceptionType.NOTE


def report_problem(
    work: UnitOfWork,
    owner: Owner,
    part: str | None,
    problem: Problem,
    photo: FileGiven | None = None,
) -> None:
    """Open an exception for something a person noticed; its photo belongs to the exception."""
    execution = Execution.load(work, owner, part or "")
    finding = Finding(
        rule="reported by a person",
        exception_type=problem.exception_type,
        severity=problem.severity,
        text=problem.text,
        part=part,
    )

    def change(changes: Changes) -> None:
        opened = open_exception(changes, execution, finding)
        if photo:
            keep_file(changes, work, f"exception/{opened.number}", "photo", photo)

    perform(work, lifecycle.RAISE, OwnerFacts(owner=owner), change)


def make_remark(work: UnitOfWork, owner: Owner, part: str | None, text: str) -> None:
    """Add a remark to a step or to the whole record; it stays."""

    def change(changes: Changes) -> None:
        changes.insert(
            Remark,
            Action.REMARK,
            step_part=part,
            text=text,
            made_at=work.at,
            made_by=work.actor.person,
        )

    perform(work, lifecycle.REMARK, OwnerFacts(owner=owner), change)


def assess_exception(work: UnitOfWork, owner: Owner, number: str) -> None:
    """Assess an exception as supervisor; the reason is the assessment."""
    record = _exception(work, owner, number)
    execution = Execution.load(work, owner, record.step_part or "")
    facts = _facts(execution, record)
    perform(work, lifecycle.ASSESS, facts, lambda changes: _assessed(changes, execution, record))


def accept_value(work: UnitOfWork, owner: Owner, number: str) -> None:
    """Accept an out-of-limit value as the true one, with a signature (211.110(a))."""
    record = _exception(work, owner, number)
    execution = Execution.load(work, owner, record.step_part or "")
    perform(
        work,
        lifecycle.ACCEPT_VALUE,
        _facts(execution, record),
        lambda changes: _assessed(changes, execution, record),
        content=value_acceptance_content(record),
    )


def _exception(work: UnitOfWork, owner: Owner, number: str) -> BatchException:
    record = work.session.scalar(
        select(BatchException)
        .where(BatchException.stream == owner.stream, BatchException.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if record is None:
        raise RecordNotFoundError(_KIND, number)
    return record


def _facts(execution: Execution, record: BatchException) -> ExceptionFacts:
    work, owner = execution.work, execution.owner
    step = _step_of(owner, record)
    entry = work.session.get(Entry, record.entry_id) if record.entry_id else None
    return ExceptionFacts(
        record=record,
        signed_record=owner.record,
        entered_by=entry.entered_by if entry else None,
        owner=owner,
        hands=_enterers(work, entry) if entry and entry.entered_by == SYSTEM.person else (),
        is_accepted=entry is not None
        and entry.id in accepted_entries(work.session, owner.stream, entry.part),
        untrained=missing_training(execution, step),
    )


def _step_of(owner: Owner, record: BatchException) -> StepDefinition | None:
    number = split_part(record.step_part)[0] if record.step_part else None
    return next((place.step for place in owner.outline.places if place.step.number == number), None)


def _enterers(work: UnitOfWork, entry: Entry) -> set[str]:
    """Return who gave a value of the step that a figure, or a value judged again, belongs to."""
    given = select(Entry.entered_by).where(Entry.stream == entry.stream, Entry.part == entry.part)
    return set(work.session.scalars(given))


def _assessed(changes: Changes, execution: Execution, record: BatchException) -> None:
    work = execution.work
    remember_training(changes, execution)
    changes.update(
        record,
        Action.EXCEPTION_STATE,
        assessment=work.reason.text if work.reason else "",
        assessed_by=work.actor.person,
        assessed_at=work.at,
    )
