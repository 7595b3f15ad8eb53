"""When maintenance is due: any of its triggers, the first counts, and every one starts anew with the work."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.days import last_instant, local_day
from records.equipment.states import GmpImpact
from records.maintenance.due import (
    Baseline,
    Due,
    Observed,
    extended,
    first_due,
    has_grace,
    rate,
    rearm,
    standing,
    trigger_dues,
)
from records.maintenance.forecast import Planned, due_now, forecast
from records.maintenance.meters import Point
from records.maintenance.states import Basis, CalendarUnit, CountedEvent, DueWord, PlanKind
from records.maintenance.triggers import (
    CalendarTrigger,
    EventTrigger,
    MeterTrigger,
    from_content,
    to_content,
)

DAY_0 = date(2026, 8, 1)
HOURS = MeterTrigger(meter="run-hours", unit="h", every=Decimal(500), early=Decimal(50), late=Decimal(25))
QUARTER = CalendarTrigger(every=90, unit=CalendarUnit.DAY)
CHANGEOVERS = EventTrigger(event=CountedEvent.TOOLING_CHANGEOVER, after=3)
PM_500 = (HOURS, QUARTER, CHANGEOVERS)
BEGUN = Baseline(on=DAY_0, anchor=DAY_0, counted={"run-hours": Decimal("12418.0")})
READ = Observed(readings={"run-hours": Point(DAY_0 + timedelta(days=68), Decimal("12884.0"))})


def due_of(triggers, baseline, observed=None, *, stop_days=0, grace=True):
    dues = trigger_dues(triggers, baseline, observed or Observed(), grace=grace)
    return first_due(dues, stop_days=stop_days, grace=grace)


def monthly(day, basis=Basis.SCHEDULED, **window):
    return CalendarTrigger(every=1, unit=CalendarUnit.MONTH, basis=basis, **window), Baseline(
        on=day, anchor=day
    )


def test_the_press_is_due_on_day_73_by_its_run_hours_before_day_90():
    by_hours, by_calendar, by_event = trigger_dues(PM_500, BEGUN, READ, grace=True)
    assert by_hours.words == "466.0 of 500 h at 6.853 h/d: day 73"
    running = rate(HOURS, BEGUN, READ)
    assert round(float(running.days_to(HOURS.every)), 2) == 72.96
    assert by_hours.due_on == DAY_0 + timedelta(days=73)
    assert by_hours.opens_on == DAY_0 + timedelta(days=66)
    assert by_hours.grace_until == DAY_0 + timedelta(days=76)
    assert by_hours.is_predicted
    assert by_calendar.due_on == DAY_0 + timedelta(days=90)
    assert (by_event.due_on, by_event.words) == (None, "0 of 3 times tooling changeover")
    due = due_of(PM_500, BEGUN, READ, stop_days=7)
    assert (due.by, due.due_on, due.stops_on) == (
        HOURS,
        DAY_0 + timedelta(days=73),
        DAY_0 + timedelta(days=80),
    )


def test_the_third_changeover_makes_it_due_that_day():
    days = [DAY_0 + timedelta(days=n) for n in (10, 20, 30, 40)]
    due = due_of(PM_500, BEGUN, Observed(events={CountedEvent.TOOLING_CHANGEOVER: days}))
    assert (due.by, due.due_on) == (CHANGEOVERS, DAY_0 + timedelta(days=30))


def test_without_a_reading_in_the_cycle_the_meter_runs_as_in_the_one_before():
    done_on = DAY_0 + timedelta(days=70)
    at_work = Observed(readings={"run-hours": Point(done_on, Decimal("12898.0"))})
    again = rearm(PM_500, BEGUN, at_work, due_of(PM_500, BEGUN, at_work), done_on)
    assert again.counted == {"run-hours": Decimal("12898.0")}
    assert (again.on, again.anchor) == (done_on, done_on)
    due = due_of(PM_500, again, at_work)
    assert due.due_on == done_on + timedelta(days=73)  # 480 h in 70 d: 500 h on day 72.9


@pytest.mark.parametrize("used", ["12418.0", None])
def test_a_meter_that_stands_still_or_was_never_read_gives_no_day(used):
    at = DAY_0 + timedelta(days=9)
    observed = Observed(readings={"run-hours": Point(at, Decimal(used))} if used else {})
    due = trigger_dues((HOURS,), BEGUN, observed, grace=True)[0]
    assert due.due_on is None
    assert standing(None, at) is DueWord.NO_DATE


def test_done_early_uses_up_the_occurrence():
    """C7: due 10-01, done 09-29, next on 11-01 and not on 10-01 again."""
    calendar, baseline = monthly(date(2026, 9, 1), early=5)
    due = due_of((calendar,), baseline)
    assert due.due_on == date(2026, 10, 1)
    again = rearm((calendar,), baseline, Observed(), due, date(2026, 9, 29))
    assert due_of((calendar,), again).due_on == date(2026, 11, 1)


def test_done_before_its_window_it_counts_from_the_day_it_was_done():
    calendar, baseline = monthly(date(2026, 9, 1), early=5)
    again = rearm((calendar,), baseline, Observed(), due_of((calendar,), baseline), date(2026, 9, 10))
    assert due_of((calendar,), again).due_on == date(2026, 10, 10)


def test_done_late_counts_from_the_day_it_was_due_and_skips_what_it_passed():
    calendar, baseline = monthly(date(2026, 9, 1))
    due = due_of((calendar,), baseline)
    late = rearm((calendar,), baseline, Observed(), due, date(2026, 10, 20))
    assert due_of((calendar,), late).due_on == date(2026, 11, 1)
    later = rearm((calendar,), baseline, Observed(), due, date(2026, 12, 1))
    assert due_of((calendar,), later).due_on == date(2027, 1, 1)


def test_a_completed_basis_counts_from_the_day_it_was_done():
    calendar, baseline = monthly(date(2026, 9, 1), basis=Basis.COMPLETED)
    late = rearm((calendar,), baseline, Observed(), due_of((calendar,), baseline), date(2026, 10, 20))
    assert due_of((calendar,), late).due_on == date(2026, 11, 20)


def test_made_due_by_its_meter_the_schedule_goes_on_from_that_day():
    calendar = CalendarTrigger(every=90, unit=CalendarUnit.DAY, basis=Basis.SCHEDULED)
    plan = (HOURS, calendar)
    due = due_of(plan, BEGUN, READ)
    again = rearm(plan, BEGUN, READ, due, due.due_on + timedelta(days=1))
    assert trigger_dues(plan, again, READ, grace=True)[1].due_on == due.due_on + timedelta(days=90)


def test_the_31st_stays_the_31st_where_a_month_has_one():
    calendar, baseline = monthly(date(2027, 12, 31))
    planned = Planned(triggers=(calendar,), baseline=baseline, observed=Observed(), stop_days=0, grace=True)
    days = [due.due_on for due in forecast(planned, date(2027, 12, 31), date(2028, 5, 31))]
    assert days == [
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
        date(2028, 4, 30),
        date(2028, 5, 31),
    ]


def test_a_leap_day_comes_back_on_the_28th_until_the_next_leap_year():
    yearly = CalendarTrigger(every=1, unit=CalendarUnit.YEAR)
    assert [yearly.day(date(2028, 2, 29), n).isoformat() for n in (1, 4)] == ["2029-02-28", "2032-02-29"]


def test_a_day_is_the_sites_whatever_the_clocks_do():
    dublin = "Europe/Dublin"
    assert last_instant(date(2026, 3, 28), dublin) == datetime(2026, 3, 28, 23, 59, 59, 999999, UTC)
    assert last_instant(date(2026, 3, 29), dublin) == datetime(2026, 3, 29, 22, 59, 59, 999999, UTC)
    assert local_day(datetime(2026, 3, 29, 23, 30, tzinfo=UTC), dublin) == date(2026, 3, 30)
    assert local_day(datetime(2026, 10, 25, 23, 30, tzinfo=UTC), dublin) == date(2026, 10, 25)


@pytest.mark.requirement("CAL-22")
def test_a_calibration_that_reaches_the_product_has_no_grace():
    calendar, baseline = monthly(date(2026, 9, 1), late=10)
    assert has_grace(PlanKind.CALIBRATION, GmpImpact.INDIRECT)
    assert has_grace(PlanKind.PREVENTIVE, GmpImpact.DIRECT)
    assert not has_grace(PlanKind.CALIBRATION, GmpImpact.DIRECT)
    due = due_of((calendar,), baseline, stop_days=30, grace=False)
    assert due.due_on == due.grace_until == due.stops_on == date(2026, 10, 1)
    assert standing(due, date(2026, 10, 1)) is DueWord.DUE_TODAY
    assert standing(due, date(2026, 10, 2)) is DueWord.STOPPED


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (1, DueWord.LATER),
        (6, DueWord.SOON),
        (17, DueWord.WINDOW_OPEN),
        (20, DueWord.DUE_TODAY),
        (23, DueWord.GRACE),
        (24, DueWord.OVERDUE),
        (27, DueWord.OVERDUE),
        (28, DueWord.STOPPED),
    ],
)
def test_the_word_follows_from_the_day(day, word):
    calendar = CalendarTrigger(every=20, unit=CalendarUnit.DAY, early=3, late=3)
    begun = Baseline(on=date(2026, 8, 31), anchor=date(2026, 8, 31))
    assert standing(due_of((calendar,), begun, stop_days=7), date(2026, 9, day)) is word


def test_an_extension_moves_the_last_day_and_the_schedule_stays():
    calendar, baseline = monthly(date(2026, 9, 1), late=10)
    due = due_of((calendar,), baseline)
    moved = extended(due, date(2026, 10, 20))
    assert (moved.due_on, moved.grace_until, moved.stops_on) == (date(2026, 10, 20),) * 3
    planned = Planned(
        triggers=(calendar,),
        baseline=baseline,
        observed=Observed(),
        stop_days=0,
        grace=True,
        extended_to=date(2026, 10, 20),
    )
    days = [one.due_on for one in forecast(planned, date(2026, 9, 5), date(2026, 11, 30))]
    assert days == [date(2026, 10, 20), date(2026, 11, 1)]


def test_what_an_order_has_fixed_no_reading_moves():
    fixed = due_of(PM_500, BEGUN, READ)
    faster = Observed(readings={"run-hours": Point(DAY_0 + timedelta(days=69), Decimal("12990.0"))})
    assert due_of(PM_500, BEGUN, faster).due_on < fixed.due_on
    planned = Planned(triggers=PM_500, baseline=BEGUN, observed=faster, stop_days=0, grace=True, fixed=fixed)
    assert due_now(planned) == fixed


@pytest.mark.parametrize("trigger", [*PM_500, CalendarTrigger(every=2, unit=CalendarUnit.WEEK, late=1)])
def test_a_plan_keeps_its_triggers_as_they_are(trigger):
    assert from_content(to_content(trigger)) == trigger
    assert "  " not in trigger.words


DAYS = st.dates(date(2026, 1, 1), date(2031, 12, 31))


def naive_month_day(anchor, months):
    """Walk day by day to the anchor's day, or the last, of the month so many later."""
    day, passed = anchor, 0
    while True:
        day += timedelta(days=1)
        passed += day.day == 1
        last = monthrange(day.year, day.month)[1]
        if passed == months and day.day == min(anchor.day, last):
            return day


