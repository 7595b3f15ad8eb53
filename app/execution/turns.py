"""Whose turn it is at each step of a batch, and which step is this person's next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from app.execution.reading import Floor
from app.execution.words import next_act, occurrence_words, roles_wanted, roles_words
from records.execution.facts import part_name
from records.execution.states import CLOSED, OPEN, StepState
from records.procedure.vocabulary import Act
from workflows.authority import Permission
from workflows.execution.picture import StepView

_PERMISSIONS = {
    Act.PERFORMED: Permission.STEP_PERFORM,
    Act.VERIFIED: Permission.STEP_VERIFY,
    Act.APPROVED: Permission.STEP_APPROVE,
}
_AWAITING = frozenset({StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL})


class Turn(IntEnum):
    """How pressing a step is for a person; the lowest comes first."""

    DUE = 1
    """A check that recurs is due now."""
    STARTED = 2
    READY = 3
    SECOND = 4
    """Somebody performed it, and waits for this person."""
    AS_NEEDED = 5
    """Nobody has to: a pass that is made whenever one is needed."""
    CLOCK = 6
    """The clock's turn: a check that recurs, before its time, or a span kept by the server."""
    ELSEWHERE = 7
    """Somebody else's turn."""
    LATER = 8
    CLOSED = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a recurring check is due, and how late it is."""

    at: datetime
    latest_at: datetime
    is_due: bool
    is_late: bool


def turn_of(floor: Floor, view: StepView) -> Turn:
    """Return how pressing a step occurrence is for the person who looks."""
    if view.state in CLOSED or view.ruled_out:
        return Turn.CLOSED
    if view.state is StepState.NOT_READY:
        return Turn.LATER
    if not view.place.step.signatures:
        return Turn.CLOCK
    return _turn_of_mine(floor, view) if _is_mine(floor, view) else Turn.ELSEWHERE


def _turn_of_mine(floor: Floor, view: StepView) -> Turn:
    due = due_of(floor, view)
    if due:
        return Turn.DUE if due.is_due else Turn.CLOCK
    if view.is_as_needed:
        return Turn.AS_NEEDED
    if view.state in _AWAITING:
        return Turn.SECOND
    return Turn.STARTED if view.state in OPEN else Turn.READY


def next_step(floor: Floor) -> StepView | None:
    """Return the step this person does next; None where only others, or only time, can go on."""
    turns = [(turn_of(floor, view), view.order, view) for view in floor.execution.picture.views]
    mine = [one for one in turns if one[0] <= Turn.SECOND]
    return min(mine, key=lambda one: one[:2])[2] if mine else None


def pressing(floor: Floor, but: str) -> list[StepView]:
    """Return the recurring checks due now for this person, other than the step shown."""
    return [
        view
        for view in floor.execution.picture.views
        if turn_of(floor, view) is Turn.DUE and part_name(*view.key) != but
    ]


def coming(floor: Floor, but: str) -> list[StepView]:
    """Return the recurring checks that become due next, other than the step shown."""
    return [
        view
        for view in floor.execution.picture.views
        if view.due_at and turn_of(floor, view) is Turn.CLOCK and part_name(*view.key) != but
    ]


def as_needed(floor: Floor, but: str) -> list[StepView]:
    """Return what this person can begin whenever it is needed, other than the step shown."""
    return [
        view
        for view in floor.execution.picture.views
        if turn_of(floor, view) is Turn.AS_NEEDED and part_name(*view.key) != but
    ]


def open_elsewhere(floor: Floor) -> list[StepView]:
    """Return the steps that others can go on with."""
    return [view for view in floor.execution.picture.views if turn_of(floor, view) is Turn.ELSEWHERE]


def due_of(floor: Floor, view: StepView) -> Due | None:
    """Return when a recurring check is due; None for what does not recur or was begun."""
    rule = view.place.phase.recurring
    if rule is None or view.due_at is None or view.state is not StepState.READY:
        return None
    latest_at = view.due_at + timedelta(minutes=rule.tolerance_minutes)
    return Due(
        at=view.due_at,
        latest_at=latest_at,
        is_due=floor.at >= view.due_at,
        is_late=floor.at > latest_at,
    )


def waits_for_words(view: StepView) -> str:
    """Return whom a step waits for."""
    return roles_words(_in_order(view))


def step_words(view: StepView) -> str:
    """Return what a step occurrence is called: number, title, and which of several it is."""
    counted = " · ".join(occurrence_words(view.place, view.occurrence))
    return f"{view.place.step.number} {view.place.step.title}" + (f" ({counted})" if counted else "")


def _in_order(view: StepView) -> Sequence[str]:
    act = next_act(view.place.step, view.state)
    return [role for one in view.place.step.signatures if one.act is act for role in one.roles]


def _is_mine(floor: Floor, view: StepView) -> bool:
    act = next_act(view.place.step, view.state)
    if act is None or not floor.actor.may(_PERMISSIONS[act]):
        return False
    if floor.performers.get(part_name(*view.key)) == floor.actor.person:
        return False
    return bool(floor.actor.roles & roles_wanted(view.place.step, view.state))
