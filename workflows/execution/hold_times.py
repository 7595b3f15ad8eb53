"""Keep hold times: each begins and ends with the steps it lies between, by the clock alone (211.111)."""

from datetime import datetime

from sqlalchemy import select

from records.execution.facts import part_name
from records.execution.models import StepRun
from records.execution.states import Judged, Source
from records.procedure.vocabulary import FieldKind, StepType
from records.times import to_text
from workflows.execution.asked import START, STOP
from workflows.execution.figures import add_entry, compute_figures
from workflows.execution.picture import StepView
from workflows.execution.runs import close_run, open_run
from workflows.execution.spans import span_of_step
from workflows.execution.state import Execution
from workflows.execution.time_limits import begin_limit, end_limits
from workflows.perform import Changes


def keep_hold(changes: Changes, execution: Execution, view: StepView) -> bool:
    """Begin a hold time when its first step is reached, end it when its second one is; tell if it moved."""
    step = view.place.step
    opened = _moment(execution, str(step.setting("from")), str(step.setting("from_at") or "end"))
    closed = _moment(execution, str(step.setting("to")), str(step.setting("to_at") or "start"))
    field = step.fields[0]
    if view.key not in execution.runs:
        if opened is None or view.ruled_out:
            return False
        open_run(changes, execution, view)
        _enter_moment(changes, execution, f"{field.name}.{START}", opened)
        begin_limit(changes, execution, span_of_step(execution, step, view.occurrence, "hold_time", opened))
        return True
    if closed is None or view.is_closed:
        return False
    execution.turn_to(part_name(*view.key))
    _enter_moment(changes, execution, f"{field.name}.{STOP}", closed)
    end_limits(changes, execution, execution.part, "hold_time", closed)
    compute_figures(changes, execution, step)
    row = execution.work.session.scalars(
        select(StepRun).where(
            StepRun.stream == execution.owner.stream,
            StepRun.step == view.key[0],
            StepRun.occurrence == view.key[1],
        )
    ).one()
    close_run(changes, execution, row)
    return True


def bounds_a_hold(execution: Execution, number: str) -> bool:
    """Tell whether a hold time begins or ends with a step."""
    return any(
        number in (place.step.setting("from"), place.step.setting("to"))
        for place in execution.owner.outline.places
        if place.step.type is StepType.HOLD_TIME
    )


def keep_holds(changes: Changes, execution: Execution) -> None:
    """Begin and end hold times by a step that has begun, so that none runs out while that step goes on."""
    part, by_system = execution.part, execution.by_system
    execution.by_system = True
    while any(
        keep_hold(changes, execution, view)
        for view in execution.picture.views
        if view.place.step.type is StepType.HOLD_TIME
    ):
        pass
    execution.by_system = by_system
    if execution.part != part:
        execution.turn_to(part)


def _moment(execution: Execution, number: str, which: str) -> datetime | None:
    return execution.began_at(number) if which == "start" else execution.ended_at(number)


def _enter_moment(changes: Changes, execution: Execution, name: str, at: datetime) -> None:
    text = to_text(at)
    add_entry(
        changes,
        execution,
        field=name,
        kind=FieldKind.DATE_TIME,
        variable=None,
        raw=text,
        value=text,
        unit=None,
        source=Source.SERVER,
        judged=Judged.NONE,
        limits=None,
    )
