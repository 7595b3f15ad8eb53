"""Test cases of a master: what they give, what they prove, what stays unproved."""

from dataclasses import replace

import pytest

from app.procedure.loader import load_master
from records.numbers import Rounding
from records.procedure.calculations import calculations
from records.procedure.case_execution import run_case, unproved
from records.procedure.sections import CaseInput, FormulaCase
from tests.masters import FILES, master, small_text


def case(formula, expected, rounding=None, **given):
    inputs = tuple(
        CaseInput(name=name, values=(value,) if isinstance(value, str) else tuple(value))
        for name, value in given.items()
    )
    return FormulaCase(number="C-01", formula=formula, given=inputs, expected=expected, rounding=rounding)


@pytest.mark.requirement("P11-10a-3")
@pytest.mark.parametrize(
    ("tested", "rounded", "actual", "passed"),
    [
        (case("a / b", "0.67", Rounding.HALF_UP, a="2", b="3"), "0.67", "0." + "6" * 33 + "7", True),
        (case("a / b", "0.66", Rounding.HALF_UP, a="2", b="3"), "0.67", "0." + "6" * 33 + "7", False),
        (case("a / b", "0.66", Rounding.DOWN, a="2", b="3"), "0.66", "0." + "6" * 33 + "7", True),
        (case("a / b", "0.5", a="1", b="2"), "0.5", "0.5", True),
        (case("a / b", "0.50", a="1", b="2"), "0.5", "0.5", True),
        (case("a / b", "0.3", a="1", b="3"), "0." + "3" * 34, "0." + "3" * 34, False),
        (case("mean(w) - w", "-0.5", w=("1", "2")), "-0.5", "-0.5", True),
        (case("a > 1.80", expected=True, a="1.81"), "holds", "holds", True),
        (case("a > 1.80", expected=True, a="1.80"), "does not hold", "does not hold", False),
        (case("a > 1.80", expected=False, a="1.80"), "does not hold", "does not hold", True),
        (case('answer == "no"', expected=True, answer="no"), "holds", "holds", True),
        (
            case("a / b", "0", a="1", b="0"),
            "no result",
            "The calculation divides by zero (column 5 of the formula).",
            False,
        ),
        (case("a + b", "1", a="1"), "no result", "No value yet for: b.", False),
    ],
)
def test_case_passes_exactly_when_it_gives_what_is_expected(tested, rounded, actual, passed):
    outcome = run_case(tested)

    assert (outcome.rounded, outcome.actual, outcome.passed) == (rounded, actual, passed)


@pytest.mark.requirement("P11-10a-3")
@pytest.mark.parametrize("name", FILES)
def test_masters_that_ship_prove_every_calculation(name):
    procedure = master(name)
    passed = [one.number for one in map(run_case, procedure.test_cases) if one.passed]

    assert (len(passed), unproved(procedure, passed)) == (len(procedure.test_cases), [])


def test_value_that_is_only_repeated_is_no_calculation():
    texts = [one.text for one in calculations(load_master(small_text(), "small.yaml"))]

    assert texts == [
        "base * 100 / assay",
        "base - (salt_required - salt_base)",
        "content < 0.88",
        "gross - tare",
        "salt_required * 0.995",
        "salt_required * 1.005",
        "water_required * 0.995",
        "water_required * 1.005",
        "actual * 100 / theoretical",
    ]


@pytest.mark.requirement("P11-10a-3")
@pytest.mark.parametrize(
    ("cases", "lacking"),
    [
        ([], "content < 0.88: no passed test case in which it holds and none in which it does not hold."),
        (
            [case("content < 0.88", expected=True, content="0.87")],
            "content < 0.88: no passed test case in which it does not hold.",
        ),
        (
            [case("content < 0.88", expected=False, content="0.88")],
            "content < 0.88: no passed test case in which it holds.",
        ),
        ([], "gross - tare: no passed test case."),
        (
            [case("gross - tare", "1.0", Rounding.HALF_UP, gross="2", tare="1")],
            "gross - tare: no passed test case rounded to 3 decimals (half_up).",
        ),
        (
            [case("gross - tare", "1.000", Rounding.UP, gross="2", tare="1")],
            "gross - tare: no passed test case rounded to 3 decimals (half_up).",
        ),
    ],
)
def test_condition_is_proved_both_ways_and_a_number_as_each_place_rounds_it(cases, lacking):
    procedure = replace(load_master(small_text(), "small.yaml"), test_cases=tuple(cases))

    assert lacking in unproved(procedure, [one.number for one in cases])


def test_only_passed_cases_prove():
    procedure = load_master(small_text(), "small.yaml")

    left = [unproved(procedure, passed) for passed in ([], ["C-01"], ["C-02"])]

    assert [len(one) for one in left] == [9, 8, 8]
