"""Close an execution as it stands: what is left is not executed, and nothing of it runs on or is in use."""

from audit.events import Action
from records.execution.facts import part_name
from records.execution.queries import run_of
from records.execution.states import StepState
from workflows.execution.advance import rule_out
from workflows.execution.consequences import recall
from workflows.execution.equipment_states import end_use, finish_with_equipment, settle_cleaning
from workflows.execution.exceptions import ended_finding, open_exception
from workflows.execution.picture import StepView
from workflows.execution.runs import closing_time
from workflows.execution.state import Execution
from workflows.execution.time_limits import end_every_limit
from workflows.perform import Changes


def end_within(changes: Changes, execution: Execution, reason: str) -> None:
    """Close every step that is open, keep what was given to it, and let go of its equipment."""
    part = execution.part
    while left := execution.picture.open_views:
        for view in left:
            _close(changes, execution, view, reason)
    execution.turn_to(part)
    end_every_limit(changes, execution, execution.work.at)
    finish_with_equipment(changes, execution)
    open_exception(changes, execution, ended_finding(f"The batch was ended. Reason: {reason}"))


def _close(changes: Changes, execution: Execution, view: StepView, reason: str) -> None:
    run = run_of(execution.work.session, execution.owner.stream, part_name(*view.key))
    if run is None:
        basis = {"why": "not executed: batch ended", "reason": reason}
        rule_out(changes, execution, view, StepState.NOT_EXECUTED, basis)
        return
    execution.turn_to(run.part)
    basis = {"why": "not finished: batch ended", "reason": reason}
    values = {"state": StepState.NOT_FINISHED, "closed_at": closing_time(execution, run), "basis": basis}
    changes.update(run, Action.STEP_STATE, **values)
    execution.started(run)
    recall(changes, execution)
    end_use(changes, execution, view.place.step)
    settle_cleaning(changes, execution, view.place.step, StepState.NOT_FINISHED)
