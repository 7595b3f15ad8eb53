"""Figures over the samples of a field, exact until the one declared rounding (21 CFR 211.110(a), 211.165(d)).

The variance is that of a sample, with n - 1. Figures that build on others use them unrounded.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic, mean, sample_sd
from records.numbers import Rounding, round_to
from records.procedure.vocabulary import StatisticKind

# What a recorded result names as the calculation that gave it; the version changes with any result.
STATISTICS = "statistics.samples/1"


def statistic(
    kind: StatisticKind, samples: Sequence[Decimal], *, decimals: int, rounding: Rounding = Rounding.HALF_EVEN
) -> Decimal:
    """Return a figure over the samples, rounded as declared; raises CalculationError when there are too few.

    All figures have the unit of the samples, the relative standard deviation is in per cent.
    """
    if not samples:
        msg = "A figure over samples needs at least one of them."
        raise CalculationError(msg)
    return round_to(_FIGURES[kind](samples), decimals, rounding)


def relative_sd(samples: Sequence[Decimal]) -> Decimal:
    """Return the relative standard deviation 100 * sd / |mean| in per cent, unrounded; n ≥ 2."""
    with exact_arithmetic():
        return 100 * sample_sd(samples) / abs(mean(samples))


def total(samples: Sequence[Decimal]) -> Decimal:
    """Return the sum of the samples in their unit."""
    with exact_arithmetic():
        return sum(samples, Decimal(0))


def spread(samples: Sequence[Decimal]) -> Decimal:
    """Return the range, maximum less minimum, in the unit of the samples."""
    with exact_arithmetic():
        return max(samples) - min(samples)


_FIGURES: dict[StatisticKind, Callable[[Sequence[Decimal]], Decimal]] = {
    StatisticKind.MEAN: mean,
    StatisticKind.SUM: total,
    StatisticKind.MINIMUM: min,
    StatisticKind.MAXIMUM: max,
    StatisticKind.RANGE: spread,
    StatisticKind.SD: sample_sd,
    StatisticKind.RSD: relative_sd,
}
