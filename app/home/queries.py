"""What waits for a person on the start page, and what is under way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batch.table import titles as titles_of
from app.execution.requests import open_exceptions, requests_for
from app.logins import Login
from records.batch.models import Batch
from records.batch.states import BatchState
from records.execution.models import StepRun
from records.execution.states import CLOSED
from records.procedure.models import ProcedureVersion
from records.procedure.states import ProcedureState
from records.work_order.models import WorkOrder
from records.work_order.states import Priority, WorkOrderState
from signatures.models import Account, AccountState
from workflows.authority import Permission

B, M, W = BatchState, ProcedureState, WorkOrderState

BATCH_TASKS: Mapping[BatchState, tuple[tuple[Permission, str, str], ...]] = {
    B.CREATED: ((Permission.BATCH_ISSUE, "Issue the batch record", "batch.show"),),
    B.HELD: ((Permission.BATCH_HOLD, "Decide on the hold", "batch.show"),),
    B.RETURNED: ((Permission.BATCH_COMPLETE, "Correct the record and complete it again", "batch.show"),),
    B.ABORTED: ((Permission.BATCH_REVIEW, "Begin the review of an ended batch", "review.show"),),
    B.PRODUCTION_COMPLETE: ((Permission.BATCH_REVIEW, "Begin the review", "review.show"),),
    B.UNDER_REVIEW: ((Permission.BATCH_REVIEW, "Go on with the review", "review.show"),),
    B.DISPOSITION_PENDING: (
        (Permission.BATCH_DISPOSE, "Decide the disposition", "batch.disposition"),
        (Permission.BATCH_CERTIFY, "Decide on certification", "batch.disposition"),
    ),
}
"""By state: who is needed, for what, on which page."""
MASTER_TASKS: Mapping[ProcedureState, tuple[Permission, str]] = {
    M.DRAFT: (Permission.MASTER_AUTHOR, "Sign as author"),
    M.CHANGES_REQUESTED: (Permission.MASTER_AUTHOR, "Answer the changes requested"),
    M.IN_REVIEW: (Permission.MASTER_CHECK, "Check independently"),
    M.CHECKED: (Permission.MASTER_APPROVE, "Approve for the quality unit"),
    M.APPROVED: (Permission.MASTER_APPROVE, "Make effective"),
}
ORDER_TASKS: Mapping[WorkOrderState, tuple[Permission, str]] = {
    W.REQUESTED: (Permission.WORK_ORDER_PLAN, "Accept or reject the request"),
    W.TRIAGED: (Permission.WORK_ORDER_PLAN, "Plan the work"),
    W.PLANNED: (Permission.WORK_ORDER_PLAN, "Schedule the work"),
    W.SCHEDULED: (Permission.WORK_ORDER_PERFORM, "Start the work"),
    W.IN_PROGRESS: (Permission.WORK_ORDER_PERFORM, "Go on with the work"),
    W.ON_HOLD: (Permission.WORK_ORDER_PERFORM, "Go on with the work, which is on hold"),
    W.WORK_DONE: (Permission.WORK_ORDER_REVIEW, "Begin the technical review"),
    W.TECHNICAL_REVIEW: (Permission.WORK_ORDER_REVIEW, "Sign the technical review"),
    W.QA_REVIEW: (Permission.WORK_ORDER_ACCEPT, "Return the asset to service"),
}
"""By state of a work order: who is needed, for what."""
_PRESSING = frozenset({Priority.EMERGENCY, Priority.HIGH})
_OF_THE_TECHNICIAN = frozenset({W.SCHEDULED, W.IN_PROGRESS, W.ON_HOLD})
_ON_THE_FLOOR = (B.ISSUED, B.RUNNING, B.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that waits for this person: what, about which record, where, since when."""

    what: str
    record: str
    title: str
    url: str
    since: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """A batch on the floor."""

    number: str
    product: str
    """The title of its master: what people call the product."""
    state: BatchState
    url: str
    record_url: str
    started_at: datetime | None
    closed_steps: int


