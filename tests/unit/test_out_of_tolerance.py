"""Errors found later taken off values recorded earlier, and what that does to verdicts (CAL-21)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.arithmetic import CalculationError
from records.calibration.indication import PointError
from records.execution.states import Judged
from records.out_of_tolerance.calculations import (
    checked_curve,
    curve_of,
    effect,
    field_alert_due,
    margin,
    worst,
    written,
)
from records.out_of_tolerance.states import Effect, ErrorBasis
from records.procedure.limits import Limit

D = Decimal
ABSOLUTE, PERCENT = ErrorBasis.ABSOLUTE, ErrorBasis.PERCENT_OF_READING
# PT-1203A as found, up-run: applied bar and error in bar (per cent of span of demo.md 7.1 times 0.06 bar).
UP = [("0.0", "0.0045"), ("1.5", "0.011625"), ("3.0", "0.020625"), ("4.5", "0.02925"), ("6.0", "0.038625")]
DOWN = [("0.0", "0.00525"), ("1.5", "0.01425"), ("3.0", "0.024"), ("4.5", "0.03225"), ("6.0", "0.038625")]
FEED = Limit(minimum=D("4.00"), maximum=D("4.40"))


def curve(points, basis=ABSOLUTE, unit="bar"):
    return checked_curve(basis, unit, [PointError(applied=D(at), error=D(error)) for at, error in points])


@pytest.mark.requirement("CAL-21")
@pytest.mark.parametrize(
    ("recorded", "points", "corrected", "room"),
    [
        ("4.02", UP, "3.9935", "-0.0065"),
        ("4.20", UP, "4.1725", "0.1725"),
        ("4.02", DOWN, "3.9904", "-0.0096"),
        ("4.20", DOWN, "4.1694", "0.1694"),
    ],
)
def test_the_feed_pressures_of_two_batches_come_out_as_published(recorded, points, corrected, room):
    found = curve(points).corrected(D(recorded))

    assert (written(found.value, 2), found.outside) == (corrected, False)
    assert written(margin(found.value, FEED), 2) == room


@pytest.mark.requirement("CAL-21")
def test_a_check_weight_in_per_cent_corrects_every_load():
    balance = curve([("50", "0.14")], PERCENT, "kg")

    found = balance.corrected(D("251.507"))

    assert written(found.value, 1) == "251.155"
    assert found.outside  # one weight says nothing of 251 kg, and the finding must tell so


def test_beyond_the_last_point_the_nearest_error_holds_and_is_told():
    found = curve(UP).corrected(D("6.3"))

    assert (found.error, found.outside) == (D("0.038625"), True)


def test_a_curve_is_read_back_as_it_was_written():
    one = curve(UP)

    assert curve_of(one.content()) == one


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([], "Give the error at one point or more: without it no value can be corrected."),
        (
            [("1", "0.1"), ("1.0", "0.2")],
            "A point stands twice. Give one error for each: the worst of repeats, or their mean.",
        ),
    ],
)
def test_a_curve_that_says_nothing_is_refused(points, sentence):
    with pytest.raises(CalculationError, match=sentence):
        curve(points)


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (Judged.IN_LIMITS, Judged.ACTION, Effect.FLIPS),
        (Judged.ALERT, Judged.ACTION, Effect.FLIPS),
        (Judged.ACTION, Judged.ACTION, Effect.STAYS_OUT),
        (Judged.ACTION, Judged.ALERT, Effect.RETURNS),
        (Judged.IN_LIMITS, Judged.ALERT, Effect.HOLDS),
        (Judged.IN_LIMITS, Judged.IN_LIMITS, Effect.HOLDS),
        (Judged.NONE, Judged.NONE, Effect.NOT_JUDGED),
        (Judged.IN_LIMITS, None, Effect.NOT_CORRECTED),
        (Judged.NONE, None, Effect.NOT_CORRECTED),
    ],
)
def test_a_verdict_then_and_now_have_one_effect(then, now, expected):
    assert effect(then, now) is expected


def test_a_finding_is_called_by_its_most_serious_value():
    assert worst([Effect.HOLDS, Effect.FLIPS, Effect.NOT_JUDGED]) is Effect.FLIPS
    assert worst([Effect.HOLDS, Effect.NOT_CORRECTED]) is Effect.NOT_CORRECTED
    assert worst([]) is Effect.NOT_JUDGED


def test_a_value_on_its_bound_has_no_room_and_one_without_limits_no_margin():
    assert margin(D("4.00"), FEED) == 0
    assert margin(D("4.00"), Limit(minimum=D(3))) == 1
    assert margin(D("4.00"), None) is None


@pytest.mark.requirement("CAL-21")
@given(st.decimals(0, 6, places=3), st.decimals(0, 6, places=3))
def test_a_larger_reading_never_becomes_the_smaller_one(one, other):
    """The as-found errors rise by less than the readings do, so the order of corrected values is theirs."""
    first, second = (curve(UP).corrected(value).value for value in sorted((one, other)))

    assert first <= second


@pytest.mark.parametrize(
    ("aware", "holidays", "due"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=UTC), (), datetime(2026, 11, 26, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2026, 11, 26, 9, tzinfo=UTC), (), datetime(2026, 12, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        (datetime(2026, 11, 28, 9, tzinfo=UTC), (), datetime(2026, 12, 2, 23, 59, 59, 999999, tzinfo=UTC)),
        (
            datetime(2026, 12, 24, 9, tzinfo=UTC),
            (date(2026, 12, 25),),
            datetime(2026, 12, 30, 23, 59, 59, 999999, tzinfo=UTC),
        ),
        (datetime(2026, 6, 1, 23, 30, tzinfo=UTC), (), datetime(2026, 6, 5, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_a_field_alert_is_due_at_the_end_of_the_third_working_day_of_the_site(aware, holidays, due):
    assert field_alert_due(aware, "Europe/Dublin", holidays) == due
