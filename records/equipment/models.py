"""Two trees, one thing: roles, assets, the dated mapping between them, and the assets' state intervals."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Recorded
from records.columns import DecimalText, JsonText, UtcDateTime, Word
from records.equipment.states import Axis, EquipmentLevel, GmpImpact


class Equipment(Recorded):
    """A role in the production tree (ISA-95), such as "the floor balance of room D101"."""

    __tablename__ = "equipment"
    kind = "equipment"

    tag: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    level: Mapped[EquipmentLevel] = mapped_column(Word(EquipmentLevel))
    equipment_class: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    room: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("tag"),)


class PhysicalAsset(Recorded):
    """A thing with a serial number, in the maintenance tree; its number never changes (211.105(b))."""

    __tablename__ = "physical_asset"
    kind = "asset"

    number: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    maker: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    serial: Mapped[str] = mapped_column(Text)
    gmp_impact: Mapped[GmpImpact] = mapped_column(Word(GmpImpact))
    range_minimum: Mapped[Decimal | None] = mapped_column(DecimalText)
    range_maximum: Mapped[Decimal | None] = mapped_column(DecimalText)
    range_unit: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[Decimal | None] = mapped_column(DecimalText)
    firmware: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"),)


class AssetMapping(Recorded):
    """Which asset held a role, from when to when: one answer for any moment."""

    __tablename__ = "asset_mapping"

    tag: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "tag", "from_at"), Index(None, "asset", "from_at"))


class StateInterval(Recorded):
    """One stretch of one axis of an asset's state; the axis has no gap and no overlap."""

    __tablename__ = "state_interval"

    asset: Mapped[str] = mapped_column(Text)
    axis: Mapped[Axis] = mapped_column(Word(Axis))
    value: Mapped[str] = mapped_column(Text)
    from_at: Mapped[datetime] = mapped_column(UtcDateTime)
    to_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    detail: Mapped[Any] = mapped_column(JsonText)
    """What the word rests on: due_at, warn_at, clean_until, product, batch, certificate …, times as text."""
    cause: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "asset", "axis", "from_at"),)
