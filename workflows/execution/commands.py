"""Carry out a step: enter, correct, time; one act each, committed by itself (PIC/S 9.6, ATK-39)."""

from records.execution.states import Judged, Source, StepState
from records.procedure.vocabulary import FieldKind
from records.times import to_text
from workflows.execution import lifecycle
from workflows.execution.acceptance import (
    judgment_of,
    refuse,
    refuse_what_changes_nothing,
    refuse_what_is_no_longer_there,
    refuse_what_nobody_types,
)
from workflows.execution.advance import start_run
from workflows.execution.asked import START, STOP
from workflows.execution.consequences import carry_through, recall, reopen
from workflows.execution.effects import settle
from workflows.execution.entries import reason_of, write_entry
from workflows.execution.exceptions import correction_finding, manual_key_finding, open_exception
from workflows.execution.facts import gather, load, outstanding
from workflows.execution.figures import compute_figures
from workflows.execution.given import Given, Outcome
from workflows.execution.judging import Judgment
from workflows.execution.owner import Owner
from workflows.execution.picture import StepView
from workflows.execution.scan_entries import refuse_scan, scan_judgment, scanned_by, use_scanned
from workflows.execution.scans import Scanned
from workflows.execution.signers import was_signed
from workflows.execution.signoff import perform_within
from workflows.execution.spans import span_of_step
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.execution.time_limits import begin_limit, end_limits
from workflows.machine import Transition, refusals
from workflows.perform import Changes, UnitOfWork, perform


def enter_value(
    work: UnitOfWork, owner: Owner, part: str, name: str, given: Given, *, complete: bool = False
) -> Outcome:
    """Record the first value of a field; the step starts with its first value.

    `complete` closes the step as well where this was its last value and it takes an identified entry. A wrong
    scan is recorded as an attempt and leaves the field as it was.
    """
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name, stated_at=given.stated_at)
    refuse_what_nobody_types(execution, facts, lifecycle.ENTER)
    field = facts.field
    if field is not None and field.kind is FieldKind.SCAN:
        return _enter_scan(execution, view, facts, given, complete=complete)
    judgment = judgment_of(execution, step, facts, given, lifecycle.ENTER)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        write_entry(changes, execution, facts, given, judgment)
        compute_figures(changes, execution, step)
        settle(changes, execution, step)

    perform(work, _entering(given), facts, change)
    is_complete = complete and _complete_entry(execution, view)
    return Outcome(
        judged=judgment.judged,
        sentence=judgment.sentence,
        question=judgment.question,
        is_complete=is_complete,
    )


def correct_value(work: UnitOfWork, owner: Owner, part: str, name: str, given: Given) -> Outcome:
    """Correct a value; the old one stays readable, and signatures over the step lapse (21 CFR 11.10(e))."""
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name)
    refuse_what_nobody_types(execution, facts, lifecycle.CORRECT)
    refuse_what_is_no_longer_there(execution, facts, given)
    scanned = scanned_by(execution, step, facts, given)
    if scanned is not None and scanned.refused:
        return refuse_scan(execution, facts, given, scanned, lifecycle.CORRECT)
    judgment = (
        scan_judgment(scanned) if scanned else judgment_of(execution, step, facts, given, lifecycle.CORRECT)
    )
    refuse_what_changes_nothing(execution, facts, judgment.value)
    is_performed = facts.state is not StepState.IN_PROGRESS
    was_performed = is_performed or was_signed(work.session, owner.stream, part)

    def change(changes: Changes) -> None:
        old = facts.current[name]
        row = write_entry(
            changes,
            execution,
            facts,
            given,
            judgment,
            supersedes=old.entry_id,
            detail=scanned.detail if scanned else None,
        )
        use_scanned(changes, execution, facts, scanned, instead_of=old.value)
        label = facts.field.label if facts.field else name
        sentence = f"{label} corrected from {old.value} to {row.value}. Reason: {reason_of(execution)}"
        open_exception(
            changes,
            execution,
            correction_finding(part, row.id, sentence, was_performed=was_performed),
        )
        compute_figures(changes, execution, step)
        settle(changes, execution, step)
        if is_performed and facts.record:
            reopen(changes, execution, facts.record)
        else:
            recall(changes, execution)
        carry_through(changes, execution)

    perform(work, lifecycle.CORRECT, facts, change)
    return Outcome(judged=judgment.judged, sentence=judgment.sentence, question=judgment.question)


def start_timer(work: UnitOfWork, owner: Owner, part: str, name: str) -> Outcome:
    """Start a timer by the server's clock; the span it must keep begins to run."""
    return _mark_time(work, owner, part, f"{name}.{START}")


def stop_timer(work: UnitOfWork, owner: Owner, part: str, name: str, *, complete: bool = False) -> Outcome:
    """Stop a timer by the server's clock; early or late is judged by the step's limits."""
    return _mark_time(work, owner, part, f"{name}.{STOP}", complete=complete)


def _mark_time(work: UnitOfWork, owner: Owner, part: str, name: str, *, complete: bool = False) -> Outcome:
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name)
    base, _dot, mark = name.rpartition(".")
    if mark == STOP and f"{base}.{START}" not in facts.current:
        sentence = f"The timer of step {step.number} is not running. Start it first."
        refuse(execution, facts, lifecycle.ENTER, sentence)
    text = to_text(work.at)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        given = Given(raw=text, source=Source.SERVER)
        write_entry(changes, execution, facts, given, Judgment(value=text, judged=Judged.NONE))
        if mark == START:
            begin_limit(changes, execution, span_of_step(execution, step, view.occurrence, "timer", work.at))
        else:
            end_limits(changes, execution, part, "timer", work.at)
        compute_figures(changes, execution, step)

    perform(work, lifecycle.ENTER, facts, change)
    return Outcome(is_complete=complete and _complete_entry(execution, view))


def _enter_scan(
    execution: Execution, view: StepView, facts: StepFacts, given: Given, *, complete: bool
) -> Outcome:
    step = view.place.step
    scanned = scanned_by(execution, step, facts, given)
    if scanned is not None and scanned.refused:
        return refuse_scan(execution, facts, given, scanned, _entering(given))
    found = scanned or Scanned(value=given.raw)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        write_entry(changes, execution, facts, given, scan_judgment(found), detail=found.detail)
        use_scanned(changes, execution, facts, found)
        compute_figures(changes, execution, step)
        settle(changes, execution, step)
        if given.source is Source.MANUAL and facts.field:
            sentence = f"{facts.field.label}: the code {given.raw} was typed instead of scanned."
            open_exception(changes, execution, manual_key_finding(execution.part, sentence))

    perform(execution.work, _entering(given), facts, change)
    return Outcome(is_complete=complete and _complete_entry(execution, view))


def _start(changes: Changes, execution: Execution, view: StepView) -> None:
    if view.key not in execution.runs:
        start_run(changes, execution, view)


def _complete_entry(execution: Execution, view: StepView) -> bool:
    """Complete a step that takes an identified entry once nothing is outstanding; tell whether it did."""
    facts = gather(execution, view)
    if outstanding(facts) or refusals(lifecycle.PERFORM, facts, execution.work.actor):
        return False
    perform(
        execution.work,
        lifecycle.PERFORM,
        facts,
        lambda changes: perform_within(changes, execution, facts),
    )
    return True


def _entering(given: Given) -> Transition:
    return lifecycle.ENTER_LATE if given.stated_at else lifecycle.ENTER
