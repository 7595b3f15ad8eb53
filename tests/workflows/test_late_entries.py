"""What was done before it could be recorded: both times kept, a reason, a second person (211.100(b))."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from records.execution.models import BatchException, Entry, StepRun
from records.execution.states import ExceptionType, StepState
from records.procedure.vocabulary import Severity
from tests.factories import BATCH, LINDQVIST, LOT, NOVAK, REYES, reasons_of
from workflows.batch.execution_owner import executing_batch
from workflows.execution import commands, exception_commands, signoff
from workflows.execution.given import Given

pytest_plugins = ("tests.stages",)


@pytest.fixture
def running(issued):
    """A batch whose first step is closed, so that its second is ready."""
    issued.stock()
    issued.enter("1.1/1", "lot_salt", LOT)
    issued.enter("1.1/1", "quantity_salt", "10.000")
    issued.sign_step(signoff.perform_step, "1.1/1")
    issued.sign_step(signoff.verify_step, "1.1/1", actor=LINDQVIST)
    return issued


def enter_late(plant, done, *, reason="The tablet was charging.", actor=REYES):
    def act(work):
        given = Given(raw="22.4", stated_at=done)
        commands.enter_value(work, executing_batch(work, BATCH), "1.2/1", "temperature", given)

    plant.do(actor, act, reason=reason)


def one(plant, model, **where):
    with plant.read() as session:
        return session.scalars(select(model).filter_by(**where)).one()


@pytest.mark.requirement("G-100b")
@pytest.mark.requirement("ATK-28")
def test_a_late_entry_keeps_both_times_and_opens_an_exception(running):
    done = running.now
    running.now += timedelta(hours=4)

    enter_late(running, done)

    entry = one(running, Entry, part="1.2/1")
    late = one(running, BatchException)
    assert (entry.stated_at, entry.entered_at, entry.reason) == (
        done,
        running.now,
        "The tablet was charging.",
    )
    assert (late.exception_type, late.severity, late.entry_id) == (
        ExceptionType.INTEGRITY,
        Severity.MEDIUM,
        entry.id,
    )
    assert late.text == (
        f"Temperature entered late: done {done:%Y-%m-%d %H:%M} UTC, recorded "
        f"{running.now:%Y-%m-%d %H:%M} UTC. Reason: The tablet was charging."
    )


@pytest.mark.requirement("G-100b")
def test_a_step_with_a_late_entry_is_closed_only_after_a_second_person_assessed_it(running):
    done = running.now
    running.now += timedelta(hours=4)
    enter_late(running, done)

    before = reasons_of(running.perform, "1.2/1")
    running.do(
        NOVAK,
        lambda work: exception_commands.assess_exception(work, executing_batch(work, BATCH), "E-1"),
        reason="I saw the reading at ten.",
    )
    running.perform("1.2/1")

    assert before == ["A supervisor must first assess the late entry: E-1."]
    assert one(running, StepRun, part="1.2/1").state is StepState.DONE


@pytest.mark.requirement("ATK-29")
def test_a_stated_time_in_the_future_is_refused(running):
    reasons = reasons_of(enter_late, running, running.now + timedelta(hours=1))

    assert reasons == ["The stated time is in the future. State when it was done."]


@pytest.mark.requirement("ATK-28")
def test_a_stated_time_before_the_step_before_was_closed_is_refused(running):
    closed = one(running, StepRun, part="1.1/1").closed_at

    reasons = reasons_of(enter_late, running, closed - timedelta(minutes=1))

    assert reasons == [
        f"The step before was closed at {closed:%Y-%m-%d %H:%M:%S} UTC; this can't have been done earlier."
    ]


def test_a_late_entry_needs_a_reason(running):
    assert reasons_of(enter_late, running, running.now, reason="") == [
        "A reason is needed to enter a value late."
    ]


def enter_kept(plant, *, waited):
    def act(work):
        work.typed_at = work.at - waited
        commands.enter_value(work, executing_batch(work, BATCH), "1.2/1", "temperature", Given(raw="22.4"))

    plant.do(REYES, act)


@pytest.mark.requirement("G-100b")
@pytest.mark.parametrize(
    ("seconds", "severity", "blocks"),
    [(10, Severity.INFO, False), (60, Severity.INFO, False), (61, Severity.LOW, True)],
)
def test_a_value_the_device_kept_has_the_servers_time_and_tells_the_delay(running, seconds, severity, blocks):
    enter_kept(running, waited=timedelta(seconds=seconds))

    kept = one(running, BatchException)
    typed = running.now - timedelta(seconds=seconds)
    assert one(running, Entry, part="1.2/1").entered_at == running.now
    assert (kept.severity, kept.blocks_release, kept.exception_type) == (
        severity,
        blocks,
        ExceptionType.INTEGRITY,
    )
    assert kept.entry_id == one(running, Entry, part="1.2/1").id
    assert kept.text == (
        "Temperature was kept on the device until the server could be reached: "
        f"typed {typed:%Y-%m-%d %H:%M:%S} UTC as the device tells, "
        f"recorded {running.now:%Y-%m-%d %H:%M:%S} UTC, {seconds} s later."
    )


def test_a_value_that_came_at_once_tells_no_delay(running):
    enter_kept(running, waited=timedelta(seconds=9))

    with running.read() as session:
        assert session.scalars(select(BatchException)).all() == []
