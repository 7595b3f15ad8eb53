"""What a number that people read, type and scan may look like: it names a stream, and pages by address."""

import re

_PLAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")


def number_refusal(what: str, text: str) -> str | None:
    """Refuse a number with anything but letters, digits, point, line or underscore between its ends."""
    if _PLAIN.fullmatch(text):
        return None
    return f"{what} {text!r} can't be used: take 1 to 40 letters, digits, '-', '.' or '_', as in 24-118."


def opening(text: str) -> str:
    """Return a text as it opens a sentence or a line, its other letters as they are: ``Batch TB-0771``."""
    return text[:1].upper() + text[1:]