@given(DAYS, st.integers(1, 30))
def test_months_are_those_of_the_calendar_on_the_wall(anchor, months):
    trigger = CalendarTrigger(every=months, unit=CalendarUnit.MONTH)
    assert trigger.day(anchor, 1) == naive_month_day(anchor, months)


class Simulator:
    """A plan followed day by day with nothing but counters."""

    def __init__(self, every_days, every_hours, after, basis, start):
        self.every_days, self.every_hours, self.after, self.basis = every_days, every_hours, after, basis
        self.schedule, self.hours, self.changes, self.since = start, Decimal(0), 0, start

    def reached(self, day):
        return (
            self.hours >= self.every_hours
            or (day - self.schedule).days >= self.every_days
            or self.changes >= self.after
        )

    def done(self, day, due):
        self.hours, self.changes = Decimal(0), 0
        self.schedule = day
        if self.basis is Basis.SCHEDULED:
            self.schedule = due
            while (day - self.schedule).days >= self.every_days:
                self.schedule += timedelta(days=self.every_days)


@st.composite
def simulators(draw):
    every_days, every_hours = draw(st.integers(2, 40)), Decimal(draw(st.integers(5, 400)))
    after, basis = draw(st.integers(1, 4)), draw(st.sampled_from(Basis))
    return Simulator(every_days, every_hours, after, basis, DAY_0)


