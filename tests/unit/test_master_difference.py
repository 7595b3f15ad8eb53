"""Differences between two versions of a master: each change once, of the right kind, at the right place."""

import copy
import json
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.master.difference import Change, Kind, differences
from records.procedure.codec import to_content
from tests.masters import master

CONTENT = json.loads(json.dumps(to_content(master("mbr-0042.yaml"))))
STEPS = [
    step
    for unit in CONTENT["unit_procedures"]
    for operation in unit["operations"]
    for phase in operation["phases"]
    for step in phase["steps"]
]
CHANGED = st.sampled_from([step["number"] for step in STEPS])


def _steps(content):
    return {
        step["number"]: (step, phase["steps"])
        for unit in content["unit_procedures"]
        for operation in unit["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    }


def _changed(change):
    """The differences that one change of a copy makes."""
    after = copy.deepcopy(CONTENT)
    change(_steps(after), after)
    return differences(CONTENT, after)


def test_a_version_does_not_differ_from_itself():
    assert differences(CONTENT, copy.deepcopy(CONTENT)) == ()


@given(CHANGED)
def test_text_of_any_step_changed_is_one_change_at_that_step(number):
    before = _steps(CONTENT)[number][0]["title"]

    found = _changed(lambda steps, _content: steps[number][0].update(title="Another title"))

    assert found == (
        Change(where=f"step {number}, title", kind=Kind.TEXT, before=before, after="Another title"),
    )


@given(CHANGED)
def test_any_step_dropped_is_one_change_and_not_one_of_each_of_its_fields(number):
    def drop(steps, _content):
        step, siblings = steps[number]
        siblings.remove(step)

    found = _changed(drop)

    title = _steps(CONTENT)[number][0]["title"]
    assert found == (Change(where=f"step {number}", kind=Kind.STRUCTURE, before=title, after=""),)


def test_step_added_is_one_change():
    def add(steps, _content):
        siblings = steps["2.9"][1]
        siblings.insert(0, {"number": "2.99", "type": "instruction", "title": "Wait", "criticality": "none"})

    assert _changed(add) == (Change(where="step 2.99", kind=Kind.STRUCTURE, before="", after="Wait"),)


def test_limit_changed_is_of_the_kind_limits_and_names_the_field():
    def tighten(steps, _content):
        field = next(one for one in steps["2.9"][0]["fields"] if one.get("limits"))
        field["limits"]["action"]["maximum"] = "1.70"

    (found,) = _changed(tighten)

    assert (found.kind, found.after) == (Kind.LIMITS, "1.70")
    assert found.where.startswith("step 2.9, field ")
    assert found.where.endswith(", limits, action, maximum")


def test_limit_taken_away_is_told_bound_by_bound():
    def drop(steps, _content):
        field = next(one for one in steps["2.9"][0]["fields"] if one.get("limits"))
        del field["limits"]

    found = _changed(drop)

    assert {one.kind for one in found} == {Kind.LIMITS}
    assert {one.after for one in found} == {""}


def test_steps_in_another_order_are_one_change():
    def turn(steps, _content):
        siblings = steps["2.9"][1]
        siblings.reverse()

    found = _changed(turn)

    assert [(one.kind, one.before == one.after) for one in found] in ([], [(Kind.STRUCTURE, False)])


@pytest.mark.parametrize(
    ("section", "key", "where"),
    [("formula", "quantity", "formula item para, quantity"), ("rooms", "title", "room D101, title")],
)
def test_sections_beside_the_steps_are_compared_by_name(section, key, where):
    (found,) = _changed(lambda _steps, content: content[section][0].update({key: "another"}))

    assert (found.where, found.after) == (where, "another")


def test_two_large_masters_are_compared_within_a_third_of_a_second():
    after = copy.deepcopy(CONTENT)
    for step, _siblings in _steps(after).values():
        step["title"] += " again"

    started = perf_counter()
    found = differences(CONTENT, after)

    assert (len(found), perf_counter() - started < 0.3) == (len(STEPS), True)