def tasks(session: Session, login: Login, at: datetime) -> list[Task]:
    """Return what waits for a person's roles."""
    return [
        *_second_person(session, login, at),
        *_exceptions(session, login, at),
        *_batches(session, login),
        *_masters(session, login),
        *_work_orders(session, login),
    ]


def under_way(session: Session) -> list[UnderWay]:
    """Return the batches on the floor, the one begun last first."""
    wanted = select(Batch).where(Batch.state.in_(_ON_THE_FLOOR)).order_by(Batch.id.desc())
    batches = session.scalars(wanted).all()
    titles = titles_of(session, {batch.master for batch in batches})
    return [
        UnderWay(
            number=batch.number,
            product=titles.get(batch.master, batch.product),
            state=batch.state,
            url=url_for("execution.execute", number=batch.number),
            record_url=url_for("batch.show", number=batch.number),
            started_at=batch.started_at,
            closed_steps=_closed_steps(session, batch.stream),
        )
        for batch in batches
    ]


def locked_accounts(session: Session, login: Login) -> list[Account]:
    """Return the locked accounts, for those who unlock them (21 CFR 11.300(d))."""
    if not login.may(Permission.PERSON_MANAGE):
        return []
    wanted = select(Account).where(Account.state == AccountState.LOCKED).order_by(Account.user_name)
    return list(session.scalars(wanted))


def _second_person(session: Session, login: Login, at: datetime) -> Iterator[Task]:
    for one in requests_for(session, login.actor(), at):
        if not one.is_own:
            yield Task(
                what=one.what,
                record=one.batch,
                title=one.title,
                url=one.url,
                since=one.since,
                note="late" if one.is_late else "",
            )


def _exceptions(session: Session, login: Login, at: datetime) -> Iterator[Task]:
    if login.may(Permission.STEP_SUPERVISE):
        for one in open_exceptions(session, at):
            note = "stops the work" if one.is_late else ""
            yield Task(
                what="Assess", record=one.batch, title=one.title, url=one.url, since=one.since, note=note
            )


def _batches(session: Session, login: Login) -> Iterator[Task]:
    wanted = select(Batch).where(Batch.state.in_(BATCH_TASKS)).order_by(Batch.id)
    batches = session.scalars(wanted).all()
    titles = titles_of(session, {batch.master for batch in batches})
    for batch in batches:
        for permission, what, endpoint in BATCH_TASKS[batch.state]:
            if login.may(permission):
                yield Task(
                    what=what,
                    record=batch.number,
                    title=titles.get(batch.master, batch.product),
                    url=url_for(endpoint, number=batch.number),
                    since=batch.completed_at or batch.created_at,
                )


def _masters(session: Session, login: Login) -> Iterator[Task]:
    wanted = select(ProcedureVersion).where(ProcedureVersion.state.in_(MASTER_TASKS))
    for version in session.scalars(wanted.order_by(ProcedureVersion.id)):
        permission, what = MASTER_TASKS[version.state]
        if login.may(permission):
            yield Task(
                what=what,
                record=f"{version.code} v{version.version}",
                title=version.title,
                url=url_for("master.show", code=version.code, version=version.version),
                since=version.loaded_at,
            )


def _work_orders(session: Session, login: Login) -> Iterator[Task]:
    """Yield the work orders that wait for this person; a technician sees those given to them."""
    wanted = select(WorkOrder).where(WorkOrder.state.in_(ORDER_TASKS)).order_by(WorkOrder.id)
    for order in session.scalars(wanted):
        permission, what = ORDER_TASKS[order.state]
        is_another_s = order.state in _OF_THE_TECHNICIAN and order.assigned_to != login.person
        if login.may(permission) and not is_another_s:
            yield Task(
                what=what,
                record=order.number,
                title=f"{order.title}, {order.asset}",
                url=url_for("work_order.show", number=order.number),
                since=order.requested_at,
                note=order.priority.value if order.priority in _PRESSING else "",
            )


def _closed_steps(session: Session, stream: str) -> int:
    runs = session.scalars(select(StepRun.id).where(StepRun.stream == stream, StepRun.state.in_(CLOSED)))
    return len(runs.all())
