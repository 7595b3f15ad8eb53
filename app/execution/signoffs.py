"""The acts that end a step: complete, sign, verify, approve, disagree, leave out; one command each."""

from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.addresses import at_step, onward
from app.execution.in_place import told_at_the_step, told_on_the_hand_over
from app.execution.places import executing
from app.execution.schemas import HandOverForm, VouchForm
from app.execution.signing import signing_work
from app.execution.views import AT_STEP, pages
from app.execution.words import next_act
from app.forms import Form, SignedForm, load
from app.http import plain_work, run
from app.signing import handed_over_work, signed_work
from records.execution.facts import part_name
from records.procedure.vocabulary import Act
from workflows.authority import Permission
from workflows.execution import signoff
from workflows.execution.facts import load as load_step
from workflows.execution.owner import Owner
from workflows.perform import UnitOfWork

Command = Callable[[UnitOfWork, Owner, str], None]


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
        lambda unit: signoff.perform_step(unit, executing(unit, number), part),
        then=at_step(number, part) if signs else onward(number, part),
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
        lambda unit: _answer(unit, executing(unit, number), part, agrees=form["answer"] == "agree"),
        then=onward(number, part),
    )


@pages.post(f"{AT_STEP}/skip")
@requires(Permission.STEP_SUPERVISE)
@told_at_the_step
def skip(number: str, step: str, occurrence: str) -> Response:
    """Leave a step out, with the reason and a signature."""
    return _vouch(number, part_name(step, occurrence), signoff.skip_step)


def _vouch(number: str, part: str, command: Command) -> Response:
    form = load(VouchForm())
    return run(
        signing_work(form),
        lambda unit: command(unit, executing(unit, number), part),
        then=onward(number, part),
    )


def _answer(unit: UnitOfWork, owner: Owner, part: str, *, agrees: bool) -> None:
    if not agrees:
        signoff.refuse_step(unit, owner, part)
        return
    _execution, view, step = load_step(unit, owner, part)
    is_approval = next_act(step, view.state) is Act.APPROVED
    (signoff.approve_step if is_approval else signoff.verify_step)(unit, owner, part)
