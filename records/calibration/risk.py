"""Global risk: how often decisions go wrong over all instruments of a kind (JCGM 106, 9.5; Z540.3, 5.3(b)).

The true errors are taken to be normal about zero, as wide as the share of instruments found in tolerance at
the end of their interval says. Z540.3 asks for a probability of false acceptance of 2 % at the most.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.normal import density, deviations_below, probability_below

GLOBAL_RISK = "calibration.global_risk/1"
_DECIMALS = 12
_PANELS = 24
_FAR = 12
"""Standard deviations beyond which nothing more comes together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalRisk:
    """Probabilities from 0 to 1, to 12 decimals, and the spread of true errors they rest on."""

    false_accept: Decimal
    false_reject: Decimal
    prior_deviation: Decimal


def global_risk(
    *, limit: Decimal, acceptance: Decimal, standard: Decimal, reliability: Decimal
) -> GlobalRisk:
    """Return PFA and PFR of a tolerance ±limit decided by ±acceptance, in the unit of the error.

    `standard` is the standard uncertainty of the calibration, `reliability` the share found in tolerance,
    between 0 and 1. PFA = ∫ prior(t)·P(accepted | t) dt outside the limits, PFR its mirror inside.
    """
    if limit <= 0 or standard <= 0 or acceptance < 0:
        msg = "A risk needs limits and an uncertainty above zero, and acceptance limits not below it."
        raise CalculationError(msg)
    with exact_arithmetic():
        prior = limit / deviations_below((1 + reliability) / 2)

        def accepted(true: Decimal) -> Decimal:
            return probability_below((acceptance - true) / standard) - probability_below(
                (-acceptance - true) / standard
            )

        def wrongly_accepted(true: Decimal) -> Decimal:
            return density(true / prior) / prior * accepted(true)

        def wrongly_rejected(true: Decimal) -> Decimal:
            return density(true / prior) / prior * (1 - accepted(true))

        end = min(limit + _FAR * prior, acceptance + _FAR * standard)
        begin = max(Decimal(0), acceptance - _FAR * standard)
        return GlobalRisk(
            false_accept=round(2 * _integral(wrongly_accepted, limit, end), _DECIMALS),
            false_reject=round(2 * _integral(wrongly_rejected, begin, limit), _DECIMALS),
            prior_deviation=prior,
        )


def _integral(function: Callable[[Decimal], Decimal], begin: Decimal, end: Decimal) -> Decimal:
    """Integrate by Gauss and Legendre with five points in each panel; nothing where the interval is empty."""
    if end <= begin:
        return Decimal(0)
    half = (end - begin) / (2 * _PANELS)
    total = Decimal(0)
    for panel in range(_PANELS):
        middle = begin + half * (2 * panel + 1)
        total += sum((weight * function(middle + half * node) for node, weight in _rule()), Decimal(0))
    return half * total


def _rule() -> list[tuple[Decimal, Decimal]]:
    inner = (5 - 2 * (Decimal(10) / 7).sqrt()).sqrt() / 3
    outer = (5 + 2 * (Decimal(10) / 7).sqrt()).sqrt() / 3
    near = (322 + 13 * Decimal(70).sqrt()) / 900
    far = (322 - 13 * Decimal(70).sqrt()) / 900
    return [(Decimal(0), Decimal(128) / 225), (inner, near), (-inner, near), (outer, far), (-outer, far)]
