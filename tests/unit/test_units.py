"""Units are converted without a rounding, or not at all."""

from decimal import Decimal

import pytest

from records.units import UNITS, convert, is_mass


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("value", "unit", "into", "expected"),
    [
        ("12.001", "kg", "g", "12001"),
        ("1", "mg", "kg", "0.000001"),
        ("0.1", "µg", "t", "0.0000000000001"),
        ("250", "mL", "L", "0.250"),
        ("1013", "mbar", "bar", "1.013"),
        ("1234567890123456789012345678", "t", "µg", "1234567890123456789012345678000000000000"),
        ("7.0", "pH", "pH", "7.0"),
    ],
)
def test_every_digit_is_kept(value, unit, into, expected):
    assert convert(Decimal(value), unit, into) == Decimal(expected)


@pytest.mark.parametrize("pair", [("kg", "L"), ("kg", "°C"), ("pH", "kg"), (None, "kg"), ("kg", "")])
def test_what_measures_something_else_is_not_converted(pair):
    assert convert(Decimal(1), *pair) is None


@pytest.mark.parametrize("unit", UNITS)
def test_there_and_back_is_the_same(unit):
    dimension = UNITS[unit][0]
    others = [one for one, (theirs, _power) in UNITS.items() if theirs == dimension]

    for other in others:
        there = convert(Decimal("1.2345"), unit, other)
        assert there is not None
        assert convert(there, other, unit) == Decimal("1.2345")


def test_weights_are_told_from_other_quantities():
    assert [unit for unit in ("kg", "mg", "L", "°C", None) if is_mass(unit)] == ["kg", "mg"]
