"""Open and close an occurrence of a step: its row, with the equipment it uses unscanned frozen into it."""

from collections.abc import Mapping
from datetime import datetime

from audit.events import Action
from records.execution.facts import part_name
from records.execution.models import StepRun
from records.execution.states import CLOSED, StepState
from workflows.execution.equipment_use import take_unscanned_into_use
from workflows.execution.picture import StepView
from workflows.execution.state import Execution
from workflows.execution.training import remember_training
from workflows.perform import Changes


def open_run(
    changes: Changes,
    execution: Execution,
    view: StepView,
    *,
    state: StepState = StepState.IN_PROGRESS,
    basis: Mapping[str, object] | None = None,
) -> StepRun:
    """Open an occurrence of a step, its unscanned equipment taken into use; or rule it out, using none."""
    work = execution.work
    step, occurrence = view.key
    execution.owner.begin(changes)
    execution.part = part_name(step, occurrence)
    remember_training(changes, execution)
    row = changes.insert(
        StepRun,
        Action.STEP_NOT_APPLICABLE if state in CLOSED else Action.STEP_START,
        stream=execution.owner.stream,
        part=execution.part,
        step=step,
        occurrence=occurrence,
        state=state,
        started_at=work.at,
        started_by=execution.hand[0],
        performed_at=None,
        performed_by=None,
        closed_at=work.at if state in CLOSED else None,
        basis=basis or _basis(view),
    )
    execution.started(row)
    if state is StepState.IN_PROGRESS:
        take_unscanned_into_use(changes, execution, view.place.step)
    return row


def close_run(changes: Changes, execution: Execution, row: StepRun) -> None:
    """Close an occurrence: nothing more is to be done on it."""
    changes.update(row, Action.STEP_STATE, state=StepState.DONE, closed_at=closing_time(execution, row))
    execution.started(row)


def closing_time(execution: Execution, row: StepRun) -> datetime:
    """Return when an occurrence is closed: now, or when it was closed before a correction opened it again."""
    return row.closed_at or execution.work.at


def _basis(view: StepView) -> dict[str, object] | None:
    if view.ruled_out is None:
        return None
    return {
        "condition": view.ruled_out.condition,
        "data": dict(view.ruled_out.data),
        "why": "branch not taken",
    }
