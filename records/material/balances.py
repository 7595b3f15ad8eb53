"""The arithmetic of lots: balances without rounding, and expiry by the site's clock. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation

from records.days import last_instant
from records.material.states import MovementKind

_EXACT = Context(prec=80, traps=[InvalidOperation, Inexact])

OUTWARD = frozenset({MovementKind.DISPENSE, MovementKind.CONSUME, MovementKind.SAMPLE})
"""Movements that take from a lot; an adjustment carries its own sign, the others add."""


def signed_quantity(movement: MovementKind, quantity: Decimal) -> Decimal:
    """Return the quantity as the lot's balance feels it: negative where it leaves the lot."""
    return quantity.copy_negate() if movement in OUTWARD else quantity


def balance_after(balance: Decimal, change: Decimal) -> Decimal:
    """Return the exact sum of a balance and a signed quantity."""
    return _EXACT.add(balance, change)


def total(quantities: Iterable[Decimal]) -> Decimal:
    """Return the exact sum of quantities of one unit; zero for none."""
    result = Decimal(0)
    for quantity in quantities:
        result = _EXACT.add(result, quantity)
    return result


def unresolved_quantity(moved: Mapping[MovementKind, Decimal], balance: Decimal) -> Decimal:
    """Return what a balance holds beyond the sum of its movements, zero where they agree (211.184(c))."""
    return _EXACT.subtract(balance, total(moved.values()))


def is_expired(expires_on: date | None, at: datetime, time_zone: str) -> bool:
    """Tell whether the last day of use has passed at the site; the day itself counts to its end."""
    return expires_on is not None and at > last_instant(expires_on, time_zone)
