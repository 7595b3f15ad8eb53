"""Maintenance work orders, the procedure frozen into each, and what stops a batch until one is closed."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import DecimalText, Flag, JsonText, UtcDateTime, Word
from records.work_order.states import OrderKind, Priority, SourceKind, WorkOrderState


class WorkOrder(Recorded):
    """One piece of work on one asset, from its request to its close."""

    __tablename__ = "work_order"
    kind = "work-order"

    number: Mapped[str] = mapped_column(Text)
    order_kind: Mapped[OrderKind] = mapped_column(Word(OrderKind))
    asset: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    priority: Mapped[Priority] = mapped_column(Word(Priority))
    state: Mapped[WorkOrderState] = mapped_column(Word(WorkOrderState))
    source_kind: Mapped[SourceKind] = mapped_column(Word(SourceKind))
    source: Mapped[str | None] = mapped_column(Text)
    """The record it was raised from, such as ``batch/FB-0413 E-1`` or ``work-order/WO-0007``."""
    plan_version: Mapped[str | None] = mapped_column(Text)
    master: Mapped[str | None] = mapped_column(Text)
    """The version of the procedure it is carried out by, such as ``PM-500.1``."""
    signatures: Mapped[Any] = mapped_column(JsonText)
    """Whose signatures it needs, as `Demand` words: what every order needs and what its plan version adds."""
    lock_out: Mapped[bool] = mapped_column(Flag)
    leaves_dirty: Mapped[bool] = mapped_column(Flag)
    """Whether the asset must be cleaned before it is used again (211.67(a))."""
    has_failed: Mapped[bool] = mapped_column(Flag)
    """Whether something was found out of its limits that no value of its steps says."""
    window_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hard_stop_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    assigned_to: Mapped[str | None] = mapped_column(Text)
    scheduled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the work is to begin."""
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was closed, rejected or cancelled."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("number"),
            Index(None, "state", "due_at"),
            Index(None, "asset"),
            Index(None, "source"),
        )


class OrderProcedure(Recorded):
    """The content of a procedure frozen for one order: never changed, whatever becomes of the master."""

    __tablename__ = "order_procedure"
    guard = Guard.APPEND_ONLY
    is_content = True

    order: Mapped[str] = mapped_column(Text)
    master: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("order"),)


class Requalification(Recorded):
    """An assessment of what a changed part or firmware does to the qualified state; the newest counts."""

    __tablename__ = "requalification"
    guard = Guard.APPEND_ONLY

    version: Mapped[int] = mapped_column(Integer)
    is_needed: Mapped[bool] = mapped_column(Flag)
    rationale: Mapped[str] = mapped_column(Text)
    assessed_by: Mapped[str] = mapped_column(Text)
    assessed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "version"),)


class ReturnCheck(Recorded):
    """A verification that a repaired asset does what it should, before it is used again."""

    __tablename__ = "return_check"
    guard = Guard.APPEND_ONLY
    is_content = True

    what: Mapped[str] = mapped_column(Text)
    has_passed: Mapped[bool] = mapped_column(Flag)
    checked_by: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssetChange(Recorded):
    """A part replaced or a firmware loaded: what of the asset is no longer as it was qualified."""

    __tablename__ = "asset_change"
    guard = Guard.APPEND_ONLY
    is_content = True

    what: Mapped[str] = mapped_column(Text)
    firmware: Mapped[str | None] = mapped_column(Text)
    """The version loaded, where it is firmware that changed."""
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Labour(Recorded):
    """One person's time on an order, by the server's clock; it runs until it is stopped."""

    __tablename__ = "labour"

    person: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PartUse(Recorded):
    """A part taken from a lot for an order; the lot's own movement stands with the lot."""

    __tablename__ = "part_use"
    guard = Guard.APPEND_ONLY
    is_content = True

    material: Mapped[str] = mapped_column(Text)
    lot: Mapped[str] = mapped_column(Text)
    quantity: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    used_by: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FailureReport(Recorded):
    """What failed, how and why, in codes (ISO 14224) with their words as they were; the newest counts."""

    __tablename__ = "failure_report"
    guard = Guard.APPEND_ONLY
    is_content = True

    version: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(Text)
    mechanism: Mapped[str] = mapped_column(Text)
    cause: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    """The words of the three codes when they were chosen."""
    text: Mapped[str] = mapped_column(Text)
    down_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    down_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reported_by: Mapped[str] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "version"),)
