"""Instrument functions, procedures, standards' certificates and calibration runs; what is read is only added.

A function and a certificate belong to their asset's stream, a procedure has one of its own, a run belongs to
the stream of its work order. Contents are JSON as `function.py` and `procedure.py` write it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.calibration.states import Direction, Phase, ProcedureState, RunState, RunVerdict, Tier
from records.columns import DateText, DecimalText, Flag, JsonText, UtcDateTime, Word


class InstrumentFunction(Recorded):
    """One version of a function of an instrument, with its limits; a change is a new version (ATK-42)."""

    __tablename__ = "instrument_function"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    """``function/NAME.VERSION``: what its signature covers."""
    asset: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    content: Mapped[Any] = mapped_column(JsonText)
    defined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    defined_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("asset", "name", "version"),)


class CalibrationProcedure(Recorded):
    """Where a version of a calibration procedure stands; stream ``calibration-procedure/CODE.VERSION``."""

    __tablename__ = "calibration_procedure"
    kind = "calibration-procedure"

    number: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[ProcedureState] = mapped_column(Word(ProcedureState))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Text)
    checked_by: Mapped[str | None] = mapped_column(Text)
    effective_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), UniqueConstraint("code", "version"))


class CalibrationProcedureContent(Recorded):
    """What a version of a procedure says; it never changes."""

    __tablename__ = "calibration_procedure_content"
    guard = Guard.APPEND_ONLY
    is_content = True

    procedure: Mapped[str] = mapped_column(Text)
    content: Mapped[Any] = mapped_column(JsonText)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("procedure"),)


class StandardCertificate(Recorded):
    """A certificate that makes an asset a standard, and the standard it was calibrated by (CAL-7)."""

    __tablename__ = "standard_certificate"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    """``certificate/NUMBER``."""
    asset: Mapped[str] = mapped_column(Text)
    standard_class: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    laboratory: Mapped[str] = mapped_column(Text)
    accreditation: Mapped[str | None] = mapped_column(Text)
    calibrated_on: Mapped[date] = mapped_column(DateText)
    valid_until: Mapped[date] = mapped_column(DateText)
    parent: Mapped[str | None] = mapped_column(Text)
    """The asset it was calibrated by; None where an accredited laboratory stands for what is above."""
    ranges: Mapped[Any] = mapped_column(JsonText)
    """Objects of lower, upper, unit, expanded, coverage."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("asset", "certificate"), Index(None, "parent"))


class CalibrationRun(Recorded):
    """One calibration of one function, by the limits and the procedure frozen into it (ATK-42)."""

    __tablename__ = "calibration_run"
    kind = "calibration"

    part: Mapped[str] = mapped_column(Text)
    """The run's number, such as ``CAL-0001``."""
    order_number: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    function: Mapped[str] = mapped_column(Text)
    procedure: Mapped[str] = mapped_column(Text)
    frozen: Mapped[Any] = mapped_column(JsonText)
    """The function's and the procedure's content when the run began."""
    state: Mapped[RunState] = mapped_column(Word(RunState))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_by: Mapped[str] = mapped_column(Text)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    as_found_waived: Mapped[bool] = mapped_column(Flag)
    """Whether as-found could not be had, with reason and approval (CAL-12)."""
    verdict: Mapped[RunVerdict | None] = mapped_column(Word(RunVerdict))
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    completed_by: Mapped[str | None] = mapped_column(Text)
    due_on: Mapped[date | None] = mapped_column(DateText)
    use_lower: Mapped[Decimal | None] = mapped_column(DecimalText)
    use_upper: Mapped[Decimal | None] = mapped_column(DecimalText)
    """The range that use is restricted to, in the unit of the input."""
    as_found_summary: Mapped[Any] = mapped_column(JsonText, nullable=True)
    as_left_summary: Mapped[Any] = mapped_column(JsonText, nullable=True)

    @property
    def number(self) -> str:
        """Return the run's number."""
        return self.part

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("part"), Index(None, "asset", "function"), Index(None, "order_number"))


class StandardUse(Recorded):
    """A standard taken for a run, and what was known of it then; the last of a class counts (CAL-25)."""

    __tablename__ = "calibration_standard_use"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    standard_class: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    chain: Mapped[Any] = mapped_column(JsonText)
    """From the standard up: asset, certificate, laboratory, accreditation, day, valid until."""
    used_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "part"), Index(None, "asset"))


class CalibrationCondition(Recorded):
    """A condition of the environment read during a run; the last of each counts (CAL-23)."""

    __tablename__ = "calibration_condition"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    quantity: Mapped[str] = mapped_column(Text)
    raw: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    sensor: Mapped[str] = mapped_column(Text)
    is_within: Mapped[bool] = mapped_column(Flag)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "part"),)


class CalibrationReading(Recorded):
    """One reading at one point; a correction is a new row that names the one before (CAL-8)."""

    __tablename__ = "calibration_reading"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    phase: Mapped[Phase] = mapped_column(Word(Phase))
    attempt: Mapped[int]
    """0 as found; as left the number of adjustments before it."""
    seq: Mapped[int]
    repeat: Mapped[int]
    raw: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal] = mapped_column(DecimalText)
    unit: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was read, by the device that kept it."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)
    corrects: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("corrects"),
            Index(None, "part", "phase", "seq", "repeat"),
        )


class CalibrationAdjustment(Recorded):
    """What was adjusted, from which setting to which; or that nothing was."""

    __tablename__ = "calibration_adjustment"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int]
    """1 for the first; 0 for no adjustment."""
    what: Mapped[str] = mapped_column(Text)
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)
    adjusted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    adjusted_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("part", "attempt"),)


class CalibrationResult(Recorded):
    """What was found at one point of a run: the error e(x) and what was said of it, unrounded (CAL-16)."""

    __tablename__ = "calibration_result"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    function: Mapped[str] = mapped_column(Text)
    phase: Mapped[Phase] = mapped_column(Word(Phase))
    seq: Mapped[int]
    applied: Mapped[Decimal] = mapped_column(DecimalText)
    """In the unit of the input."""
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    nominal: Mapped[Decimal] = mapped_column(DecimalText)
    indication: Mapped[Decimal] = mapped_column(DecimalText)
    error: Mapped[Decimal] = mapped_column(DecimalText)
    """In the unit of the output."""
    percent_of_span: Mapped[Decimal] = mapped_column(DecimalText)
    tier: Mapped[Tier] = mapped_column(Word(Tier))
    word: Mapped[str] = mapped_column(Text)
    """What the decision rule says."""
    reject: Mapped[Decimal] = mapped_column(DecimalText)
    acceptance: Mapped[Decimal] = mapped_column(DecimalText)
    expanded: Mapped[Decimal] = mapped_column(DecimalText)
    coverage: Mapped[Decimal] = mapped_column(DecimalText)
    ratio: Mapped[Decimal] = mapped_column(DecimalText)
    risk: Mapped[Decimal] = mapped_column(DecimalText)
    """The probability that the true error lies outside the limit."""
    false_acceptance: Mapped[Decimal | None] = mapped_column(DecimalText)
    budget: Mapped[Any] = mapped_column(JsonText)
    """The lines: name, basis, figure, sensitivity, standard uncertainty, contribution, degrees of freedom."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("part", "phase", "seq"),
            Index(None, "asset", "function", "phase"),
        )
