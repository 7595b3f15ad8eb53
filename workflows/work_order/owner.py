"""A work order as the owner of an execution: what the step engine may know of it."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.execution.queries import runs_of, values_of
from records.identity import RecordName
from records.procedure.frozen import frozen_outline
from records.work_order.models import WorkOrder
from records.work_order.queries import procedure_of
from records.work_order.states import ENDED, WorkOrderState
from workflows.execution.owner import Owner
from workflows.execution.scope import Scope
from workflows.execution.sequence import picture
from workflows.perform import Changes, UnitOfWork

PROCEDURE = "procedure"


def executing_order(work: UnitOfWork, number: str) -> Owner:
    """Return an order as the owner of the execution about to be changed; the order is locked (ATK-40)."""
    return _owner(work.session, lock_order(work.session, number))


def executing_order_of_stream(work: UnitOfWork, stream: str) -> Owner:
    """Return the owner of an execution by its stream."""
    return executing_order(work, RecordName.parse(stream).number)


def executed_order(session: Session, number: str) -> Owner:
    """Return an order as the owner of an execution that is only read."""
    order = session.scalar(select(WorkOrder).where(WorkOrder.number == number))
    if order is None:
        raise RecordNotFoundError(WorkOrder.kind, number)
    return _owner(session, order)


def lock_order(session: Session, number: str) -> WorkOrder:
    """Lock an order until the transaction ends; raises RecordNotFoundError."""
    wanted = select(WorkOrder).where(WorkOrder.number == number)
    order = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if order is None:
        raise RecordNotFoundError(WorkOrder.kind, number)
    return order


def open_steps(session: Session, owner: Owner) -> list[str]:
    """Return the steps of an execution that are not closed, by number."""
    values = values_of(session, owner.stream, "")

    def inputs(operation: str, occurrence: str) -> Scope:
        return Scope(
            outline=owner.outline,
            values=values,
            scale=owner.scale,
            operation=operation,
            occurrence=occurrence,
        )

    found = picture(owner.outline, runs_of(session, owner.stream), inputs)
    return list(dict.fromkeys(view.place.step.number for view in found.views if not view.is_closed))


def _owner(session: Session, order: WorkOrder) -> Owner:
    frozen = procedure_of(session, order.number)
    if frozen is None:
        raise RecordNotFoundError(PROCEDURE, f"of work order {order.number}")
    at_work = order.state is WorkOrderState.IN_PROGRESS
    return Owner(
        record=order,
        title=f"work order {order.number}",
        number=order.number,
        stream=order.stream,
        state_word=order.state.replace("_", " "),
        outline=frozen_outline(frozen.content),
        scale=Decimal(1),
        is_executable=at_work,
        is_correctable=at_work,
        is_closed=order.state in ENDED,
        is_held=order.state is WorkOrderState.ON_HOLD,
        begin=_begun_already,
    )


def _begun_already(_changes: Changes) -> None:
    """Do nothing: an order is started by an act of its own, with a scan of its asset."""
