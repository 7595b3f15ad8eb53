"""What a supervisor does about an exception on the floor: assess it, or accept a value as the true one."""

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.errors import status_of
from app.execution.places import RECORDS, executing
from app.execution.schemas import ONE, AcceptForm, AssessForm
from app.execution.signing import signing_work
from app.execution.views import pages, show_acceptance
from app.forms import load
from app.http import plain_work, run, wants_json
from app.logins import LockedError, LoginNeededError
from records.errors import DomainError
from workflows.authority import Permission
from workflows.execution import exception_commands

AT_EXCEPTION = f"{RECORDS}/exceptions/<string:exception>"


@pages.post(f"{AT_EXCEPTION}/assess")
@requires(Permission.STEP_SUPERVISE)
def assess(number: str, exception: str) -> Response:
    """Assess an exception; the reason is the assessment."""
    form = load(AssessForm())
    return run(
        plain_work(form),
        lambda unit: exception_commands.assess_exception(unit, executing(unit, number), exception),
        then=_back(number, form["part"]),
        said=f"{exception} is assessed.",
    )


@pages.post(f"{AT_EXCEPTION}/accept-value")
@requires(Permission.RECORD_READ)
def accept(number: str, exception: str) -> Response:
    """Accept a value out of limits as the true one, with a signature."""
    try:
        return _accept(number, exception)
    except DomainError as error:
        if wants_json() or isinstance(error, LoginNeededError | LockedError) or not _is_handed_over():
            raise
        reasons = list(getattr(error, "reasons", [error.message]))
        return make_response(show_acceptance(number, exception, reasons), status_of(error))


def _accept(number: str, exception: str) -> Response:
    form = load(AcceptForm())
    return run(
        signing_work(form),
        lambda unit: exception_commands.accept_value(unit, executing(unit, number), exception),
        then=_back(number, form["part"]),
        said=f"{exception}: the value is accepted.",
    )


def _is_handed_over() -> bool:
    return request.form.get("handed_over") == ONE


def _back(number: str, part: str) -> str:
    step, slash, occurrence = part.partition("/")
    if not slash:
        return url_for("execution.execute", number=number)
    return url_for("execution.step", number=number, step=step, occurrence=occurrence)
