"""Arithmetic that declares its precision and refuses what has no result."""

from decimal import Decimal

import pytest

from records.arithmetic import CalculationError, exact_arithmetic


def test_result_has_thirty_four_digits_rounded_half_even():
    with exact_arithmetic():
        assert Decimal(2) / Decimal(3) == Decimal("0.6666666666666666666666666666666667")


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ("1", "0", "The calculation divides by zero."),
        ("0", "0", "The calculation has no result: it divides zero by zero, or an input is not a number."),
        ("1", "sNaN", "The calculation has no result: it divides zero by zero, or an input is not a number."),
        ("1E999", "1E-9", "The result is too large to be recorded."),
        ("1E-999", "3E9", "The result is too small to be recorded."),
    ],
)
def test_calculation_without_a_result_is_refused(left, right, sentence):
    with pytest.raises(CalculationError) as refused, exact_arithmetic():
        Decimal(left) / Decimal(right)

    assert refused.value.message == sentence


@pytest.mark.requirement("G-68b2")
def test_float_among_the_inputs_is_a_fault_of_the_program():
    with pytest.raises(TypeError), exact_arithmetic():
        Decimal("0.1") < 0.2  # noqa: B015 -- the comparison itself must raise
