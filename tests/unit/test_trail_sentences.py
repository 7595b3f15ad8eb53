"""The audit trail in plain sentences: persons by name, codes in words, old beside new, nothing made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.trail.sentences import Told, event_of, part_words, subject, superseded, told

NAMES = {"P-0002": "A. Reyes", "system": "Countersign"}


def _body(table="entry", changes=(), **more):
    return {
        "stream": "batch/TB-0771",
        "seq": 7,
        "ts": "2026-11-22T10:14:01.000000Z",
        "actor": {"id": "P-0002", "cred": "a.reyes", "sess": "login"},
        "action": "step.entry.correct",
        "rec": {"type": table, "id": "2.9/2#17", "rev": 1},
        "ch": list(changes),
        "reason": {"code": "typing", "text": "Misread."},
        "tx": "t",
        **more,
    }


def _change(column, new, old=None):
    return {"p": f"/{column}", "o": old, "n": new}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_change("value", "1.75", "1.92"), Told("value", "1.92", "1.75")),
        (
            _change("state", "under_review", "production_complete"),
            Told("state", "production complete", "under review"),
        ),
        (_change("entered_by", "P-0002"), Told("entered by", "", "A. Reyes (P-0002)")),
        (_change("value", "P-0002"), Told("value", "", "P-0002")),
        (
            _change("closed_at", "2026-11-22T10:14:01.000000Z"),
            Told("closed at", "", "2026-11-22 10:14:01 UTC"),
        ),
        (_change("blocks_release", 1), Told("blocks release", "", "1")),
        (
            _change("limits", '{"action":{"maximum":"1.80","minimum":null}}'),
            Told("limits", "", "action maximum 1.80, minimum none"),
        ),
        (_change("text", "{not json"), Told("text", "", "{not json")),
        (_change("text", None, "gone"), Told("text", "gone", "")),
    ],
)
def test_change_is_told_in_words(change, words):
    assert told(change, NAMES) == words


@given(st.text(max_size=400))
def test_any_text_is_told_and_a_long_one_says_that_it_goes_on(text):
    shown = told(_change("text", text), {}).after

    assert len(shown) <= 302
    assert shown.endswith(" …") or len(text) <= 400


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("2.9/1", "step 2.9"),
        ("2.9/2.1", "step 2.9 (2.1)"),
        ("exception/E-3", "exception E-3"),
        ("disposition/US", "disposition US"),
        ("record", "whole record"),
        ("issue", "issue"),
    ],
)
def test_part_of_a_record_is_told_in_words(part, words):
    assert part_words(part) == words


@pytest.mark.parametrize(
    ("stream", "table", "row", "words"),
    [
        ("batch/TB-0771", "entry", "2.9/2#17", "batch TB-0771, step 2.9 (2), value"),
        ("batch/TB-0771", "step_run", "2.9/1#3", "batch TB-0771, step 2.9"),
        ("batch/TB-0771", "batch", "1", "batch TB-0771"),
        ("lot/24-118", "material_lot", "5", "lot 24-118, material lot"),
        ("denied/batch/TB-0771", "denied_attempt", "1", "batch TB-0771, denied attempt"),
    ],
)
def test_event_says_what_it_is_about(stream, table, row, words):
    assert subject(stream, table, row) == words


def test_corrected_value_stands_beside_the_one_it_replaces():
    body = _body(changes=[_change("value", "1.75"), _change("supersedes", 12)])

    event = event_of(body, NAMES, replaced="1.92")

    assert superseded(body) == 12
    assert event.changes[0] == Told("value", "1.92", "1.75")
    assert (event.actor_name, event.sentence, event.reason) == ("A. Reyes", "Value corrected", "Misread.")


def test_only_values_supersede():
    assert superseded(_body(table="batch_exception", changes=[_change("supersedes", 12)])) is None
    assert superseded(_body(changes=[_change("value", "1")])) is None


def test_what_says_nothing_at_first_sight_stands_under_everything_changed():
    event = event_of(_body(changes=[_change("digest", "ab12"), _change("value", "1.75")]), NAMES)

    assert [one.label for one in event.changes] == ["value"]
    assert [one.label for one in event.everything] == ["digest", "value"]


def test_action_that_this_version_does_not_know_keeps_its_own_name():
    assert event_of(_body(action="some.thing"), NAMES).sentence == "some.thing"
