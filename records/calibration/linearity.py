"""Linearity: how far the points lie from a straight line, and from which line (IEC 61298-2).

The two lines in use give different figures for the same readings, so each result names its line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from records.arithmetic import CalculationError, exact_arithmetic

LINEARITY = "calibration.linearity/1"


class Line(StrEnum):
    """Which straight line the points are held against."""

    TERMINAL = "terminal"
    """Through the first and the last point."""
    LEAST_SQUARES = "least_squares"
    """With the smallest sum of squared distances (independent of the end points)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linearity:
    """Slope and intercept of the line, each point's distance from it, and the largest, in the unit read."""

    slope: Decimal
    intercept: Decimal
    deviations: tuple[Decimal, ...]
    worst: Decimal


def linearity(points: Sequence[tuple[Decimal, Decimal]], line: Line) -> Linearity:
    """Return how the points (applied, indicated), in rising order of what is applied, lie about a line.

    The line is an exact fraction; each figure is rounded once, to 34 digits.
    """
    if len(points) < 3:
        msg = "Linearity needs three points at least: two always lie on a line."
        raise CalculationError(msg)
    if any(left[0] >= right[0] for left, right in pairwise(points)):
        msg = "Linearity needs one reading for each point, in rising order of what is applied."
        raise CalculationError(msg)
    exact = [(Fraction(x), Fraction(y)) for x, y in points]
    slope, intercept = _LINES[line](exact)
    deviations = tuple(_decimal(y - (intercept + slope * x)) for x, y in exact)
    return Linearity(
        slope=_decimal(slope),
        intercept=_decimal(intercept),
        deviations=deviations,
        worst=max(deviations, key=abs),
    )


def _terminal(points: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    (x0, y0), (x1, y1) = points[0], points[-1]
    slope = (y1 - y0) / (x1 - x0)
    return slope, y0 - slope * x0


def _least_squares(points: Sequence[tuple[Fraction, Fraction]]) -> tuple[Fraction, Fraction]:
    x_mean = sum((x for x, _ in points), Fraction(0)) / len(points)
    y_mean = sum((y for _, y in points), Fraction(0)) / len(points)
    slope = sum(((x - x_mean) * (y - y_mean) for x, y in points), Fraction(0)) / sum(
        ((x - x_mean) ** 2 for x, _ in points), Fraction(0)
    )
    return slope, y_mean - slope * x_mean


_LINES: dict[Line, Callable[[Sequence[tuple[Fraction, Fraction]]], tuple[Fraction, Fraction]]] = {
    Line.TERMINAL: _terminal,
    Line.LEAST_SQUARES: _least_squares,
}


def _decimal(value: Fraction) -> Decimal:
    with exact_arithmetic():
        return Decimal(value.numerator) / Decimal(value.denominator)
