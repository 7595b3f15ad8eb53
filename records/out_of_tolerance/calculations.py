"""Take an error found later off a value recorded earlier, and say what that does to its verdict. Pure.

Nothing is rounded before it is judged; what is written down is rounded once, two places finer than its field.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.indication import Corrected, PointError, corrected_reading
from records.days import last_instant
from records.execution.states import Judged
from records.numbers import as_text
from records.out_of_tolerance.states import SERIOUSNESS, Effect, ErrorBasis
from records.procedure.limits import Limit

FIELD_ALERT = "out_of_tolerance.field_alert_due/1"
FIELD_ALERT_DAYS = 3
"""Working days from becoming aware, 21 CFR 314.81(b)(1)."""
FINER = 2
"""Places that a corrected value is written down finer than its field shows."""
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCurve:
    """The errors found as left by no one yet (as found), by the reading at which each was found.

    Between two points the error is interpolated; beyond them the nearest one holds. In per cent of the
    reading, one point is enough for the whole range.
    """

    basis: ErrorBasis
    unit: str
    points: tuple[PointError, ...]

    def corrected(self, reading: Decimal) -> Corrected:
        """Return a reading less its error, in the reading's unit."""
        found = corrected_reading(reading, self.points)
        if self.basis is ErrorBasis.ABSOLUTE:
            return found
        with exact_arithmetic():
            error = reading * found.error / 100
            return Corrected(error=error, value=reading - error, outside=found.outside)

    def content(self) -> dict[str, Any]:
        """Return the curve as it is stored."""
        points = [{"applied": as_text(p.applied), "error": as_text(p.error)} for p in self.points]
        return {"basis": self.basis.value, "unit": self.unit, "points": points}


def curve_of(content: Mapping[str, Any]) -> ErrorCurve:
    """Return the curve stored."""
    points = tuple(
        PointError(applied=Decimal(p["applied"]), error=Decimal(p["error"])) for p in content["points"]
    )
    return ErrorCurve(basis=ErrorBasis(content["basis"]), unit=content["unit"], points=points)


def checked_curve(basis: ErrorBasis, unit: str, points: Sequence[PointError]) -> ErrorCurve:
    """Return a curve in rising order of its points; raises CalculationError for one that says nothing."""
    if not points:
        msg = "Give the error at one point or more: without it no value can be corrected."
        raise CalculationError(msg)
    ordered = tuple(sorted(points, key=lambda point: point.applied))
    if len({point.applied for point in ordered}) < len(ordered):
        msg = "A point stands twice. Give one error for each: the worst of repeats, or their mean."
        raise CalculationError(msg)
    return ErrorCurve(basis=basis, unit=unit, points=ordered)


def effect(then: Judged, now: Judged | None) -> Effect:
    """Return what becomes of a verdict; None now where there is no value to judge."""
    if now is None:
        return Effect.NOT_CORRECTED
    if Judged.NONE in {then, now}:
        return Effect.NOT_JUDGED
    was_out, is_out = then is Judged.ACTION, now is Judged.ACTION
    if is_out:
        return Effect.STAYS_OUT if was_out else Effect.FLIPS
    return Effect.RETURNS if was_out else Effect.HOLDS


def worst(effects: Collection[Effect]) -> Effect:
    """Return the most serious of the effects; without any, nothing is judged."""
    return min(effects, key=SERIOUSNESS.index, default=Effect.NOT_JUDGED)


def margin(value: Decimal, action: Limit | None) -> Decimal | None:
    """Return how far a value is from the nearest bound of its action limits, below zero outside.

    None where there are no limits.
    """
    if action is None:
        return None
    with exact_arithmetic():
        rooms = [value - action.minimum] if action.minimum is not None else []
        rooms += [action.maximum - value] if action.maximum is not None else []
    return min(rooms)


def written(value: Decimal, decimals: int | None) -> str:
    """Return a corrected value as it is written down: two places finer than its field, half to even."""
    if decimals is None:
        return as_text(value)
    with exact_arithmetic():
        return as_text(value.quantize(Decimal(1).scaleb(-(decimals + FINER))))


def field_alert_due(aware_at: datetime, time_zone: str, holidays: Collection[date] = ()) -> datetime:
    """Return the last instant for a field alert: the end of the third working day after becoming aware.

    Days are the site's; Saturdays, Sundays and the holidays given don't count (21 CFR 314.81(b)(1)).
    """
    day, left = aware_at.astimezone(ZoneInfo(time_zone)).date(), FIELD_ALERT_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _SATURDAY and day not in holidays
    return last_instant(day, time_zone)
