"""The steps of a batch as the rail shows them: operations, then steps, each with glyph and word."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from app.execution.reading import Floor
from app.execution.turns import Turn, due_of, turn_of, waits_for_words
from app.execution.words import local_time, occurrence_words
from records.execution.facts import part_name
from records.execution.states import DECIDED, ENDED, ExceptionType, StepState
from records.procedure.outline import Counter
from records.procedure.vocabulary import Severity, StepType
from workflows.execution.picture import StepView

_WORDS = {
    Turn.DUE: "ready",
    Turn.STARTED: "current",
    Turn.READY: "ready",
    Turn.SECOND: "ready",
    Turn.AS_NEEDED: "ready",
    Turn.CLOCK: "timer",
    Turn.ELSEWHERE: "person",
    Turn.LATER: "later",
}
_LEAST_FIRST = (
    *("not_finished", "not_executed", "exception", "current", "ready", "person", "timer", "later"),
    *("done_with_exception", "done"),
)


def rail_of(floor: Floor, shown: str) -> list[dict[str, Any]]:
    """Return the rail's operations; `shown` is the part on the page."""
    views = floor.execution.picture.views
    grouped = groupby(views, key=lambda view: (view.place.operation.id, _repeat(view)))
    return [_operation(floor, list(group), shown) for _key, group in grouped]


def step_url(floor: Floor, view: StepView) -> str:
    """Return the address of a step's page."""
    step, occurrence = view.key
    return url_for("execution.step", number=floor.owner.number, step=step, occurrence=occurrence)


def _operation(floor: Floor, views: Sequence[StepView], shown: str) -> dict[str, Any]:
    steps = [_step(floor, view, shown) for view in _shown_passes(views, shown)]
    operation = views[0].place.operation
    repeat = _repeat(views[0])
    label = operation.repeat.label if operation.repeat else ""
    states = {step["state"] for step in steps}
    is_open = any(step["current"] for step in steps)
    return {
        "title": f"{operation.id} {operation.title}" + (f", {label.lower()} {repeat}" if repeat else ""),
        "state": next((word for word in _LEAST_FIRST if word in states), "done"),
        "open": is_open,
        "steps": steps,
    }


def _step(floor: Floor, view: StepView, shown: str) -> dict[str, Any]:
    part = part_name(*view.key)
    turn = turn_of(floor, view)
    state, note = _closed(floor, view) if turn is Turn.CLOSED else (_WORDS[turn], _note(floor, view, turn))
    if turn is not Turn.CLOSED and _is_stopped(floor, part):
        state = "exception"
    counted = occurrence_words(view.place, view.occurrence)[1 if _repeat(view) else 0 :]
    return {
        "number": view.place.step.number,
        "title": view.place.step.title,
        "state": state,
        "url": step_url(floor, view),
        "current": part == shown,
        "note": ", ".join(filter(None, (" ".join(counted).lower(), note))),
    }


def _closed(floor: Floor, view: StepView) -> tuple[str, str]:
    if view.state is StepState.NOT_APPLICABLE or view.ruled_out:
        return "not_applicable", "branch not taken"
    if view.state is StepState.SKIPPED:
        return "not_applicable", "left out"
    if view.state in ENDED:
        return view.state.value, f"{view.state.replace('_', ' ')}: batch ended"
    part = part_name(*view.key)
    told = (one for one in floor.exceptions if one.step_part == part and one.severity is not Severity.INFO)
    return ("done_with_exception" if any(one.state not in DECIDED for one in told) else "done"), ""


def _note(floor: Floor, view: StepView, turn: Turn) -> str:
    due = due_of(floor, view)
    if due:
        when = local_time(due.at, floor.time_zone)[11:16]
        return f"late, was due {when}" if due.is_late else f"due {when}"
    if view.place.step.type is StepType.HOLD_TIME:
        return "kept by the clock"
    return waits_for_words(view) if turn is Turn.ELSEWHERE else ""


def _is_stopped(floor: Floor, part: str) -> bool:
    """Tell whether a value out of limits that still stands waits to be assessed here."""
    return any(
        one.step_part == part
        and one.exception_type in {ExceptionType.VALUE, ExceptionType.CRITICAL_VALUE}
        and one.assessed_at is None
        and one.entry_id not in floor.replaced
        for one in floor.exceptions
    )


def _shown_passes(views: Sequence[StepView], shown: str) -> list[StepView]:
    """Leave out closed passes of a recurring check but the last two and the one shown."""
    closed: dict[str, list[StepView]] = {}
    for view in views:
        if Counter.RECURRENCE in view.place.counters and view.is_closed:
            closed.setdefault(view.place.step.number, []).append(view)
    dropped = {
        view.key for passes in closed.values() for view in passes[:-2] if part_name(*view.key) != shown
    }
    return [view for view in views if view.key not in dropped]


def _repeat(view: StepView) -> str:
    return view.occurrence.split(".")[0] if view.place.operation.repeat else ""
