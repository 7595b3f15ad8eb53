"""What goes otherwise than the master says: branches, loops, problems, batches on hold, closed records."""

import pytest
from sqlalchemy import select

from records.batch.models import ControlRecipe
from records.execution.models import Remark, StepRun
from records.execution.states import ExceptionState, ExceptionType, Judged, StepState
from records.procedure.models import ProcedureVersion
from records.procedure.states import ProcedureState
from records.procedure.vocabulary import Severity
from tests.factories import BRANDT, NOVAK, REYES, WEBER, reasons_of
from tests.syrup import OKAFOR, SYRUP, SyrupPlant, another_batch, engine_master
from workflows.batch import commands as batches
from workflows.execution import commands, exception_commands
from workflows.execution.given import Given
from workflows.procedure import commands as masters
from workflows.review import commands as reviews

pytest_plugins = ("tests.stages", "tests.syrup_stages")


def report(plant, text, *, part="1.2/1", actor=REYES):
    def command(work, owner, at):
        exception_commands.report_problem(work, owner, at, exception_commands.Problem(text))

    plant.at_step(command, part, actor=actor)


# branches


@pytest.mark.requirement("P11-10f-2")
def test_a_branch_not_taken_keeps_the_condition_and_what_decided_it(syrup):
    syrup.give("6.1/1", "viscosity", "400", complete=True)

    run = syrup.one(StepRun, part="6.2/1")
    assert (run.state, run.started_by) == (StepState.NOT_APPLICABLE, "system")
    assert run.basis == {
        "condition": "viscosity > 500",
        "data": {"viscosity": "400"},
        "why": "branch not taken",
    }


@pytest.mark.requirement("P11-10f-2")
def test_a_branch_taken_is_carried_out_and_the_other_is_ruled_out(syrup):
    syrup.give("6.1/1", "viscosity", "600", complete=True)
    syrup.give("6.2/1", "done", "yes", complete=True)

    assert syrup.state("6.3/1") is StepState.NOT_APPLICABLE
    assert syrup.view("6.4/1").state is StepState.READY


@pytest.mark.requirement("P11-10f-2")
def test_a_step_ruled_out_takes_no_value(syrup):
    syrup.give("6.1/1", "viscosity", "400", complete=True)

    assert reasons_of(syrup.give, "6.2/1", "done", "yes") == [
        "Cannot enter a value: step 6.2 Add water is not applicable."
    ]


@pytest.mark.requirement("P11-10f-2")
def test_a_correction_that_turns_the_branch_says_what_was_left_undone(syrup):
    syrup.give("6.1/1", "viscosity", "400", complete=True)

    syrup.amend("6.1/1", "viscosity", "600")
    syrup.amend("6.1/1", "viscosity", "610")

    told = [row for row in syrup.exceptions() if row.step_part == "6.2/1"]
    assert [(row.severity, row.blocks_execution, row.text) for row in told] == [
        (
            Severity.HIGH,
            True,
            "Step 6.2 Add water was ruled out; with the corrected value it applies.",
        )
    ]


# loops


def moisture(plant, *values):
    plant.give("4.1/1", "lod", values[0], complete=True)
    for number, value in enumerate(values[1:], start=1):
        plant.give(f"4.2/{number}", "lod", value, complete=True)


def test_a_loop_whose_condition_never_holds_is_ruled_out_with_its_data(syrup):
    moisture(syrup, "1.50")

    run = syrup.one(StepRun, part="4.2/1")
    assert (run.state, run.basis["data"]) == (StepState.NOT_APPLICABLE, {"lod": "1.50"})
    assert syrup.view("4.3/1").state is StepState.READY


def test_a_loop_runs_while_its_condition_holds(syrup):
    moisture(syrup, "2.50", "1.90", "1.70")

    assert [syrup.state(f"4.2/{number}") for number in (1, 2)] == [StepState.DONE, StepState.DONE]
    assert syrup.view("4.3/1").state is StepState.READY
    assert syrup.exceptions() == []


