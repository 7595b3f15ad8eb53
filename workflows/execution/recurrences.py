"""Keep what recurs in time: let the wait for each pass run, end it when the pass begins (211.110)."""

from datetime import timedelta

from sqlalchemy import select

from records.execution.facts import part_name
from records.execution.models import TimeLimit
from records.execution.states import LimitState, StepState
from records.procedure.definition import Recurring
from records.procedure.vocabulary import Severity
from workflows.execution.exceptions import open_exception, time_finding
from workflows.execution.picture import StepView
from workflows.execution.state import Execution
from workflows.execution.time_limits import Span, begin_limit, end_limits
from workflows.perform import Changes


def begin_pass(changes: Changes, execution: Execution, view: StepView) -> None:
    """End the wait for a pass that has now begun."""
    recurring = view.place.phase.recurring
    if recurring and view.place.step is view.place.phase.steps[0]:
        end_limits(changes, execution, execution.part, "recurrence", execution.work.at)
        _tell_early(changes, execution, view, recurring)


def keep_recurrences(changes: Changes, execution: Execution) -> None:
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


def _tell_early(changes: Changes, execution: Execution, view: StepView, rule: Recurring) -> None:
    """Tell of a pass begun earlier than the master tolerates: checks bunched together check nothing."""
    due = view.due_at
    if due is None or execution.work.at >= due - timedelta(minutes=rule.tolerance_minutes):
        return
    sentence = f"{_pass_words(view)}: begun early, it is due at {due:%Y-%m-%d %H:%M:%S} UTC."
    open_exception(changes, execution, time_finding(execution.part, sentence, Severity.LOW))


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
