"""Decimal arithmetic with one declared precision, in which every doubt is an error (21 CFR 211.68(b))."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    FloatOperation,
    InvalidOperation,
    Overflow,
    Underflow,
    localcontext,
)
from fractions import Fraction

from records.errors import DomainError
from records.numbers import MAXIMUM_MAGNITUDE

PRECISION = 34
"""Significant digits of every intermediate result: the precision of IEEE 754 decimal128."""

ARITHMETIC = Context(
    prec=PRECISION,
    rounding=ROUND_HALF_EVEN,
    Emin=-MAXIMUM_MAGNITUDE,
    Emax=MAXIMUM_MAGNITUDE,
    traps=[InvalidOperation, DivisionByZero, Overflow, Underflow, FloatOperation],
)
_WIDE = Context(prec=3 * PRECISION, rounding=ROUND_HALF_EVEN)


class CalculationError(DomainError):
    """A calculation has no result for these inputs."""


@contextmanager
def exact_arithmetic() -> Iterator[None]:
    """Calculate to 34 digits, half-even; raises CalculationError where there is no result."""
    try:
        with localcontext(ARITHMETIC):
            yield
    except FloatOperation:  # a float among the inputs is a fault of the program, not of the entries
        raise
    except DecimalException as error:
        raise CalculationError(why_no_result(error)) from error


def why_no_result(error: DecimalException) -> str:
    """Return the sentence for what decimal arithmetic refused."""
    if isinstance(error, DivisionByZero):
        return "The calculation divides by zero."
    if isinstance(error, Overflow):
        return "The result is too large to be recorded."
    if isinstance(error, Underflow):
        return "The result is too small to be recorded."
    return "The calculation has no result: it divides zero by zero, or an input is not a number."


def mean(samples: Sequence[Decimal]) -> Decimal:
    """Return the arithmetic mean Σx / n in the unit of the samples, n ≥ 1: an exact sum, rounded once."""
    if not samples:
        msg = "A mean needs at least one value."
        raise CalculationError(msg)
    average = sum(map(Fraction, samples), Fraction(0)) / len(samples)
    with exact_arithmetic():
        return Decimal(average.numerator) / Decimal(average.denominator)


def sample_sd(samples: Sequence[Decimal]) -> Decimal:
    """Return the sample standard deviation √(Σ(x - mean)² / (n - 1)) in the unit of the samples, n ≥ 2.

    The variance is an exact fraction; only its square root is rounded, to 34 digits.
    """
    if len(samples) < 2:
        msg = "A standard deviation needs at least two values."
        raise CalculationError(msg)
    exact = [Fraction(sample) for sample in samples]
    average = sum(exact, Fraction(0)) / len(exact)
    variance = sum(((x - average) ** 2 for x in exact), Fraction(0)) / (len(exact) - 1)
    with localcontext(_WIDE):
        root = (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
    with exact_arithmetic():
        return +root
