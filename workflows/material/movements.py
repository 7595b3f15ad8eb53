"""Move quantities as part of another act: balances exact, never below zero; containers charged once.

The act that calls these has its own authority. Lots are locked by `lock_lots` first, all at once.
"""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.errors import RecordNotFoundError
from records.material.balances import balance_after, signed_quantity
from records.material.models import Container, LotMovement, MaterialLot
from records.material.queries import lot_by_number, material_by_code, next_label
from records.material.states import ContainerState, LotState, MovementKind
from workflows.material import lifecycle, rules
from workflows.material.facts import Charge, ChargeFacts, Fill, NewLot, NewLotFacts
from workflows.perform import Changes, RefusedError, UnitOfWork


def lock_lots(session: Session, numbers: Iterable[str]) -> dict[str, MaterialLot]:
    """Lock lots, in the order of their numbers, and return them; raises RecordNotFoundError."""
    wanted = sorted(set(numbers))
    rows = session.scalars(
        select(MaterialLot)
        .where(MaterialLot.number.in_(wanted))
        .order_by(MaterialLot.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.number: row for row in rows}
    for number in wanted:
        if number not in found:
            raise RecordNotFoundError(MaterialLot.kind, number)
    return found


def move_within(
    changes: Changes,
    work: UnitOfWork,
    lot: MaterialLot,
    movement: MovementKind,
    quantity: Decimal,
    cause: str,
) -> LotMovement:
    """Move a quantity, in the lot's unit, out of or into a locked lot and keep its balance exact.

    The quantity is positive, and its kind says which way it goes; only an adjustment carries a sign. Raises
    RefusedError when the lot holds less than is taken.
    """
    if refused := rules.movement_refusal(lot, movement, quantity):
        raise RefusedError([refused], act=f"lot.{movement}", stream=lot.stream)
    change = signed_quantity(movement, quantity)
    balance = balance_after(lot.balance, change)
    moved = _add_movement(
        changes, work, lot, movement=movement, quantity=change, balance_after=balance, cause=cause
    )
    changes.update(lot, Action.LOT_BALANCE, balance=balance)
    return moved


def produce_lot_within(changes: Changes, work: UnitOfWork, new: NewLot, cause: str) -> MaterialLot:
    """Make the lot that a step puts out: in quarantine, with its quantity as its first movement."""
    facts = NewLotFacts(
        new=new,
        material=material_by_code(work.session, new.material),
        existing=lot_by_number(work.session, new.number),
    )
    found = [sentence for rule in lifecycle.RECEIVE.guards if (sentence := rule(facts, work.actor))]
    if found:
        raise RefusedError(found, act="lot.produce", stream=facts.stream)
    return add_lot(changes, work, new, MovementKind.PRODUCE, cause)


def fill_container_within(changes: Changes, work: UnitOfWork, lot: MaterialLot, fill: Fill) -> Container:
    """Dispense from a locked lot into a container with a label of its own (211.101(b)).

    Takes the net quantity from the lot; the container stands in the batch's stream, in the step's part.
    """
    if lot.unit != fill.unit:
        sentence = f"LOT {lot.number} is kept in {lot.unit}; this step weighs in {fill.unit}."
        raise RefusedError([sentence], act="container.fill", stream=f"batch/{fill.batch}", part=fill.part)
    move_within(changes, work, lot, MovementKind.DISPENSE, fill.net, f"batch/{fill.batch} {fill.part}")
    return changes.insert(
        Container,
        Action.CONTAINER_FILL,
        stream=f"batch/{fill.batch}",
        part=fill.part,
        label=next_label(work.session, fill.batch, fill.component, fill.portion),
        batch=fill.batch,
        component=fill.component,
        material=lot.material,
        lot=lot.number,
        portion=fill.portion,
        net=fill.net,
        unit=fill.unit,
        state=ContainerState.FILLED,
        filled_at=work.at,
        filled_by=work.actor.person,
        charged_part=None,
    )


def charge_facts(work: UnitOfWork, charge: Charge) -> ChargeFacts:
    """Lock the container and read its lot as it stands now, for `rules.container_refusals`."""
    container = work.session.scalars(
        select(Container)
        .where(Container.label == charge.label)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    lot = lot_by_number(work.session, container.lot) if container else None
    return ChargeFacts(charge=charge, container=container, lot=lot, at=work.at, time_zone=work.time_zone)


def charge_container_within(changes: Changes, work: UnitOfWork, charge: Charge) -> Container:
    """Charge a container once, into the batch and as the component it was dispensed for (211.101(c), (d))."""
    facts = charge_facts(work, charge)
    found = rules.container_refusals(facts)
    if found or facts.container is None:
        stream = f"batch/{charge.batch}"
        raise RefusedError(found, act="container.charge", stream=stream, part=charge.part)
    values = {"state": ContainerState.CHARGED, "charged_part": charge.part}
    changes.update(facts.container, Action.CONTAINER_MOVE, **values)
    return facts.container


def add_lot(
    changes: Changes, work: UnitOfWork, new: NewLot, movement: MovementKind, cause: str
) -> MaterialLot:
    """Add a lot in quarantine and the movement that its quantity begins with."""
    lot = changes.insert(
        MaterialLot,
        Action.LOT_RECEIVE,
        stream=f"lot/{new.number}",
        number=new.number,
        material=new.material,
        state=LotState.QUARANTINE,
        quantity=new.quantity,
        balance=new.quantity,
        unit=new.unit,
        attributes=dict(new.attributes),
        supplier=new.supplier,
        supplier_lot=new.supplier_lot,
        received_at=work.at,
        expires_on=new.expires_on,
    )
    _add_movement(
        changes, work, lot, movement=movement, quantity=new.quantity, balance_after=new.quantity, cause=cause
    )
    return lot


def _add_movement(
    changes: Changes, work: UnitOfWork, lot: MaterialLot, **values: MovementKind | Decimal | str
) -> LotMovement:
    return changes.insert(
        LotMovement,
        Action.LOT_MOVE,
        stream=lot.stream,
        lot=lot.number,
        moved_at=work.at,
        moved_by=work.actor.person,
        **values,
    )
