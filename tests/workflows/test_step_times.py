"""Time kept by the server: timers, hold times, recurring checks, second persons, clearances (211.111)."""

from datetime import timedelta

import pytest

from audit.models import audit_event
from records.execution.models import StepRun
from records.execution.states import ExceptionType, Judged, LimitState, Source, StepState
from records.procedure.vocabulary import Severity
from tests.factories import NOVAK, reasons_of
from tests.syrup import STREAM, SyrupPlant, issue_syrup
from workflows.authority import SYSTEM
from workflows.batch import commands as batches
from workflows.batch.execution_owner import executing_batch_of_stream
from workflows.execution.sweep import breach_overdue, overdue_streams

STOP = '{step: "5.3", type: instruction, title: Stop the line, text: Stop.}'
COUNT = (
    '{step: "5.3", type: numeric, title: Stop the line, text: Stop., '
    "fields: [{name: filled, label: Canisters filled, unit: '1', decimals: 0}]}"
)

pytest_plugins = ("tests.stages", "tests.syrup_stages")


def of_type(plant, kind):
    return [row for row in plant.exceptions() if row.exception_type is kind]


def mixed(plant, minutes):
    """Run the mixing timer for so many minutes."""
    plant.start_timer("3.1/1")
    plant.in_minutes(minutes)
    plant.stop_timer("3.1/1")


# timers


@pytest.mark.requirement("G-111")
@pytest.mark.parametrize("minutes", [9, 10, 11])
def test_a_timer_stopped_inside_its_limits_is_in_limits(syrup, minutes):
    mixed(syrup, minutes)

    assert syrup.values("3.1/1")["elapsed"] == f"{minutes}.00"
    assert syrup.entries("3.1/1", "elapsed")[0].judged is Judged.IN_LIMITS
    assert syrup.exceptions() == []
    assert [row.state for row in syrup.limits("timer")] == [LimitState.ENDED]


@pytest.mark.requirement("G-111")
def test_a_timer_stopped_early_is_an_exception_of_time(syrup):
    mixed(syrup, 8.99)

    (early,) = syrup.exceptions()
    assert (early.exception_type, early.text) == (
        ExceptionType.TIME,
        "Elapsed time: 8.99 min is below the action limit (9 to 11 min).",
    )
    assert reasons_of(syrup.complete_step, "3.1/1") == [
        "Out of limits: elapsed. Correct it if it was mistyped, or have a supervisor accept it."
    ]


@pytest.mark.requirement("G-111")
def test_a_timer_stopped_late_is_one_exception_with_both_facts(syrup):
    mixed(syrup, 12)

    (late,) = syrup.exceptions()
    latest = syrup.limits("timer")[0].latest_at
    assert late.exception_type is ExceptionType.TIME
    assert late.text == (
        f"Mix: the last moment allowed was {latest:%Y-%m-%d %H:%M:%S} UTC. "
        "Elapsed time: 12.00 min is above the action limit (9 to 11 min)."
    )


@pytest.mark.requirement("G-111")
def test_a_timer_that_runs_out_is_on_record_while_it_still_runs(syrup):
    syrup.start_timer("3.1/1")
    started = syrup.now
    syrup.now = started + timedelta(minutes=11)
    at_the_last_moment = syrup.sweep()
    syrup.now = started + timedelta(minutes=11, seconds=1)

    assert at_the_last_moment == 0
    assert syrup.sweep() == 1
    (late,) = syrup.exceptions()
    assert (late.opened_at, late.opened_by, late.step_part) == (syrup.now, "system", "3.1/1")
    assert syrup.state("3.1/1") is StepState.IN_PROGRESS


@pytest.mark.requirement("G-111")
def test_the_last_moment_allowed_belongs_to_the_span(syrup):
    syrup.start_timer("3.1/1")
    (limit,) = syrup.limits("timer")
    syrup.now = limit.latest_at

    with syrup.read() as session:
        overdue = list(overdue_streams(session, syrup.now))
    with syrup.working(SYSTEM) as work:
        breached = breach_overdue(work, STREAM, executing_batch_of_stream)

    assert (overdue, breached) == ([], 0)


