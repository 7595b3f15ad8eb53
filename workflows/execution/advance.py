"""What follows by itself once a step is closed: branches ruled out, system steps, hold times, recurrences.

It runs in the transaction of the act that caused it, so the record never stands between two truths.
"""

from collections.abc import Mapping

from sqlalchemy import select

from records.execution.models import BatchException, StepRun
from records.execution.states import StepState
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import FieldKind, StepType
from workflows.execution.asked import person_names
from workflows.execution.equipment_states import finish_with_equipment
from workflows.execution.exceptions import exhausted_finding, open_exception
from workflows.execution.figures import compute_figures
from workflows.execution.hold_times import bounds_a_hold, keep_hold, keep_holds
from workflows.execution.picture import StepView
from workflows.execution.recurrences import begin_pass, keep_recurrences
from workflows.execution.runs import close_run, open_run
from workflows.execution.state import Execution, title_of
from workflows.perform import Changes


def start_run(changes: Changes, execution: Execution, view: StepView) -> StepRun:
    """Start an occurrence of a step; what waited for it to begin, a pass or a hold time, has its end."""
    row = open_run(changes, execution, view)
    begin_pass(changes, execution, view)
    if bounds_a_hold(execution, view.place.step.number):
        keep_holds(changes, execution)
    return row


def rule_out(
    changes: Changes,
    execution: Execution,
    view: StepView,
    state: StepState,
    basis: Mapping[str, object] | None = None,
) -> StepRun:
    """Close an occurrence that is not carried out: its branch is not taken, or it is left out."""
    return open_run(changes, execution, view, state=state, basis=basis)


def advance(changes: Changes, execution: Execution) -> None:
    """Do everything that now follows by itself."""
    part, execution.by_system = execution.part, True
    while _one_more(changes, execution):
        pass
    _open_exhausted(changes, execution)
    keep_recurrences(changes, execution)
    finish_with_equipment(changes, execution)
    execution.by_system = False
    if execution.part != part:
        execution.turn_to(part)


def _one_more(changes: Changes, execution: Execution) -> bool:
    for view in execution.picture.views:
        step = view.place.step
        if step.type is StepType.HOLD_TIME:
            if keep_hold(changes, execution, view):
                return True
        elif view.state is StepState.READY and view.ruled_out:
            rule_out(changes, execution, view, StepState.NOT_APPLICABLE)
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
