"""The addresses of a step, of its acts, and of the steps beside it."""

from flask import url_for

from app.execution.ladder import step_url
from app.execution.reading import Desk
from app.execution.turns import next_step
from records.execution.facts import split_part


def at_step(number: str, part: str) -> str:
    """Return the address of a step."""
    step, _slash, occurrence = part.partition("/")
    return url_for("execution.step", number=number, step=step, occurrence=occurrence)


def onward(number: str, part: str) -> str:
    """Return the address of what comes after a step that was just left."""
    return url_for("execution.execute", number=number, after=part)


def urls_of(desk: Desk) -> dict[str, str]:
    """Return the addresses of the step's acts."""
    number, (step, occurrence) = desk.floor.owner.number, split_part(desk.part)
    values = ("enter", "correct", "attach", "replace", "timer")
    acts = ("perform", "verify", "approve", "disagree", "skip", "problem", "remark")
    found = {
        act: url_for(f"execution.{act}", number=number, step=step, occurrence=occurrence)
        for act in (*values, *acts)
    }
    found["step"] = url_for("execution.step", number=number, step=step, occurrence=occurrence)
    found["hand_over"] = url_for("execution.hand_over", number=number, step=step, occurrence=occurrence)
    found["execute"] = url_for("execution.execute", number=number)
    found["scan"] = url_for("execution.scan")
    found["back"] = _back_url(desk)
    found["next"] = _next_url(desk)
    return found


def _back_url(desk: Desk) -> str:
    """Return the step before this one in the order of the document: to look at, not to undo."""
    views = desk.floor.execution.picture.views
    index = next(i for i, view in enumerate(views) if view.key == desk.view.key)
    return step_url(desk.floor, views[index - 1]) if index else ""


def _next_url(desk: Desk) -> str:
    view = next_step(desk.floor)
    return step_url(desk.floor, view) if view and view.key != desk.view.key else ""
