"""Whose signature an act takes: the person's signed in, or a second person's on a device handed over."""

from typing import Any

from app.execution.schemas import ONE
from app.http import Work
from app.signing import handed_over_work, signed_work


def signing_work(form: dict[str, Any]) -> Work:
    """Return the work of the person signed in, or of a second person where the form says so."""
    return handed_over_work(form) if form["handed_over"] == ONE else signed_work(form)
