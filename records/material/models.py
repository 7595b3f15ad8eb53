"""Materials, lots and containers; a lot's balance is the sum of its movements, kept beside them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import DateText, DecimalText, JsonText, UtcDateTime, Word
from records.material.states import ContainerState, LotState, MovementKind


class Material(Recorded):
    """A material definition: component, intermediate, product, packaging or label."""

    __tablename__ = "material"
    kind = "material"

    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    material_class: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("code"),)


class MaterialLot(Recorded):
    """A lot of one material, received or produced (211.184)."""

    __tablename__ = "material_lot"
    kind = "lot"

    number: Mapped[str] = mapped_column(Text)
    material: Mapped[str] = mapped_column(Text)
    state: Mapped[LotState] = mapped_column(Word(LotState))
    quantity: Mapped[Decimal] = mapped_column(DecimalText)
    balance: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    attributes: Mapped[Any] = mapped_column(JsonText)
    """Results a master's formula may use, by name, as decimal text: assay, lod …"""
    supplier: Mapped[str | None] = mapped_column(Text)
    supplier_lot: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_on: Mapped[date | None] = mapped_column(DateText)
    """Last day of use, inclusive to the end of the site's day."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("number"),
            Index(None, "material"),
            CheckConstraint("balance NOT LIKE '-%'", name="balance_not_negative"),
        )


class LotMovement(Recorded):
    """One change of a lot's quantity, and the balance after it."""

    __tablename__ = "lot_movement"
    guard = Guard.APPEND_ONLY

    lot: Mapped[str] = mapped_column(Text)
    movement: Mapped[MovementKind] = mapped_column(Word(MovementKind))
    quantity: Mapped[Decimal] = mapped_column(DecimalText)
    """Signed: negative leaves the lot."""
    balance_after: Mapped[Decimal] = mapped_column(DecimalText)
    cause: Mapped[str] = mapped_column(Text)
    """The record and part that moved it, such as ``batch/TB-0771 1.3/1``."""
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_by: Mapped[str] = mapped_column(Text)


class Container(Recorded):
    """A labelled container dispensed for one batch (211.101(b)), in the batch's stream."""

    __tablename__ = "container"

    part: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    batch: Mapped[str] = mapped_column(Text)
    component: Mapped[str] = mapped_column(Text)
    material: Mapped[str] = mapped_column(Text)
    lot: Mapped[str] = mapped_column(Text)
    portion: Mapped[str] = mapped_column(Text)
    net: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    state: Mapped[ContainerState] = mapped_column(Word(ContainerState))
    filled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    filled_by: Mapped[str] = mapped_column(Text)
    charged_part: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("label"),)
