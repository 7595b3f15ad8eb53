"""Decision rules for statements of conformity, as versioned data (ILAC-G8:09/2019, JCGM 106, Z540.3).

A rule says how far inside the tolerance an error must lie: the guard band w, in terms of the expanded
uncertainty U. A limit belongs to what is inside it: an error exactly on the acceptance limit passes.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.normal import probability_below
from records.calibration.transfer import Interval

DECISION = "calibration.decision/1"
UNCERTAINTY_RATIO = "calibration.tur/1"
ACCURACY_RATIO = "calibration.tar/1"
_LEAST_COVERAGE = Decimal("1.9")


class Rule(StrEnum):
    """How the guard band follows from the uncertainty."""

    SIMPLE = "simple"
    """w = 0: shared risk (ILAC-G8, 4.2.1)."""
    GUARD_BAND = "guard_band"
    """w = r·U; r = 1 is ILAC-G8's, r = 0.83 that of ISO 14253-1."""
    METHOD_5 = "z540_method_5"
    """w = U (Z540.3 handbook, method 5)."""
    METHOD_6 = "z540_method_6"
    """w = U·M, M = 1.04 - e^(0.38·ln TUR - 0.54), not below zero (Z540.3 handbook, method 6)."""


class Verdict(StrEnum):
    """The four words of a statement that is not binary; a binary one uses the first and the last."""

    PASS = "pass"  # noqa: S105 -- a verdict
    CONDITIONAL_PASS = "conditional_pass"  # noqa: S105 -- a verdict
    CONDITIONAL_FAIL = "conditional_fail"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRule:
    """A rule as a procedure version declares it."""

    rule: Rule
    factor: Decimal = Decimal(1)
    """r of a guard band; nothing to the other rules."""
    is_binary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a rule says of one error, with the figures it says it by, in the unit of the error."""

    verdict: Verdict
    guard_band: Decimal
    acceptance_lower: Decimal
    acceptance_upper: Decimal
    ratio: Decimal
    """The test uncertainty ratio."""
    specific_risk: Decimal
    """The probability that the true error lies outside the tolerance, given this reading; 0 to 1."""


def decide(
    error: Decimal, *, tolerance: Interval, expanded: Decimal, coverage: Decimal, by: DecisionRule
) -> Decision:
    """Return the verdict on an error held against a tolerance, given its expanded uncertainty U = k·u."""
    ratio = uncertainty_ratio(tolerance=tolerance, expanded=expanded, coverage=coverage)
    with exact_arithmetic():
        band = _guard_band(by, expanded, ratio)
        lower, upper = tolerance.lower + band, tolerance.upper - band
        return Decision(
            verdict=_verdict(error, tolerance, band, is_binary=by.is_binary),
            guard_band=band,
            acceptance_lower=lower,
            acceptance_upper=upper,
            ratio=ratio,
            specific_risk=specific_risk(error, tolerance=tolerance, standard=expanded / coverage),
        )


def uncertainty_ratio(*, tolerance: Interval, expanded: Decimal, coverage: Decimal) -> Decimal:
    """Return TUR = (upper - lower) / 2·U₉₅ (Z540.3 handbook).

    The tolerance over a *standard* uncertainty is in use too and looks twice as good: a coverage factor below
    1.9 is refused.
    """
    if expanded <= 0:
        msg = "A ratio needs an expanded uncertainty above zero."
        raise CalculationError(msg)
    if coverage < _LEAST_COVERAGE:
        msg = "TUR takes the expanded uncertainty for 95 % (k about 2), not a standard uncertainty."
        raise CalculationError(msg)
    with exact_arithmetic():
        return tolerance.span / (2 * expanded)


def accuracy_ratio(*, tolerance: Interval, standard: Interval) -> Decimal:
    """Return TAR, the tolerance of the instrument over that of the standard; says nothing of uncertainty."""
    with exact_arithmetic():
        return tolerance.span / standard.span


def specific_risk(error: Decimal, *, tolerance: Interval, standard: Decimal) -> Decimal:
    """Return P(out) = 1 - [Φ((TU - y)/u) - Φ((TL - y)/u)] at a reading (JCGM 106, 9.3), 0 to 1."""
    if standard <= 0:
        msg = "A risk needs a standard uncertainty above zero."
        raise CalculationError(msg)
    with exact_arithmetic():
        above = probability_below((error - tolerance.upper) / standard)
        below = probability_below((tolerance.lower - error) / standard)
        return above + below


def _guard_band(by: DecisionRule, expanded: Decimal, ratio: Decimal) -> Decimal:
    if by.rule is Rule.SIMPLE:
        return Decimal(0)
    if by.rule is Rule.METHOD_5:
        return expanded
    if by.rule is Rule.METHOD_6:
        multiplier = Decimal("1.04") - (Decimal("0.38") * ratio.ln() - Decimal("0.54")).exp()
        return expanded * max(multiplier, Decimal(0))
    if by.factor <= 0:
        msg = "The factor of a guard band is above zero; without one the rule is called simple."
        raise CalculationError(msg)
    return by.factor * expanded


def _verdict(error: Decimal, tolerance: Interval, band: Decimal, *, is_binary: bool) -> Verdict:
    if tolerance.lower + band <= error <= tolerance.upper - band:
        return Verdict.PASS
    if is_binary or not tolerance.lower - band <= error <= tolerance.upper + band:
        return Verdict.FAIL
    return Verdict.CONDITIONAL_PASS if tolerance.holds(error) else Verdict.CONDITIONAL_FAIL
