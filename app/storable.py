"""Refuse, before any view, what no database holds as text: a NUL character, or half of a character."""

from collections.abc import Iterator

from flask import Flask, request

from app.forms import FormError

_ADDRESS = "The address holds a NUL character, and nothing here is called so. Check the link."
_SENT = "What was sent holds a character that is no text (NUL, or half of a character). Type it again."


class NotStorableError(FormError):
    """What was sent could not be kept as it is."""


class NotStorableAddressError(NotStorableError):
    """Nothing can be at the address that was asked for."""


def refuse_what_is_no_text(app: Flask) -> None:
    """Look at the address, its query and all that is sent with it, of every request."""

    @app.before_request
    def look() -> None:
        if not is_storable(request.path):
            raise NotStorableAddressError([_ADDRESS])
        if not all(map(is_storable, _texts())):
            raise NotStorableError([_SENT])


def is_storable(text: str) -> bool:
    """Tell whether both databases hold the text: PostgreSQL no NUL, none of them half of a character."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _texts() -> Iterator[str]:
    """Yield names and values as sent; the content of a file is no text."""
    for given in (request.args, request.form):
        for name, value in given.items(multi=True):
            yield from (name, value)
    for name, file in request.files.items(multi=True):
        yield from (name, file.filename or "")
    if request.is_json:
        yield from _texts_of(request.get_json(silent=True))


def _texts_of(value: object) -> Iterator[str]:
    """Yield the texts of a JSON value, without a call for each level of its nesting."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found, *found.values()]
        elif isinstance(found, list):
            waiting += found
