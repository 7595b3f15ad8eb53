"""Enter and correct what is scanned: a wrong code is an attempt on record, the right one has its effects."""

from audit.events import Action
from records.execution.models import ScanAttempt
from records.execution.states import Judged
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import FieldKind
from workflows.execution import lifecycle
from workflows.execution.acceptance import refuse
from workflows.execution.equipment_use import take_another_into_use, take_into_use
from workflows.execution.exceptions import identity_finding, is_reported, open_exception
from workflows.execution.given import Given, Outcome
from workflows.execution.judging import Judgment
from workflows.execution.scans import Scanned, read_scan
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.machine import Transition, refusals
from workflows.perform import Changes, perform


def scanned_by(execution: Execution, step: StepDefinition, facts: StepFacts, given: Given) -> Scanned | None:
    """Return what a code stands for, or None where the field takes no scan."""
    if facts.field is None or facts.field.kind is not FieldKind.SCAN:
        return None
    return read_scan(execution, step, facts.field, given.raw)


def refuse_scan(
    execution: Execution, facts: StepFacts, given: Given, scanned: Scanned, row: Transition
) -> Outcome:
    """Record a wrong scan as an attempt, and as an exception for information; the same again is no new one.

    Where even the right code would have been refused, the act itself is refused.
    """
    work = execution.work
    if refusals(row, facts, work.actor):
        refuse(execution, facts, row, *scanned.refused)

    def change(changes: Changes) -> None:
        changes.insert(
            ScanAttempt,
            Action.SCAN_REFUSE,
            step_part=execution.part,
            field=facts.value_name,
            raw=given.raw[:400],
            reason=" ".join(scanned.refused),
            scanned_at=work.at,
            scanned_by=work.actor.person,
        )
        finding = identity_finding(execution.part, f"Wrong scan: {' '.join(scanned.refused)}")
        if not is_reported(execution, execution.part, finding.rule, finding.text):
            open_exception(changes, execution, finding)

    perform(work, lifecycle.REFUSE_SCAN, facts, change)
    return Outcome(refused=scanned.refused)


def scan_judgment(scanned: Scanned) -> Judgment:
    """Return a code's judgment: it was judged when it was read."""
    return Judgment(value=scanned.value, judged=Judged.NONE)


def use_scanned(
    changes: Changes,
    execution: Execution,
    facts: StepFacts,
    scanned: Scanned | None,
    instead_of: str | None = None,
) -> None:
    """Take scanned equipment into use, instead of what was scanned before where the scan is corrected."""
    if scanned is None or scanned.readiness is None:
        return
    if instead_of is None:
        take_into_use(changes, execution, facts.step, scanned.value, scanned.readiness)
    else:
        tags = (instead_of, scanned.value)
        take_another_into_use(changes, execution, facts.step, tags, scanned.readiness)