def test_a_breach_is_recorded_once(syrup):
    syrup.start_timer("3.1/1")
    syrup.wait(minutes=20)
    syrup.sweep()

    assert syrup.sweep() == 0
    assert len(syrup.exceptions()) == 1


@pytest.mark.requirement("G-100b")
@pytest.mark.requirement("ATK-28")
def test_a_timer_knows_the_servers_clock_alone(syrup):
    mixed(syrup, 10)

    start, stop = syrup.entries("3.1/1", "elapsed.start", "elapsed.stop")
    assert [row.source for row in (start, stop)] == [Source.SERVER, Source.SERVER]
    assert start.entered_at + timedelta(minutes=10) == stop.entered_at
    assert start.value == f"{start.entered_at:%Y-%m-%dT%H:%M:%S.%fZ}"


def test_a_timer_is_stopped_only_after_it_was_started(syrup):
    assert reasons_of(syrup.stop_timer, "3.1/1") == ["The timer of step 3.1 is not running. Start it first."]


def test_a_timer_is_started_and_stopped_once(syrup):
    mixed(syrup, 10)

    assert reasons_of(syrup.start_timer, "3.1/1")[0].startswith("Elapsed time already has the value")
    assert reasons_of(syrup.stop_timer, "3.1/1")[0].startswith("Elapsed time already has the value")


# hold times


def held(plant, minutes):
    """Begin to fill so many minutes after the mixing was finished; the filling is not finished."""
    mixed(plant, 10)
    plant.complete_step("3.1/1")
    plant.in_minutes(minutes)
    plant.give("3.3/1", "line", "Line 2")


@pytest.mark.requirement("G-111")
def test_a_hold_time_ends_as_the_next_step_begins(syrup):
    held(syrup, 30)

    assert syrup.values("3.2/1")["elapsed"] == "30.00"
    assert syrup.state("3.2/1") is StepState.DONE
    assert syrup.exceptions() == []


@pytest.mark.requirement("G-111")
def test_a_hold_that_ended_in_time_is_not_breached_while_the_next_step_goes_on(syrup):
    held(syrup, 29)
    syrup.wait(minutes=20)

    assert syrup.sweep() == 0
    assert syrup.exceptions() == []


@pytest.mark.requirement("G-111")
def test_a_hold_time_that_runs_out_is_on_record_at_that_moment(syrup):
    mixed(syrup, 10)
    syrup.complete_step("3.1/1")
    syrup.wait(minutes=30, seconds=1)

    assert syrup.sweep() == 1
    (late,) = syrup.exceptions()
    assert (late.exception_type, late.severity, late.opened_at) == (
        ExceptionType.TIME,
        Severity.HIGH,
        syrup.now,
    )


@pytest.mark.requirement("G-111")
def test_a_hold_that_ended_late_is_one_exception(syrup):
    mixed(syrup, 10)
    syrup.complete_step("3.1/1")
    syrup.wait(minutes=40)
    syrup.sweep()
    syrup.give("3.3/1", "line", "Line 2")

    (late,) = syrup.exceptions()
    assert late.text.endswith("Elapsed time: 41.00 min is above the action limit (≤ 30 min).")
    assert syrup.values("3.2/1")["elapsed"] == "41.00"


def test_a_hold_time_stands_in_nobodys_way(syrup):
    held(syrup, 45)

    assert syrup.values("3.3/1") == {"line": "Line 2"}


# checks that recur


def running(plant):
    """Start the line."""
    plant.give("5.1/1", "done", "yes", complete=True)


def check(plant, number, weight="100.0"):
    plant.give(f"5.2/{number}", "weight", weight, complete=True)


@pytest.mark.requirement("G-110a")
def test_a_check_at_the_start_is_due_at_once_and_the_next_one_in_half_an_hour(syrup):
    running(syrup)
    first = syrup.view("5.2/1").due_at
    check(syrup, 1)

    assert first == syrup.one(StepRun, part="5.1/1").closed_at
    assert syrup.view("5.2/2").due_at == syrup.one(StepRun, part="5.2/1").started_at + timedelta(minutes=30)


@pytest.mark.parametrize("minutes", [25, 30, 35])
def test_a_check_within_its_tolerance_is_in_time(syrup, minutes):
    running(syrup)
    check(syrup, 1)
    syrup.in_minutes(minutes)
    check(syrup, 2)

    assert syrup.exceptions() == []


