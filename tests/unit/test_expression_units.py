"""Which unit a formula gives, and the units that must not meet."""

import pytest

from records.procedure.expression_nodes import ExpressionError
from records.procedure.expression_units import infer_unit
from records.procedure.expressions import compile_expression

UNITS = {
    "base": "kg",
    "gross": "kg",
    "tare": "kg",
    "grams": "g",
    "assay": "%",
    "lod": "%",
    "scale": "",
    "volume": "L",
    "density": "kg/L",
    "minutes": "min",
    "speed": "1/min",
    "weight": "mg per tablet",
    "torque": "kg·m",
}


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("gross - tare", "kg"),
        ("base * 100 / assay * 100 / (100 - lod)", "kg"),
        ("base * scale", "kg"),
        ("gross / tare", ""),
        ("100 * gross / base", ""),
        ("volume * density", "kg"),
        ("base / volume", "kg/L"),
        ("speed * minutes", ""),
        ("1 / minutes", "1/min"),
        ("minutes ** 2", "min^2"),
        ("1 / minutes ** 3", "1/min^3"),
        ("minutes ** 0.5", None),
        ("minutes ** 9999999999999999999999999999", None),
        ("minutes ** -1", "1/min"),
        ("scale ** lod", ""),
        ("base ** scale", None),
        ("torque / base", "m"),
        ("weight * 500000", "mg per tablet"),
        ("max(gross, tare, 0.5)", "kg"),
        ("mean(gross) - base", "kg"),
        ("count(gross)", ""),
        ("-round(abs(gross), 1, 'up')", "kg"),
        ("gross if lod > 1.80 else 0", "kg"),
        ("gross - unknown", "kg"),
        ("gross * unknown", None),
        ("unknown", None),
        ("unknown + 1", None),
        ("12.10", ""),
        ("gross > tare and not seal == 'yes'", None),
    ],
)
def test_unit_of_a_result_follows_from_its_inputs(text, unit):
    assert infer_unit(compile_expression(text), UNITS) == unit


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("gross - grams", 9, "kg and g can't be added or compared. Convert one of them."),
        ("1 + gross + grams", 13, "kg and g can't be added or compared. Convert one of them."),
        ("max(gross, grams)", 12, "kg and g can't be added or compared. Convert one of them."),
        ("gross < grams", 9, "kg and g can't be added or compared. Convert one of them."),
        ("scale + base", 9, "a plain number and kg can't be added or compared. Convert one of them."),
        (
            "base * 2 if gross < volume else base",
            21,
            "kg and L can't be added or compared. Convert one of them.",
        ),
        (
            "(gross if lod > 1 else grams) * 2",
            24,
            "kg and g can't be added or compared. Convert one of them.",
        ),
        ("not gross > grams", 13, "kg and g can't be added or compared. Convert one of them."),
    ],
)
def test_units_that_differ_are_never_added_or_compared(text, column, sentence):
    with pytest.raises(ExpressionError) as refused:
        infer_unit(compile_expression(text), UNITS)

    assert (refused.value.column, refused.value.message) == (column, f"Column {column}: {sentence}")
