"""The lot a batch puts out: in quarantine once production is complete, decided with the batch."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from audit.events import Action
from records.batch.models import Batch
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.states import LotState, MovementKind
from workflows.batch.facts import RecordFacts
from workflows.edges import Link, link_within
from workflows.material.facts import NewLot
from workflows.material.movements import lock_lots, move_within, produce_lot_within
from workflows.perform import Changes, UnitOfWork


def put_out_within(
    changes: Changes, work: UnitOfWork, facts: RecordFacts, expires_on: date | None
) -> str | None:
    """Make the output lot under the batch's number, or bring it to the quantity produced now.

    Returns the lot's number; None where the master publishes no quantity.
    """
    batch, output = facts.record, facts.output
    if output is None or output <= 0:
        return batch.output_lot
    if batch.output_lot is None:
        new = NewLot(
            number=batch.number,
            material=batch.product,
            quantity=output,
            unit=batch.unit,
            expires_on=expires_on,
        )
        produce_lot_within(changes, work, new, batch.stream)
        _link(changes, work, batch, output)
        return batch.number
    difference = output - _put_out(work, batch)
    if difference:
        lot = lock_lots(work.session, [batch.output_lot])[batch.output_lot]
        move_within(changes, work, lot, MovementKind.ADJUST, difference, batch.stream)
        _link(changes, work, batch, difference)
    return batch.output_lot


def decide_output_within(changes: Changes, work: UnitOfWork, number: str | None, state: LotState) -> None:
    """Bring the output lot to the status that the batch's disposition gives it."""
    if number is None:
        return
    lot = lock_lots(work.session, [number])[number]
    changes.update(lot, Action.LOT_STATUS, state=state)


def _put_out(work: UnitOfWork, batch: Batch) -> Decimal:
    """Return the quantity of the output lot that the genealogy says the batch made."""
    edges = work.session.scalars(
        select(GenealogyEdge).where(
            GenealogyEdge.source == batch.stream,
            GenealogyEdge.target == f"lot/{batch.output_lot}",
            GenealogyEdge.edge == EdgeKind.PRODUCES,
        )
    )
    return sum((edge.quantity or Decimal(0) for edge in edges), Decimal(0))


def _link(changes: Changes, work: UnitOfWork, batch: Batch, quantity: Decimal) -> None:
    made = Link(
        edge=EdgeKind.PRODUCES,
        source=batch.stream,
        target=f"lot/{batch.number}",
        quantity=quantity,
        unit=batch.unit,
    )
    link_within(changes, work, made)