@pytest.mark.requirement("G-111")
def test_a_check_that_is_late_is_on_record_before_it_is_made(syrup):
    running(syrup)
    check(syrup, 1)
    syrup.wait(minutes=35, seconds=1)

    assert syrup.sweep() == 1
    (late,) = syrup.exceptions()
    assert (late.exception_type, late.severity, late.step_part, late.opened_at) == (
        ExceptionType.TIME,
        Severity.LOW,
        "5.2/2",
        syrup.now,
    )


@pytest.mark.requirement("G-111")
def test_a_late_check_that_nobody_noticed_is_told_by_the_check_itself(syrup):
    running(syrup)
    check(syrup, 1)
    syrup.in_minutes(36)
    check(syrup, 2)

    assert [row.exception_type for row in syrup.exceptions()] == [ExceptionType.TIME]


@pytest.mark.requirement("G-111")
def test_a_check_made_too_early_is_told(syrup):
    running(syrup)
    check(syrup, 1)
    due = syrup.view("5.2/2").due_at
    syrup.in_minutes(24)
    check(syrup, 2)

    (early,) = syrup.exceptions()
    assert (early.exception_type, early.severity, early.text) == (
        ExceptionType.TIME,
        Severity.LOW,
        f"Weight check, pass 2: begun early, it is due at {due:%Y-%m-%d %H:%M:%S} UTC.",
    )


@pytest.mark.requirement("P11-10f-1")
def test_a_last_check_is_made_after_the_stop_before_anything_else(syrup):
    running(syrup)
    check(syrup, 1)
    syrup.give("5.3/1", "done", "yes", complete=True)
    too_soon = reasons_of(syrup.give, "5.4/1", "done", "yes")
    check(syrup, 2)
    syrup.give("5.4/1", "done", "yes", complete=True)

    assert too_soon == ["Step 5.4 is not ready. Weight check is not finished."]
    assert syrup.state("5.4/1") is StepState.DONE


def test_no_check_is_due_after_the_last_one(syrup):
    running(syrup)
    check(syrup, 1)
    syrup.give("5.3/1", "done", "yes", complete=True)
    check(syrup, 2)
    syrup.give("5.4/1", "done", "yes", complete=True)
    syrup.wait(minutes=90)

    assert syrup.sweep() == 0
    assert [row.state for row in syrup.limits("recurrence")] == [LimitState.ENDED] * len(
        syrup.limits("recurrence")
    )


@pytest.mark.requirement("P11-10f-1")
def test_a_correction_of_the_stop_asks_for_no_further_check(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[(STOP, COUNT)])
    running(syrup)
    check(syrup, 1)
    syrup.give("5.3/1", "filled", "100", complete=True)
    stopped = syrup.one(StepRun, part="5.3/1").closed_at
    check(syrup, 2)
    syrup.amend("5.3/1", "filled", "101")
    while_open = syrup.passes("5.2")
    syrup.complete_step("5.3/1")

    assert while_open == syrup.passes("5.2") == ["1", "2"]
    assert syrup.one(StepRun, part="5.3/1").closed_at == stopped
    assert syrup.view("5.4/1").state is StepState.READY


# the second person


@pytest.mark.requirement("G-101d")
def test_a_second_person_who_is_late_is_told_and_may_still_verify(syrup):
    syrup.signed_pressure()
    syrup.wait(minutes=10, seconds=1)
    swept = syrup.sweep()
    syrup.verify("1.2/1")

    (late,) = syrup.exceptions()
    assert swept == 1
    assert (late.exception_type, late.severity, late.step_part) == (
        ExceptionType.TIME,
        Severity.LOW,
        "1.2/1",
    )
    assert syrup.state("1.2/1") is StepState.DONE


def test_a_second_person_in_time_is_no_exception(syrup):
    syrup.signed_pressure()
    syrup.in_minutes(10)
    syrup.verify("1.2/1")

    assert syrup.exceptions() == []
    assert [row.state for row in syrup.limits("verification")] == [LimitState.ENDED]


# the clearance of the line


