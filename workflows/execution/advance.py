"""What follows by itself once a step is closed: branches ruled out, system steps, hold times, recurrences.

It runs in the transaction of the act that caused it, so the record never stands between two truths.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from audit.events import Action
from records.execution.facts import part_name
from records.execution.models import BatchException, StepRun, TimeLimit
from records.execution.states import CLOSED, Judged, LimitState, Source, StepState
from records.procedure.definition import Recurring, StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.outline import Place
from records.procedure.vocabulary import FieldKind, Severity, StepType
from records.times import to_text
from workflows.execution.asked import START, STOP, person_names
from workflows.execution.equipment_use import judged, take_into_use, unscanned
from workflows.execution.exceptions import exhausted_finding, open_exception, time_finding
from workflows.execution.figures import add_entry, compute_figures
from workflows.execution.sequence import StepView
from workflows.execution.state import Execution, title_of
from workflows.execution.time_limits import Span, begin_limit, end_limits, span_of_minutes
from workflows.perform import Changes


def start_run(
    changes: Changes,
    execution: Execution,
    view: StepView,
    *,
    state: StepState = StepState.IN_PROGRESS,
    basis: Mapping[str, object] | None = None,
) -> StepRun:
    """Start an occurrence of a step, its unscanned equipment frozen into it; or rule it out, using none."""
    work = execution.work
    step, occurrence = view.key
    execution.owner.begin(changes)
    execution.part = part_name(step, occurrence)
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
        for use in unscanned(view.place.step):
            take_into_use(
                changes, execution, view.place.step, use.role, judged(execution, view.place.step, use.role)
            )
        _began(changes, execution, view)
    return row


def advance(changes: Changes, execution: Execution) -> None:
    """Do everything that now follows by itself."""
    part, execution.by_system = execution.part, True
    while _one_more(changes, execution):
        pass
    _open_exhausted(changes, execution)
    _keep_recurrences(changes, execution)
    execution.by_system = False
    if execution.part != part:
        execution.turn_to(part)


def _one_more(changes: Changes, execution: Execution) -> bool:
    for view in execution.picture.views:
        step = view.place.step
        if step.type is StepType.HOLD_TIME:
            if _hold(changes, execution, view):
                return True
        elif view.state is StepState.READY and view.ruled_out:
            start_run(changes, execution, view, state=StepState.NOT_APPLICABLE)
            return True
        elif view.state is StepState.READY and _is_left_to_the_system(step):
            _carry_out(changes, execution, view)
            return True
    return False


def _is_left_to_the_system(step: StepDefinition) -> bool:
    """Tell whether a step has figures and nothing for a person to give: it is computed as it comes up."""
    has_figures = any(field.kind is FieldKind.COMPUTED for field in step.fields)
    return (has_figures or step.is_system) and not any(person_names(field) for field in step.fields)


def _carry_out(changes: Changes, execution: Execution, view: StepView) -> None:
    row = start_run(changes, execution, view)
    compute_figures(changes, execution, view.place.step)
    if view.place.step.is_system:
        close_run(changes, execution, row)


def close_run(changes: Changes, execution: Execution, row: StepRun) -> None:
    """Close an occurrence: nothing more is to be done on it."""
    changes.update(row, Action.STEP_STATE, state=StepState.DONE, closed_at=execution.work.at)
    execution.started(row)


def _hold(changes: Changes, execution: Execution, view: StepView) -> bool:
    """Begin a hold time when its first step is reached, end it when its second one is; tell if it moved."""
    step = view.place.step
    opened = _moment(execution, str(step.setting("from")), str(step.setting("from_at") or "end"))
    closed = _moment(execution, str(step.setting("to")), str(step.setting("to_at") or "start"))
    field = step.fields[0]
    if view.key not in execution.runs:
        if opened is None or view.ruled_out:
            return False
        start_run(changes, execution, view)
        _enter_moment(changes, execution, f"{field.name}.{START}", opened)
        begin_limit(changes, execution, _hold_span(execution, view.place, view.occurrence, opened))
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


def _hold_span(execution: Execution, place: Place, occurrence: str, opened: datetime) -> Span:
    step = place.step
    return span_of_minutes(
        part_name(step.number, occurrence),
        "hold_time",
        step.title,
        opened,
        _minutes(execution, step, occurrence, "minimum_minutes"),
        _minutes(execution, step, occurrence, "maximum_minutes"),
        int(str(step.setting("warn_percent") or 80)),
    )


def timer_span(execution: Execution, step: StepDefinition, occurrence: str, started_at: datetime) -> Span:
    """Return the span of a timer step just started."""
    return span_of_minutes(
        part_name(step.number, occurrence),
        "timer",
        step.title,
        started_at,
        _minutes(execution, step, occurrence, "minimum_minutes"),
        _minutes(execution, step, occurrence, "maximum_minutes"),
        int(str(step.setting("warn_percent") or 80)),
    )


def _minutes(execution: Execution, step: StepDefinition, occurrence: str, name: str) -> Decimal | None:
    text = step.setting(name)
    if text is None:
        return None
    return compile_expression(str(text)).number(execution.scope(step, occurrence))


def _began(changes: Changes, execution: Execution, view: StepView) -> None:
    """End what waited for a step that has now begun: a recurring pass, a hold time that leads to it."""
    recurring = view.place.phase.recurring
    if recurring and view.place.step is view.place.phase.steps[0]:
        end_limits(changes, execution, execution.part, "recurrence", execution.work.at)
        _tell_early(changes, execution, view, recurring)
    if _is_end_of_a_hold(execution, view.place.step.number):
        _keep_holds(changes, execution)


def _tell_early(changes: Changes, execution: Execution, view: StepView, rule: Recurring) -> None:
    """Tell of a pass begun earlier than the master tolerates: checks bunched together check nothing."""
    due = view.due_at
    if due is None or execution.work.at >= due - timedelta(minutes=rule.tolerance_minutes):
        return
    sentence = f"{_pass_words(view)}: begun early, it is due at {due:%Y-%m-%d %H:%M:%S} UTC."
    open_exception(changes, execution, time_finding(execution.part, sentence, Severity.LOW))


def _is_end_of_a_hold(execution: Execution, number: str) -> bool:
    return any(
        number in (place.step.setting("from"), place.step.setting("to"))
        for place in execution.owner.outline.places
        if place.step.type is StepType.HOLD_TIME
    )


def _keep_holds(changes: Changes, execution: Execution) -> None:
    """Begin and end hold times by a step that has begun, so that none runs out while that step goes on."""
    part, by_system = execution.part, execution.by_system
    execution.by_system = True
    while any(
        _hold(changes, execution, view)
        for view in execution.picture.views
        if view.place.step.type is StepType.HOLD_TIME
    ):
        pass
    execution.by_system = by_system
    if execution.part != part:
        execution.turn_to(part)


def _keep_recurrences(changes: Changes, execution: Execution) -> None:
    """Let the wait for each due pass run; drop the waits for passes no longer due."""
    due = {
        part_name(*view.key): view
        for view in execution.picture.views
        if view.due_at and view.state is StepState.READY and view.place.step is view.place.phase.steps[0]
    }
    waiting = execution.work.session.scalars(
        select(TimeLimit).where(
            TimeLimit.stream == execution.owner.stream,
            TimeLimit.limit_kind == "recurrence",
            TimeLimit.state != LimitState.ENDED,
        )
    ).all()
    for limit in waiting:
        if limit.step_part not in due:
            end_limits(changes, execution, limit.step_part, "recurrence", execution.work.at)
    known = {limit.step_part for limit in waiting}
    for part, view in due.items():
        if part not in known:
            begin_limit(changes, execution, _recurrence_span(part, view))


def _recurrence_span(part: str, view: StepView) -> Span:
    rule, due = view.place.phase.recurring, view.due_at
    if rule is None or due is None:
        msg = f"{part} does not recur."
        raise ValueError(msg)
    latest = due + timedelta(minutes=rule.tolerance_minutes)
    return Span(
        part=part,
        kind="recurrence",
        label=_pass_words(view),
        started_at=due,
        warn_at=due,
        latest_at=latest,
    )


def _pass_words(view: StepView) -> str:
    return f"{view.place.phase.title}, pass {view.occurrence.rpartition('.')[2]}"


def _open_exhausted(changes: Changes, execution: Execution) -> None:
    for part in execution.picture.exhausted:
        known = execution.work.session.scalar(
            select(BatchException.id).where(
                BatchException.stream == execution.owner.stream,
                BatchException.step_part == part,
                BatchException.rule.like("loop exhausted%"),
            )
        )
        if known is None:
            step = execution.owner.outline.step(part.partition("/")[0])
            sentence = (
                f"After the last pass allowed, {title_of(part, step)}, the condition to repeat still holds."
            )
            open_exception(changes, execution, exhausted_finding(part, sentence))


def _basis(view: StepView) -> dict[str, object] | None:
    if view.ruled_out is None:
        return None
    return {
        "condition": view.ruled_out.condition,
        "data": dict(view.ruled_out.data),
        "why": "branch not taken",
    }
