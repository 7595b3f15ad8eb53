"""How finely the units of lots are measured. Pure."""

from collections.abc import Mapping

_DECIMALS: Mapping[str, int] = {"mg": 3, "mL": 3, "piece": 0, "tablet": 0, "carton": 0, "label": 0}
_USUAL = 6
"""A milligram of a kilogram, a microlitre of a litre: no scale of a plant shows more."""


def decimals_of(unit: str) -> int:
    """Return the most decimals that a quantity in a unit has."""
    return _DECIMALS.get(unit, _USUAL)
