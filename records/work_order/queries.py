"""Reads of work orders: by number, what stands on an asset, lists as pages ask for them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.listing import Listing, Page, page_of
from records.work_order.models import (
    AssetChange,
    FailureReport,
    Labour,
    OrderProcedure,
    PartUse,
    Requalification,
    ReturnCheck,
    WorkOrder,
)
from records.work_order.states import ENDED, UNDER_WAY

_COLUMNS = {
    "number": WorkOrder.number,
    "title": WorkOrder.title,
    "order_kind": WorkOrder.order_kind,
    "asset": WorkOrder.asset,
    "priority": WorkOrder.priority,
    "state": WorkOrder.state,
    "source": WorkOrder.source,
    "plan_version": WorkOrder.plan_version,
    "due_at": WorkOrder.due_at,
    "requested_at": WorkOrder.requested_at,
    "requested_by": WorkOrder.requested_by,
    "assigned_to": WorkOrder.assigned_to,
}


def order_by_number(session: Session, number: str) -> WorkOrder | None:
    """Return an order, or None where there is none of that number."""
    return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one_or_none()


def work_orders(session: Session, listing: Listing) -> Page[WorkOrder]:
    """Return one page of the list of work orders."""
    return page_of(session, WorkOrder, listing, _COLUMNS)


def orders_on(session: Session, asset: str) -> Sequence[WorkOrder]:
    """Return every order on an asset, the newest first."""
    wanted = select(WorkOrder).where(WorkOrder.asset == asset)
    return session.scalars(wanted.order_by(WorkOrder.id.desc())).all()


def orders_from(session: Session, source: str) -> Sequence[WorkOrder]:
    """Return the orders raised from a record, oldest first."""
    wanted = select(WorkOrder).where(WorkOrder.source == source)
    return session.scalars(wanted.order_by(WorkOrder.id)).all()


def open_orders_from_plan(session: Session, plan_version: str, asset: str) -> Sequence[WorkOrder]:
    """Return the orders of a plan version on an asset that have not ended, oldest first."""
    wanted = select(WorkOrder).where(
        WorkOrder.plan_version == plan_version,
        WorkOrder.asset == asset,
        WorkOrder.state.not_in(list(ENDED)),
    )
    return session.scalars(wanted.order_by(WorkOrder.id)).all()


def others_under_way(session: Session, order: WorkOrder) -> Sequence[WorkOrder]:
    """Return the other orders in whose hands the order's asset is."""
    wanted = select(WorkOrder).where(
        WorkOrder.asset == order.asset,
        WorkOrder.state.in_(list(UNDER_WAY)),
        WorkOrder.number != order.number,
    )
    return session.scalars(wanted.order_by(WorkOrder.id)).all()


def procedure_of(session: Session, number: str) -> OrderProcedure | None:
    """Return the procedure frozen into an order, or None where it has none yet."""
    return session.scalars(select(OrderProcedure).where(OrderProcedure.order == number)).one_or_none()


def assessments_of(session: Session, stream: str) -> Sequence[Requalification]:
    """Return the assessments of the qualified state, oldest first; the last one counts."""
    wanted = select(Requalification).where(Requalification.stream == stream)
    return session.scalars(wanted.order_by(Requalification.version)).all()


def checks_of(session: Session, stream: str) -> Sequence[ReturnCheck]:
    """Return the verifications after a repair, oldest first; the last one counts."""
    return session.scalars(
        select(ReturnCheck).where(ReturnCheck.stream == stream).order_by(ReturnCheck.id)
    ).all()


def changes_of(session: Session, stream: str) -> Sequence[AssetChange]:
    """Return the parts and firmware changed by an order, oldest first."""
    return session.scalars(
        select(AssetChange).where(AssetChange.stream == stream).order_by(AssetChange.id)
    ).all()


def labour_of(session: Session, stream: str) -> Sequence[Labour]:
    """Return the time spent on an order, in the order of its beginning."""
    return session.scalars(select(Labour).where(Labour.stream == stream).order_by(Labour.id)).all()


def parts_of(session: Session, stream: str) -> Sequence[PartUse]:
    """Return the parts used for an order, in the order of use."""
    return session.scalars(select(PartUse).where(PartUse.stream == stream).order_by(PartUse.id)).all()


def failure_of(session: Session, stream: str) -> FailureReport | None:
    """Return what counts of the failure, or None where none is reported."""
    wanted = select(FailureReport).where(FailureReport.stream == stream)
    return session.scalars(wanted.order_by(FailureReport.version.desc()).limit(1)).one_or_none()
