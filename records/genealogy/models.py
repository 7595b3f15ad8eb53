"""Edges of the genealogy: added, never removed; a reversal is another edge."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import DecimalText, UtcDateTime, Word


class EdgeKind(StrEnum):
    """What an edge says of its two ends."""

    CONSUMES = "consumes"
    PRODUCES = "produces"
    USES_EQUIPMENT = "uses_equipment"
    MEASURED_WITH = "measured_with"


class GenealogyEdge(Recorded):
    """From one record to another: what, how much, in which step, when."""

    __tablename__ = "genealogy_edge"
    guard = Guard.APPEND_ONLY

    edge: Mapped[EdgeKind] = mapped_column(Word(EdgeKind))
    source: Mapped[str] = mapped_column(Text)
    """The record that uses or makes, such as ``batch/TB-0771``."""
    target: Mapped[str] = mapped_column(Text)
    """The record used or made, such as ``lot/24-118``."""
    quantity: Mapped[Decimal | None] = mapped_column(DecimalText)
    unit: Mapped[str | None] = mapped_column(Text)
    step_part: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "source"), Index(None, "target"))
