"""Raise a work order: from a request, a plan, an exception that then stops its batch, or another order."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_by_number, asset_in_role, open_interval
from records.equipment.states import Axis, GmpImpact
from records.execution.models import BatchException, ExecutionHold
from records.procedure.queries import version_by_number
from records.work_order.models import WorkOrder
from records.work_order.queries import order_by_number
from records.work_order.states import ALWAYS, DIRTIES, Demand, SourceKind, WorkOrderState
from workflows.numbering import next_number
from workflows.perform import Changes, UnitOfWork, perform
from workflows.work_order import lifecycle
from workflows.work_order.facts import NewOrder, NewOrderFacts

PREFIX, DIGITS = "WO-", 4


def raise_order(work: UnitOfWork, new: NewOrder) -> WorkOrder:
    """Raise a work order; one that comes from a plan version is planned by it at once."""
    facts = _facts(work.session, new)
    raised: list[WorkOrder] = []

    def change(changes: Changes) -> None:
        order = _insert(changes, work, facts)
        raised.append(order)
        if facts.exception is not None:
            _hold_execution(changes, work, order, facts.exception)

    perform(work, lifecycle.RAISE, facts, change)
    return raised[0]


def asset_scanned(session: Session, code: str, at: datetime) -> str:
    """Return the number of the asset that a scanned label names: its own, or that of the role it holds."""
    name = code.strip().removeprefix("EQ:")
    holder = asset_in_role(session, name, at)
    return holder.asset.number if holder else name


def release_execution(changes: Changes, work: UnitOfWork, order: WorkOrder) -> None:
    """Let go of what waited for an order that has ended."""
    waiting = select(ExecutionHold).where(
        ExecutionHold.held_by == order.stream, ExecutionHold.released_at.is_(None)
    )
    for hold in work.session.scalars(waiting.order_by(ExecutionHold.id).with_for_update()).all():
        values = {"released_at": work.at, "released_by": work.actor.person}
        changes.update(hold, Action.EXECUTION_RELEASE, **values)


def demands_of(new: NewOrder, asset: PhysicalAsset) -> list[str]:
    """Return whose signatures an order needs: what every order does, its asset, and its plan version (C5)."""
    by_asset = {Demand.QUALITY} if asset.gmp_impact is GmpImpact.DIRECT else set()
    return sorted({*ALWAYS, *by_asset, *new.signatures})


def _facts(session: Session, new: NewOrder) -> NewOrderFacts:
    number = new.number or next_number(session, WorkOrder.number, PREFIX, DIGITS)
    asset = asset_by_number(session, new.asset)
    service = open_interval(session, new.asset, Axis.SERVICE) if asset else None
    kind, _slash, rest = (new.source or "").partition("/")
    is_follow_up = new.source_kind is SourceKind.FOLLOW_UP and kind == WorkOrder.kind
    return NewOrderFacts(
        new=new,
        number=number,
        existing=order_by_number(session, number),
        asset=asset,
        asset_service=service.value if service else None,
        version=version_by_number(session, new.master) if new.master else None,
        source_order=order_by_number(session, rest) if is_follow_up else None,
        exception=_exception(session, new),
    )


def _exception(session: Session, new: NewOrder) -> BatchException | None:
    """Return the exception an order is raised from, locked: it can't be decided meanwhile."""
    if new.source_kind is not SourceKind.EXCEPTION or not new.source:
        return None
    stream, _space, number = new.source.partition(" ")
    return session.scalar(
        select(BatchException)
        .where(BatchException.stream == stream, BatchException.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _insert(changes: Changes, work: UnitOfWork, facts: NewOrderFacts) -> WorkOrder:
    new, asset = facts.new, facts.asset
    if asset is None:
        msg = "An order is raised on an asset that its guard has found."
        raise ValueError(msg)
    by_plan = new.plan_version is not None
    return changes.insert(
        WorkOrder,
        Action.WORK_ORDER_RAISE,
        number=facts.number,
        order_kind=new.order_kind,
        asset=new.asset,
        title=new.title.strip(),
        description=new.description.strip(),
        priority=new.priority,
        state=WorkOrderState.PLANNED if by_plan else WorkOrderState.REQUESTED,
        source_kind=new.source_kind,
        source=new.source,
        plan_version=new.plan_version,
        master=new.master,
        signatures=demands_of(new, asset),
        lock_out=new.lock_out,
        leaves_dirty=new.order_kind in DIRTIES if new.leaves_dirty is None else new.leaves_dirty,
        has_failed=False,
        window_opens_at=new.window_opens_at,
        due_at=new.due_at,
        hard_stop_at=new.hard_stop_at,
        requested_by=work.actor.person,
        requested_at=work.at,
        assigned_to=None,
        scheduled_at=None,
        started_at=None,
        done_at=None,
        ended_at=None,
    )


def _hold_execution(changes: Changes, work: UnitOfWork, order: WorkOrder, exception: BatchException) -> None:
    """Stop the record of an exception until the order raised from it has ended."""
    changes.insert(
        ExecutionHold,
        Action.EXECUTION_HOLD,
        stream=exception.stream,
        exception=exception.number,
        held_by=order.stream,
        held_at=work.at,
        held_by_person=work.actor.person,
        released_at=None,
        released_by=None,
    )
