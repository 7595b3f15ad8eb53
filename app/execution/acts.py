"""The acts that give a step its values: one command each, and a refusal is told where it happened."""

from functools import partial
from operator import attrgetter
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.addresses import at_step, onward
from app.execution.floor_page import OTHER
from app.execution.in_place import told_at_the_step
from app.execution.page import CORRECTED_BECAUSE, REPLACED_BECAUSE
from app.execution.places import executing
from app.execution.schemas import (
    ONE,
    CorrectionForm,
    FileForm,
    ReplacementForm,
    TimerForm,
    ValueForm,
)
from app.execution.uploads import given_file
from app.execution.views import AT_STEP, pages
from app.forms import FormError, load
from app.http import plain_work, run
from records.execution.facts import part_name
from records.execution.states import Source
from workflows.authority import Permission
from workflows.execution import commands
from workflows.execution.files import attach_file, replace_file
from workflows.execution.given import Given, Outcome
from workflows.perform import UnitOfWork


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
            executing(unit, number),
            part,
            form["name"],
            _given(form),
            complete=form["complete"] == ONE,
        ),
        then=partial(_then, number, part),
        refused=attrgetter("refused"),
    )


@pages.post(f"{AT_STEP}/corrections")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def correct(number: str, step: str, occurrence: str) -> Response:
    """Correct a value, with the reason; the old one stays readable."""
    form, part = load(CorrectionForm()), part_name(step, occurrence)
    return run(
        plain_work(_with_words(form)),
        lambda unit: commands.correct_value(unit, executing(unit, number), part, form["name"], _given(form)),
        then=at_step(number, part),
        refused=attrgetter("refused"),
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
        lambda unit: attach_file(
            unit, executing(unit, number), part, form["name"], file.accepted(number, part)
        ),
        then=at_step(number, part),
    )


@pages.post(f"{AT_STEP}/files/replacements")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def replace(number: str, step: str, occurrence: str) -> Response:
    """Put a photo or file in the place of one that can't be read, with the reason."""
    form, part = load(ReplacementForm()), part_name(step, occurrence)
    file = given_file("value")
    return run(
        plain_work(_with_words(form)),
        lambda unit: replace_file(
            unit,
            executing(unit, number),
            part,
            form["name"],
            file.accepted(number, part, "replace_file"),
            replaces=form.get("replaces"),
        ),
        then=at_step(number, part),
    )


@pages.post(f"{AT_STEP}/timer")
@requires(Permission.STEP_PERFORM)
@told_at_the_step
def timer(number: str, step: str, occurrence: str) -> Response:
    """Start or stop a timer by the server's clock."""
    form, part = load(TimerForm()), part_name(step, occurrence)

    def act(unit: UnitOfWork) -> Outcome:
        owner = executing(unit, number)
        if form["mark"] == "start":
            return commands.start_timer(unit, owner, part, form["name"])
        return commands.stop_timer(unit, owner, part, form["name"], complete=True)

    return run(plain_work(form), act, then=partial(_then, number, part))


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
    if form.get("reason") and not form.get("stated_at"):
        raise FormError(["Say when it was done, or leave the reason for entering it late empty."])
    code = "late" if form.get("stated_at") else "typed"
    return form | {"reason": form.get("reason") or form.get("value_reason"), "reason_code": code}


def _with_words(form: dict[str, Any]) -> dict[str, Any]:
    """Let a reason picked from the list stand alone; *something else* takes the person's own words."""
    picked = dict((*CORRECTED_BECAUSE, *REPLACED_BECAUSE)).get(form.get("reason_code", ""), "")
    alone = "" if form.get("reason_code") == OTHER else picked
    return form | {"reason": form.get("reason") or alone}


def _then(number: str, part: str, outcome: Outcome) -> str:
    return onward(number, part) if outcome.is_complete else at_step(number, part)
