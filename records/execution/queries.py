"""Read an execution: its runs and current values as plain facts, and its rows by name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, bindparam, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from records.execution.facts import Run, RunKey, ValueFact, split_part
from records.execution.models import (
    Attachment,
    BatchException,
    Entry,
    EquipmentObservation,
    EquipmentUse,
    ExecutionHold,
    StepRun,
    TimeLimit,
    Verification,
)
from records.execution.states import DECIDED, ExceptionState, LimitState, RequestState

# Statements are built once: building one costs more than running it, and every act asks these.
_RUNS = select(
    StepRun.step,
    StepRun.occurrence,
    StepRun.state,
    StepRun.started_at,
    StepRun.closed_at,
    StepRun.performed_at,
).where(StepRun.stream == bindparam("of"))
_LATER = aliased(Entry)
_VALUES = (
    select(
        Entry.id,
        Entry.part,
        Entry.field,
        Entry.kind,
        Entry.variable,
        Entry.value,
        Entry.judged,
        type_coerce(Entry.limits, Text).label("detail"),
    )
    .outerjoin(_LATER, _LATER.supersedes == Entry.id)
    .where(
        Entry.stream == bindparam("of"),
        or_(Entry.variable.is_not(None), Entry.part == bindparam("part")),
        _LATER.id.is_(None),
    )
    .order_by(Entry.id)
)
_RUN = (
    select(StepRun)
    .where(
        StepRun.stream == bindparam("of"),
        StepRun.step == bindparam("step"),
        StepRun.occurrence == bindparam("occurrence"),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)
_BLOCKING = select(BatchException.number).where(
    BatchException.stream == bindparam("of"),
    BatchException.blocks_execution == True,  # noqa: E712 -- a column, not a truth value
    BatchException.state.in_([ExceptionState.OPEN, ExceptionState.RETURNED]),
)
_HOLDS = (
    select(ExecutionHold.held_by, ExecutionHold.exception)
    .where(ExecutionHold.stream == bindparam("of"), ExecutionHold.released_at.is_(None))
    .order_by(ExecutionHold.id)
)
_EQUIPMENT = (
    select(EquipmentUse)
    .where(EquipmentUse.stream == bindparam("of"), EquipmentUse.part == bindparam("part"))
    .order_by(EquipmentUse.id)
)


def runs_of(session: Session, stream: str) -> dict[RunKey, Run]:
    """Return every started occurrence of an execution's steps."""
    rows = session.execute(_RUNS, {"of": stream})
    return {(row[0], row[1]): Run(*row) for row in rows}


def values_of(session: Session, stream: str, part: str) -> list[ValueFact]:
    """Return the current values that expressions of a part may read: its own, and all published ones."""
    rows = session.execute(_VALUES, {"of": stream, "part": part})
    return [
        ValueFact(entry_id, *split_part(of), field, kind, variable, value, judged, detail)
        for entry_id, of, field, kind, variable, value, judged, detail in rows
    ]


def run_of(session: Session, stream: str, part: str) -> StepRun | None:
    """Return the row of a started occurrence, locked until the transaction ends; None if not started."""
    step, occurrence = split_part(part)
    return session.scalar(_RUN, {"of": stream, "step": step, "occurrence": occurrence})


def entries_of(session: Session, stream: str, part: str) -> Sequence[Entry]:
    """Return every entry of a part, superseded ones too, in the order they were made."""
    return session.scalars(
        select(Entry).where(Entry.stream == stream, Entry.part == part).order_by(Entry.id)
    ).all()


def attachments_of(session: Session, stream: str, part: str) -> Sequence[Attachment]:
    """Return the files given to a part."""
    return session.scalars(
        select(Attachment).where(Attachment.stream == stream, Attachment.part == part).order_by(Attachment.id)
    ).all()


def equipment_used(session: Session, stream: str, part: str) -> Sequence[EquipmentUse]:
    """Return the equipment a part has taken into use."""
    return session.scalars(_EQUIPMENT, {"of": stream, "part": part}).all()


def ends_of(session: Session, uses: Sequence[EquipmentUse]) -> dict[int, datetime]:
    """Return when each use ended, of those that have: the step was performed, or the scan was a mistake."""
    wanted = [use.id for use in uses]
    if not wanted:
        return {}
    found = select(EquipmentObservation).where(EquipmentObservation.use_id.in_(wanted))
    return {seen.use_id: seen.observed_at for seen in session.scalars(found)}


def exceptions_of(session: Session, stream: str, part: str | None = None) -> Sequence[BatchException]:
    """Return the exceptions of a record, or of one part of it."""
    found = select(BatchException).where(BatchException.stream == stream).order_by(BatchException.id)
    return session.scalars(found if part is None else found.where(BatchException.step_part == part)).all()


def blocking_exceptions(session: Session, stream: str) -> Sequence[str]:
    """Return the numbers of exceptions that stop execution until they are assessed."""
    return session.scalars(_BLOCKING, {"of": stream}).all()


def holds_of(session: Session, stream: str) -> dict[str, str]:
    """Return what has to end before an execution goes on, with the exception it was raised from."""
    return {row.held_by: row.exception for row in session.execute(_HOLDS, {"of": stream})}


def undecided_exceptions(session: Session, stream: str) -> Sequence[BatchException]:
    """Return the exceptions on which the quality unit has not decided."""
    return session.scalars(
        select(BatchException)
        .where(BatchException.stream == stream, BatchException.state.not_in(list(DECIDED)))
        .order_by(BatchException.id)
    ).all()


def running_limits(session: Session, stream: str, part: str | None = None) -> Sequence[TimeLimit]:
    """Return the time limits of a record that have not ended, breached ones included."""
    found = select(TimeLimit).where(TimeLimit.stream == stream, TimeLimit.state != LimitState.ENDED)
    return session.scalars(
        (found if part is None else found.where(TimeLimit.step_part == part)).order_by(TimeLimit.id)
    ).all()


def open_request(session: Session, stream: str, part: str) -> Verification | None:
    """Return the open request to a second person about a part."""
    return session.scalar(
        select(Verification).where(
            Verification.stream == stream,
            Verification.step_part == part,
            Verification.state == RequestState.REQUESTED,
        )
    )


def open_requests(session: Session) -> Sequence[Verification]:
    """Return every open request to a second person, oldest first."""
    return session.scalars(
        select(Verification).where(Verification.state == RequestState.REQUESTED).order_by(Verification.id)
    ).all()