def test_a_loop_that_ran_out_of_passes_stops_the_work_until_it_is_assessed(syrup):
    moisture(syrup, "2.50", "2.40", "2.30")

    (told,) = syrup.exceptions()
    stopped = reasons_of(syrup.give, "4.3/1", "done", "yes")
    syrup.assess("E-1")
    syrup.give("4.3/1", "done", "yes")

    assert (told.exception_type, told.severity) == (ExceptionType.PROCESS, Severity.HIGH)
    assert stopped == ["A supervisor must first assess E-1."]
    assert syrup.values("4.3/1") == {"done": "yes"}


@pytest.mark.requirement("ATK-40")
def test_there_is_no_pass_beyond_the_last(syrup):
    moisture(syrup, "2.50", "2.40", "2.30")

    assert reasons_of(syrup.give, "4.2/3", "lod", "1.00") == [
        f"Step 4.2, occurrence 3 is not part of batch {SYRUP} as it stands."
    ]


# problems and assessment


def test_a_problem_somebody_noticed_is_an_exception_of_its_own(syrup):
    report(syrup, "The hose leaks.")

    (told,) = syrup.exceptions()
    assert (told.exception_type, told.severity, told.text, told.opened_by) == (
        ExceptionType.NOTE,
        Severity.MEDIUM,
        "The hose leaks.",
        "a.reyes",
    )


@pytest.mark.requirement("G-100b")
def test_an_exception_is_assessed_with_a_reason_by_who_may(syrup):
    report(syrup, "The hose leaks.")
    by_operator = reasons_of(syrup.assess, "E-1", actor=OKAFOR)
    syrup.assess("E-1")

    (told,) = syrup.exceptions()
    assert by_operator == ["J. Okafor is not authorised to decide on exceptions during execution."]
    assert (told.state, told.assessed_by, told.assessment) == (
        ExceptionState.ASSESSED,
        "t.novak",
        "Looked at.",
    )


def test_an_exception_is_assessed_once(syrup):
    report(syrup, "The hose leaks.")
    syrup.assess("E-1")

    assert reasons_of(syrup.assess, "E-1") == ["Cannot assess the exception: exception E-1 is assessed."]


def test_an_exception_about_no_value_is_not_accepted_as_a_value(syrup):
    report(syrup, "The hose leaks.")

    assert reasons_of(syrup.take_as_true, "E-1") == ["This exception is not about a value; assess it."]


def test_exceptions_are_numbered_in_the_order_they_arose(syrup):
    report(syrup, "One.")
    syrup.give("1.1/1", "temperature", "29.0")
    report(syrup, "Three.")

    assert [row.number for row in syrup.exceptions()] == ["E-1", "E-2", "E-3"]


# a batch on hold, and a closed one


def hold(plant):
    plant.do(NOVAK, batches.hold_batch, SYRUP, reason="Alarm in the building.")


@pytest.mark.requirement("P11-10f-1")
def test_a_batch_on_hold_takes_no_act(syrup):
    syrup.signed_pressure()
    syrup.give("1.6/1", "density", "1.200")
    hold(syrup)

    no_work = f"No work on batch {SYRUP}: it is held."
    no_change = f"No change on batch {SYRUP}: it is held."
    assert no_work in reasons_of(syrup.give, "1.1/1", "temperature", "22.4")
    assert no_work in reasons_of(syrup.sign, "1.6/1")
    assert no_work in reasons_of(syrup.start_timer, "3.1/1")
    assert no_work in reasons_of(syrup.attach, "1.8/1", "photo")
    assert no_change in reasons_of(syrup.amend, "1.2/1", "pressure", "11.1")
    assert no_change in reasons_of(syrup.verify, "1.2/1")
    assert no_change in reasons_of(syrup.disagree, "1.2/1")
    assert no_change in reasons_of(syrup.leave_out, "1.4/1")


def test_a_batch_on_hold_still_takes_what_somebody_notices(syrup):
    syrup.signed_pressure()
    hold(syrup)

    told = exception_commands.Problem("The alarm is ours: the dryer leaks.")
    syrup.at_step(exception_commands.report_problem, "1.1/1", told)
    syrup.at_step(exception_commands.make_remark, "1.1/1", "The room was left at 10:20.")

    assert [row.text for row in syrup.exceptions()] == ["The alarm is ours: the dryer leaks."]
    assert [row.text for row in syrup.rows(Remark)] == ["The room was left at 10:20."]


