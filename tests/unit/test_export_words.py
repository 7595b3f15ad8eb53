"""How a print says things: times with their offset, limits, marks, characters its fonts lack, events."""

import pytest

from app.export.environment import FONTS
from app.export.filters import basis_words, cell_words, is_late, shown
from app.export.legible import REGULAR, covered, is_covered, spelled_out
from app.export.sentences import Telling
from app.export.words import defined_limits, elapsed, judged, limits_words, local, span

ZONE = "Europe/Dublin"
BOUNDS = {"minimum": "1.30", "maximum": "1.80", "minimum_inclusive": True, "maximum_inclusive": True}


@pytest.mark.requirement("P11-50a2")
@pytest.mark.parametrize(
    ("utc", "there"),
    [
        ("2026-10-25T00:30:00.000000Z", "2026-10-25 01:30:00 +01:00"),
        ("2026-10-25T01:30:00.000000Z", "2026-10-25 01:30:00 +00:00"),
        (None, "\u2013"),
    ],
)
def test_time_is_told_apart_in_the_hour_that_comes_twice(utc, there):
    assert local(utc, ZONE) == there


def test_span_of_one_day_names_it_once():
    first, last = "2026-11-24T10:00:00.000000Z", "2026-11-24T10:09:58.000000Z"

    assert span(first, last, ZONE) == "2026-11-24 10:00:00 to 10:09:58 +00:00"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("2026-11-24T10:00:40.000000Z", "40 s"),
        ("2026-11-24T10:09:58.000000Z", "9 min 58 s"),
        ("2026-11-24T11:30:05.000000Z", "1 h 30 min 5 s"),
        ("2026-11-26T11:30:05.000000Z", "2 d 1 h 30 min"),
        ("2026-11-24T09:59:00.000000Z", "1 min 0 s before it began"),
        (None, "\u2013"),
    ],
)
def test_elapsed_time_is_in_the_units_a_person_counts(end, words):
    assert elapsed("2026-11-24T10:00:00.000000Z", end) == words


def test_limits_are_those_in_force_then():
    alert = {**BOUNDS, "minimum": "1.40", "maximum_inclusive": False}

    assert limits_words({"action": BOUNDS, "alert": alert, "target": "1.50"}, "%") == (
        "1.30 to 1.80 %; alert \u2265 1.40 and < 1.80 %; target 1.50 %"
    )


def test_bounds_that_are_formulas_are_printed_as_they_stand():
    limits = {"action": {"minimum": "para_required * 0.995", "maximum": "para_required * 1.005"}}

    assert defined_limits(limits, "kg") == "para_required * 0.995 … para_required * 1.005 kg"


@pytest.mark.parametrize(
    ("code", "limits", "words"),
    [
        ("in_limits", {"action": BOUNDS}, "✓ within limits"),
        ("alert", {"alert": BOUNDS}, "! ALERT"),
        ("action", {"action": BOUNDS}, "❌ OUT OF LIMITS"),
        ("in_limits", {"expected": "yes"}, "✓ as expected"),
        ("action", {"expected": "yes"}, "❌ NOT AS EXPECTED"),
        ("none", None, "\u2013"),
    ],
)
def test_judgement_is_a_glyph_and_a_word(code, limits, words):
    assert judged(code, limits).words == words


def test_changed_value_in_a_table_of_samples_says_so():
    entry = {"value": "1.92", "judged": "action", "stated_at": None}

    assert cell_words({"current": entry, "is_changed": True}) == "Δ ❌ 1.92 OUT"


def test_option_is_printed_by_its_label_and_its_code():
    step = {"fields": [{"name": "route", "options": [{"code": "A", "label": "85 °C, 30 min"}]}]}
    entry = {"kind": "choice", "field": "route", "value": "A", "unit": None}

    assert shown(ZONE, entry, step) == "85 °C, 30 min (A)"


def test_branch_names_its_condition_and_the_data():
    basis = {"condition": "lod > 1.80", "data": {"lod": "1.71"}, "why": "branch not taken"}

    assert basis_words(basis) == "branch not taken: lod > 1.80 did not hold, with lod 1.71"


@pytest.mark.parametrize(
    ("state", "ended", "late"),
    [("ended", "10:10", False), ("ended", "10:13", True), ("ended", "10:05", True), ("breached", None, True)],
)
def test_span_is_late_after_its_last_moment_and_before_its_first(state, ended, late):
    limit = {
        "state": state,
        "earliest_at": "2026-11-24T10:09:00.000000Z",
        "latest_at": "2026-11-24T10:12:00.000000Z",
        "ended_at": ended and f"2026-11-24T{ended}:00.000000Z",
    }

    assert is_late(limit) == late


@pytest.mark.parametrize("text", ["Łukasz Żółć", "Ольга Иванова", "Δημήτρης", "5 µm ± 0.1 ≤ ✓"])
def test_latin_greek_and_cyrillic_are_in_the_fonts(text):
    assert spelled_out(text, covered(FONTS / REGULAR)) == text
    assert is_covered(text, FONTS)


def test_writing_that_no_font_has_is_printed_as_its_code_points():
    assert spelled_out("by 佐藤 花 today", covered(FONTS / REGULAR)) == ("by [U+4F50 U+85E4 U+82B1] today")
    assert not is_covered("佐藤", FONTS)


def event(table, row, rev, **changed):
    told = [{"p": f"/{name}", "o": old, "n": new} for name, (old, new) in changed.items()]
    return {"table": table, "row": row, "rev": rev, "part": row.partition("#")[0], "changed": told}


@pytest.mark.requirement("P11-10e-3")
def test_corrected_value_is_told_with_the_old_one_and_the_reason():
    telling = Telling({("3.3b/3", "weight.4"): "Weight 4"}, {}, ZONE)
    first = {"field": (None, "weight.4"), "value": (None, "591.8"), "unit": (None, "mg")}
    telling.words(event("entry", "3.3b/3#17", 1, **first, source=(None, "manual")))

    again = {**first, "value": (None, "581.8"), "supersedes": (None, 17), "reason": (None, "Transposed.")}
    words = telling.words(event("entry", "3.3b/3#18", 1, **again, source=(None, "manual")))

    assert words == "Weight 4: 591.8 mg → 581.8 mg (typed; reason: Transposed.)"


def test_change_of_a_row_is_told_as_old_and_new_with_names_and_local_times():
    telling = Telling({}, {"P-0002": "A. Reyes"}, ZONE)
    closed = event(
        "step_run",
        "2.9/1#3",
        2,
        state=("in_progress", "done"),
        performed_by=(None, "P-0002"),
        closed_at=(None, "2026-06-24T10:09:58.000000Z"),
    )

    assert telling.words(closed) == (
        "state: in progress → done; performed by: \u2013 → A. Reyes (P-0002); "
        "closed at: \u2013 → 2026-06-24 11:09:58 +01:00"
    )


def test_what_people_wrote_is_never_taken_for_a_code():
    telling = Telling({}, {}, ZONE)

    assert telling.words(event("remark", "4", 1, text=(None, "lot_24_118 is dusty"))) == (
        "text lot_24_118 is dusty"
    )


def test_event_of_a_row_keeps_the_part_that_its_first_event_named():
    telling = Telling({}, {}, ZONE)
    begun = {"table": "time_limit", "row": "7", "rev": 1, "part": None}
    first = {**begun, "changed": [{"p": "/step_part", "o": None, "n": "2.3/1"}]}
    ended = {**begun, "rev": 2, "changed": [{"p": "/state", "o": "running", "n": "ended"}]}

    assert [telling.part(first), telling.part(ended)] == ["2.3/1", "2.3/1"]
