"""Tell a refusal where it happened: the page as it stands now, with every reason and what was typed."""

from collections.abc import Callable
from functools import wraps

from flask import make_response, request
from werkzeug.wrappers import Response

from app.attempts import keep_attempt
from app.errors import status_of
from app.execution.page import step_page
from app.execution.reading import desk_of
from app.execution.views import show_hand_over, show_step
from app.http import wants_json
from app.logins import LockedError, LoginNeededError
from records.errors import DomainError, RecordNotFoundError
from workflows.execution.facts import UnknownStepError

AtStep = Callable[[str, str, str], Response]
_ELSEWHERE = (LoginNeededError, LockedError, RecordNotFoundError, UnknownStepError)
"""Not about the act: their answers are the same on every page."""


def told_at_the_step(view: AtStep) -> AtStep:
    """Show a refusal on the step's page; a program gets its problem document as ever."""

    def show(number: str, step: str, occurrence: str, reasons: list[str]) -> str:
        desk = desk_of(number, step, occurrence)
        typed = request.form.get("value", "")
        context = step_page(desk, at=_asked(), correct=_corrected(), refused=reasons, typed=typed)
        return show_step(context | _late() | {"refused_act": _act()})

    return _told(view, show)


def told_on_the_hand_over(view: AtStep) -> AtStep:
    """Show a refusal on the view for the second person."""

    def show(number: str, step: str, occurrence: str, reasons: list[str]) -> str:
        return show_hand_over(desk_of(number, step, occurrence), reasons)

    return _told(view, show)


def _told(view: AtStep, show: Callable[[str, str, str, list[str]], str]) -> AtStep:
    @wraps(view)
    def wrapped(number: str, step: str, occurrence: str) -> Response:
        try:
            return view(number, step, occurrence)
        except DomainError as error:
            if wants_json() or isinstance(error, _ELSEWHERE):
                raise
            reasons = list(getattr(error, "reasons", [error.message]))
            keep_attempt(error, reasons)
            return make_response(show(number, step, occurrence, reasons), status_of(error))

    return wrapped


def _act() -> str:
    return (request.endpoint or "").rpartition(".")[2]


def _asked() -> str:
    return request.form.get("name", "") if _act() == "enter" else ""


def _late() -> dict[str, str | bool]:
    """Return what a late entry said of itself, so that nothing typed is lost."""
    form = request.form
    return {
        "late": "stated_at" in form,
        "stated": form.get("stated_at", ""),
        "late_reason": form.get("reason", ""),
    }


def _corrected() -> str:
    return request.form.get("name", "") if _act() in {"correct", "replace"} else ""
