"""Put on record what somebody tried on a batch and no rule ever saw: not readable, not there, too large."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import NoReturn

from flask import request
from werkzeug.exceptions import HTTPException

from app.auth import current_login
from app.extensions import db
from app.forms import FormError, submitted
from app.http import acting_person, read_session, service
from app.logins import LockedError, LoginNeededError
from app.writing import Intent, write
from records.batch.queries import batch_by_number
from records.errors import RecordNotFoundError
from records.execution.facts import part_name
from workflows.perform import RefusedError, UnitOfWork

_PATH = "/batches/"
_BEFORE_ANY_RULE = (FormError, RecordNotFoundError)
"""Raised before a command's checks, whose own refusals are on record already."""
_SHOWN_NUL = "\N{SYMBOL FOR NULL}"


def keep_attempt(error: Exception, reasons: list[str]) -> None:
    """Write a denied attempt on a batch that exists, by the person signed in; all else is no GMP data."""
    too_large = isinstance(error, HTTPException) and error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if not (too_large or isinstance(error, _BEFORE_ANY_RULE)):
        return
    number = _batch_here()
    if number is None:
        return
    sent = json.dumps({"content_length": request.content_length}) if too_large else submitted()
    try:
        login = current_login()
        intent = Intent(who=lambda session, at: acting_person(session, login, at), submitted=sent)
        write(service(), db.session(), intent, _refusing(number, reasons))
    except (RefusedError, LoginNeededError, LockedError):
        return  # refused as meant and on record, or nobody is signed in whose attempt it could be


def _refusing(number: str, reasons: list[str]) -> Callable[[UnitOfWork], NoReturn]:
    act = (request.endpoint or "").rpartition(".")[2]
    args = request.view_args or {}
    part = part_name(args["step"], args["occurrence"]) if {"step", "occurrence"} <= args.keys() else None
    part = part.replace("\0", _SHOWN_NUL) if part else None

    def refuse(_unit: UnitOfWork) -> NoReturn:
        raise RefusedError(reasons, act=act, stream=f"batch/{number}", part=part)

    return refuse


def _batch_here() -> str | None:
    """Return the batch that a changing request was about, where there is one of that number."""
    args = request.view_args or {}
    number = args.get("batch", args.get("number"))
    if request.method != "POST" or not request.path.startswith(_PATH) or number is None or "\0" in number:
        return None
    return number if batch_by_number(read_session(), number) else None
