"""What an instrument function should put out for what is applied to it (VIM 4.1, 4.3; IEC 61298-2).

A transmitter of 0 to 6 bar that puts out 4 to 20 mA has a linear transfer; a flow transmitter over an orifice
a square-root one; a thermometer with its own curve a table. Values outside the range are refused: nothing
says what the instrument does there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from records.arithmetic import CalculationError, exact_arithmetic
from records.numbers import as_text

NOMINAL_OUTPUT = "calibration.nominal/1"


class Transfer(StrEnum):
    """How the output follows what is applied."""

    LINEAR = "linear"
    SQUARE_ROOT = "square_root"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A measuring or output interval from its lower to its upper range value, both included."""

    lower: Decimal
    upper: Decimal

    def __post_init__(self) -> None:
        if self.lower >= self.upper:
            msg = f"The interval {as_text(self.lower)} to {as_text(self.upper)} is empty. Swap or widen it."
            raise CalculationError(msg)

    @property
    def span(self) -> Decimal:
        """The upper less the lower range value (VIM 4.5)."""
        with exact_arithmetic():
            return self.upper - self.lower

    def holds(self, value: Decimal) -> bool:
        """Tell whether a value lies inside, limits included."""
        return self.lower <= value <= self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Knot:
    """A point of a transfer table: what is applied, in its unit, and the output there, in its own."""

    applied: Decimal
    output: Decimal


def nominal_output(
    applied: Decimal,
    *,
    measuring: Interval,
    output: Interval,
    transfer: Transfer,
    table: Sequence[Knot] = (),
) -> Decimal:
    """Return the output without any error for a value applied, in the unit of the output.

    Raises CalculationError outside the measuring interval, and for a table that does not cover it, rising.
    """
    if not measuring.holds(applied):
        msg = (
            f"{as_text(applied)} is outside the measuring interval from {as_text(measuring.lower)} "
            f"to {as_text(measuring.upper)}. Choose a point inside."
        )
        raise CalculationError(msg)
    if transfer is Transfer.TABLE:
        return _from_table(applied, measuring, table)
    with exact_arithmetic():
        if transfer is Transfer.SQUARE_ROOT:
            return output.lower + output.span * ((applied - measuring.lower) / measuring.span).sqrt()
        # Divided last, so that what has an exact value gets it: an error on a limit is then seen to be on it.
        return output.lower + output.span * (applied - measuring.lower) / measuring.span


def _from_table(applied: Decimal, measuring: Interval, table: Sequence[Knot]) -> Decimal:
    rising = all(left.applied < right.applied for left, right in pairwise(table))
    covers = len(table) > 1 and table[0].applied <= measuring.lower and measuring.upper <= table[-1].applied
    if not (rising and covers):
        msg = "A transfer table needs two points or more, rising, from the lower to the upper range value."
        raise CalculationError(msg)
    return between([(knot.applied, knot.output) for knot in table], applied)


def between(points: Sequence[tuple[Decimal, Decimal]], at: Decimal) -> Decimal:
    """Return the height at a place on the broken line through points whose places rise and enclose it."""
    right = next(index for index, (place, _) in enumerate(points) if place >= at)
    if points[right][0] == at:
        return points[right][1]
    (x0, y0), (x1, y1) = points[right - 1], points[right]
    with exact_arithmetic():
        return y0 + (y1 - y0) * (at - x0) / (x1 - x0)
