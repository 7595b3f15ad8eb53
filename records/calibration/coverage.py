"""Coverage factors k for a coverage probability of 95.45 % (JCGM 100:2008 table G.2, EA-4/02 table E.1)."""

from decimal import Decimal

from records.arithmetic import CalculationError

COVERAGE_PERCENT = Decimal("95.45")
"""The probability of two standard deviations of a normal distribution, in per cent."""

# Student's t for each number of degrees of freedom that the table has; between two rows the lower one holds.
_K: dict[int, str] = {
    1: "13.97", 2: "4.53", 3: "3.31", 4: "2.87", 5: "2.65", 6: "2.52", 7: "2.43", 8: "2.37", 9: "2.32",
    10: "2.28", 11: "2.25", 12: "2.23", 13: "2.21", 14: "2.20", 15: "2.18", 16: "2.17", 17: "2.16",
    18: "2.15", 19: "2.14", 20: "2.13", 25: "2.11", 30: "2.09", 35: "2.07", 40: "2.06", 45: "2.06",
    50: "2.05", 100: "2.025",
}  # fmt: skip
_INFINITE = Decimal(2)


def coverage_factor(degrees_of_freedom: int | None) -> Decimal:
    """Return k for effective degrees of freedom, by the row at or below them; None stands for infinite."""
    if degrees_of_freedom is None:
        return _INFINITE
    if degrees_of_freedom < 1:
        msg = "Below one effective degree of freedom there is no coverage factor. Take more readings."
        raise CalculationError(msg)
    return Decimal(_K[max(row for row in _K if row <= degrees_of_freedom)])
