"""Which lots went into what, and what they became: both ways, to any depth (211.184(c), 211.188(b)(3))."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from records.execution.models import EquipmentUse
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.balances import total
from records.material.models import MaterialLot
from records.material.queries import containers_from, movements_of
from records.material.states import ContainerState, MovementKind

_AT_ONCE = 1000
"""Records asked about in one statement."""
_INTO_RECORDS = frozenset(
    {MovementKind.DISPENSE, MovementKind.CONSUME, MovementKind.RETURN, MovementKind.ADJUST}
)


class Direction(StrEnum):
    """Which way to follow the material."""

    FORWARD = "forward"
    """What it became: from a supplier's lot to the batches it reached."""
    BACKWARD = "backward"
    """What it was made of: from a batch to the lots that went into it."""


class Step(NamedTuple):
    """One edge as the material flows: from what went in to what came of it."""

    depth: int
    edge: EdgeKind
    origin: str
    destination: str
    quantity: Decimal | None
    unit: str | None
    step_part: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What was reached from a record, each record at its least depth, and the edges passed."""

    start: str
    reached: dict[str, int]
    steps: tuple[Step, ...]
    complete: bool
    """False where records at the greatest depth asked for lead further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUse:
    """Where what other records took from a lot went, in its unit; `unresolved` is what none explains.

    `in_containers` is the part of it that stands dispensed and is not charged yet.
    """

    taken: Decimal
    by_record: dict[str, Decimal]
    in_containers: Decimal
    unresolved: Decimal


def edges_from(session: Session, record: str) -> Sequence[GenealogyEdge]:
    """Return what a record used, made or was measured with, in the order recorded."""
    return session.scalars(
        select(GenealogyEdge).where(GenealogyEdge.source == record).order_by(GenealogyEdge.id)
    ).all()


def edges_to(session: Session, record: str) -> Sequence[GenealogyEdge]:
    """Return which records used or made this one, in the order recorded."""
    return session.scalars(
        select(GenealogyEdge).where(GenealogyEdge.target == record).order_by(GenealogyEdge.id)
    ).all()


def trace(session: Session, start: str, direction: Direction, *, depth: int = 20) -> Trace:
    """Follow the material from a record, level by level, each record once."""
    reached, steps, frontier = {start: 0}, [], [start]
    for level in range(1, depth + 1):
        found = list(_steps(session, frontier, direction, level))
        steps += found
        ends = (_far_end(step, direction) for step in found)
        frontier = [end for end in dict.fromkeys(ends) if end not in reached]
        reached.update(dict.fromkeys(frontier, level))
        if not frontier:
            break
    complete = not any(_steps(session, frontier, direction, depth + 1))
    return Trace(start=start, reached=reached, steps=tuple(steps), complete=complete)


def records_using(session: Session, asset: str, start: datetime, end: datetime) -> list[str]:
    """Return the records whose steps used an asset in a span of time, both ends included."""
    return list(
        session.scalars(
            select(EquipmentUse.stream)
            .distinct()
            .where(EquipmentUse.asset == asset, EquipmentUse.used_at >= start, EquipmentUse.used_at <= end)
            .order_by(EquipmentUse.stream)
        )
    )


def lot_use(session: Session, lot: MaterialLot) -> LotUse:
    """Reconcile what was taken from a lot with the records it went into (211.184(c))."""
    taken = total(
        moved.quantity.copy_negate()
        for moved in movements_of(session, lot.number)
        if moved.movement in _INTO_RECORDS and moved.cause != lot.stream
    )
    by_record: dict[str, Decimal] = {}
    for edge in edges_to(session, lot.stream):
        if edge.edge is EdgeKind.CONSUMES:
            so_far = by_record.get(edge.source, Decimal(0))
            by_record[edge.source] = total([so_far, edge.quantity or Decimal(0)])
    filled = (c.net for c in containers_from(session, lot.number) if c.state is ContainerState.FILLED)
    return LotUse(
        taken=taken,
        by_record=by_record,
        in_containers=total(filled),
        unresolved=total([taken, total(by_record.values()).copy_negate()]),
    )


def _steps(session: Session, records: list[str], direction: Direction, depth: int) -> Iterator[Step]:
    for first in range(0, len(records), _AT_ONCE):
        asked = records[first : first + _AT_ONCE]
        for statement in _statements(asked, direction):
            for edge, source, target, quantity, unit, part in session.execute(statement):
                used = edge is EdgeKind.CONSUMES
                origin, destination = (target, source) if used else (source, target)
                yield Step(depth, edge, origin, destination, quantity, unit, part)


def _statements(records: list[str], direction: Direction) -> list[Select[*tuple[Any, ...]]]:
    """Return the two questions of one level: consuming edges point against the flow, producing ones along."""
    columns = select(
        GenealogyEdge.edge,
        GenealogyEdge.source,
        GenealogyEdge.target,
        GenealogyEdge.quantity,
        GenealogyEdge.unit,
        GenealogyEdge.step_part,
    ).order_by(GenealogyEdge.id)
    forward = direction is Direction.FORWARD
    near_of_use = GenealogyEdge.target if forward else GenealogyEdge.source
    near_of_making = GenealogyEdge.source if forward else GenealogyEdge.target
    return [
        columns.where(GenealogyEdge.edge == EdgeKind.CONSUMES, near_of_use.in_(records)),
        columns.where(GenealogyEdge.edge == EdgeKind.PRODUCES, near_of_making.in_(records)),
    ]


def _far_end(step: Step, direction: Direction) -> str:
    return step.destination if direction is Direction.FORWARD else step.origin
