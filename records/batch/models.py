"""Production orders and batches: a batch pins the control recipe it was issued with (211.188(a))."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.batch.states import BatchState, Decision, OrderState
from records.columns import DateText, DecimalText, UtcDateTime, Word


class ProductionOrder(Recorded):
    """An order to make a quantity by a master version."""

    __tablename__ = "production_order"
    kind = "order"

    number: Mapped[str] = mapped_column(Text)
    master: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(DateText)
    state: Mapped[OrderState] = mapped_column(Word(OrderState))
    planned_by: Mapped[str] = mapped_column(Text)
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"),)


class Batch(Recorded):
    """The record of one batch (21 CFR 211.188); its number exists before anything is labelled."""

    __tablename__ = "batch"
    kind = "batch"

    number: Mapped[str] = mapped_column(Text)
    order: Mapped[str] = mapped_column(Text)
    master: Mapped[str] = mapped_column(Text)
    product: Mapped[str] = mapped_column(Text)
    recipe_digest: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    state: Mapped[BatchState] = mapped_column(Word(BatchState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None] = mapped_column(DateText)
    output_lot: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), Index(None, "state"))


class ControlRecipe(Recorded):
    """The master's content frozen and scaled for one batch: never changed, never recalculated."""

    __tablename__ = "control_recipe"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    batch: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    scale: Mapped[Decimal] = mapped_column(DecimalText)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("batch"),)


class Disposition(Recorded):
    """A decision for one market: the quality unit's for the US, a Qualified Person's for the EU."""

    __tablename__ = "disposition"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    market: Mapped[str] = mapped_column(Text)
    decision: Mapped[Decision] = mapped_column(Word(Decision))
    comment: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "market"),)
