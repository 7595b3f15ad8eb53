"""Raise the orders that are due, once for each cycle, and begin the next cycle when their work is closed."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.days import last_instant, local_day
from records.maintenance.due import Due, rearm
from records.maintenance.forecast import due_now
from records.maintenance.models import FixedDue, MaintenanceCycle, PlannedAsset
from records.maintenance.plan import baseline_content
from records.maintenance.queries import Standing, effective_plan, readings_until, standings
from records.maintenance.triggers import to_content
from records.procedure.queries import effective_version
from records.work_order.models import WorkOrder
from records.work_order.states import Demand, OrderKind, SourceKind, WorkOrderState
from workflows.machine import refusals
from workflows.maintenance import lifecycle
from workflows.maintenance.cycle_commands import lock_planned_asset
from workflows.maintenance.facts import CycleFacts
from workflows.maintenance.rules import order_day
from workflows.perform import Changes, RefusedError, UnitOfWork, perform
from workflows.work_order.facts import NewOrder
from workflows.work_order.raising import raise_order

_GIVEN_UP = frozenset({WorkOrderState.CANCELLED, WorkOrderState.REJECTED})
_TICK = timedelta(microseconds=1)


@dataclass(slots=True)
class Generated:
    """What a run has done: orders raised, cycles begun, and why an order that is due was not raised."""

    raised: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def add(self, other: "Generated") -> None:
        """Take over what another run has done."""
        self.raised += other.raised
        self.begun += other.begun
        self.refused += other.refused


def generate_due_orders(work: UnitOfWork) -> Generated:
    """Begin every cycle whose work is closed and raise every order that is due, once."""
    generated = Generated()
    for standing in assets_due(work.session, work.at, work.time_zone):
        generated.add(generate_for(work, standing.plan, standing.asset))
    return generated


def generate_for(work: UnitOfWork, plan: str, asset: str) -> Generated:
    """Begin the next cycle of one asset where its work is closed; raise its order where it is due."""
    record, generated = lock_planned_asset(work.session, plan, asset), Generated()
    for act in (_begin_next_cycle, _raise):
        seen = _standings(work.session, work.at, work.time_zone, number=record.number)
        if seen:
            act(work, record, seen[0], generated)
    return generated


def assets_due(session: Session, at: datetime, time_zone: str) -> list[Standing]:
    """Return the assets under a plan for which something is to be done."""
    today = local_day(at, time_zone)
    seen = _standings(session, at, time_zone)
    return [one.standing for one in seen if one.is_done or one.wants_order(today)]


@dataclass(frozen=True, slots=True)
class _Seen:
    """An asset under a plan; an order that was cancelled or rejected counts as none."""

    standing: Standing
    is_done: bool

    def wants_order(self, today: date) -> bool:
        due = due_now(self.standing.planned)
        return self.standing.work_order is None and due is not None and today >= order_day(self.standing, due)


def _standings(session: Session, at: datetime, time_zone: str, *, number: str | None = None) -> list[_Seen]:
    wanted = select(WorkOrder.number, WorkOrder.state).join(FixedDue, FixedDue.work_order == WorkOrder.number)
    states = {row.number: row.state for row in session.execute(wanted)}
    found = []
    for one in standings(session, at, time_zone, number=number):
        state = states.get(one.work_order or "")
        known = replace(one, work_order=None) if state in _GIVEN_UP else one
        found.append(_Seen(known, state is WorkOrderState.CLOSED))
    return found


def _raise(work: UnitOfWork, record: PlannedAsset, seen: _Seen, generated: Generated) -> None:
    """Raise the order of a cycle and fix its due date; where it can't be raised, say why."""
    if not seen.wants_order(local_day(work.at, work.time_zone)):
        return
    facts = _facts(work, record, seen.standing)
    due, found = facts.due, refusals(lifecycle.RAISE, facts, work.actor)
    if found or due is None:
        generated.refused += found
        return
    try:
        order = raise_order(work, _new_order(work, facts, due))
    except RefusedError as refused:
        generated.refused += [f"{facts.title}: {reason}" for reason in refused.reasons]
        return
    perform(work, lifecycle.RAISE, facts, lambda changes: _fix(changes, work, facts, due, order))
    generated.raised.append(order.number)


def _fix(changes: Changes, work: UnitOfWork, facts: CycleFacts, due: Due, order: WorkOrder) -> None:
    changes.insert(
        FixedDue,
        Action.PLAN_FIX,
        cycle=facts.standing.cycle,
        work_order=order.number,
        due_on=due.due_on,
        opens_on=due.opens_on,
        grace_until=due.grace_until,
        stops_on=due.stops_on,
        due_by=to_content(due.by),
        fixed_at=work.at,
    )


def _new_order(work: UnitOfWork, facts: CycleFacts, due: Due) -> NewOrder:
    """Return the order of a cycle; lock-out, signatures and procedure come from the plan's version (C5)."""
    standing = facts.standing
    plan, until = standing.content, standing.planned.extended_to
    return NewOrder(
        order_kind=OrderKind(plan.kind.value),
        asset=standing.asset,
        title=plan.title,
        description=f"Due by {due.by.words}. Estimated work {plan.hours} h.",
        source_kind=SourceKind.PLAN,
        source=f"{facts.record.stream} {standing.cycle}",
        plan_version=standing.plan_version,
        master=facts.procedure,
        signatures=tuple(Demand(word) for word in plan.signatures),
        lock_out=plan.lock_out,
        window_opens_at=last_instant(due.opens_on - timedelta(days=1), work.time_zone) + _TICK,
        due_at=last_instant(until or due.due_on, work.time_zone),
        hard_stop_at=last_instant(until or due.stops_on, work.time_zone),
    )


def _begin_next_cycle(work: UnitOfWork, record: PlannedAsset, seen: _Seen, generated: Generated) -> None:
    """Re-arm every trigger from the day and the readings of the closed work, under the version in force."""
    version = effective_plan(work.session, record.plan)
    if not seen.is_done or version is None:
        return
    facts = _facts(work, record, seen.standing)
    order = work.session.scalars(select(WorkOrder).where(WorkOrder.number == facts.standing.work_order)).one()
    done = (order.number, order.done_at or work.at, version.number)
    perform(work, lifecycle.BEGIN_CYCLE, facts, lambda changes: _begin(changes, work, facts, done))
    generated.begun.append(facts.title)


def _begin(changes: Changes, work: UnitOfWork, facts: CycleFacts, done: tuple[str, datetime, str]) -> None:
    order, done_at, version = done
    standing, planned = facts.standing, facts.standing.planned
    readings = readings_until(work.session, standing.asset, done_at, work.time_zone)
    observed = replace(planned.observed, readings=readings)
    done_on = local_day(done_at, work.time_zone)
    baseline = rearm(planned.triggers, planned.baseline, observed, facts.due, done_on)
    changes.insert(
        MaintenanceCycle,
        Action.PLAN_CYCLE,
        number=standing.cycle + 1,
        plan_version=version,
        began_at=done_at,
        baseline=baseline_content(baseline),
        work_order=order,
        due_on=facts.due.due_on if facts.due else None,
        recorded_at=work.at,
        recorded_by=work.actor.person,
    )


def _facts(work: UnitOfWork, record: PlannedAsset, standing: Standing) -> CycleFacts:
    procedure = effective_version(work.session, standing.content.procedure)
    return CycleFacts(
        record=record,
        standing=standing,
        due=due_now(standing.planned),
        today=local_day(work.at, work.time_zone),
        procedure=procedure.number if procedure else None,
    )
