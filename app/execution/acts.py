"""The acts at a step: each route carries out one command, and a refusal is told where it happened."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.in_place import told_at_the_step, told_on_the_hand_over
from app.execution.page import CORRECTED_BECAUSE, OTHER, PROBLEMS
from app.execution.schemas import (
    ONE,
    CorrectionForm,
    FileForm,
    HandOverForm,
    ProblemForm,
    RemarkForm,
    TimerForm,
    ValueForm,
    VouchForm,
)
from app.execution.signing import signing_work
from app.execution.uploads import given_file
from app.execution.views import pages
from app.execution.words import next_act
from app.forms import Form, SignedForm, load
from app.http import handed_over_work, plain_work, run, signed_work
from records.execution.facts import part_name
from records.execution.states import Source
from records.procedure.vocabulary import Act
from workflows.authority import Permission
from workflows.batch.execution_owner import executing_batch
from workflows.execution import commands, exception_commands, signoff
from workflows.execution.commands import Given, Outcome
from workflows.execution.facts import load as load_step
from workflows.execution.owner import Owner
from workflows.perform import UnitOfWork

AT_STEP = "/batches/<string:number>/steps/<string:step>/<string:occurrence>"
Command = Callable[[UnitOfWork, Owner, str], None]


@pages.post(f"{AT_STEP}/values")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def enter(number: str, step: str, occurrence: str) -> Response:
    """Record one value; a wrong scan is told, and the last value completes a step that is not signed."""
    form, part = load(ValueForm()), part_name(step, occurrence)
    return run(
        plain_work(_with_reason(form)),
        lambda unit: commands.enter_value(
            unit,
            executing_batch(unit, number),
            part,
            form["name"],
            _given(form),
            complete=form["complete"] == ONE,
        ),
        then=partial(_onward, number, part),
    )


@pages.post(f"{AT_STEP}/corrections")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def correct(number: str, step: str, occurrence: str) -> Response:
    """Correct a value, with the reason; the old one stays readable."""
    form, part = load(CorrectionForm()), part_name(step, occurrence)
    return run(
        plain_work(_with_words(form)),
        lambda unit: commands.correct_value(
            unit, executing_batch(unit, number), part, form["name"], _given(form)
        ),
        then=_step_url(number, part),
    )


@pages.post(f"{AT_STEP}/files")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def attach(number: str, step: str, occurrence: str) -> Response:
    """Attach a photo or file."""
    form, part = load(FileForm()), part_name(step, occurrence)
    file = given_file("value")
    return run(
        plain_work(form),
        lambda unit: commands.attach_file(
            unit, executing_batch(unit, number), part, form["name"], file.accepted(number, part)
        ),
        then=_step_url(number, part),
    )


@pages.post(f"{AT_STEP}/timer")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def timer(number: str, step: str, occurrence: str) -> Response:
    """Start or stop a timer by the server's clock."""
    form, part = load(TimerForm()), part_name(step, occurrence)

    def act(unit: UnitOfWork) -> Outcome:
        owner = executing_batch(unit, number)
        if form["mark"] == "start":
            return commands.start_timer(unit, owner, part, form["name"])
        return commands.stop_timer(unit, owner, part, form["name"], complete=True)

    return run(plain_work(form), act, then=partial(_onward, number, part))


@pages.post(f"{AT_STEP}/perform")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def perform(number: str, step: str, occurrence: str) -> Response:
    """Complete a step: as an identified entry, or with a signature where the form brings one."""
    part = part_name(step, occurrence)
    signs = "password" in request.form
    work = signed_work(load(SignedForm())) if signs else plain_work(load(Form()))
    return run(
        work,
        lambda unit: signoff.perform_step(unit, executing_batch(unit, number), part),
        then=_step_url(number, part) if signs else _execute_url(number, part),
    )


@pages.post(f"{AT_STEP}/verify")
@requires(Permission.RECORD_READ)
@told_at_the_step
def verify(number: str, step: str, occurrence: str) -> Response:
    """Verify a step as the second person."""
    return _vouch(number, part_name(step, occurrence), signoff.verify_step)


@pages.post(f"{AT_STEP}/approve")
@requires(Permission.RECORD_READ)
@told_at_the_step
def approve(number: str, step: str, occurrence: str) -> Response:
    """Approve a step for the quality unit."""
    return _vouch(number, part_name(step, occurrence), signoff.approve_step)


