"""What a value does beyond its step: a container fills or is charged, a lot's balance moves.

Each effect compares what the step says with what is booked and books the difference, so a correction is a
movement of its own and never a rewritten one (211.101, 211.184(c)).
"""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select

from audit.events import Action
from records.execution.facts import ValueFact
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.models import Container, LotMovement
from records.material.states import ContainerState, MovementKind
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.execution.state import Execution
from workflows.material.facts import Charge, Fill
from workflows.material.movements import (
    charge_container_within,
    fill_container_within,
    lock_lots,
    move_within,
)
from workflows.perform import Changes


def settle(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Book what the step's values say and is not booked yet."""
    _settle_dispensing(changes, execution, step)
    _settle_charging(changes, execution, step)


def _settle_dispensing(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Fill a container for each portion whose label was confirmed; a corrected net weight is adjusted."""
    net = next((field for field in step.fields if field.is_computed and field.component), None)
    if net is None:
        return
    current = execution.current(execution.part)
    lot = _lot_for(step, net, current)
    if lot is None:
        return
    for number in range(1, (net.samples or 1) + 1):
        tail = f".{number}" if net.samples else ""
        weight, label = current.get(f"{net.name}{tail}"), current.get(f"label{tail}")
        if weight is None or label is None:
            continue
        portion = str(number)
        container = _container(execution, str(net.component), portion)
        if container is None:
            _fill(changes, execution, net, lot, portion, Decimal(weight.value))
            continue
        if container.lot != lot.value:
            _move_to_lot(changes, execution, container, lot.value)
        if container.net != Decimal(weight.value):
            _adjust_container(changes, execution, container, Decimal(weight.value))


def _fill(
    changes: Changes, execution: Execution, net: Field, lot: ValueFact, portion: str, weight: Decimal
) -> None:
    work = execution.work
    locked = lock_lots(work.session, [lot.value])[lot.value]
    fill = Fill(
        batch=execution.owner.number,
        part=execution.part,
        component=str(net.component),
        portion=portion,
        net=weight,
        unit=str(net.unit),
    )
    fill_container_within(changes, work, locked, fill)
    _consumes(changes, execution, lot.value, weight, str(net.unit))


def _adjust_container(changes: Changes, execution: Execution, container: Container, weight: Decimal) -> None:
    work = execution.work
    locked = lock_lots(work.session, [container.lot])[container.lot]
    difference = container.net - weight
    move_within(changes, work, locked, MovementKind.ADJUST, difference, _cause(execution))
    changes.update(container, Action.CONTAINER_MOVE, net=weight)
    _consumes(changes, execution, container.lot, -difference, container.unit)


def _move_to_lot(changes: Changes, execution: Execution, container: Container, lot: str) -> None:
    """Give back to the lot scanned by mistake what the container holds, and take it from the right one."""
    work = execution.work
    locked = lock_lots(work.session, [container.lot, lot])
    for number, quantity in ((container.lot, container.net), (lot, -container.net)):
        move_within(changes, work, locked[number], MovementKind.ADJUST, quantity, _cause(execution))
        _consumes(changes, execution, number, -quantity, container.unit)
    changes.update(container, Action.CONTAINER_MOVE, lot=lot)


def _settle_charging(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    current = execution.current(execution.part)
    scans = [field for field in step.fields if field.scan_of is ScanKind.CONTAINER]
    if scans:
        _give_back(changes, execution, {fact.value for fact in current.values()})
    for field in scans:
        for name, fact in current.items():
            if name.partition(".")[0] == field.name:
                _charge(changes, execution, field, fact)
    if any(_is_charged_from_a_lot(step, field) for field in step.fields):
        _settle_lots(changes, execution, step, current)


def _is_charged_from_a_lot(step: StepDefinition, field: Field) -> bool:
    scanned = {one.component for one in step.fields if one.scan_of is ScanKind.LOT}
    return field.kind is FieldKind.NUMBER and field.component is not None and field.component in scanned


def _give_back(changes: Changes, execution: Execution, charged: set[str]) -> None:
    """Take back the charge of a container that was scanned by mistake, and corrected since."""
    wrong = execution.work.session.scalars(
        select(Container).where(
            Container.batch == execution.owner.number,
            Container.charged_part == execution.part,
            Container.label.not_in(charged),
        )
    ).all()
    for container in wrong:
        changes.update(container, Action.CONTAINER_MOVE, state=ContainerState.FILLED, charged_part=None)


def _settle_lots(
    changes: Changes, execution: Execution, step: StepDefinition, current: Mapping[str, ValueFact]
) -> None:
    """Take from each lot what is charged from it, and give back to one that was scanned by mistake."""
    wanted: dict[str, Decimal] = {}
    unit = ""
    for field in step.fields:
        lot, quantity = _lot_for(step, field, current), current.get(field.name)
        if _is_charged_from_a_lot(step, field) and lot and quantity:
            wanted[lot.value] = wanted.get(lot.value, Decimal(0)) + Decimal(quantity.value)
            unit = str(field.unit)
    booked = execution.work.session.scalars(
        select(LotMovement.lot).where(LotMovement.cause == _cause(execution)).distinct()
    ).all()
    lock_lots(execution.work.session, {*wanted, *booked})
    for number in sorted({*wanted, *booked}):
        _consume(changes, execution, number, wanted.get(number, Decimal(0)), unit)


def _lot_for(step: StepDefinition, quantity: Field, current: Mapping[str, ValueFact]) -> ValueFact | None:
    """Return the lot scanned in this step for the component a quantity is of."""
    scans = (field for field in step.fields if field.scan_of is ScanKind.LOT)
    name = next((field.name for field in scans if field.component == quantity.component), None)
    return current.get(name) if name else None


def _charge(changes: Changes, execution: Execution, field: Field, fact: ValueFact) -> None:
    container = execution.work.session.scalar(select(Container).where(Container.label == fact.value))
    if container is None or container.state is not ContainerState.FILLED:
        return
    charge = Charge(
        label=fact.value,
        batch=execution.owner.number,
        component=field.component or container.component,
        part=execution.part,
    )
    charge_container_within(changes, execution.work, charge)


def _consume(changes: Changes, execution: Execution, lot: str, quantity: Decimal, unit: str) -> None:
    """Take from the lot what is charged and not yet taken; a correction moves the difference."""
    work = execution.work
    locked = lock_lots(work.session, [lot])[lot]
    booked = work.session.scalars(
        select(LotMovement.quantity).where(LotMovement.lot == lot, LotMovement.cause == _cause(execution))
    ).all()
    taken = -sum(booked, Decimal(0))
    if taken == quantity:
        return
    if not booked:
        move_within(changes, work, locked, MovementKind.CONSUME, quantity, _cause(execution))
    else:
        move_within(changes, work, locked, MovementKind.ADJUST, taken - quantity, _cause(execution))
    _consumes(changes, execution, lot, quantity - taken, unit)


def _consumes(changes: Changes, execution: Execution, lot: str, quantity: Decimal, unit: str) -> None:
    changes.insert(
        GenealogyEdge,
        Action.GENEALOGY_LINK,
        stream=execution.owner.stream,
        edge=EdgeKind.CONSUMES,
        source=execution.owner.stream,
        target=f"lot/{lot}",
        quantity=quantity,
        unit=unit,
        step_part=execution.part,
        at=execution.work.at,
    )


def _container(execution: Execution, component: str, portion: str) -> Container | None:
    return execution.work.session.scalar(
        select(Container).where(
            Container.batch == execution.owner.number,
            Container.part == execution.part,
            Container.component == component,
            Container.portion == portion,
            Container.state != ContainerState.VOID,
        )
    )


def _cause(execution: Execution) -> str:
    return f"{execution.owner.stream} {execution.part}"
