"""Carry out a step: enter, correct, time; one act each, committed by itself (PIC/S 9.6, ATK-39)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NoReturn

from audit.events import Action
from records.errors import DomainError
from records.execution.facts import split_part
from records.execution.models import Entry, ScanAttempt
from records.execution.states import Judged, Source, StepState
from records.procedure.definition import StepDefinition
from records.procedure.expressions import MissingValueError
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind
from records.times import to_text
from workflows.execution import lifecycle
from workflows.execution.advance import start_run, timer_span
from workflows.execution.asked import START, STOP, is_given_by_machine
from workflows.execution.consequences import carry_through, recall, reopen
from workflows.execution.effects import settle
from workflows.execution.equipment_use import out_of_range, take_into_use
from workflows.execution.exceptions import (
    Finding,
    correction_finding,
    identity_finding,
    is_reported,
    late_entry_finding,
    machine_value_finding,
    manual_key_finding,
    open_exception,
    range_finding,
    value_finding,
)
from workflows.execution.facts import gather, load, outstanding
from workflows.execution.figures import add_entry, compute_figures
from workflows.execution.judging import Judgment, judge_answer, judge_number, read_value
from workflows.execution.owner import Owner
from workflows.execution.rules import StepFacts
from workflows.execution.scans import CHARGED, Scanned, read_scan
from workflows.execution.scope import lot_variable
from workflows.execution.sequence import StepView
from workflows.execution.signers import was_signed
from workflows.execution.signoff import perform_within
from workflows.execution.state import Execution
from workflows.execution.time_limits import begin_limit, end_limits
from workflows.machine import Transition, refusals
from workflows.perform import Changes, RefusedError, UnitOfWork, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person gives for a value: the text, and how it came."""

    raw: str
    source: Source = Source.MANUAL
    device: str | None = None
    stated_at: datetime | None = None
    """When it was done, where that was earlier: a late entry, with a reason; a second person assesses it."""
    replaces: int | None = None
    """The entry that a correction was made out for, as the person saw it; None where nobody looked first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an act: a scan's refusal, what the limits say, or a likely slip to look at again."""

    refused: tuple[str, ...] = ()
    judged: Judged = Judged.NONE
    sentence: str = ""
    question: str = ""
    is_complete: bool = False


def enter_value(
    work: UnitOfWork, owner: Owner, part: str, name: str, given: Given, *, complete: bool = False
) -> Outcome:
    """Record the first value of a field; the step starts with its first value.

    `complete` closes the step as well where this was its last value and it takes an identified entry. A wrong
    scan is recorded as an attempt and leaves the field as it was.
    """
    execution, view, step = load(work, owner, part)
    facts = gather(execution, view, value_name=name, stated_at=given.stated_at)
    _refuse_what_nobody_types(execution, facts, lifecycle.ENTER)
    field = facts.field
    if field is not None and field.kind is FieldKind.SCAN:
        return _enter_scan(execution, view, facts, given, complete=complete)
    judgment = _judgment(execution, step, facts, given, lifecycle.ENTER)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        _write(changes, execution, facts, given, judgment)
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
    _refuse_what_nobody_types(execution, facts, lifecycle.CORRECT)
    _refuse_what_is_no_longer_there(execution, facts, given)
    scanned = _scanned(execution, step, facts, given)
    if scanned is not None and scanned.refused:
        return _refuse_scan(execution, facts, given, scanned, lifecycle.CORRECT)
    judgment = (
        _scan_judgment(scanned) if scanned else _judgment(execution, step, facts, given, lifecycle.CORRECT)
    )
    is_performed = facts.state is not StepState.IN_PROGRESS
    was_performed = is_performed or was_signed(work.session, owner.stream, part)

    def change(changes: Changes) -> None:
        old = facts.current[name]
        row = _write(
            changes, execution, facts, given, judgment, supersedes=old.entry_id, detail=_detail(scanned)
        )
        label = facts.field.label if facts.field else name
        sentence = f"{label} corrected from {old.value} to {row.value}. Reason: {_reason(work)}"
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
        _refuse(execution, facts, lifecycle.ENTER, sentence)
    text = to_text(work.at)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        given = Given(raw=text, source=Source.SERVER)
        _write(changes, execution, facts, given, Judgment(value=text, judged=Judged.NONE))
        if mark == START:
            begin_limit(changes, execution, timer_span(execution, step, view.occurrence, work.at))
        else:
            end_limits(changes, execution, part, "timer", work.at)
        compute_figures(changes, execution, step)

    perform(work, lifecycle.ENTER, facts, change)
    return Outcome(is_complete=complete and _complete_entry(execution, view))


