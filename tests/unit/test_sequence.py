"""What is ready, waiting or ruled out follows from the procedure and the facts alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.execution.facts import Run
from records.execution.states import StepState
from records.procedure.expressions import RecordedValues
from tests.unit.procedures import (
    Loop,
    PhaseOrder,
    Recurring,
    Repeat,
    StepType,
    number_field,
    operation,
    outlined,
    phase,
    step,
)
from workflows.execution.sequence import picture

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def run(number, occurrence="1", state=StepState.DONE, minutes=0):
    at = NOW + timedelta(minutes=minutes)
    closed = at if state in {StepState.DONE, StepState.NOT_APPLICABLE, StepState.SKIPPED} else None
    return Run(number, occurrence, state, at, closed)


def look(outline, *runs, **values):
    facts = {(one.step, one.occurrence): one for one in runs}
    inputs = RecordedValues({name: [Decimal(one) for one in given] for name, given in values.items()})
    return picture(outline, facts, lambda _operation, _occurrence: inputs)


def states(found):
    return {"/".join(view.key): view.state.value for view in found.views}


@pytest.mark.requirement("P11-10f-1")
def test_steps_of_a_sequence_wait_for_the_one_before():
    outline = outlined(operation("A", phase("1", step("1"), step("2"), step("3"))))

    found = look(outline, run("1"))

    assert states(found) == {"1/1": "done", "2/1": "ready", "3/1": "not_ready"}
    assert found.by_key["3", "1"].waits_for == ("Step 2 is not finished.",)


def test_steps_of_a_phase_in_any_order_are_all_ready():
    outline = outlined(operation("A", phase("1", step("1"), step("2"), order=PhaseOrder.ANY)))

    assert states(look(outline)) == {"1/1": "ready", "2/1": "ready"}


@pytest.mark.parametrize(
    "state", [StepState.IN_PROGRESS, StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL]
)
@pytest.mark.requirement("ATK-40")
def test_a_step_not_verified_yet_still_holds_back_the_next(state):
    outline = outlined(operation("A", phase("1", step("1"), step("2"))))

    assert look(outline, run("1", state=state)).by_key["2", "1"].state is StepState.NOT_READY


def test_an_operation_waits_for_the_operation_before_it():
    outline = outlined(operation("A", phase("1", step("1"))), operation("B", phase("2", step("2"))))

    assert states(look(outline)) == {"1/1": "ready", "2/1": "not_ready"}
    assert states(look(outline, run("1"))) == {"1/1": "done", "2/1": "ready"}


def test_a_step_named_after_others_waits_for_exactly_those():
    outline = outlined(operation("A", phase("1", step("1"), step("2"), step("3", after=("1",)))))

    assert look(outline, run("1")).by_key["3", "1"].state is StepState.READY


@pytest.mark.requirement("P11-10f-2")
def test_a_branch_not_taken_names_its_condition_and_the_data_that_decided():
    outline = outlined(
        operation(
            "A", phase("1", step("1", number_field(variable="ph"))), phase("2", step("2"), when="ph > 4")
        )
    )

    view = look(outline, run("1"), ph=["3"]).by_key["2", "1"]

    assert view.state is StepState.READY
    assert view.ruled_out is not None
    assert (view.ruled_out.condition, dict(view.ruled_out.data)) == ("ph > 4", {"ph": "3"})


def test_a_branch_whose_data_are_missing_waits_for_them():
    outline = outlined(operation("A", phase("1", step("1"), when="ph > 4")))

    view = look(outline).by_key["1", "1"]

    assert view.state is StepState.NOT_READY
    assert view.waits_for == ("The condition needs ph.",)


def test_a_condition_that_has_no_answer_never_opens_the_step():
    outline = outlined(operation("A", phase("1", step("1"), when="1 / ph > 4")))

    view = look(outline, ph=["0"]).by_key["1", "1"]

    assert view.state is StepState.NOT_READY
    assert view.ruled_out is None


def test_a_repeated_operation_is_carried_out_once_after_the_other():
    outline = outlined(
        operation("A", phase("1", step("1"), step("2")), repeat=Repeat(times=2, label="Sub-lot"))
    )

    assert states(look(outline, run("1", "1"))) == {
        "1/1": "done",
        "2/1": "ready",
        "1/2": "not_ready",
        "2/2": "not_ready",
    }
    both = look(outline, run("1", "1"), run("2", "1"))
    assert both.by_key["1", "2"].state is StepState.READY


def loop_outline(maximum=3):
    dry = phase("2", step("2"), loop=Loop(condition="lod > 1.80", maximum=maximum))
    return outlined(operation("A", phase("1", step("1")), dry, phase("3", step("3"))))


def test_a_loop_whose_condition_fails_at_once_is_ruled_out():
    found = look(loop_outline(), run("1"), lod=["1.80"])

    assert found.by_key["2", "1"].ruled_out is not None
    assert found.by_key["3", "1"].state is StepState.NOT_READY


def test_every_step_of_a_loop_that_is_not_needed_is_ruled_out():
    again = phase("2", step("2"), step("3"), loop=Loop(condition="lod > 1.80", maximum=3))
    outline = outlined(operation("A", phase("1", step("1")), again))

    found = look(outline, run("1"), run("2", "1", StepState.NOT_APPLICABLE), lod=["1.80"])

    assert found.by_key["3", "1"].ruled_out is not None


def test_a_loop_goes_round_while_its_condition_holds():
    first = look(loop_outline(), run("1"), lod=["1.92"])
    again = look(loop_outline(), run("1"), run("2", "1"), lod=["1.92"])
    enough = look(loop_outline(), run("1"), run("2", "1"), lod=["1.71"])

    assert first.by_key["2", "1"].state is StepState.READY
    assert again.by_key["2", "2"].state is StepState.READY
    assert enough.by_key["3", "1"].state is StepState.READY
    assert ("2", "2") not in enough.by_key


def test_a_loop_that_runs_out_of_passes_says_so_and_lets_go():
    found = look(loop_outline(2), run("1"), run("2", "1"), run("2", "2"), lod=["1.92"])

    assert found.exhausted == ("2/2",)
    assert found.by_key["3", "1"].state is StepState.READY


def two_stages(*later):
    return outlined(operation("A", phase("1", step("1"))), operation("B", *later))


@pytest.mark.parametrize("first", [StepState.IN_PROGRESS, StepState.AWAITING_VERIFICATION])
def test_a_step_open_again_stops_only_what_was_not_begun(first):
    outline = two_stages(phase("2", step("2"), step("3")), phase("3", step("4")))

    found = look(outline, run("1", state=first), run("2"))

    assert states(found) == {"1/1": first.value, "2/1": "done", "3/1": "ready", "4/1": "not_ready"}


def test_a_recurring_phase_that_has_begun_goes_on_beside_a_step_open_again():
    outline = two_stages(
        phase("2", step("2")),
        phase("3", step("3"), recurring=Recurring(every_minutes=10, tolerance_minutes=2, opens_after="2")),
    )
    again = run("1", state=StepState.IN_PROGRESS)

    begun = look(outline, again, run("2"), run("3"))
    opening = look(outline, again, run("2", state=StepState.IN_PROGRESS), run("3"))
    not_begun = look(outline, again, run("2"))

    for found in (begun, opening):
        assert found.by_key["3", "2"].state is StepState.READY
        assert found.by_key["3", "2"].due_at == NOW + timedelta(minutes=10)
    assert not_begun.by_key["3", "1"].waits_for == ("The operation A is not finished.",)


@pytest.mark.parametrize(
    ("lod", "shown"), [("1.71", {"2/1": "done"}), ("1.92", {"2/1": "done", "2/2": "not_ready"})]
)
def test_a_loop_that_ended_shows_no_further_pass_when_an_earlier_step_is_open_again(lod, shown):
    outline = two_stages(phase("2", step("2"), loop=Loop(condition="lod > 1.80", maximum=3)))

    found = look(outline, run("1", state=StepState.IN_PROGRESS), run("2"), lod=[lod])

    assert states(found) == {"1/1": "in_progress"} | shown


@given(st.integers(1, 6), st.integers(0, 6))
def test_a_step_open_again_never_sends_a_phase_that_was_begun_back(reopened, done):
    phases = (phase(str(n), step(f"{n}.1"), step(f"{n}.2")) for n in range(1, 8))
    outline = outlined(*(operation(one.id, one) for one in phases))
    begun = max(reopened, done) + 1
    runs = [run(f"{n}.{i}") for n in range(1, begun) for i in (1, 2)] + [run(f"{begun}.1")]
    again = run(f"{reopened}.1", state=StepState.IN_PROGRESS)

    found = look(outline, *runs, again)

    ready = {view.key[0] for view in found.views if view.state is StepState.READY}
    assert ready == {f"{begun}.2"}


def recurring_outline(**more):
    checks = phase(
        "2",
        step("2"),
        recurring=Recurring(every_minutes=30, tolerance_minutes=5, opens_after="1", closes_after="3", **more),
    )
    return outlined(
        operation("A", phase("1", step("1")), checks, phase("3", step("3")), phase("4", step("4")))
    )


def test_a_recurring_phase_opens_beside_the_main_path():
    found = look(recurring_outline(at_start=True), run("1"))

    assert states(found) == {"1/1": "done", "2/1": "ready", "3/1": "ready", "4/1": "not_ready"}
    assert found.by_key["2", "1"].due_at == NOW


def test_the_next_pass_is_due_one_interval_after_the_last():
    found = look(recurring_outline(at_start=True), run("1"), run("2", "1", minutes=3))

    assert found.by_key["2", "2"].due_at == NOW + timedelta(minutes=33)


def test_what_follows_the_end_waits_for_the_last_pass():
    outline = recurring_outline(at_start=True, at_end=True)
    ended = look(outline, run("1"), run("2", "1"), run("3", minutes=60))
    done = look(outline, run("1"), run("2", "1"), run("3", minutes=60), run("2", "2", minutes=61))

    assert ended.by_key["4", "1"].waits_for == ("Phase 2 is not finished.",)
    assert done.by_key["4", "1"].state is StepState.READY


@pytest.mark.requirement("P11-10f-1")
@pytest.mark.parametrize("at_end", [True, False])
@pytest.mark.parametrize("state", [StepState.IN_PROGRESS, StepState.AWAITING_VERIFICATION])
def test_a_step_open_again_that_ended_what_recurs_asks_for_no_further_pass(state, at_end):
    outline = recurring_outline(at_start=True, at_end=at_end)
    again = replace(run("3", minutes=60), state=state)

    found = look(outline, run("1"), run("2", "1"), again, run("2", "2", minutes=61))

    assert states(found) == {"1/1": "done", "2/1": "done", "2/2": "done", "3/1": state, "4/1": "not_ready"}
    assert found.by_key["4", "1"].waits_for == ("Phase 3 is not finished.",)


def as_needed_outline():
    passes = phase("2", step("2"), step("2b"), recurring=Recurring(opens_after="1", closes_after="3"))
    return outlined(
        operation("A", phase("1", step("1")), passes, phase("3", step("3")), phase("4", step("4")))
    )


def test_a_pass_made_as_needed_is_ready_from_the_start_of_its_run_and_never_due():
    before, during = look(as_needed_outline()), look(as_needed_outline(), run("1"))

    assert (before.by_key["2", "1"].state, before.by_key["2", "1"].is_as_needed) == ("not_ready", False)
    view = during.by_key["2", "1"]
    assert (view.state, view.due_at, view.is_as_needed) == (StepState.READY, None, True)
    assert not during.by_key["3", "1"].is_as_needed
    assert during.by_key["3", "1"].state is StepState.READY


def test_a_pass_as_needed_that_was_begun_is_finished_before_what_follows_its_run():
    begun = look(as_needed_outline(), run("1"), run("2"), run("3", minutes=60))
    done = look(as_needed_outline(), run("1"), run("2"), run("2b"), run("3", minutes=60))
    none = look(as_needed_outline(), run("1"), run("3", minutes=60))

    assert (begun.by_key["2b", "1"].state, begun.by_key["2b", "1"].is_as_needed) == ("ready", False)
    assert begun.by_key["4", "1"].waits_for == ("Phase 2 is not finished.",)
    assert done.by_key["4", "1"].state is none.by_key["4", "1"].state is StepState.READY
    assert ("2", "2") not in done.by_key
    assert ("2", "1") not in none.by_key


def test_another_pass_as_needed_can_follow_while_the_run_goes_on():
    found = look(as_needed_outline(), run("1"), run("2"), run("2b"))

    assert found.by_key["2", "2"].is_as_needed


def test_a_phase_that_recurs_until_a_condition_ends_with_it():
    checks = phase(
        "2",
        step("2"),
        recurring=Recurring(every_minutes=30, tolerance_minutes=5, opens_after="1", until="ph <= 4.60"),
    )
    outline = outlined(operation("A", phase("1", step("1")), checks, phase("3", step("3"))))

    high = look(outline, run("1"), run("2", "1"), ph=["4.70"])
    reached = look(outline, run("1"), run("2", "1"), ph=["4.60"])

    assert high.by_key["3", "1"].state is StepState.NOT_READY
    assert reached.by_key["3", "1"].state is StepState.READY


def test_a_hold_time_never_stands_in_the_way():
    outline = outlined(
        operation("A", phase("1", step("1"), step("2", kind=StepType.HOLD_TIME, signatures=()), step("3")))
    )

    assert look(outline, run("1")).by_key["3", "1"].state is StepState.READY


@given(st.sets(st.integers(1, 6)))
def test_a_step_is_ready_exactly_when_the_one_before_it_is_closed(closed):
    outline = outlined(operation("A", phase("1", *(step(str(number)) for number in range(1, 7)))))

    found = look(outline, *(run(str(number)) for number in closed))

    ready = {number for number in range(1, 7) if found.by_key[str(number), "1"].state is StepState.READY}
    assert ready == {n for n in range(1, 7) if n not in closed and (n == 1 or n - 1 in closed)}
