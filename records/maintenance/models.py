"""Versions of plans, assets under a plan with their cycles, meters with their readings, and what counts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import DateText, DecimalText, Flag, JsonText, UtcDateTime, Word
from records.maintenance.states import CountedEvent, PlanKind, PlanState, ReadingKind


class PlanVersion(Recorded):
    """One version of a plan and where it stands; stream ``plan/CODE.VERSION``."""

    __tablename__ = "plan_version"
    kind = "plan"

    number: Mapped[str] = mapped_column(Text)
    """``CODE.VERSION``, such as ``PM-500.1``."""
    code: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    plan_kind: Mapped[PlanKind] = mapped_column(Word(PlanKind))
    state: Mapped[PlanState] = mapped_column(Word(PlanState))
    author: Mapped[str] = mapped_column(Text)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), UniqueConstraint("code", "version"))


class PlanContent(Recorded):
    """What a version says; it never changes."""

    __tablename__ = "plan_content"
    guard = Guard.APPEND_ONLY
    is_content = True

    version_number: Mapped[str] = mapped_column(Text)
    content: Mapped[Any] = mapped_column(JsonText)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("version_number"),)


class PlannedAsset(Recorded):
    """An asset under a plan, from the work that began its first cycle on."""

    __tablename__ = "planned_asset"
    guard = Guard.APPEND_ONLY
    kind = "planned-asset"

    number: Mapped[str] = mapped_column(Text)
    plan: Mapped[str] = mapped_column(Text)
    """The plan's code, without a version."""
    asset: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    """What shows when the work was last done."""
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    enrolled_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), UniqueConstraint("plan", "asset"), Index(None, "asset"))


class MaintenanceCycle(Recorded):
    """From one completed work to the next: where all triggers began to count, under which version."""

    __tablename__ = "maintenance_cycle"
    guard = Guard.APPEND_ONLY

    number: Mapped[int] = mapped_column(Integer)
    plan_version: Mapped[str] = mapped_column(Text)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the work was done that ended the cycle before."""
    baseline: Mapped[Any] = mapped_column(JsonText)
    work_order: Mapped[str | None] = mapped_column(Text)
    """The order whose work it was; None for the first cycle."""
    due_on: Mapped[date | None] = mapped_column(DateText)
    """When that work had been due."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "number"),)


class FixedDue(Recorded):
    """The due date of a cycle as it was when its order was raised: nothing read later moves it (CAL-22)."""

    __tablename__ = "fixed_due"
    guard = Guard.APPEND_ONLY

    cycle: Mapped[int] = mapped_column(Integer)
    work_order: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date] = mapped_column(DateText)
    opens_on: Mapped[date] = mapped_column(DateText)
    grace_until: Mapped[date] = mapped_column(DateText)
    stops_on: Mapped[date] = mapped_column(DateText)
    due_by: Mapped[Any] = mapped_column(JsonText)
    """The trigger that came first."""
    fixed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "cycle", "work_order"), Index(None, "work_order"))


class Extension(Recorded):
    """A due date moved once, before it came, signed with the basis of its risk (CAL-22)."""

    __tablename__ = "extension"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    cycle: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(DateText)
    extended_to: Mapped[date] = mapped_column(DateText)
    risk: Mapped[str] = mapped_column(Text)
    extended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    extended_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "cycle"),)


class Meter(Recorded):
    """A meter of an asset that only counts up; in the asset's stream."""

    __tablename__ = "meter"
    guard = Guard.APPEND_ONLY

    asset: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    rollover_at: Mapped[Decimal | None] = mapped_column(DecimalText)
    """The number at which it begins again at zero; None where it has none."""
    most_per_day: Mapped[Decimal | None] = mapped_column(DecimalText)
    """More than this is flagged."""
    defined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    defined_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("asset", "code"),)


class MeterReading(Recorded):
    """What a meter showed, and how much it had counted altogether; in the asset's stream."""

    __tablename__ = "meter_reading"
    guard = Guard.APPEND_ONLY

    asset: Mapped[str] = mapped_column(Text)
    meter: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal] = mapped_column(DecimalText)
    reading_kind: Mapped[ReadingKind] = mapped_column(Word(ReadingKind))
    old_final: Mapped[Decimal | None] = mapped_column(DecimalText)
    counted: Mapped[Decimal] = mapped_column(DecimalText)
    is_implausible: Mapped[bool] = mapped_column(Flag)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "asset", "meter", "read_at"),)


class MaintenanceEvent(Recorded):
    """Something that happened to an asset and counts towards its maintenance; in the asset's stream."""

    __tablename__ = "maintenance_event"
    guard = Guard.APPEND_ONLY

    asset: Mapped[str] = mapped_column(Text)
    event: Mapped[CountedEvent] = mapped_column(Word(CountedEvent))
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cause: Mapped[str] = mapped_column(Text)
    """The record behind it, such as ``batch/TB-0771``, or what was done."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "asset", "happened_at"),)
