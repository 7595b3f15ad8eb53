"""Readings of a meter that only counts up: what each adds, and how fast it runs. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from records.errors import DomainError
from records.maintenance.states import ReadingKind
from records.numbers import Rounding, as_text, round_to

DEFINITION = "maintenance.meter_rate/1"
_DAY = 86400


class MeterError(DomainError):
    """A reading can't follow the one before; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """A reading about to be recorded: what the meter shows, and how it continues the one before."""

    value: Decimal
    kind: ReadingKind = ReadingKind.READING
    old_final: Decimal | None = None
    """The last the old meter showed, where it was replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastReading:
    """The reading on record: what the meter showed, and how much it has counted altogether."""

    value: Decimal
    counted: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """How much a meter counted in how many days."""

    used: Decimal
    days: int

    def days_to(self, amount: Decimal) -> Fraction:
        """Return the days until so much is counted at this rate, exactly."""
        return Fraction(amount) * self.days / Fraction(self.used)

    def each_day(self, decimals: int = 3) -> Decimal:
        """Return what a day counts, rounded half up."""
        return round_to(self.used / self.days, decimals, Rounding.HALF_UP)


@dataclass(frozen=True, slots=True)
class Point:
    """How much a meter had counted on a day."""

    on: date
    counted: Decimal


def count_on(new: NewReading, last: LastReading | None, rollover_at: Decimal | None, unit: str) -> Decimal:
    """Return how much the meter has counted with a new reading; raises MeterError.

    The first reading is the count itself. A meter never runs backwards: it rolled over, or it was replaced.
    """
    if new.value < 0:
        msg = "A meter shows zero or more. Read it again."
        raise MeterError(msg)
    if rollover_at is not None and new.value >= rollover_at:
        msg = f"This meter begins again at {as_text(rollover_at)} {unit}; it can't show {as_text(new.value)}."
        raise MeterError(msg)
    if last is None:
        if new.kind is ReadingKind.READING:
            return new.value
        msg = "This is the meter's first reading: there is nothing that it could continue."
        raise MeterError(msg)
    return last.counted + _ADDED[new.kind](new, last, rollover_at, unit)


def runs_too_fast(added: Decimal, since: datetime, until: datetime, most_per_day: Decimal | None) -> bool:
    """Tell whether a meter counted more than it can in the time: a flag for who looks, never a refusal."""
    if most_per_day is None:
        return False
    seconds = Fraction((until - since).days * _DAY + (until - since).seconds)
    return Fraction(added) * _DAY > Fraction(most_per_day) * max(seconds, Fraction(0))


def _read_on(new: NewReading, last: LastReading, _rollover_at: Decimal | None, unit: str) -> Decimal:
    if new.value >= last.value:
        return new.value - last.value
    msg = (
        f"The meter showed {as_text(last.value)} {unit} before and can't show "
        f"{as_text(new.value)} {unit} now: a meter does not run backwards. Read it again. "
        "If it began again at zero or was replaced, say so."
    )
    raise MeterError(msg)


def _rolled_over(new: NewReading, last: LastReading, rollover_at: Decimal | None, unit: str) -> Decimal:
    if rollover_at is None:
        msg = "This meter does not begin again at zero. Read it again."
        raise MeterError(msg)
    if new.value >= last.value:
        msg = f"{as_text(new.value)} {unit} is not below the last {as_text(last.value)} {unit}: "
        raise MeterError(msg + "the meter did not begin again. Record it as a plain reading.")
    return rollover_at - last.value + new.value


def _replaced(new: NewReading, last: LastReading, _rollover_at: Decimal | None, unit: str) -> Decimal:
    if new.old_final is None:
        msg = "Say what the old meter showed when it was taken out."
        raise MeterError(msg)
    if new.old_final < last.value:
        msg = f"The old meter showed {as_text(last.value)} {unit} before; its last can't be less."
        raise MeterError(msg)
    return new.old_final - last.value


_ADDED = {
    ReadingKind.READING: _read_on,
    ReadingKind.ROLLOVER: _rolled_over,
    ReadingKind.REPLACED: _replaced,
}
