"""A typed value is judged again when what its limits are made of was corrected (211.110(a))."""

import pytest

from records.execution.models import Entry
from records.execution.states import ExceptionType, Judged, StepState
from tests.factories import reasons_of
from tests.syrup import BOTH, SyrupPlant, issue_syrup

pytest_plugins = ("tests.stages", "tests.syrup_stages")

RIGHT = "{name: right, label: Right, unit: kg, decimals: 1, as: right, limits: {minimum: 0.0, maximum: 10.0}}"
BY_LEFT = RIGHT.replace("minimum: 0.0, maximum: 10.0", "minimum: left, maximum: left * 2")
CASES = "test_cases:\n"
TWICE = f'{CASES}  - {{number: C-99, formula: "left * 2", given: {{left: 4.0}}, expected: 8.0}}\n'


@pytest.fixture
def syrup(plant):
    """Two weights, the right one limited by the left one: 4.0 kg, and 5.0 kg of 4.0 to 8.0 kg."""
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[(RIGHT, BY_LEFT), (CASES, TWICE)])
    syrup.give("8.1/1", "left", "4.0", complete=True)
    syrup.give("8.2/1", "right", "5.0", complete=True, actor=BOTH)
    return syrup


def rights(syrup):
    return [
        (row.value, row.judged, row.entered_by, row.limits["action"]["minimum"])
        for row in syrup.rows(Entry, part="8.2/1", field="right")
    ]


def about_the_right(syrup):
    return [row for row in syrup.exceptions() if row.step_part == "8.2/1"]


@pytest.mark.requirement("G-110a")
@pytest.mark.requirement("P11-10e-1")
def test_a_value_out_of_its_corrected_limits_is_told_and_its_step_done_again(syrup):
    syrup.amend("8.1/1", "left", "6.0")

    assert rights(syrup) == [
        ("5.0", Judged.IN_LIMITS, "b.both", "4.0"),
        ("5.0", Judged.ACTION, "system", "6.0"),
    ]
    assert syrup.state("8.2/1") is StepState.IN_PROGRESS
    out, again = about_the_right(syrup)
    assert out.exception_type is ExceptionType.VALUE
    assert again.text == "Right 5.0 judged again: what its limits are made of was corrected."


@pytest.mark.requirement("G-110a")
def test_who_typed_a_value_judged_again_does_not_accept_it(syrup):
    syrup.amend("8.1/1", "left", "6.0")
    out = about_the_right(syrup)[0]

    assert reasons_of(syrup.take_as_true, out.number, actor=BOTH) == [
        "B. Both entered the value; another person accepts it."
    ]


def test_a_correction_that_leaves_the_limits_as_they_were_judges_nothing_again(syrup):
    syrup.give("1.2/1", "pressure", "11.9")
    syrup.amend("1.2/1", "pressure", "11.8")

    assert rights(syrup) == [("5.0", Judged.IN_LIMITS, "b.both", "4.0")]
    assert syrup.state("8.2/1") is StepState.DONE
