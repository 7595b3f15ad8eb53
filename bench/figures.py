"""What a measurement gives: figures with their target, and how a list of times becomes one of them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured value; `better` says which way is good, `target` what it has to reach."""

    id: str
    value: float
    unit: str
    better: str = "lower"
    target: float | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    """How it was measured, and for a figure below its target the reason that was measured."""

    @property
    def is_met(self) -> bool | None:
        """Tell whether the target is reached; None where there is none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "lower" else self.value >= self.target

    def content(self) -> dict[str, Any]:
        """Return the figure as `results.json` holds it."""
        return asdict(self) | {"value": significant(self.value)}


def significant(value: float, digits: int = 4) -> float:
    """Round to so many significant digits."""
    if not value or not math.isfinite(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def interleaved(
    contenders: Mapping[str, Callable[[int], object]], *, rounds: int, times: int
) -> dict[str, list[float]]:
    """Run every contender `times` times in a row, in turns; return the seconds of one run, by round.

    The order rotates, so that no contender always comes after the same other one. A first round warms up.
    """
    names = list(contenders)
    found: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(rounds + 1):
        shift = turn % len(names)
        for name in names[shift:] + names[:shift]:
            started = perf_counter()
            contenders[name](times)
            seconds = (perf_counter() - started) / times
            if turn:
                found[name].append(seconds)
    return found


def ratio(slower: Sequence[float], faster: Sequence[float]) -> float:
    """Return how many times longer the first takes than the second: median of the rounds, pair by pair."""
    return median(one / other for one, other in zip(slower, faster, strict=True))


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Return median, 95th percentile and largest of times, in milliseconds."""
    thousand = [1000 * value for value in seconds]
    return {
        "median_ms": significant(median(thousand)),
        "p95_ms": significant(percentile(thousand, 95)),
        "max_ms": significant(max(thousand)),
        "count": len(thousand),
    }
