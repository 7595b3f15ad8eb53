"""The normal distribution in decimal arithmetic: what a risk is worked out from, with no binary rounding."""

from decimal import Context, Decimal, localcontext

from records.arithmetic import CalculationError

_PRECISION = 70
_NEWTON_STEPS = 60
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")
_FARTHEST = Decimal(12)
"""Beyond so many standard deviations lies less than 1E-32."""


def probability_below(z: Decimal) -> Decimal:
    """Return Φ(z), the probability below z standard deviations, to 30 decimals.

    By the series z + z³/3 + z⁵/(3·5) + …, times the density: every term has one sign, so no digits cancel.
    """
    if z > _FARTHEST:
        return Decimal(1)
    if z < -_FARTHEST:
        return Decimal(0)
    with localcontext(Context(prec=_PRECISION)):
        half = density(z) * _series(z)
        return round(Decimal("0.5") + half, 30)


def density(z: Decimal) -> Decimal:
    """Return φ(z), the probability for each standard deviation, to the precision of the caller."""
    return (-z * z / 2).exp() / (2 * _PI).sqrt()


def deviations_below(probability: Decimal) -> Decimal:
    """Return Φ⁻¹(p): standard deviations with the probability below them, to 28 decimals; 0 < p < 1."""
    if not 0 < probability < 1:
        msg = "A probability to invert lies between 0 and 1, both excluded."
        raise CalculationError(msg)
    with localcontext(Context(prec=_PRECISION)):
        z = Decimal(0)
        for _ in range(_NEWTON_STEPS):
            step = (probability_below(z) - probability) / density(z)
            z -= max(min(step, Decimal(1)), Decimal(-1))
            if abs(step) < Decimal("1E-29"):
                break
        return round(z, 28)


def _series(z: Decimal) -> Decimal:
    term = total = z
    divisor = 1
    while abs(term) > Decimal(10) ** -_PRECISION:
        divisor += 2
        term = term * z * z / divisor
        total += term
    return total
