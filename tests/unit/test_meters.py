"""A meter counts up: it may roll over or be replaced, but it never runs backwards."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.maintenance.meters import LastReading, MeterError, NewReading, Rate, count_on, runs_too_fast
from records.maintenance.states import ReadingKind

AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
LAST = LastReading(value=Decimal("12884.0"), counted=Decimal("12884.0"), at=AT)
ROLLS = Decimal(100000)


def reading(value, kind=ReadingKind.READING, old_final=None):
    return NewReading(value=Decimal(value), kind=kind, old_final=Decimal(old_final) if old_final else None)


def test_the_first_reading_is_the_count():
    assert count_on(reading("12418.0"), None, None, "h") == Decimal("12418.0")


def test_a_meter_goes_on():
    assert count_on(reading("12890.5"), LAST, None, "h") == Decimal("12890.5")
    assert count_on(reading("12884.0"), LAST, None, "h") == Decimal("12884.0")


def test_a_meter_that_began_again_adds_what_was_left_and_what_it_shows():
    last = LastReading(value=Decimal("99990.0"), counted=Decimal("199990.0"), at=AT)
    assert count_on(reading("4.5", ReadingKind.ROLLOVER), last, ROLLS, "h") == Decimal("200004.5")


def test_a_replaced_meter_goes_on_from_the_old_ones_last():
    assert count_on(reading("0.0", ReadingKind.REPLACED, "12885.5"), LAST, None, "h") == Decimal("12885.5")


@pytest.mark.parametrize(
    ("new", "last", "rollover_at", "says"),
    [
        (reading("12611.5"), LAST, None, "a meter does not run backwards"),
        (reading("-1"), LAST, None, "zero or more"),
        (reading("100000"), LAST, ROLLS, "begins again at 100000 h"),
        (reading("3", ReadingKind.ROLLOVER), LAST, None, "does not begin again"),
        (reading("12885", ReadingKind.ROLLOVER), LAST, ROLLS, "Record it as a plain reading"),
        (reading("3", ReadingKind.REPLACED), LAST, None, "Say what the old meter showed"),
        (reading("3", ReadingKind.REPLACED, "12000"), LAST, None, "can't be less"),
        (reading("3", ReadingKind.ROLLOVER), None, ROLLS, "first reading"),
    ],
)
def test_a_reading_that_cannot_be_is_refused_with_what_to_do(new, last, rollover_at, says):
    with pytest.raises(MeterError, match=says):
        count_on(new, last, rollover_at, "h")


def test_more_hours_than_the_time_has_are_flagged():
    most, later = Decimal(24), AT + timedelta(hours=10)
    assert not runs_too_fast(Decimal(10), AT, later, most)
    assert runs_too_fast(Decimal("10.1"), AT, later, most)
    assert not runs_too_fast(Decimal(1000), AT, later, None)


def test_the_rate_of_the_press():
    rate = Rate(Decimal("466.0"), 68)
    assert rate.each_day() == Decimal("6.853")


@given(st.lists(st.decimals(0, 999, places=1), min_size=1, max_size=30))
def test_what_a_meter_counts_is_what_was_run_however_often_it_begins_again(steps):
    shown, last, run = Decimal(0), None, Decimal(0)
    for step in steps:
        run, before = run + step, shown
        shown = (shown + step) % 1000
        kind = ReadingKind.ROLLOVER if shown < before else ReadingKind.READING
        counted = count_on(reading(shown, kind), last, Decimal(1000), "h")
        last = LastReading(value=shown, counted=counted, at=AT)
    assert last.counted == run