def test_a_batch_resumed_goes_on_where_it_stood(syrup):
    syrup.signed_pressure()
    hold(syrup)
    syrup.do(NOVAK, batches.resume_batch, SYRUP, reason="False alarm.")

    syrup.verify("1.2/1")

    assert syrup.state("1.2/1") is StepState.DONE


@pytest.mark.requirement("ATK-43")
def test_a_closed_record_takes_no_entry_no_correction_and_no_assessment(under_review):
    under_review.reject()

    closed = "batch BU-0001: it is rejected."
    assert f"No change on {closed}" in reasons_of(under_review.correct, "1.3/1", "weight", "10.020")
    assert f"No work on {closed}" in reasons_of(under_review.enter, "1.2/1", "temperature", "22.0")
    assert reasons_of(under_review.remark, "Too late.") == ["Batch BU-0001 is rejected."]


@pytest.mark.requirement("ATK-43")
def test_an_exception_of_a_closed_record_is_not_assessed(executed):
    executed.report("The hose leaks.")
    executed.complete()
    executed.do(BRANDT, reviews.begin_review, "BU-0001")
    executed.reject()
    buffer = SyrupPlant(executed.engine)
    buffer.now = executed.now
    assess = exception_commands.assess_exception

    reasons = reasons_of(buffer.at_step, assess, "E-1", actor=NOVAK, reason="Late.", batch="BU-0001")

    assert "No change on batch BU-0001: it is rejected." in reasons


# the recipe


@pytest.mark.requirement("ATK-43")
def test_a_master_superseded_while_a_batch_runs_changes_nothing_in_it(syrup):
    changed = engine_master(
        ('version: "1"\ntitle: Syrup, 10 kg', 'version: "2"\nsupersedes: "1"\ntitle: Syrup, 10 kg'),
        ("limits: {maximum: 12.0}}", "limits: {maximum: 10.0}}"),
    )
    number = syrup.load(changed)
    syrup.sign_master(WEBER, masters.author_sign, number)
    syrup.check_master(number)
    syrup.sign_master(BRANDT, masters.approve, number)
    syrup.do(BRANDT, masters.make_effective, number)

    syrup.pressure("11.0")

    with syrup.read() as session:
        state = session.scalars(
            select(ProcedureVersion.state).where(ProcedureVersion.number == "MBR-0200.1")
        ).one()
    assert state is ProcedureState.SUPERSEDED
    assert syrup.exceptions() == []
    assert syrup.entries("1.2/1", "pressure")[0].limits["action"]["maximum"] == "12.0"


@pytest.mark.requirement("ATK-43")
def test_a_batch_of_the_new_master_is_judged_by_the_new_limits(syrup):
    changed = engine_master(
        ('version: "1"\ntitle: Syrup, 10 kg', 'version: "2"\nsupersedes: "1"\ntitle: Syrup, 10 kg'),
        ("limits: {maximum: 12.0}}", "limits: {maximum: 10.0}}"),
    )
    number = syrup.effective_master(changed)
    another = another_batch(syrup, number)

    outcome = syrup.at_step(commands.enter_value, "1.2/1", "pressure", Given(raw="11.0"), batch=another)

    digests = {row.batch: row.digest for row in syrup.rows(ControlRecipe)}
    assert outcome.judged is Judged.ACTION
    assert digests[SYRUP] != digests[another]


# what it leaves behind


@pytest.mark.requirement("P11-10e-1")
def test_every_act_on_a_step_has_its_event_and_verification_finds_nothing(syrup, tmp_path):
    syrup.pressure("12.9")
    syrup.take_as_true("E-1")
    syrup.sign("1.2/1")
    syrup.disagree("1.2/1")
    syrup.amend("1.2/1", "pressure", "11.9")
    syrup.sign("1.2/1")
    syrup.verify("1.2/1")
    syrup.leave_out("1.4/1")
    report(syrup, "The hose leaks.")

    assert [row.value for row in syrup.entries("1.2/1", "pressure")] == ["12.9", "11.9"]
    assert syrup.findings(tmp_path) == []
