"""What is done with a work order; each view loads a form and runs one command."""

from collections.abc import Callable

from flask import url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.forms import Form, ReasonedForm, SignedForm, load
from app.http import plain_work, run
from app.signing import signed_work
from app.work_order.schemas import (
    AssessmentForm,
    ChangeForm,
    CheckForm,
    FailureForm,
    PartForm,
    PlanningForm,
    ScheduleForm,
    StartForm,
)
from app.work_order.views import pages
from records.work_order.models import WorkOrder
from workflows.authority import Permission
from workflows.perform import UnitOfWork
from workflows.work_order import commands, doing
from workflows.work_order.facts import NewFailure, Planning

Command = Callable[[UnitOfWork, str], WorkOrder]
_YES = "yes"


@pages.post("/work-orders/<string:number>/triage")
@requires(Permission.WORK_ORDER_PLAN)
def triage(number: str) -> Response:
    """Accept a request."""
    return _reasoned(number, commands.triage_order, "Accepted. Plan it next.")


@pages.post("/work-orders/<string:number>/reject")
@requires(Permission.WORK_ORDER_PLAN)
def reject(number: str) -> Response:
    """Reject a request."""
    return _reasoned(number, commands.reject_order, "Rejected.")


@pages.post("/work-orders/<string:number>/plan")
@requires(Permission.WORK_ORDER_PLAN)
def plan(number: str) -> Response:
    """Say how the work is done."""
    form = load(PlanningForm())
    planning = Planning(
        master=form.get("master") or None,
        lock_out=form["lock_out"],
        leaves_dirty=form["leaves_dirty"],
        due_at=form.get("due_at"),
    )
    return run(
        plain_work(form),
        lambda unit: commands.plan_order(unit, number, planning),
        then=_page(number),
        said="Planned.",
    )


@pages.post("/work-orders/<string:number>/schedule")
@requires(Permission.WORK_ORDER_PLAN)
def schedule(number: str) -> Response:
    """Give the work to a technician for a time."""
    form = load(ScheduleForm())
    return run(
        plain_work(form),
        lambda unit: commands.schedule_order(unit, number, form["assignee"], form["scheduled_at"]),
        then=_page(number),
        said="Scheduled. The procedure is frozen for this order.",
    )


@pages.post("/work-orders/<string:number>/start")
@requires(Permission.WORK_ORDER_PERFORM)
def start(number: str) -> Response:
    """Start the work at its asset."""
    form = load(StartForm())
    return run(
        plain_work(form),
        lambda unit: commands.start_order(unit, number, form["scanned"]),
        then=_page(number),
        said="Started. The asset is in maintenance.",
    )


@pages.post("/work-orders/<string:number>/hold")
@requires(Permission.WORK_ORDER_PERFORM)
def hold(number: str) -> Response:
    """Put the work on hold."""
    return _reasoned(number, commands.hold_order, "On hold.")


@pages.post("/work-orders/<string:number>/resume")
@requires(Permission.WORK_ORDER_PERFORM)
def resume(number: str) -> Response:
    """Go on with the work."""
    return _reasoned(number, commands.resume_order, "The work goes on.")


@pages.post("/work-orders/<string:number>/changes")
@requires(Permission.WORK_ORDER_PERFORM)
def alter(number: str) -> Response:
    """Record a changed part or firmware."""
    form = load(ChangeForm())
    return run(
        plain_work(form),
        lambda unit: commands.record_change(unit, number, form["what"], form.get("firmware") or None),
        then=_page(number),
        said="Recorded. Verify the asset, and have the qualified state assessed.",
    )


@pages.post("/work-orders/<string:number>/checks")
@requires(Permission.WORK_ORDER_PERFORM)
def check(number: str) -> Response:
    """Record a verification after the repair."""
    form = load(CheckForm())
    return run(
        plain_work(form),
        lambda unit: commands.record_check(unit, number, form["what"], has_passed=form["passed"] == _YES),
        then=_page(number),
        said="Verification recorded.",
    )