def _enter_scan(
    execution: Execution, view: StepView, facts: StepFacts, given: Given, *, complete: bool
) -> Outcome:
    step = view.place.step
    scanned = _scanned(execution, step, facts, given)
    if scanned is not None and scanned.refused:
        return _refuse_scan(execution, facts, given, scanned, _entering(given))
    found = scanned or Scanned(value=given.raw)

    def change(changes: Changes) -> None:
        _start(changes, execution, view)
        _write(changes, execution, facts, given, _scan_judgment(found), detail=found.detail)
        if found.readiness and facts.field and facts.field.scan_of is ScanKind.EQUIPMENT:
            take_into_use(changes, execution, step, found.value, found.readiness)
        compute_figures(changes, execution, step)
        settle(changes, execution, step)
        if given.source is Source.MANUAL and facts.field:
            sentence = f"{facts.field.label}: the code {given.raw} was typed instead of scanned."
            open_exception(changes, execution, manual_key_finding(execution.part, sentence))

    perform(execution.work, _entering(given), facts, change)
    return Outcome(is_complete=complete and _complete_entry(execution, view))


def _scanned(execution: Execution, step: StepDefinition, facts: StepFacts, given: Given) -> Scanned | None:
    if facts.field is None or facts.field.kind is not FieldKind.SCAN:
        return None
    return read_scan(execution, step, facts.field, given.raw)


def _refuse_scan(
    execution: Execution, facts: StepFacts, given: Given, scanned: Scanned, row: Transition
) -> Outcome:
    """Record a wrong scan as an attempt, and the first one in a step as an exception for information.

    Where even the right code would have been refused, the act itself is refused.
    """
    work = execution.work
    if refusals(row, facts, work.actor):
        _refuse(execution, facts, row, *scanned.refused)

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
        if not is_reported(execution, execution.part, finding.rule):
            open_exception(changes, execution, finding)

    perform(work, lifecycle.REFUSE_SCAN, facts, change)
    return Outcome(refused=scanned.refused)


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


def _write(  # noqa: PLR0913 -- an entry is made of these
    changes: Changes,
    execution: Execution,
    facts: StepFacts,
    given: Given,
    judgment: Judgment,
    *,
    supersedes: int | None = None,
    detail: dict[str, object] | None = None,
) -> Entry:
    field = _field(facts)
    row = add_entry(
        changes,
        execution,
        field=facts.value_name,
        kind=FieldKind.DATE_TIME if field.kind is FieldKind.TIMER else field.kind,
        variable=_variable(field),
        raw=given.raw,
        value=judgment.value,
        unit=field.unit if field.kind is FieldKind.NUMBER else None,
        source=given.source,
        device=given.device or field.instrument,
        judged=judgment.judged,
        limits=detail or judgment.limits,
        stated_at=given.stated_at,
        supersedes=supersedes,
        reason=_reason(execution.work) if supersedes or given.stated_at else None,
    )
    if given.stated_at:
        open_exception(changes, execution, _late(execution, field, row))
    if given.source is Source.MANUAL and field.kind is FieldKind.NUMBER and is_given_by_machine(field):
        sentence = f"{field.label}: the value {row.value} was typed; the machine gives it."
        open_exception(changes, execution, machine_value_finding(execution.part, sentence))
    outside = out_of_range(execution, field, Decimal(row.value)) if _is_a_reading(field) else None
    if outside:
        open_exception(changes, execution, range_finding(execution.part, row.id, outside))
    if judgment.judged is Judged.ACTION:
        finding = value_finding(facts.step, field, execution.part, row.id, judgment.sentence)
        open_exception(changes, execution, finding)
    return row


def _is_a_reading(field: Field) -> bool:
    return field.kind is FieldKind.NUMBER and field.instrument is not None


