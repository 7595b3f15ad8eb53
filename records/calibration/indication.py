"""Errors of indication: of one reading, of span, hysteresis, and an error carried over to another reading.

An error is the indication less the reference value (VIM 2.16), in the unit of the output. It is signed
wherever it is shown; what is judged is its magnitude.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.transfer import between

ERROR_OF_INDICATION = "calibration.error/1"
SPAN_ERROR = "calibration.span_error/1"
HYSTERESIS = "calibration.hysteresis/1"
CORRECTED_READING = "calibration.corrected_reading/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicationError:
    """An error in the unit of the output, in per cent of the output span and of the reference value."""

    absolute: Decimal
    percent_of_span: Decimal
    percent_of_reading: Decimal | None
    """None at a reference value of zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointError:
    """The error found at a point, by what was applied there."""

    applied: Decimal
    error: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A reading with the error found later taken off it."""

    error: Decimal
    value: Decimal
    outside: bool
    """Whether the reading lay outside the points, so that the error of the nearest one was taken."""


def error_of_indication(*, indication: Decimal, reference: Decimal, span: Decimal) -> IndicationError:
    """Return the error of one reading; `span` is that of the output, above zero."""
    if span <= 0:
        msg = "An error in per cent of span needs a span above zero."
        raise CalculationError(msg)
    with exact_arithmetic():
        error = indication - reference
        return IndicationError(
            absolute=error,
            percent_of_span=100 * error / span,
            percent_of_reading=100 * error / reference if reference else None,
        )


def span_error(points: Sequence[PointError]) -> Decimal:
    """Return the error at the highest point less that at the lowest, in the unit of the output."""
    ordered = sorted(points, key=lambda point: point.applied)
    if len(ordered) < 2 or ordered[0].applied == ordered[-1].applied:
        msg = "A span error needs readings at two points at least."
        raise CalculationError(msg)
    with exact_arithmetic():
        return ordered[-1].error - ordered[0].error


def hysteresis(*, rising: Sequence[PointError], falling: Sequence[PointError]) -> list[PointError]:
    """Return the error of the falling run less that of the rising one, signed, at each point of both."""
    up = _by_place(rising)
    down = _by_place(falling)
    both = sorted(up.keys() & down.keys())
    if not both:
        msg = "Hysteresis needs a point that was read both rising and falling."
        raise CalculationError(msg)
    with exact_arithmetic():
        return [PointError(applied=place, error=down[place] - up[place]) for place in both]


def corrected_reading(reading: Decimal, found: Sequence[PointError]) -> Corrected:
    """Return a reading less the error found, interpolated at the reading between the neighbouring points.

    Reading, points and errors are in one unit. Outside the points the nearest error holds, and the result
    says so.
    """
    places = sorted(_by_place(found).items())
    if not places:
        msg = "A reading can be corrected only by errors found at one point or more."
        raise CalculationError(msg)
    inside = places[0][0] <= reading <= places[-1][0]
    error = between(places, min(max(reading, places[0][0]), places[-1][0]))
    with exact_arithmetic():
        return Corrected(error=error, value=reading - error, outside=not inside)


def _by_place(points: Sequence[PointError]) -> dict[Decimal, Decimal]:
    found = {point.applied: point.error for point in points}
    if len(found) < len(points):
        msg = "A point stands twice in one run. Give one error for each: the mean of repeats, or the worst."
        raise CalculationError(msg)
    return found
