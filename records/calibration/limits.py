"""Limits of error on their basis, and the tier an error falls into (21 CFR 211.160(b)(4)). Pure.

A limit belongs to what is inside it: an error exactly on a limit has not passed it.
"""

from dataclasses import dataclass
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.states import LimitBasis, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Reject, adjust and alert limits of a function, all on one basis."""

    basis: LimitBasis
    reject: Decimal
    adjust: Decimal
    alert: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsAtPoint:
    """The limits at one point, in the unit of the output."""

    reject: Decimal
    adjust: Decimal
    alert: Decimal


def limits_at(limits: Limits, *, nominal: Decimal, span: Decimal) -> LimitsAtPoint:
    """Return the limits at a nominal output, in its unit; raises CalculationError where they have no size."""
    return LimitsAtPoint(
        reject=in_output_unit(limits.reject, limits.basis, nominal=nominal, span=span),
        adjust=in_output_unit(limits.adjust, limits.basis, nominal=nominal, span=span),
        alert=in_output_unit(limits.alert, limits.basis, nominal=nominal, span=span),
    )


def in_output_unit(size: Decimal, basis: LimitBasis, *, nominal: Decimal, span: Decimal) -> Decimal:
    """Return a limit in the unit of the output; raises CalculationError where it has no size."""
    with exact_arithmetic():
        found = {
            LimitBasis.ABSOLUTE: size,
            LimitBasis.PERCENT_SPAN: size * span / 100,
            LimitBasis.PERCENT_READING: size * abs(nominal) / 100,
        }[basis]
    if found <= 0:
        msg = "A limit in per cent of the reading has no size at zero. Give limits in per cent of span."
        raise CalculationError(msg)
    return found


def tier_of(error: Decimal, limits: LimitsAtPoint, *, is_failed: bool) -> Tier:
    """Return how far an error has got; whether it failed, the decision rule says."""
    if is_failed or abs(error) > limits.reject:
        return Tier.FAIL
    if abs(error) > limits.adjust:
        return Tier.ADJUST
    return Tier.ALERT if abs(error) > limits.alert else Tier.WITHIN