@pages.post("/work-orders/<string:number>/time/start")
@requires(Permission.WORK_ORDER_PERFORM)
def start_time(number: str) -> Response:
    """Start the person's own time."""
    work = plain_work(load(Form()))
    return run(work, lambda unit: doing.start_time(unit, number), then=_page(number), said="Your time runs.")


@pages.post("/work-orders/<string:number>/time/stop")
@requires(Permission.WORK_ORDER_PERFORM)
def stop_time(number: str) -> Response:
    """Stop the person's own time."""
    work = plain_work(load(Form()))
    return run(
        work, lambda unit: doing.stop_time(unit, number), then=_page(number), said="Your time is stopped."
    )


@pages.post("/work-orders/<string:number>/parts")
@requires(Permission.WORK_ORDER_PERFORM)
def use_part(number: str) -> Response:
    """Take a part from its lot."""
    form = load(PartForm())
    lot = form["lot"].removeprefix("LOT:")
    return run(
        plain_work(form),
        lambda unit: doing.use_part(unit, number, lot, form["quantity"]),
        then=_page(number),
        said="Taken from the lot.",
    )


@pages.post("/work-orders/<string:number>/failure")
@requires(Permission.WORK_ORDER_PERFORM)
def tell_failure(number: str) -> Response:
    """Say what failed."""
    form = load(FailureForm())
    names = ("mode", "mechanism", "cause", "text", "down_from", "down_until")
    new = NewFailure(**{name: form[name] for name in names if name in form})
    return run(
        plain_work(form),
        lambda unit: doing.tell_failure(unit, number, new),
        then=_page(number),
        said="The failure is on record.",
    )


@pages.post("/work-orders/<string:number>/assessments")
@requires(Permission.RECORD_READ)
def assess(number: str) -> Response:
    """Assess the qualified state; technical reviewers and the quality unit may."""
    form = load(AssessmentForm())
    return run(
        plain_work(form),
        lambda unit: commands.assess_requalification(unit, number, is_needed=form["needed"] == _YES),
        then=_page(number),
        said="Assessment recorded.",
    )


@pages.post("/work-orders/<string:number>/finish")
@requires(Permission.WORK_ORDER_PERFORM)
def finish(number: str) -> Response:
    """Sign the work as done."""
    return _signed(number, commands.finish_order, "Done. Another person reviews it.")


@pages.post("/work-orders/<string:number>/begin-review")
@requires(Permission.WORK_ORDER_REVIEW)
def begin_review(number: str) -> Response:
    """Begin the technical review."""
    work = plain_work(load(Form()))
    return run(
        work,
        lambda unit: commands.begin_review(unit, number),
        then=_page(number),
        said="In technical review.",
    )


@pages.post("/work-orders/<string:number>/return")
@requires(Permission.RECORD_READ)
def return_to_work(number: str) -> Response:
    """Return the work; technical reviewers may, and the quality unit in its own review."""
    return _reasoned(number, commands.return_order, "Returned.")


@pages.post("/work-orders/<string:number>/review")
@requires(Permission.WORK_ORDER_REVIEW)
def review(number: str) -> Response:
    """Sign the technical review."""
    return _signed(number, commands.review_order, "Reviewed.")


@pages.post("/work-orders/<string:number>/accept")
@requires(Permission.WORK_ORDER_ACCEPT)
def accept(number: str) -> Response:
    """Sign for the quality unit that the asset returns to service."""
    return _signed(number, commands.accept_order, "Closed. The asset is out of the hands of maintenance.")


@pages.post("/work-orders/<string:number>/cancel")
@requires(Permission.WORK_ORDER_PLAN)
def cancel(number: str) -> Response:
    """Cancel an order, signed."""
    return _signed(number, commands.cancel_order, "Cancelled.")


def _reasoned(number: str, command: Command, said: str) -> Response:
    work = plain_work(load(ReasonedForm()))
    return run(work, lambda unit: command(unit, number), then=_page(number), said=said)


def _signed(number: str, command: Command, said: str) -> Response:
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: command(unit, number), then=_page(number), said=said)


def _page(number: str) -> str:
    return url_for("work_order.show", number=number)
