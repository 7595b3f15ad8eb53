"""Units that differ by a power of ten only, so that a quantity is converted without a rounding. Pure."""

from collections.abc import Mapping
from decimal import MAX_PREC, Context, Decimal
from types import MappingProxyType

MASS = "mass"

_EXPONENTS: Mapping[str, Mapping[str, int]] = {
    MASS: {"µg": -9, "mg": -6, "g": -3, "kg": 0, "t": 3},
    "volume": {"µL": -6, "mL": -3, "cL": -2, "dL": -1, "L": 0, "hL": 2, "m³": 3},
    "length": {"µm": -6, "mm": -3, "cm": -2, "m": 0},
    "pressure": {"Pa": 0, "hPa": 2, "mbar": 2, "kPa": 3, "bar": 5, "MPa": 6},
    "conductivity": {"µS/cm": -6, "mS/cm": -3, "S/cm": 0},
}
UNITS: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        unit: (dimension, exponent)
        for dimension, units in _EXPONENTS.items()
        for unit, exponent in units.items()
    }
)
"""The dimension of each unit, and its power of ten of the dimension's base unit."""

_EXACT = Context(prec=MAX_PREC)


def convert(value: Decimal, unit: str | None, into: str | None) -> Decimal | None:
    """Return a quantity in another unit, every digit kept; None where the two can't be compared."""
    if unit == into:
        return value
    dimension, exponent = UNITS.get(unit or "", (None, 0))
    other, wanted = UNITS.get(into or "", (None, 0))
    if dimension is None or dimension != other:
        return None
    return value.scaleb(exponent - wanted, _EXACT)


def is_mass(unit: str | None) -> bool:
    """Tell whether a quantity in a unit is a weight."""
    return UNITS.get(unit or "", (None, 0))[0] == MASS