def _entering(given: Given) -> Transition:
    return lifecycle.ENTER_LATE if given.stated_at else lifecycle.ENTER


def _late(execution: Execution, field: Field, row: Entry) -> Finding:
    """Return what a late entry is reported as: both times and the reason."""
    done, made = f"{row.stated_at:%Y-%m-%d %H:%M}", f"{row.entered_at:%Y-%m-%d %H:%M}"
    sentence = f"{field.label} entered late: done {done} UTC, recorded {made} UTC. Reason: {row.reason}"
    return late_entry_finding(execution.part, row.id, sentence)


def _variable(field: Field) -> str | None:
    """Return the name a value is kept under for later steps: a lot's and a container's are fixed."""
    if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.LOT and field.component:
        return lot_variable(field.component)
    if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.CONTAINER:
        return CHARGED
    return None if field.kind is FieldKind.TIMER else field.variable


def _judgment(
    execution: Execution, step: StepDefinition, facts: StepFacts, given: Given, row: Transition
) -> Judgment:
    """Read and judge a value; what can't be one is refused with the text kept as the attempt."""
    field = facts.field
    if field is None:
        return Judgment(value=given.raw, judged=Judged.NONE)
    work = execution.work
    try:
        value = read_value(field, given.raw, at=work.at, time_zone=work.time_zone)
        if field.kind is not FieldKind.NUMBER:
            return judge_answer(field, value)
        occurrence = split_part(execution.part)[1]
        scope = execution.scope(step, occurrence, _sample(facts.value_name))
        return judge_number(field, field.limits, Decimal(value), scope)
    except MissingValueError as missing:
        sentence = f"The limits of {field.label} need {', '.join(missing.names)} first."
        return _refuse(execution, facts, row, sentence)
    except RefusedError:
        raise
    except DomainError as error:
        return _refuse(execution, facts, row, error.message)


def _scan_judgment(scanned: Scanned) -> Judgment:
    return Judgment(value=scanned.value, judged=Judged.NONE)


def _detail(scanned: Scanned | None) -> dict[str, object] | None:
    return scanned.detail if scanned else None


def _refuse_what_nobody_types(execution: Execution, facts: StepFacts, row: Transition) -> None:
    """Refuse a typed text in the place of a figure, of the server's clock or of a file (11.10(e), ATK-15)."""
    kind = facts.field.kind if facts.field else None
    if facts.field and kind is FieldKind.COMPUTED:
        sentence = f"{facts.field.label} is computed; correct what it is computed from."
        _refuse(execution, facts, row, sentence)
    if kind is FieldKind.TIMER:
        sentence = "The server's clock gives this time: start or stop the timer. It is never corrected."
        _refuse(execution, facts, row, sentence)
    if kind is FieldKind.PHOTO:
        sentence = "A file is attached, not typed. Where it can't be read, replace it."
        _refuse(execution, facts, row, sentence)


def _refuse_what_is_no_longer_there(execution: Execution, facts: StepFacts, given: Given) -> None:
    """Refuse to correct a value that somebody corrected since it was looked at: one would cover the other."""
    now = facts.current.get(facts.value_name)
    if given.replaces is None or now is None or now.entry_id == given.replaces:
        return
    label = facts.field.label if facts.field else facts.value_name
    sentence = f"{label} has been corrected since you looked at it: it is {now.value} now. Look again."
    _refuse(execution, facts, lifecycle.CORRECT, sentence)


def _refuse(execution: Execution, facts: StepFacts, row: Transition, *sentences: str) -> NoReturn:
    """Refuse what was given, with everything else that stands against the act."""
    found = dict.fromkeys([*refusals(row, facts, execution.work.actor), *sentences])
    raise RefusedError(list(found), act=row.act, stream=facts.stream, part=facts.part)


def _field(facts: StepFacts) -> Field:
    if facts.field is None:
        msg = f"{facts.value_name} is no field; its guard refuses it first."
        raise ValueError(msg)
    return facts.field


def _reason(work: UnitOfWork) -> str:
    return work.reason.text if work.reason else ""


def _sample(name: str) -> int | None:
    tail = name.rpartition(".")[2]
    return int(tail) if tail.isdigit() else None
