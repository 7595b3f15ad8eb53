"""What was done: rows are added, and a step's few states revised; a value is never overwritten."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import Flag, JsonText, UtcDateTime, Word
from records.execution.states import (
    ExceptionState,
    ExceptionType,
    Judged,
    LimitState,
    RequestState,
    Source,
    StepState,
)
from records.procedure.vocabulary import FieldKind, Severity


class StepRun(Recorded):
    """One occurrence of a step, from its start on; what is not started yet has no row."""

    __tablename__ = "step_run"

    part: Mapped[str] = mapped_column(Text)
    """``STEP/OCCURRENCE``, such as ``2.9/1``."""
    step: Mapped[str] = mapped_column(Text)
    occurrence: Mapped[str] = mapped_column(Text)
    state: Mapped[StepState] = mapped_column(Word(StepState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(Text)
    performed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    performed_by: Mapped[str | None] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was closed first: a correction that opens it again leaves this time as it is."""
    basis: Mapped[Any] = mapped_column(JsonText, nullable=True)
    """Why a branch was not taken or a step left out: condition, the data that drove it, reason."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "step", "occurrence"),)


class Entry(Recorded):
    """One value as given, by whom and when; a correction is another row (21 CFR 11.10(e))."""

    __tablename__ = "entry"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    kind: Mapped[FieldKind] = mapped_column(Word(FieldKind))
    variable: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)
    """What was typed or scanned, letter for letter."""
    value: Mapped[str] = mapped_column(Text)
    unit: Mapped[str | None] = mapped_column(Text)
    source: Mapped[Source] = mapped_column(Word(Source))
    device: Mapped[str | None] = mapped_column(Text)
    judged: Mapped[Judged] = mapped_column(Word(Judged))
    limits: Mapped[Any] = mapped_column(JsonText, nullable=True)
    """The limits it was judged by, as numbers then; formula, version and inputs of a computed value."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(Text)
    printed_name: Mapped[str] = mapped_column(Text)
    stated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person says it was done, for a late entry; None where it was recorded as it was done."""
    supersedes: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "stream", "part", "field"), UniqueConstraint("supersedes"))


class Attachment(Recorded):
    """A photo or file given to a step; its bytes are kept by their SHA-256."""

    __tablename__ = "attachment"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    file_name: Mapped[str] = mapped_column(Text)
    attached_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attached_by: Mapped[str] = mapped_column(Text)


class EquipmentUse(Recorded):
    """Equipment taken into use by a step, with its state frozen at that moment (211.188(b)(2))."""

    __tablename__ = "equipment_use"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    tag: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON: every axis with its interval, due dates, mapping, rule and verdict."""
    snapshot_digest: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "asset", "used_at"),)


class TrainingState(Recorded):
    """A person's training as the record saw it at their first act, and again when it had changed (211.25).

    What held at any act of theirs is the last row before it.
    """

    __tablename__ = "training_state"
    guard = Guard.APPEND_ONLY

    person: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str] = mapped_column(Text)
    """Canonical JSON: what the master asks for, and the training that met it."""
    snapshot_digest: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "stream", "person"),)


class EquipmentObservation(Recorded):
    """The state of used equipment seen again: at the end of the step, or when it changed in between."""

    __tablename__ = "equipment_observation"
    guard = Guard.APPEND_ONLY

    use_id: Mapped[int] = mapped_column(ForeignKey("equipment_use.id"))
    occasion: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[str] = mapped_column(Text)
    snapshot_digest: Mapped[str] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ScanAttempt(Recorded):
    """A scan that was refused, with the reason; the field keeps what it had."""

    __tablename__ = "scan_attempt"
    guard = Guard.APPEND_ONLY

    step_part: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    scanned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    scanned_by: Mapped[str] = mapped_column(Text)


class TimeLimit(Recorded):
    """A span the server keeps: a timer, a hold time, a due verification or recurrence (211.111)."""

    __tablename__ = "time_limit"

    step_part: Mapped[str] = mapped_column(Text)
    limit_kind: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    state: Mapped[LimitState] = mapped_column(Word(LimitState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    earliest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    warn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    latest_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last moment allowed, inclusive."""
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "state", "latest_at"), Index(None, "stream", "step_part"))


class Verification(Recorded):
    """A request to a second person, and their answer (211.101(c)(d), 211.188(b)(11))."""

    __tablename__ = "verification"

    step_part: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    state: Mapped[RequestState] = mapped_column(Word(RequestState))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "state"), Index(None, "stream", "step_part"))


class BatchException(Recorded):
    """Something that went otherwise than the master says: a governed record, not a line in a report."""

    __tablename__ = "batch_exception"
    is_content = True

    number: Mapped[str] = mapped_column(Text)
    exception_type: Mapped[ExceptionType] = mapped_column(Word(ExceptionType))
    severity: Mapped[Severity] = mapped_column(Word(Severity))
    state: Mapped[ExceptionState] = mapped_column(Word(ExceptionState))
    step_part: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"))
    rule: Mapped[str] = mapped_column(Text)
    """The rule that raised it, with its version."""
    text: Mapped[str] = mapped_column(Text)
    blocks_execution: Mapped[bool] = mapped_column(Flag)
    blocks_release: Mapped[bool] = mapped_column(Flag)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(Text)
    assessment: Mapped[str | None] = mapped_column(Text)
    assessed_by: Mapped[str | None] = mapped_column(Text)
    assessed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    investigation: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "number"), Index(None, "state"))


class ExecutionHold(Recorded):
    """What stops an execution besides its own exceptions: a work order raised from one of them."""

    __tablename__ = "execution_hold"

    exception: Mapped[str] = mapped_column(Text)
    held_by: Mapped[str] = mapped_column(Text)
    """The record that has to end first, such as ``work-order/WO-5531``."""
    held_at: Mapped[datetime] = mapped_column(UtcDateTime)
    held_by_person: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_by: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "held_by"),)


class LabelPrint(Recorded):
    """A label printed: which, how many, what it says; a reprint names its reason (211.125)."""

    __tablename__ = "label_print"
    guard = Guard.APPEND_ONLY

    step_part: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    copies: Mapped[int] = mapped_column(Integer)
    fields: Mapped[Any] = mapped_column(JsonText)
    reprint_reason: Mapped[str | None] = mapped_column(Text)
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    printed_by: Mapped[str] = mapped_column(Text)


class Remark(Recorded):
    """A person's remark on a step or the whole record: it is the record, and stays."""

    __tablename__ = "remark"
    guard = Guard.APPEND_ONLY

    step_part: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(Text)
