"""What a correction reaches beyond its own value: figures of other steps, signatures, decisions taken by it.

Everything that was computed from the old value is computed anew, and who vouched for it does so again; what
was left undone because of the old value is told (211.103, 11.10(e)).
"""

from collections.abc import Iterator

from audit.events import Action
from records.errors import DomainError
from records.execution.facts import RunKey, part_name, split_part
from records.execution.models import StepRun
from records.execution.queries import open_request, run_of
from records.execution.states import RequestState, StepState
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.vocabulary import FieldKind
from workflows.execution.equipment_states import settle_cleaning
from workflows.execution.exceptions import (
    correction_finding,
    is_reported,
    open_exception,
    undone_finding,
)
from workflows.execution.figures import Remade, compute_figures
from workflows.execution.rejudging import Rejudged, is_judged, judge_again
from workflows.execution.state import Execution, title_of
from workflows.execution.time_limits import end_limits
from workflows.naming import opening
from workflows.perform import Changes

_NOT_CARRIED_OUT = frozenset({StepState.NOT_APPLICABLE, StepState.SKIPPED})


def reopen(changes: Changes, execution: Execution, run: StepRun) -> None:
    """Take a performed step back to its performer: its content changed, so nobody vouches for it now.

    It keeps the time at which it was closed first: what follows in time is reckoned from that.
    """
    changes.update(
        run,
        Action.STEP_STATE,
        state=StepState.IN_PROGRESS,
        performed_at=None,
        performed_by=None,
    )
    execution.started(run)
    step = execution.owner.outline.step(run.step)
    settle_cleaning(changes, execution, step, StepState.IN_PROGRESS)
    recall(changes, execution)


def recall(changes: Changes, execution: Execution) -> None:
    """Take back the request to a second person, and end their wait."""
    work = execution.work
    request = open_request(work.session, execution.owner.stream, execution.part)
    if request is not None:
        changes.update(
            request,
            Action.VERIFICATION_ANSWER,
            state=RequestState.RECALLED,
            answered_at=work.at,
            answered_by=work.actor.person,
        )
    end_limits(changes, execution, execution.part, "verification", work.at)


def carry_through(changes: Changes, execution: Execution) -> None:
    """Compute and judge anew what was made of a corrected value, in document order; tell what it undoes."""
    part = execution.part
    judge_again(changes, execution, execution.owner.outline.step(split_part(part)[0]))
    for step, key in _dependants(execution, part):
        execution.turn_to(part_name(*key))
        remade = compute_figures(changes, execution, step)
        rejudged = judge_again(changes, execution, step)
        if remade or rejudged:
            _tell(changes, execution, step, [*map(_recomputed, remade), *map(_judged_again, rejudged)])
    execution.turn_to(part)
    _tell_undone(changes, execution)


def _dependants(execution: Execution, part: str) -> Iterator[tuple[StepDefinition, RunKey]]:
    """Return the carried out steps, other than the one corrected, that compute or judge something."""
    corrected = split_part(part)
    for place in execution.owner.outline.places:
        computes = any(field.kind is FieldKind.COMPUTED for field in place.step.fields)
        if not computes and not is_judged(place.step):
            continue
        for key in [key for key in execution.runs if key[0] == place.step.number and key != corrected]:
            if execution.runs[key].state not in _NOT_CARRIED_OUT:
                yield place.step, key


def _recomputed(figure: Remade) -> tuple[int, str]:
    sentence = f"{figure.label} recomputed from {figure.old} to {figure.row.value}: "
    return figure.row.id, f"{sentence}what it is computed from was corrected."


def _judged_again(value: Rejudged) -> tuple[int, str]:
    sentence = f"{value.label} {value.row.value} judged again: "
    return value.row.id, f"{sentence}what its limits are made of was corrected."


def _tell(changes: Changes, execution: Execution, step: StepDefinition, told: list[tuple[int, str]]) -> None:
    """Tell of a performed step what became of its values, and let who vouched for them do so again."""
    run = run_of(execution.work.session, execution.owner.stream, execution.part)
    if run is None or run.state is StepState.IN_PROGRESS:
        return
    for entry, sentence in told:
        open_exception(
            changes, execution, correction_finding(execution.part, entry, sentence, was_performed=True)
        )
    if not step.is_system:
        reopen(changes, execution, run)


def _tell_undone(changes: Changes, execution: Execution) -> None:
    """Tell of steps ruled out by a value that was corrected since: by the new one they apply."""
    for view in execution.picture.views:
        if view.state is not StepState.NOT_APPLICABLE:
            continue
        part = part_name(*view.key)
        run = run_of(execution.work.session, execution.owner.stream, part)
        condition = (run.basis or {}).get("condition") if run else None
        if condition and _holds(execution, view.place.step, view.occurrence, condition):
            title = opening(title_of(part, view.place.step))
            finding = undone_finding(part, f"{title} was ruled out; with the corrected value it applies.")
            if not is_reported(execution, part, finding.rule):
                open_exception(changes, execution, finding)


def _holds(execution: Execution, step: StepDefinition, occurrence: str, condition: str) -> bool:
    try:
        return compile_expression(condition).condition(execution.scope(step, occurrence))
    except DomainError:
        return False