@pages.post(f"{AT_STEP}/disagree")
@requires(Permission.RECORD_READ)
@told_at_the_step
def disagree(number: str, step: str, occurrence: str) -> Response:
    """Refuse to verify a step, with the reason; it goes back to its performer."""
    return _vouch(number, part_name(step, occurrence), signoff.refuse_step)


@pages.post(f"{AT_STEP}/hand-over")
@requires(Permission.RECORD_READ)
@told_on_the_hand_over
def answer(number: str, step: str, occurrence: str) -> Response:
    """Take the answer of a second person on this device: verified, approved, or not agreed."""
    form, part = load(HandOverForm()), part_name(step, occurrence)
    return run(
        handed_over_work(form),
        lambda unit: _answer(unit, executing_batch(unit, number), part, agrees=form["answer"] == "agree"),
        then=_execute_url(number, part),
    )


@pages.post(f"{AT_STEP}/skip")
@requires(Permission.STEP_SUPERVISE)
@told_at_the_step
def skip(number: str, step: str, occurrence: str) -> Response:
    """Leave a step out, with the reason and a signature."""
    return _vouch(number, part_name(step, occurrence), signoff.skip_step)


@pages.post(f"{AT_STEP}/problem")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def problem(number: str, step: str, occurrence: str) -> Response:
    """Report a problem somebody noticed, perhaps with a photo."""
    form, part = load(ProblemForm()), part_name(step, occurrence)
    text = ": ".join(filter(None, (dict(PROBLEMS).get(form.get("kind", "")), form["text"])))
    photo = given_file("photo") if request.files.get("photo") else None
    return run(
        plain_work(form),
        lambda unit: exception_commands.report_problem(
            unit,
            executing_batch(unit, number),
            part,
            text,
            photo=photo.accepted(number, part) if photo else None,
        ),
        then=_step_url(number, part),
        said="The problem is recorded. A supervisor assesses it.",
    )


@pages.post(f"{AT_STEP}/remark")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def remark(number: str, step: str, occurrence: str) -> Response:
    """Add a remark to a step."""
    form, part = load(RemarkForm()), part_name(step, occurrence)
    return run(
        plain_work(form),
        lambda unit: exception_commands.make_remark(unit, executing_batch(unit, number), part, form["text"]),
        then=_step_url(number, part),
        said="The remark is recorded.",
    )


def _vouch(number: str, part: str, command: Command) -> Response:
    form = load(VouchForm())
    return run(
        signing_work(form),
        lambda unit: command(unit, executing_batch(unit, number), part),
        then=_execute_url(number, part),
    )


def _answer(unit: UnitOfWork, owner: Owner, part: str, *, agrees: bool) -> None:
    if not agrees:
        signoff.refuse_step(unit, owner, part)
        return
    _execution, view, step = load_step(unit, owner, part)
    is_approval = next_act(step, view.state) is Act.APPROVED
    (signoff.approve_step if is_approval else signoff.verify_step)(unit, owner, part)


def _given(form: dict[str, Any]) -> Given:
    """Return what was given; of a choice with several answers, all of them."""
    several = request.form.getlist("value")
    raw = ",".join(several) if len(several) > 1 else form["value"]
    return Given(
        raw=raw,
        source=Source(form["value_source"]),
        stated_at=form.get("stated_at"),
        replaces=form.get("replaces"),
    )


def _with_reason(form: dict[str, Any]) -> dict[str, Any]:
    """Let the reason for which a value comes late, or a code was typed, stand with the entry."""
    code = "late" if form.get("stated_at") else "typed"
    return form | {"reason": form.get("reason") or form.get("value_reason"), "reason_code": code}


def _with_words(form: dict[str, Any]) -> dict[str, Any]:
    """Let a reason picked from the list stand alone; *something else* takes the person's own words."""
    picked = dict(CORRECTED_BECAUSE).get(form.get("reason_code", ""), "")
    alone = "" if form.get("reason_code") == OTHER else picked
    return form | {"reason": form.get("reason") or alone}


def _onward(number: str, part: str, outcome: Outcome) -> str:
    return _execute_url(number, part) if outcome.is_complete else _step_url(number, part)


def _step_url(number: str, part: str) -> str:
    step, _slash, occurrence = part.partition("/")
    return url_for("execution.step", number=number, step=step, occurrence=occurrence)


def _execute_url(number: str, part: str) -> str:
    return url_for("execution.execute", number=number, after=part)
