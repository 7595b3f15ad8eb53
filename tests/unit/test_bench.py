"""The pure parts of the benchmarks: figures, targets, the load's timetable, the report. Never a time."""

import pytest

from bench.client import Form, form_of
from bench.figures import Figure, interleaved, percentile, ratio, significant
from bench.operators import BURST, BURST_EVERY, BURST_SECONDS, RATE, due_times
from bench.report import document, table

MISSED = Figure(id="verify.one_core", value=93_456.7, unit="events/s", better="higher", target=150_000)
WHEN = {"date": "2026-11-24T11:25:03+00:00", "load_before": (1.18, 1.9), "quick": True}
REACHED = Figure(id="history_read", value=8.1234, unit="ms", target=30, detail=WHEN)
PLAIN = Figure(id="verify.one_record", value=0.28, unit="s")


@pytest.mark.parametrize(
    ("better", "value", "is_met"), [("lower", 30, True), ("lower", 31, False), ("higher", 29, False)]
)
def test_figure_is_met_on_its_good_side_of_the_target(better, value, is_met):
    assert Figure(id="one", value=value, unit="s", better=better, target=30).is_met is is_met


def test_figure_without_a_target_is_neither_met_nor_missed():
    assert PLAIN.is_met is None


def test_percentile_is_a_value_that_was_measured():
    assert [percentile([5, 1, 4, 2, 3], percent) for percent in (0, 50, 95, 100)] == [1, 3, 5, 5]


def test_ratio_compares_round_by_round():
    assert ratio([2, 30, 4], [1, 10, 4]) == 2


def test_values_are_rounded_to_significant_digits():
    assert [significant(value) for value in (0, 0.123456, 123456)] == [0, 0.1235, 123500]


def test_contenders_take_turns_and_the_first_round_does_not_count():
    called = []

    found = interleaved(
        {name: lambda times, name=name: called.append((name, times)) for name in "ab"}, rounds=2, times=3
    )

    assert called == [("a", 3), ("b", 3), ("b", 3), ("a", 3), ("a", 3), ("b", 3)]
    assert {name: len(seconds) for name, seconds in found.items()} == {"a": 2, "b": 2}


def test_load_has_its_bursts():
    due = due_times(BURST_EVERY)

    assert len(due) == RATE * (BURST_EVERY - BURST_SECONDS) + BURST * BURST_SECONDS
    assert due == sorted(due)
    assert sum(at >= BURST_EVERY - BURST_SECONDS for at in due) == BURST * BURST_SECONDS


def test_form_is_found_by_its_address_with_its_hidden_fields():
    page = (
        '<form action="/other"><input type="hidden" name="a" value="1"></form>'
        '<form method="post" action="/sign"><input type="hidden" name="nonce" value="x&amp;y"></form>'
    )

    assert form_of(page, "/sign") == Form("/sign", {"nonce": "x&y"})
    with pytest.raises(LookupError):
        form_of(page, "/nowhere")


def test_table_names_the_reason_of_what_missed_its_target():
    lines = table([MISSED, REACHED, PLAIN]).splitlines()

    assert [" ".join(line.split()) for line in lines[2:5]] == [
        "verify.one_core 93460 events/s ≥ 150000 NOT REACHED",
        "history_read 8.123 ms ≤ 30 reached",
        "verify.one_record 0.28 s",
    ]
    assert [line.partition(":")[0] for line in lines[6:]] == ["verify.one_core"]


def test_document_holds_table_reasons_and_conditions():
    made = document({"cores": 2, "quick": False, "load_before": (0.5, 1.0, 2.0)}, [MISSED, REACHED])

    assert "| `verify.one_core` | 93460 | events/s | ≥ 150000 | not reached |  |" in made
    assert "| `history_read` | 8.123 | ms | ≤ 30 | reached | 2026-11-24 11:25, load 1.2, short run |" in made
    assert "- verify.one_core: About 11 µs of a core" in made
    assert made.endswith("| cores | 2 |\n| quick | no |\n| load before | 0.5, 1.0, 2.0 |\n")
