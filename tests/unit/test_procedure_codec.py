import copy
import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.procedure.codec import ContentError, from_content, to_content
from records.procedure.definition import EquipmentUse, Procedure, Setting, StepDefinition
from records.procedure.fields import Consequence, Field, LimitRange, Limits, Option, Statistic
from records.procedure.outline import steps
from tests.masters import FILES, master, small

MASTERS = [master(name) for name in ("mbr-0042.yaml", "mmr-0311.yaml")]
STEPS = [step for one in MASTERS for step in steps(one)]
TEXTS = st.text(max_size=12)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6)
RANGES = st.builds(LimitRange, minimum=st.none() | TEXTS, maximum=st.none() | TEXTS)
LIMITS = st.builds(Limits, action=st.none() | RANGES, alert=st.none() | RANGES)
FIELDS = st.builds(
    Field,
    limits=st.none() | LIMITS,
    statistics=st.lists(st.builds(Statistic, limits=st.none() | LIMITS), max_size=2).map(tuple),
    options=st.lists(st.builds(Option), max_size=2).map(tuple),
    consequence=st.none() | st.builds(Consequence),
)
SETTINGS = st.builds(Setting, value=TEXTS | st.integers() | st.booleans() | st.lists(TEXTS).map(tuple))


def with_step(procedure: Procedure, step: StepDefinition) -> Procedure:
    """The procedure with its first step replaced."""
    stage = procedure.unit_procedures[0]
    operation = stage.operations[0]
    phase = replace(operation.phases[0], steps=(step, *operation.phases[0].steps[1:]))
    operation = replace(operation, phases=(phase, *operation.phases[1:]))
    stage = replace(stage, operations=(operation, *stage.operations[1:]))
    return replace(procedure, unit_procedures=(stage, *procedure.unit_procedures[1:]))


def through_json(procedure: Procedure) -> Procedure:
    return from_content(json.loads(json.dumps(to_content(procedure))))


def values_of(content):
    if isinstance(content, dict):
        for value in content.values():
            yield from values_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from values_of(value)
    else:
        yield content


def keys_of(content):
    if isinstance(content, dict):
        yield from content
        for value in content.values():
            yield from keys_of(value)
    elif isinstance(content, list):
        for value in content:
            yield from keys_of(value)


@pytest.mark.requirement("G-188a")
@pytest.mark.parametrize("name", FILES)
def test_content_of_a_master_gives_the_same_master_back(name):
    assert through_json(master(name)) == master(name)


@pytest.mark.requirement("G-188a")
@settings(max_examples=25)
@given(
    number=st.sampled_from(range(len(MASTERS))),
    step=st.sampled_from(STEPS),
    changes=st.fixed_dictionaries(
        {
            "title": TEXTS,
            "fields": st.lists(FIELDS, max_size=2).map(tuple),
            "settings": st.lists(SETTINGS, max_size=2).map(tuple),
            "after": st.none() | st.lists(TEXTS, max_size=2).map(tuple),
            "equipment": st.lists(st.builds(EquipmentUse), max_size=2).map(tuple),
        }
    ),
    quantity=DECIMALS,
)
def test_content_of_any_definition_gives_the_same_definition_back(number, step, changes, quantity):
    varied = with_step(MASTERS[number], replace(step, **changes))
    item = replace(varied.formula[0], quantity=quantity)
    varied = replace(varied, formula=(item, *varied.formula[1:]))

    assert through_json(varied) == varied


@pytest.mark.parametrize("name", FILES)
def test_content_has_plain_keys_and_no_float(name):
    content = to_content(master(name))

    assert [key for key in keys_of(content) if not re.fullmatch("[a-z0-9_]+", key)] == []
    assert {type(value) for value in values_of(content)} <= {str, int, bool}


def test_decimals_keep_their_digits():
    content = to_content(small())

    assert content["formula"][0]["quantity"] == "0.450"
    assert from_content(content).formula[0].quantity.as_tuple() == Decimal("0.450").as_tuple()


def test_absent_values_are_left_out_but_waiting_for_nothing_is_said():
    first = small().unit_procedures[0].operations[0].phases[0].steps[0]

    alone = to_content(with_step(small(), replace(first, after=())))
    usual = to_content(small())

    assert "caution" not in keys_of(usual)
    assert "after" not in keys_of(usual)
    assert alone["unit_procedures"][0]["operations"][0]["phases"][0]["steps"][0]["after"] == []


FIRST_STEP = "unit_procedures.0.operations.0.phases.0.steps.0"
REFUSED = {
    "unknown key": (("header", "colour"), "blue", "header: there is no 'colour' in a Header."),
    "number as number": (
        ("formula", 0, "quantity"),
        45,
        "formula.0.quantity: 45 is not text.",
    ),
    "exponent": (
        ("formula", 0, "quantity"),
        "1E+2",
        "formula.0.quantity: '1E+2' is not a plain decimal number.",
    ),
    "not a number": (
        ("formula", 0, "quantity"),
        "NaN",
        "formula.0.quantity: 'NaN' is not a plain decimal number.",
    ),
    "minus alone": (
        ("formula", 0, "quantity"),
        "-",
        "formula.0.quantity: '-' is not a plain decimal number.",
    ),
    "no digit before the point": (
        ("formula", 0, "quantity"),
        ".5",
        "formula.0.quantity: '.5' is not a plain decimal number.",
    ),
    "text as number": (("formula", 0, "decimals"), "3", "formula.0.decimals: '3' is not an integer."),
    "truth as number": (("formula", 0, "decimals"), True, "formula.0.decimals: True is not an integer."),
    "number as truth": (("formula", 0, "removed"), 1, "formula.0.removed: 1 is not true or false."),
    "unknown word": (
        ("header", "operations_type"),
        "cooking",
        "header.operations_type: 'cooking' is not one of production, maintenance, quality.",
    ),
    "null": (("product", "description"), None, "product.description: None is not text."),
    "empty list": (("markets",), [], "content: there is no 'markets' in a Procedure."),
    "absent list written": (
        ("header", "markets"),
        [],
        "header: 'markets' is empty and would be left out.",
    ),
    "list as object": (("header",), [], "header: an object is wanted."),
    "object as list": (("formula",), {}, "formula: a list is wanted."),
    "setting of no kind": (
        ("unit_procedures", 0, "operations", 0, "phases", 0, "steps", 0, "settings", 0, "value"),
        {},
        f"{FIRST_STEP}.settings.0.value: {{}} is of no kind allowed here.",
    ),
}


@pytest.mark.parametrize(("path", "value", "message"), REFUSED.values(), ids=REFUSED)
def test_content_that_was_not_written_by_us_is_refused(path, value, message):
    content = copy.deepcopy(to_content(small()))
    inside = content
    for part in path[:-1]:
        inside = inside[part]
    inside[path[-1]] = value

    with pytest.raises(ContentError) as refused:
        from_content(content)

    assert refused.value.message == message


def test_content_without_a_needed_value_is_refused():
    content = copy.deepcopy(to_content(small()))
    del content["header"]["title"]

    with pytest.raises(ContentError) as refused:
        from_content(content)

    assert refused.value.message == "header: 'title' is missing."
