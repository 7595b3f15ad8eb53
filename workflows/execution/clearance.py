"""A cleared line stays clear for so long; work that has not begun by then needs it anew (211.130). Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from records.execution.facts import Run, RunKey
from records.execution.states import CLOSED, StepState
from records.procedure.outline import Outline, Place
from records.procedure.vocabulary import StepType

_NO_WORK = frozenset({StepType.LINE_CLEARANCE, StepType.HOLD_TIME})
_NOT_CARRIED_OUT = frozenset({StepState.NOT_APPLICABLE, StepState.SKIPPED})


def lapsed_clearances(
    outline: Outline, runs: Mapping[RunKey, Run], place: Place, occurrence: str, at: datetime
) -> list[str]:
    """Return why a step may not begin: the line was cleared too long ago, and no work was begun since."""
    if place.step.type in _NO_WORK:
        return []
    found = []
    for clearance in _before(outline, place):
        run = runs.get((clearance.step.number, _carrying_out(place, occurrence)))
        minutes = clearance.step.setting("valid_minutes")
        cleared_at = _cleared_at(run) if run else None
        if cleared_at is None or not isinstance(minutes, int):
            continue
        until = cleared_at + timedelta(minutes=minutes)
        if at > until and not _has_begun(outline, runs, clearance, occurrence):
            found.append(
                f"Line clearance {clearance.step.number} lapsed at {until:%Y-%m-%d %H:%M:%S} UTC, before the "
                "work began. Clear the line again: correct its answers and have them verified."
            )
    return found


def _cleared_at(run: Run) -> datetime | None:
    """Return when a line was cleared: at the closing, or when it was done again after a correction."""
    if run.state not in CLOSED or run.closed_at is None:
        return None
    return max(run.closed_at, run.performed_at or run.closed_at)


def _before(outline: Outline, place: Place) -> list[Place]:
    return [
        one
        for one in outline.places[: place.position]
        if one.operation is place.operation and one.step.type is StepType.LINE_CLEARANCE
    ]


def _has_begun(outline: Outline, runs: Mapping[RunKey, Run], clearance: Place, occurrence: str) -> bool:
    """Tell whether any work after the clearance was begun in this carrying-out of the operation."""
    return any(
        place.operation is clearance.operation
        and place.position > clearance.position
        and place.step.type not in _NO_WORK
        and run.state not in _NOT_CARRIED_OUT
        and _carrying_out(place, run.occurrence) == _carrying_out(place, occurrence)
        for run in runs.values()
        for place in [outline.place(run.step)]
    )


def _carrying_out(place: Place, occurrence: str) -> str:
    """Return which carrying-out of its operation an occurrence belongs to."""
    return occurrence.partition(".")[0] if place.operation.repeat else "1"