def cleared(plant):
    plant.fill_in("7.1/1", previous="Syrup SY-0000", cleared="yes")
    plant.sign("7.1/1")
    plant.verify("7.1/1")


@pytest.mark.requirement("G-130")
@pytest.mark.requirement("G-188b6")
def test_nothing_is_packed_before_the_line_is_cleared_by_two(syrup):
    syrup.fill_in("7.1/1", previous="Syrup SY-0000", cleared="yes")
    syrup.sign("7.1/1")

    assert reasons_of(syrup.give, "7.2/1", "done", "yes") == [
        "Step 7.2 is not ready. Step 7.1 is not finished."
    ]


@pytest.mark.requirement("G-130")
def test_work_that_starts_in_time_keeps_its_clearance(syrup):
    cleared(syrup)
    syrup.in_minutes(60)
    syrup.give("7.2/1", "done", "yes", complete=True)
    syrup.wait(minutes=90)
    syrup.give("7.3/1", "issued", "100")

    assert syrup.values("7.3/1")["issued"] == "100"


@pytest.mark.requirement("G-130")
def test_a_clearance_lapses_when_the_work_does_not_start(syrup):
    cleared(syrup)
    until = syrup.one(StepRun, part="7.1/1").closed_at + timedelta(minutes=60)
    lapsed = f"Line clearance 7.1 lapsed at {until:%Y-%m-%d %H:%M:%S} UTC"
    syrup.in_minutes(61)

    (reason,) = reasons_of(syrup.give, "7.2/1", "done", "yes")

    again = "Clear the line again: correct its answers and have them verified."
    assert reason == f"{lapsed}, before the work began. {again}"


@pytest.mark.requirement("G-130")
def test_a_line_cleared_again_lets_the_work_start(syrup):
    cleared(syrup)
    syrup.wait(minutes=90)
    syrup.amend("7.1/1", "cleared", "yes", reason="Cleared again after the break.")
    syrup.sign("7.1/1")
    syrup.verify("7.1/1")

    syrup.give("7.2/1", "done", "yes", complete=True)

    assert syrup.state("7.2/1") is StepState.DONE


@pytest.mark.requirement("G-130")
def test_a_line_cleared_again_lapses_again(syrup):
    cleared(syrup)
    syrup.wait(minutes=90)
    syrup.amend("7.1/1", "cleared", "yes", reason="Cleared again after the break.")
    syrup.sign("7.1/1")
    until = syrup.one(StepRun, part="7.1/1").performed_at + timedelta(minutes=60)
    syrup.verify("7.1/1")
    syrup.wait(minutes=61)

    (reason,) = reasons_of(syrup.give, "7.2/1", "done", "yes")

    assert reason.startswith(f"Line clearance 7.1 lapsed at {until:%Y-%m-%d %H:%M:%S} UTC")


# the clock itself


@pytest.mark.requirement("G-111")
def test_a_clock_stepped_back_is_told_and_the_record_stays_in_order(syrup, tmp_path):
    syrup.give("1.2/1", "pressure", "11.0")
    before = syrup.now
    syrup.now -= timedelta(hours=1)
    syrup.give("1.2/1", "gauge", "PG-12")

    with syrup.read() as session:
        told = session.execute(
            audit_event.select()
            .where(audit_event.c.stream == STREAM, audit_event.c.action == "clock.anomaly")
            .order_by(audit_event.c.seq)
        ).all()
        times = [
            row.ts
            for row in session.execute(
                audit_event.select().where(audit_event.c.stream == STREAM).order_by(audit_event.c.seq)
            )
        ]
    assert len(told) == 1
    assert times == sorted(times)
    assert times[-1] >= f"{before:%Y-%m-%dT%H:%M:%S.%fZ}"
    assert syrup.findings(tmp_path) == []


# a batch that waits


@pytest.mark.requirement("P11-10f-1")
def test_a_limit_runs_out_on_a_held_batch_too(syrup):
    syrup.start_timer("3.1/1")
    syrup.do(NOVAK, batches.hold_batch, "SY-0001", reason="Alarm.")
    syrup.wait(minutes=20)

    assert syrup.sweep() == 1
    assert [row.exception_type for row in syrup.exceptions()] == [ExceptionType.TIME]
