"""Every error becomes one answer: a page that lists every reason, or a problem document (RFC 9457)."""

from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import Flask, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.again import shown_again
from app.attempts import keep_attempt
from app.auth import NotAuthorisedError
from app.forms import FormError
from app.http import KeptError, RefusedOnRecordError, wants_json
from app.idempotency import KeyReusedError
from app.logins import LockedError, LoginNeededError
from app.storable import NotStorableAddressError, NotStorableError
from audit.chain import BrokenTrailError
from records.errors import DomainError, RecordNotFoundError, StaleError
from signatures.components import NotIdentifiedError
from workflows.execution.facts import UnknownStepError
from workflows.perform import RefusedError

STATUS: dict[type[DomainError], HTTPStatus] = {
    LoginNeededError: HTTPStatus.UNAUTHORIZED,
    LockedError: HTTPStatus.LOCKED,
    NotAuthorisedError: HTTPStatus.FORBIDDEN,
    NotIdentifiedError: HTTPStatus.FORBIDDEN,
    KeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownStepError: HTTPStatus.NOT_FOUND,
    RefusedError: HTTPStatus.CONFLICT,
    RefusedOnRecordError: HTTPStatus.CONFLICT,
    StaleError: HTTPStatus.CONFLICT,
    BrokenTrailError: HTTPStatus.CONFLICT,
    RecordNotFoundError: HTTPStatus.NOT_FOUND,
    NotStorableAddressError: HTTPStatus.NOT_FOUND,
    NotStorableError: HTTPStatus.BAD_REQUEST,
    FormError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DomainError: HTTPStatus.UNPROCESSABLE_ENTITY,
}
_TOO_LARGE = (
    "A photo or file has at most 15 MB, a text at most 2 MB. Take a smaller photo, or shorten the text."
)
_UNDECIDED = (LoginNeededError, LockedError)
"""Refused for now only: a device keeps the entry and sends it again, so these list no refusals."""
_log = structlog.get_logger()


def status_of(error: DomainError) -> HTTPStatus:
    """Return the status of the nearest kind of the error that the table names."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def handle(app: Flask) -> None:
    """Answer every error of the application from here."""
    app.register_error_handler(LoginNeededError, _to_sign_in)
    app.register_error_handler(LockedError, _to_lock_screen)
    app.register_error_handler(KeptError, partial(_kept, app))
    app.register_error_handler(DomainError, _domain_problem)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_problem)
    _handle_faults(app)


def problem(
    status: HTTPStatus,
    title: str,
    detail: str = "",
    refusals: list[str] | None = None,
    location: str = "",
) -> Response:
    """Return a page or a problem document; `location` tells a program where an attempt on record is shown."""
    reference = _reference()
    if wants_json():
        document = {"type": "about:blank", "title": title, "status": status, "reference": reference}
        document |= {"location": location} if location else {}
        answer = _document(document | {"detail": detail or title, "refusals": refusals or []})
    else:
        page = render_template(
            "errors/problem.html",
            status=f"{status.value} {status.phrase}",
            title=title,
            detail=detail,
            refusals=refusals or [],
            reference=reference,
        )
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    return answer


def _to_sign_in(error: LoginNeededError) -> Response:
    if wants_json():
        return problem(HTTPStatus.UNAUTHORIZED, "Not signed in", error.message)
    if _here() != url_for("home.index"):
        flash(error.message, "info")
    return redirect(url_for("account.sign_in", next=_here()), 303)


def _to_lock_screen(error: LockedError) -> Response:
    if wants_json():
        return problem(HTTPStatus.LOCKED, "Screen locked", error.message)
    return redirect(url_for("account.lock", next=_here()), 303)


def _domain_problem(error: DomainError) -> Response:
    reasons = list(getattr(error, "reasons", [error.message]))
    keep_attempt(error, reasons)
    title = _TITLES.get(status_of(error), "Refused")
    return problem(status_of(error), title, refusals=reasons, location=getattr(error, "location", ""))


def _kept(app: Flask, error: KeptError) -> Response:
    """Show the form again, with what was typed, to a person; tell a program."""
    again = None if wants_json() else shown_again(app, error.reasons)
    return again or _domain_problem(error)


def _stale_form(error: CSRFError) -> Response:
    detail = f"{error.description} Load the page again, then send it once more."
    return problem(HTTPStatus.BAD_REQUEST, "The page is too old or not ours", detail)


def _http_problem(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return Response.force_type(error.get_response())
    status = HTTPStatus(error.code)
    detail = _TOO_LARGE if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE else error.description
    keep_attempt(error, [detail or status.phrase])
    return problem(status, _TITLES.get(status, status.phrase), detail or "")


def _handle_faults(app: Flask) -> None:
    """Answer what is nobody's mistake by a page that needs neither the store nor a person."""

    def cannot_answer(status: HTTPStatus) -> Response:
        reference = _reference()
        if wants_json():
            document = {"type": "about:blank", "title": status.phrase, "status": status}
            detail = "Nothing was changed by this request. Send it again."
            answer = _document(document | {"detail": detail, "reference": reference})
        else:
            page = app.jinja_env.get_template("errors/unavailable.html").render(reference=reference)
            answer = Response(page, mimetype="text/html")
        answer.status_code = status
        return answer

    @app.errorhandler(OperationalError)
    def unavailable(error: OperationalError) -> Response:
        _log.error("store_unavailable", error=str(error.orig))
        return cannot_answer(HTTPStatus.SERVICE_UNAVAILABLE)

    @app.errorhandler(Exception)
    def fault(error: Exception) -> Response:
        _log.error("fault", exc_info=error)
        return cannot_answer(HTTPStatus.INTERNAL_SERVER_ERROR)


def _reference() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _document(content: dict[str, Any]) -> Response:
    answer: Response = jsonify(content)
    answer.mimetype = "application/problem+json"
    return answer


def _here() -> str:
    """Return the page to come back to: the one asked for, or the one a form stood on."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    stood_on = urlsplit(request.referrer or "")
    return stood_on.path if stood_on.netloc == request.host and stood_on.path else "/"


_TITLES = {
    HTTPStatus.BAD_REQUEST: "Can't be used as sent",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.NOT_FOUND: "Not found",
    HTTPStatus.CONFLICT: "Refused",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Can't be used as sent",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Too large",
}
