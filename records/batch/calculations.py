"""Quantities and yields of a batch (21 CFR 211.101(a), 211.103, 211.186(b)).

Every result is unrounded, to 34 digits: the master declares the rounding, and it happens once, at the end.
Rounding on the way changes what is weighed: 400.0 g * 1.2471 at 99.1 % is 503.4 g, by way of 498.8 g 503.3 g.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from records.arithmetic import CalculationError, exact_arithmetic
from records.numbers import as_text

# What a recorded result names as the calculation that gave it; the version changes with any result.
THEORETICAL_YIELD = "yield.theoretical/1"
THEORETICAL_UNITS = "yield.units/1"
THEORETICAL_WEIGHT = "weight.theoretical/1"
PERCENT_OF_THEORETICAL = "yield.percent/1"
POTENCY_AS_IS = "potency.as_is/1"
COMPENSATOR_QUANTITY = "compensator.quantity/1"
MASS_BALANCE = "yield.mass_balance/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A component of which another quantity is weighed than its base, in one unit."""

    base: Decimal
    as_is: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MassBalance:
    """What became of a quantity: accounted for and not, in its unit and in per cent of it."""

    accounted: Decimal
    unaccounted: Decimal
    percent: Decimal


def theoretical_yield(*, base: Decimal, scale: Decimal) -> Decimal:
    """Return the yield without any loss, base * scale, in the unit of the base (21 CFR 211.186(b)(7)).

    `scale` is the size of the batch over the size the master states.
    """
    _require_positive(base=base, scale=scale)
    with exact_arithmetic():
        return base * scale


def theoretical_units(*, quantity: Decimal, per_unit: Decimal) -> Decimal:
    """Return how many whole units a quantity fills, ⌊quantity / per unit⌋; both in one unit.

    200 L at 2.15 mL a vial are 93,023 vials: what is left does not fill another one.
    """
    _require_positive(quantity=quantity, per_unit=per_unit)
    with exact_arithmetic():
        return (quantity / per_unit).to_integral_value(rounding=ROUND_FLOOR)


def theoretical_weight(*, per_unit: Decimal, units: Decimal) -> Decimal:
    """Return the weight of so many units in kg, mg per unit * units / 1,000,000 (21 CFR 211.186(b)(6))."""
    _require_positive(per_unit=per_unit, units=units)
    with exact_arithmetic():
        return per_unit * units / 1_000_000


def percent_of_theoretical(*, actual: Decimal, theoretical: Decimal) -> Decimal:
    """Return the percentage of theoretical yield, 100 * actual / theoretical; one unit (21 CFR 211.103)."""
    _require_positive(theoretical=theoretical)
    _require_not_negative(actual=actual)
    with exact_arithmetic():
        return 100 * actual / theoretical


def potency_as_is(
    *,
    base: Decimal,
    assay: Decimal,
    loss_on_drying: Decimal = Decimal(0),
    salt_factor: Decimal = Decimal(1),
) -> Decimal:
    """Return the quantity to weigh so that the labelled amount is there, in the unit of the base.

    base * salt factor * 100 / assay * 100 / (100 - loss on drying), divided once. Assay (on the dried basis)
    and loss on drying are in per cent; the salt factor is the weight of salt that holds one of base
    (21 CFR 211.101(a)).
    """
    _require_positive(base=base, assay=assay, salt_factor=salt_factor)
    _require_not_negative(loss_on_drying=loss_on_drying)
    if loss_on_drying >= 100:
        msg = f"A loss on drying of {as_text(loss_on_drying)} % leaves nothing to weigh."
        raise CalculationError(msg)
    with exact_arithmetic():
        return base * salt_factor * 10_000 / (assay * (100 - loss_on_drying))


def compensator_quantity(*, base: Decimal, replaced: Iterable[Replaced]) -> Decimal:
    """Return the quantity of the filler that keeps the total weight, base - Σ(as-is - base of the others).

    All in one unit; raises CalculationError when the filler would have to be less than nothing.
    """
    _require_positive(base=base)
    with exact_arithmetic():
        quantity = base - sum((other.as_is - other.base for other in replaced), Decimal(0))
    if quantity < 0:
        msg = f"This potency takes more than the whole {as_text(base)} of the compensator. Use another lot."
        raise CalculationError(msg)
    return quantity


def mass_balance(*, charged: Decimal, recovered: Iterable[Decimal]) -> MassBalance:
    """Return what of a charged quantity was recovered as product, samples, rejects and waste, in one unit.

    Unaccounted is charged - Σ recovered, negative when more came out than went in (21 CFR 211.103).
    """
    _require_positive(charged=charged)
    quantities = list(recovered)
    for quantity in quantities:
        _require_not_negative(recovered=quantity)
    with exact_arithmetic():
        accounted = sum(quantities, Decimal(0))
        return MassBalance(
            accounted=accounted, unaccounted=charged - accounted, percent=100 * accounted / charged
        )


def _require_positive(**quantities: Decimal) -> None:
    for name, quantity in quantities.items():
        if quantity <= 0:
            msg = f"{_title(name)} must be more than zero, not {as_text(quantity)}."
            raise CalculationError(msg)


def _require_not_negative(**quantities: Decimal) -> None:
    for name, quantity in quantities.items():
        if quantity < 0:
            msg = f"{_title(name)} can't be negative: {as_text(quantity)}."
            raise CalculationError(msg)


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
