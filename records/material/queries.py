"""Reads of materials, lots, movements and containers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.material.balances import total, unresolved_quantity
from records.material.models import Container, LotMovement, Material, MaterialLot
from records.material.states import MovementKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LotAccount:
    """A lot's books: what each kind of movement adds up to, the balance, and what they leave unexplained."""

    moved: dict[MovementKind, Decimal]
    balance: Decimal
    unresolved: Decimal


def material_by_code(session: Session, code: str) -> Material | None:
    """Return a material definition, or None where there is none of that code."""
    return session.scalars(select(Material).where(Material.code == code)).one_or_none()


def materials(session: Session) -> Sequence[Material]:
    """Return every material definition, by code."""
    return session.scalars(select(Material).order_by(Material.code)).all()


def lot_by_number(session: Session, number: str) -> MaterialLot | None:
    """Return a lot, or None where there is none of that number."""
    return session.scalars(select(MaterialLot).where(MaterialLot.number == number)).one_or_none()


def lots_on_label(session: Session, number: str, material: str | None) -> Sequence[MaterialLot]:
    """Return the lots a label may mean: ours of that number, else those of the supplier's."""
    own = lot_by_number(session, number)
    if own is not None:
        return [own]
    wanted = select(MaterialLot).where(MaterialLot.supplier_lot == number).order_by(MaterialLot.id)
    return session.scalars(wanted.where(MaterialLot.material == material) if material else wanted).all()


def container_by_label(session: Session, label: str) -> Container | None:
    """Return a container, or None where no container carries that label."""
    return session.scalars(select(Container).where(Container.label == label)).one_or_none()


def containers_of(session: Session, batch: str) -> Sequence[Container]:
    """Return the containers dispensed for a batch, in the order they were filled."""
    return session.scalars(select(Container).where(Container.batch == batch).order_by(Container.id)).all()


def containers_from(session: Session, lot: str) -> Sequence[Container]:
    """Return the containers filled from a lot, in the order they were filled."""
    return session.scalars(select(Container).where(Container.lot == lot).order_by(Container.id)).all()


def movements_of(session: Session, lot: str) -> Sequence[LotMovement]:
    """Return a lot's movements in the order they were recorded."""
    return session.scalars(select(LotMovement).where(LotMovement.lot == lot).order_by(LotMovement.id)).all()


def lot_account(session: Session, lot: MaterialLot) -> LotAccount:
    """Return a lot's books (211.184(c))."""
    moved: dict[MovementKind, Decimal] = {}
    for movement in movements_of(session, lot.number):
        moved[movement.movement] = total([moved.get(movement.movement, Decimal(0)), movement.quantity])
    return LotAccount(moved=moved, balance=lot.balance, unresolved=unresolved_quantity(moved, lot.balance))


def next_lot_number(session: Session, at: datetime, time_zone: str) -> str:
    """Suggest a receiving number: the site's year and the next number in it, as ``26-014``."""
    year = f"{at.astimezone(ZoneInfo(time_zone)):%y}"
    taken = session.scalars(select(MaterialLot.number).where(MaterialLot.number.like(f"{year}-%")))
    counted = [int(text) for number in taken if (text := number.removeprefix(f"{year}-")).isdecimal()]
    return f"{year}-{max(counted, default=0) + 1:03}"


def next_label(session: Session, batch: str, component: str, portion: str) -> str:
    """Return the next unused container label of a component's portion: no label is ever used twice."""
    first = f"{batch}-{component}-{portion}".upper()
    taken = set(session.scalars(select(Container.label).where(Container.label.like(f"{first}%"))))
    label, count = first, 1
    while label in taken:
        count += 1
        label = f"{first}-{count}"
    return label
