"""Uncertainty budgets by the law of propagation (JCGM 100:2008, GUM 5.1, 5.2, G.4).

Nothing is rounded on the way. The expanded uncertainty is rounded up, to two significant figures, and the
value to the same place, when they are reported (GUM 7.2.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.contributions import Contribution, degrees_of_freedom, standard_uncertainty
from records.calibration.coverage import coverage_factor

UNCERTAINTY_BUDGET = "uncertainty.budget/1"
_REPORTED_FIGURES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetLine:
    """A line worked out: u(x) in its own unit, |c|·u(x) in the result's, and its share of the variance."""

    name: str
    standard: Decimal
    contribution: Decimal
    percent_of_variance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """A budget worked out, in the unit of the result."""

    lines: tuple[BudgetLine, ...]
    combined: Decimal
    degrees_of_freedom: int | None
    """Effective ones, truncated; None stands for infinite."""
    coverage: Decimal
    expanded: Decimal
    reported: Decimal
    """The expanded uncertainty, rounded up to two significant figures."""


def budget(
    contributions: Sequence[Contribution],
    *,
    correlations: Mapping[tuple[str, str], Decimal] | None = None,
    coverage: Decimal | None = None,
) -> Budget:
    """Return the combined and the expanded uncertainty of the lines.

    Lines are independent but for the `correlations` given by pairs of names. Without a declared `coverage`
    factor it is that for 95.45 %, by the effective degrees of freedom; those exist only for independent lines
    (GUM G.4.1); correlated ones with few readings need a declared one. Raises CalculationError.
    """
    _refuse_unnamed(contributions)
    given = _checked(correlations or {}, {line.name for line in contributions})
    with exact_arithmetic():
        signed = {line.name: line.sensitivity * standard_uncertainty(line) for line in contributions}
        variance = _variance(signed, given)
        combined = variance.sqrt()
        freedom = _effective_freedom(contributions, signed, combined, given, declared=coverage is not None)
        factor = coverage_factor(freedom) if coverage is None else _declared(coverage)
        expanded = factor * combined
        lines = tuple(
            BudgetLine(
                name=line.name,
                standard=standard_uncertainty(line),
                contribution=abs(signed[line.name]),
                percent_of_variance=100 * signed[line.name] ** 2 / variance if variance else Decimal(0),
            )
            for line in contributions
        )
    return Budget(
        lines=lines,
        combined=combined,
        degrees_of_freedom=freedom,
        coverage=factor,
        expanded=expanded,
        reported=rounded_up(expanded),
    )


def rounded_up(expanded: Decimal) -> Decimal:
    """Return an expanded uncertainty with two significant figures, rounded away from zero."""
    if not expanded:
        return expanded
    place = expanded.adjusted() - (_REPORTED_FIGURES - 1)
    with exact_arithmetic():
        up = expanded.quantize(Decimal((0, (1,), place)), rounding=ROUND_UP)
        return up.quantize(Decimal((0, (1,), up.adjusted() - (_REPORTED_FIGURES - 1))))


def to_the_place_of(value: Decimal, uncertainty: Decimal) -> Decimal:
    """Return a value rounded to the last place of its reported uncertainty, a tie to the even digit."""
    with exact_arithmetic():
        return value.quantize(uncertainty, rounding=ROUND_HALF_EVEN)


def _refuse_unnamed(contributions: Sequence[Contribution]) -> None:
    names = [line.name for line in contributions]
    if not names or len(set(names)) < len(names):
        msg = "A budget needs one contribution at least, each with a name of its own."
        raise CalculationError(msg)


def _checked(
    correlations: Mapping[tuple[str, str], Decimal], names: set[str]
) -> Mapping[tuple[str, str], Decimal]:
    pairs = {frozenset(pair) for pair in correlations}
    for (left, right), r in correlations.items():
        if not {left, right} <= names or left == right or abs(r) > 1:
            msg = f"{left} with {right}: a correlation is from -1 to 1, between two lines of the budget."
            raise CalculationError(msg)
    if len(pairs) < len(correlations):
        msg = "Two contributions are correlated twice. Give each pair once."
        raise CalculationError(msg)
    return correlations


def _variance(signed: Mapping[str, Decimal], correlations: Mapping[tuple[str, str], Decimal]) -> Decimal:
    alone = sum((part**2 for part in signed.values()), Decimal(0))
    shared = sum(
        (2 * r * signed[left] * signed[right] for (left, right), r in correlations.items()), Decimal(0)
    )
    if alone + shared < 0:
        msg = "These correlations can't hold together: the variance would be negative. Check their signs."
        raise CalculationError(msg)
    return alone + shared


def _effective_freedom(
    contributions: Sequence[Contribution],
    signed: Mapping[str, Decimal],
    combined: Decimal,
    correlations: Mapping[tuple[str, str], Decimal],
    *,
    declared: bool,
) -> int | None:
    finite = [
        (signed[line.name], freedom)
        for line in contributions
        if (freedom := degrees_of_freedom(line)) is not None and signed[line.name]
    ]
    if not finite:
        return None
    if any(correlations.values()):
        if declared:
            return None
        msg = (
            "Correlated contributions with few readings have no effective degrees of freedom. "
            "Declare the coverage factor."
        )
        raise CalculationError(msg)
    return int(combined**4 / sum((part**4 / freedom for part, freedom in finite), Decimal(0)))


def _declared(coverage: Decimal) -> Decimal:
    if coverage < 1:
        msg = "A coverage factor is one or more."
        raise CalculationError(msg)
    return coverage
