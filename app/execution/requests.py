"""What waits for a person's roles in every batch and work order under way, the oldest first."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.execution.places import PLACE_OF
from app.execution.words import age_words
from records.batch.models import Batch
from records.batch.states import EXECUTABLE, BatchState
from records.execution.facts import split_part
from records.execution.models import BatchException, StepRun
from records.execution.queries import open_requests
from records.execution.states import ExceptionState, StepState
from records.identity import RecordName
from records.procedure.definition import SignatureRequirement, StepDefinition
from records.procedure.vocabulary import Act, Severity
from records.work_order.models import WorkOrder
from records.work_order.states import UNDER_WAY, WorkOrderState
from workflows.authority import Actor
from workflows.batch.execution_owner import executed_batch
from workflows.execution.owner import Owner
from workflows.execution.state import title_of
from workflows.execution.time_limits import VERIFICATION_WITHIN
from workflows.naming import opening
from workflows.work_order.owner import executed_order

_UNDER_WAY = EXECUTABLE | {BatchState.HELD, BatchState.RETURNED}
_VERBS = {Act.PERFORMED: "Perform", Act.VERIFIED: "Verify", Act.APPROVED: "Approve"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Something that waits for a second person or a supervisor."""

    batch: str
    title: str
    url: str
    since: datetime
    age: str
    is_late: bool
    what: str
    """Verify, approve, or the severity of an exception."""
    by: str = ""
    """Who performed the step, by person."""
    is_own: bool = False
    """Whether the person who looks did the first part, so that somebody else must come."""


@dataclass(slots=True)
class _Desk:
    """The person who looks, and the procedures read once."""

    session: Session
    actor: Actor
    at: datetime
    owners: dict[RecordName, Owner] = field(default_factory=dict)

    def step(self, record: RecordName, part: str) -> StepDefinition:
        """Return the definition of a step of a record."""
        if record not in self.owners:
            read = executed_order if record.kind == WorkOrder.kind else executed_batch
            self.owners[record] = read(self.session, record.number)
        return self.owners[record].outline.step(split_part(part)[0])

    def waiting(self, record: RecordName, part: str, since: datetime, what: str, by: str) -> Waiting:
        """Return a row of the list."""
        seconds = (self.at - since).total_seconds()
        return Waiting(
            batch=record.number,
            title=opening(title_of(part, self.step(record, part))),
            url=_step_url(record, part),
            since=since,
            age=age_words(seconds),
            is_late=seconds > VERIFICATION_WITHIN.total_seconds(),
            what=what,
            by=by,
            is_own=by == self.actor.person,
        )


def requests_for(session: Session, actor: Actor, at: datetime) -> list[Waiting]:
    """Return the requests to second persons that this person's roles may answer."""
    desk = _Desk(session, actor, at)
    return sorted([*_asked(desk), *_never_performed(desk)], key=lambda one: one.since)


def open_exceptions(session: Session, at: datetime) -> list[Waiting]:
    """Return the exceptions of batches under way that a supervisor has not assessed yet."""
    rows = session.execute(
        select(BatchException, BatchException.stream)
        .outerjoin(Batch, Batch.stream == BatchException.stream)
        .outerjoin(WorkOrder, WorkOrder.stream == BatchException.stream)
        .where(
            or_(Batch.state.in_(_UNDER_WAY), WorkOrder.state.in_(list(UNDER_WAY))),
            BatchException.state.in_([ExceptionState.OPEN, ExceptionState.RETURNED]),
            BatchException.severity != Severity.INFO,
        )
        .order_by(BatchException.opened_at, BatchException.id)
    )
    return [_exception(one, RecordName.parse(stream), at) for one, stream in rows]


def _asked(desk: _Desk) -> Iterator[Waiting]:
    """Yield the requests made when a step was performed."""
    for request in open_requests(desk.session):
        name = RecordName.parse(request.stream)
        if name.kind in PLACE_OF and desk.actor.roles & set(request.roles.split(",")):
            verb = _VERBS[Act(request.act)]
            yield desk.waiting(name, request.step_part, request.requested_at, verb, request.requested_by)


def _never_performed(desk: _Desk) -> Iterator[Waiting]:
    """Yield the steps that nobody performs: all their figures are computed, and a second person signs."""
    runs = desk.session.execute(
        select(StepRun, StepRun.stream)
        .outerjoin(Batch, Batch.stream == StepRun.stream)
        .outerjoin(WorkOrder, WorkOrder.stream == StepRun.stream)
        .where(
            or_(Batch.state.in_(EXECUTABLE), WorkOrder.state == WorkOrderState.IN_PROGRESS),
            StepRun.state == StepState.IN_PROGRESS,
        )
    )
    for run, stream in runs:
        record = RecordName.parse(stream)
        first = _first(desk.step(record, run.part))
        if first and first.act is not Act.PERFORMED and desk.actor.roles & set(first.roles):
            yield desk.waiting(record, run.part, run.started_at, _VERBS[first.act], "")


def _first(step: StepDefinition) -> SignatureRequirement | None:
    return step.signatures[0] if step.signatures else None


def _exception(one: BatchException, record: RecordName, at: datetime) -> Waiting:
    part = one.step_part
    return Waiting(
        batch=record.number,
        title=f"{one.number} {one.text}",
        url=_step_url(record, part) if part else _execute_url(record),
        since=one.opened_at,
        age=age_words((at - one.opened_at).total_seconds()),
        is_late=one.blocks_execution,
        what=one.severity.value,
        by=one.opened_by,
    )


def _execute_url(record: RecordName) -> str:
    return url_for("execution.execute", records=PLACE_OF[record.kind], number=record.number)


def _step_url(record: RecordName, part: str) -> str:
    step, occurrence = split_part(part)
    place, number = PLACE_OF[record.kind], record.number
    return url_for("execution.step", records=place, number=number, step=step, occurrence=occurrence)
