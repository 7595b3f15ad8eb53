"""The pages of an execution: the step in hand, what waits for whom, the view for a second person."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.execution.addresses import urls_of
from app.execution.floor_page import after_act, waiting_page
from app.execution.page import content_of_step, step_page
from app.execution.places import RECORDS, keep_place
from app.execution.reading import Desk, desk_of, floor_of
from app.execution.requests import open_exceptions, requests_for
from app.execution.schemas import ONE
from app.execution.tasks import vouch_row
from app.execution.turns import next_step, step_words
from app.execution.words import next_act
from app.http import now, read_session
from app.names import printed_names
from records.errors import RecordNotFoundError
from records.execution.facts import split_part
from records.execution.models import BatchException
from records.procedure.vocabulary import Act
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.execution import lifecycle
from workflows.execution.content import value_acceptance_content

pages = Blueprint("execution", __name__)
keep_place(pages)

AT_STEP = f"{RECORDS}/steps/<string:step>/<string:occurrence>"
EXCEPTION = "exception"


@pages.get(f"{RECORDS}/execute")
@requires(Permission.RECORD_READ)
def execute(number: str) -> Response | str:
    """Go to the step this person does next, or tell for whom the batch waits."""
    floor = floor_of(number)
    after = request.args.get("after", "")
    view = next_step(floor)
    if view is None:
        done = after_act(floor, after) if after else None
        return render_template("execution/waiting.html", done=done, **waiting_page(floor))
    step, occurrence = view.key
    address = url_for("execution.step", number=number, step=step, occurrence=occurrence, after=after or None)
    return redirect(address, 303)


@pages.get(AT_STEP)
@requires(Permission.RECORD_READ)
def step(number: str, step: str, occurrence: str) -> str:
    """Show a step: what is to be done now, and what its record holds."""
    desk = desk_of(number, step, occurrence)
    asked = {name: request.args.get(name, "") for name in ("at", "correct")}
    after = request.args.get("after", "")
    done = after_act(desk.floor, after) if after else None
    late = request.args.get("late") == ONE
    return show_step(step_page(desk, **asked) | {"done": done, "late": late})


def show_step(context: dict[str, Any]) -> str:
    """Return a step's page."""
    return render_template("execution/step.html", **context)


@pages.get(f"{AT_STEP}/hand-over")
@requires(Permission.RECORD_READ)
def hand_over(number: str, step: str, occurrence: str) -> str:
    """Show what a second person is to vouch for, on this device."""
    return show_hand_over(desk_of(number, step, occurrence), [])


def show_hand_over(desk: Desk, refused: list[str]) -> str:
    """Return the neutral view for a second person; it greys nothing, for it does not know who will sign."""
    number, (step, occurrence) = desk.floor.owner.number, split_part(desk.part)
    performer = desk.names.get(desk.request.requested_by if desk.request else "", "")
    row = vouch_row(desk)
    return render_template(
        "execution/hand_over.html",
        desk=desk,
        content=content_of_step(desk),
        words=step_words(desk.view),
        performer=performer or "the one who performed it",
        is_approval=next_act(desk.step, desk.state) is Act.APPROVED,
        meaning=row.meaning,
        not_verified=Meaning.NOT_VERIFIED,
        action_url=url_for("execution.answer", number=number, step=step, occurrence=occurrence),
        urls=urls_of(desk),
        refused=refused,
        reason=request.form.get("reason", ""),
    )


@pages.get(f"{RECORDS}/exceptions/<string:exception>/hand-over")
@requires(Permission.RECORD_READ)
def accept_here(number: str, exception: str) -> str:
    """Show a value out of limits to a supervisor on this device."""
    return show_acceptance(number, exception, [])


def show_acceptance(number: str, exception: str, refused: list[str]) -> str:
    """Return the neutral view for the acceptance of a value."""
    floor = floor_of(number)
    row = exception_of(floor.exceptions, exception)
    return render_template(
        "execution/accept.html",
        floor=floor,
        exception=row,
        content=value_acceptance_content(row),
        meaning=lifecycle.ACCEPT_VALUE.meaning,
        action_url=url_for("execution.accept", number=number, exception=exception),
        back_url=url_for("execution.execute", number=number),
        refused=refused,
    )


def exception_of(exceptions: Any, number: str) -> BatchException:  # noqa: ANN401 -- any sequence of exceptions
    """Return an exception by its number; raises RecordNotFoundError."""
    found = next((one for one in exceptions if one.number == number), None)
    if not isinstance(found, BatchException):
        raise RecordNotFoundError(EXCEPTION, number)
    return found


@pages.get("/verifications")
@requires(Permission.RECORD_READ)
def verifications() -> str:
    """List what waits for this person's roles, the oldest first."""
    session, actor, at = read_session(), current_login().actor(), now()
    return render_template(
        "execution/verifications.html",
        requests=requests_for(session, actor, at),
        may_assess=actor.may(Permission.STEP_SUPERVISE),
        exceptions=open_exceptions(session, at),
        names=printed_names(session),
    )
