"""Define materials, receive lots, decide their status, adjust their balance."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from records.material.models import Material, MaterialLot
from records.material.queries import lot_by_number, material_by_code
from records.material.states import LotState, MovementKind
from workflows.material import lifecycle
from workflows.material.contents import lot_content
from workflows.material.facts import (
    AdjustmentFacts,
    LotFacts,
    MaterialFacts,
    NewLot,
    NewLotFacts,
    NewMaterial,
)
from workflows.material.movements import add_lot, lock_lots, move_within
from workflows.perform import Changes, UnitOfWork, perform


def define_material(work: UnitOfWork, new: NewMaterial) -> Material:
    """Define a material, with the unit its lots are kept in."""
    facts = MaterialFacts(new=new, existing=material_by_code(work.session, new.code))
    defined: list[Material] = []

    def define(changes: Changes) -> None:
        defined.append(changes.insert(Material, Action.MATERIAL_DEFINE, **asdict(new)))

    perform(work, lifecycle.DEFINE, facts, define)
    return defined[0]


def receive_lot(work: UnitOfWork, new: NewLot) -> MaterialLot:
    """Receive a shipment as a lot; it stays in quarantine until the quality unit decides (211.82, 211.84)."""
    facts = NewLotFacts(
        new=new,
        material=material_by_code(work.session, new.material),
        existing=lot_by_number(work.session, new.number),
    )
    received: list[MaterialLot] = []

    def receive(changes: Changes) -> None:
        received.append(add_lot(changes, work, new, MovementKind.RECEIPT, facts.stream))

    perform(work, lifecycle.RECEIVE, facts, receive)
    return received[0]


def set_lot_status(work: UnitOfWork, number: str, status: LotState) -> MaterialLot:
    """Bring a lot to a quality status; its release is signed over its content (211.84(e), 211.22(a)).

    Raises KeyError for a status that no act leads to.
    """
    lot = lock_lots(work.session, [number])[number]
    facts = lot_facts(work.session, lot, work.at, work.time_zone)
    perform(work, lifecycle.STATUS[status], facts, content=lot_content(lot))
    return lot


def lot_facts(session: Session, lot: MaterialLot, at: datetime, time_zone: str) -> LotFacts:
    """Return what the rules about a lot's status look at."""
    made_by = select(Batch.number).where(Batch.output_lot == lot.number, Batch.closed_at.is_(None))
    return LotFacts(record=lot, at=at, time_zone=time_zone, undecided_batch=session.scalar(made_by))


def adjust_lot(work: UnitOfWork, number: str, change: Decimal) -> MaterialLot:
    """Adjust a lot's balance by a signed quantity in its unit, with the reason why."""
    lot = lock_lots(work.session, [number])[number]
    facts = AdjustmentFacts(record=lot, at=work.at, time_zone=work.time_zone, change=change)

    def adjust(changes: Changes) -> None:
        move_within(changes, work, lot, MovementKind.ADJUST, change, lot.stream)

    perform(work, lifecycle.ADJUST, facts, adjust)
    return lot
