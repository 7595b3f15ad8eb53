"""Show the page of a form again that came back too late, with everything typed in it but the secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Flask, g, request
from werkzeug.wrappers import Response

from app.forms import SECRETS
from app.http import page_here


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What a form brought, and why it was not taken; empty for any other form."""

    values: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()


def typed_before(action: str) -> Typed:
    """Return what was typed in the form that posts to this address, where this answers it."""
    path, typed = g.get("typed_again") or (request.path, Typed(values=_values()))
    return typed if path == action else Typed()


def shown_again(app: Flask, reasons: list[str]) -> Response | None:
    """Return the page that the form stood on, as it is now, with the reasons; None if it can't be shown."""
    page = page_here()
    if not page:
        return None
    typed_again = (request.path, Typed(values=_values(), reasons=tuple(reasons)))
    with app.request_context(_to_read(page)):
        g.typed_again = typed_again
        answer = app.full_dispatch_request()
    if answer.status_code != HTTPStatus.OK:
        return None
    answer.status_code = HTTPStatus.CONFLICT
    return answer


def _values() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in SECRETS}


def _to_read(page: str) -> dict[str, Any]:
    """Return this request's environment (PEP 3333), turned into one that reads a page of ours."""
    path, _, query = page.partition("?")
    kept = {name: value for name, value in request.environ.items() if not name.startswith("werkzeug.")}
    return kept | {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "CONTENT_LENGTH": "0",
        "CONTENT_TYPE": "",
        "wsgi.input": BytesIO(),
    }
