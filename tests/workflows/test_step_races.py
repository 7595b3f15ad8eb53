"""Two persons at once: one act stands, and the other is told what is so now (ATK-40, 11.10(f))."""

from decimal import Decimal
from threading import Event, Thread

import pytest

from records.execution.models import BatchException, Entry, StepRun
from records.execution.states import LimitState, StepState
from signatures.meaning import Meaning
from tests.factories import LINDQVIST, NOVAK, REYES
from tests.syrup import AROMA, BOTH, OKAFOR, STREAM, SYRUP, another_batch
from workflows.authority import SYSTEM
from workflows.batch.execution_owner import executing_batch, executing_batch_of_stream
from workflows.execution import commands, exception_commands, signoff
from workflows.execution.given import Given
from workflows.execution.sweep import breach_overdue
from workflows.perform import RefusedError

pytest_plugins = ("tests.stages", "tests.syrup_stages")

HELD_OPEN = 0.4
"""Seconds for which the first act is not yet committed while the second one begins."""


def at_once(plant, first, second):
    """Let the second act begin before the first is committed; return why the second is refused."""
    is_done, told = Event(), []

    def act_first():
        actor, signs, command = first
        with plant.act(actor, reason="First.", signs=signs) as work:
            command(work)
            is_done.set()
            Event().wait(HELD_OPEN)

    def act_second():
        actor, signs, command = second
        is_done.wait()
        try:
            with plant.act(actor, reason="Second.", signs=signs) as work:
                command(work)
        except RefusedError as refused:
            told.extend(refused.reasons)

    threads = [Thread(target=act_first), Thread(target=act_second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    return told


def entering(actor, part, name, raw, batch=SYRUP):
    given = Given(raw=raw)
    return (
        actor,
        None,
        lambda work: commands.enter_value(
            work, executing_batch(work, batch), part, name, given, complete=True
        ),
    )


def correcting(actor, part, name, raw):
    given = Given(raw=raw)
    return (
        actor,
        None,
        lambda work: commands.correct_value(work, executing_batch(work, SYRUP), part, name, given),
    )


def signing(plant, actor, command, part):
    shown = plant.content_of(part)
    return actor, shown, lambda work: command(work, executing_batch(work, SYRUP), part)


@pytest.fixture
def syrup(syrup):
    """The batch runs already."""
    syrup.give("1.4/1", "look", "clear", complete=True)
    return syrup


@pytest.mark.requirement("ATK-40")
@pytest.mark.parametrize("is_begun", [False, True], ids=["not begun", "begun"])
def test_of_two_first_values_of_a_field_one_stands(syrup, is_begun):
    if is_begun:
        syrup.give("1.2/1", "gauge", "PG-12")

    told = at_once(
        syrup, entering(REYES, "1.2/1", "pressure", "11.0"), entering(OKAFOR, "1.2/1", "pressure", "11.4")
    )

    assert told == ["Pressure already has the value 11.0. Correct it, with a reason."]
    assert [(row.value, row.entered_by) for row in syrup.entries("1.2/1", "pressure")] == [
        ("11.0", "a.reyes")
    ]
    assert len(syrup.rows(StepRun, part="1.2/1")) == 1


@pytest.mark.requirement("ATK-40")
def test_two_values_of_one_step_at_once_both_stand(syrup):
    told = at_once(
        syrup, entering(REYES, "1.2/1", "pressure", "11.0"), entering(OKAFOR, "1.2/1", "gauge", "PG-12")
    )

    assert told == []
    assert syrup.values("1.2/1") == {"pressure": "11.0", "gauge": "PG-12"}


@pytest.mark.requirement("ATK-40")
def test_of_two_corrections_the_second_corrects_the_first(syrup):
    syrup.pressure("11.0")

    told = at_once(
        syrup,
        correcting(REYES, "1.2/1", "pressure", "11.1"),
        correcting(OKAFOR, "1.2/1", "pressure", "11.2"),
    )

    first, second, third = syrup.entries("1.2/1", "pressure")
    assert told == []
    assert (second.supersedes, third.supersedes) == (first.id, second.id)
    assert syrup.values("1.2/1")["pressure"] == "11.2"


@pytest.mark.requirement("ATK-40")
def test_a_step_finished_by_two_at_once_is_finished_once(syrup):
    syrup.pressure()

    told = at_once(
        syrup,
        signing(syrup, REYES, signoff.perform_step, "1.2/1"),
        signing(syrup, OKAFOR, signoff.perform_step, "1.2/1"),
    )

    assert told == [
        "Cannot sign the step as performed: step 1.2 Pressure is awaiting verification.",
        "Step 1.2 cannot be performed now: it must be verified first.",
    ]
    assert syrup.standing("1.2/1") == [(Meaning.PERFORMED, "a.reyes")]


@pytest.mark.requirement("ATK-40")
def test_a_step_verified_by_two_at_once_is_verified_once(syrup):
    syrup.signed_pressure()

    told = at_once(
        syrup,
        signing(syrup, LINDQVIST, signoff.verify_step, "1.2/1"),
        signing(syrup, NOVAK, signoff.verify_step, "1.2/1"),
    )

    assert told == ["Cannot verify the step: step 1.2 Pressure is done.", "Step 1.2 is complete."]
    assert [meaning for meaning, _who in syrup.standing("1.2/1")] == [Meaning.PERFORMED, Meaning.VERIFIED]


@pytest.mark.requirement("P11-70-1")
def test_a_correction_committed_first_makes_the_signature_of_what_was_shown_fail(syrup):
    syrup.signed_pressure()

    told = at_once(
        syrup,
        correcting(OKAFOR, "1.2/1", "pressure", "11.3"),
        signing(syrup, LINDQVIST, signoff.verify_step, "1.2/1"),
    )

    assert told == [
        "Step 1.2 cannot be verified now: it must be performed first.",
        "The content has changed since it was shown to you. Read it again, then sign.",
    ]
    assert syrup.standing("1.2/1") == []


@pytest.mark.requirement("P11-70-2")
def test_a_signature_committed_first_lapses_by_the_correction_after_it(syrup):
    syrup.signed_pressure()

    told = at_once(
        syrup,
        signing(syrup, LINDQVIST, signoff.verify_step, "1.2/1"),
        correcting(OKAFOR, "1.2/1", "pressure", "11.3"),
    )

    assert told == []
    assert syrup.standing("1.2/1") == []
    assert syrup.state("1.2/1") is StepState.IN_PROGRESS


@pytest.mark.requirement("ATK-40")
def test_what_follows_two_steps_closed_at_once_is_done(syrup):
    told = at_once(syrup, entering(REYES, "8.1/1", "left", "4.0"), entering(OKAFOR, "8.2/1", "right", "5.0"))

    assert told == []
    assert syrup.values("8.3/1") == {"both": "9.0"}
    assert syrup.state("8.3/1") is StepState.DONE


def test_exceptions_opened_at_once_have_numbers_of_their_own(syrup):
    told = at_once(
        syrup,
        entering(REYES, "1.1/1", "temperature", "29.0"),
        entering(OKAFOR, "1.2/1", "pressure", "13.0"),
    )

    assert told == []
    assert [row.number for row in syrup.rows(BatchException)] == ["E-1", "E-2"]


@pytest.mark.requirement("G-110a")
def test_of_two_who_accept_a_value_at_once_one_does(syrup):
    syrup.give("1.1/1", "temperature", "26.0")
    with syrup.read() as session:
        (exception,) = session.query(BatchException)
        shown = exception_commands.value_acceptance_content(exception)

    def accepting(actor):
        return (
            actor,
            shown,
            lambda work: exception_commands.accept_value(work, executing_batch(work, SYRUP), "E-1"),
        )

    told = at_once(syrup, accepting(NOVAK), accepting(BOTH))

    assert told == ["The value was accepted already."]
    assert syrup.standing("exception/E-1") == [(Meaning.VALUE_ACCEPTED, "t.novak")]


@pytest.mark.requirement("G-101c")
def test_two_batches_that_take_from_one_lot_at_once_leave_its_exact_balance(syrup):
    other = another_batch(syrup, "MBR-0200.1")
    for batch in (SYRUP, other):
        given = Given(raw=f"LOT:{AROMA}")
        syrup.at_step(commands.enter_value, "2.4/1", "lot_aroma", given, batch=batch)

    told = at_once(
        syrup,
        entering(REYES, "2.4/1", "quantity_aroma", "2.000"),
        entering(OKAFOR, "2.4/1", "quantity_aroma", "1.990", batch=other),
    )

    assert told == []
    assert syrup.balance(AROMA) == Decimal("96.010")


@pytest.mark.requirement("G-111")
def test_a_timer_stopped_late_while_the_worker_looks_is_one_breach(syrup):
    syrup.start_timer("3.1/1")
    syrup.wait(minutes=20)

    told = at_once(
        syrup,
        (SYSTEM, None, lambda work: breach_overdue(work, STREAM, executing_batch_of_stream)),
        (
            REYES,
            None,
            lambda work: commands.stop_timer(work, executing_batch(work, SYRUP), "3.1/1", "elapsed"),
        ),
    )

    assert told == []
    assert [row.rule.partition(" (")[0] for row in syrup.rows(BatchException)] == ["time limit breached"]
    assert [row.state for row in syrup.limits("timer")] == [LimitState.ENDED]
    assert len(syrup.rows(Entry, part="3.1/1", field="elapsed")) == 1