@given(
    naive=simulators(),
    each_day=st.integers(1, 24),
    changeovers=st.sets(st.integers(1, 300)),
    delays=st.lists(st.integers(0, 60), min_size=1, max_size=8),
)
def test_the_plan_is_due_when_a_day_by_day_simulator_says_so(naive, each_day, changeovers, delays):
    calendar = CalendarTrigger(every=naive.every_days, unit=CalendarUnit.DAY, basis=naive.basis)
    hours = MeterTrigger(meter="m", unit="h", every=naive.every_hours)
    plan = (calendar, hours, EventTrigger(event=CountedEvent.TOOLING_CHANGEOVER, after=naive.after))
    baseline = Baseline(on=DAY_0, anchor=DAY_0, counted={"m": Decimal(0)})
    day, counted, changed, due_on, delay = DAY_0, Decimal(0), [], None, iter(delays)
    waiting = next(delay)
    while waiting is not None and (day - DAY_0).days < 400:
        day += timedelta(days=1)
        counted += each_day
        naive.hours += each_day
        if (day - DAY_0).days in changeovers:
            changed.append(day)
            naive.changes += 1
        observed = Observed(
            readings={"m": Point(day, counted)}, events={CountedEvent.TOOLING_CHANGEOVER: list(changed)}
        )
        due = due_of(plan, baseline, observed)
        if due_on is None:
            assert (due.due_on <= day) == naive.reached(day)
            due_on = day if naive.reached(day) else None
        if due_on is not None:
            assert due.due_on == due_on
            if (day - due_on).days >= waiting:
                baseline = rearm(plan, baseline, observed, due, day)
                naive.done(day, due_on)
                due_on, waiting = None, next(delay, None)
                changed.clear()


@given(DAYS, st.integers(1, 400), st.sampled_from(CalendarUnit), st.sampled_from(Basis))
def test_a_forecast_leaves_nothing_out_and_goes_forward(start, every, unit, basis):
    calendar = CalendarTrigger(every=every, unit=unit, basis=basis)
    planned = Planned(
        triggers=(calendar,),
        baseline=Baseline(on=start, anchor=start),
        observed=Observed(),
        stop_days=0,
        grace=True,
    )
    until = start + timedelta(days=366)
    days = [due.due_on for due in forecast(planned, start, until)]
    expected, periods = [], 1
    while calendar.day(start, periods) <= until:
        expected.append(calendar.day(start, periods))
        periods += 1
    if unit in {CalendarUnit.DAY, CalendarUnit.WEEK} or basis is Basis.SCHEDULED:
        assert days == expected
    assert days == sorted(set(days))
    assert all(isinstance(due, Due) for due in forecast(planned, start, until))
