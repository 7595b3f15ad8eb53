"""Which numbers are never below zero, by the type of their step."""

import pytest

from records.procedure.fields import Field
from records.procedure.reading_rules import is_never_negative
from records.procedure.step_types import STEP_TYPES
from records.procedure.vocabulary import FieldKind, StepType


def number(name, **more):
    return Field(name=name, kind=FieldKind.NUMBER, label=name.title(), **more)


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("step_type", "field"),
    [
        (StepType.DISPENSE, number("tare", unit="kg")),
        (StepType.DISPENSE, number("gross", unit="kg")),
        (StepType.CHARGE_IN, number("quantity_water", unit="L")),
        (StepType.TRANSFER, number("quantity", unit="kg")),
        (StepType.YIELD, number("actual", unit="cup")),
        (StepType.LABEL_PRINT, number("printed", unit="label")),
        (StepType.LABEL_RECON, number("used", unit="label")),
        (StepType.INSTRUCTION, number("film", unit="m", component="film")),
        (StepType.NUMERIC, number("tablets", unit="mg", instrument="BAL-021")),
    ],
)
def test_weights_and_counts_are_never_below_zero(step_type, field):
    assert is_never_negative(STEP_TYPES[step_type].readings, field)


@pytest.mark.parametrize(
    "field",
    [
        number("temperature", unit="°C", instrument="PAST-01"),
        number("difference", unit="mg"),
        Field(name="net", kind=FieldKind.COMPUTED, label="Net", unit="kg", instrument="BAL-01"),
    ],
)
def test_other_numbers_may_be(field):
    assert not is_never_negative(STEP_TYPES[StepType.NUMERIC].readings, field)
