"""Open exceptions as they arise: which type, how severe, what it stops (batch-records section 5)."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select

from audit.events import Action
from records.execution.facts import KEPT_ENTRY
from records.execution.models import BatchException
from records.execution.states import ExceptionState, ExceptionType
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import CRITICAL, Severity
from workflows.execution.state import Execution
from workflows.perform import Changes

LATE_ENTRY = "late entry"
RULE_SET = "execution rules/1"
"""The version of the rules that open exceptions; kept with each exception they open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a rule found: kind, severity, sentence, and what it stands in the way of."""

    rule: str
    exception_type: ExceptionType
    severity: Severity
    text: str
    part: str | None = None
    entry_id: int | None = None
    blocks_execution: bool = False
    blocks_release: bool = True


def open_exception(changes: Changes, execution: Execution, finding: Finding) -> BatchException:
    """Open an exception in the owner's record, numbered in the order of opening."""
    work, stream = execution.work, execution.owner.stream
    number = work.session.scalar(
        select(func.count()).select_from(BatchException).where(BatchException.stream == stream)
    )
    return changes.insert(
        BatchException,
        Action.EXCEPTION_OPEN,
        stream=stream,
        number=f"E-{(number or 0) + 1}",
        exception_type=finding.exception_type,
        severity=finding.severity,
        state=ExceptionState.OPEN,
        step_part=finding.part,
        entry_id=finding.entry_id,
        rule=f"{finding.rule} ({RULE_SET})",
        text=finding.text,
        blocks_execution=finding.blocks_execution,
        blocks_release=finding.blocks_release,
        opened_at=work.at,
        opened_by=work.actor.person,
    )


def open_or_join_breach(changes: Changes, execution: Execution, finding: Finding) -> None:
    """Say how long it took in the exception that the breach opened, or open one where it was too short."""
    breached = execution.work.session.scalars(
        select(BatchException)
        .where(
            BatchException.stream == execution.owner.stream,
            BatchException.step_part == finding.part,
            BatchException.exception_type == ExceptionType.TIME,
            BatchException.state == ExceptionState.OPEN,
            BatchException.entry_id.is_(None),
        )
        .order_by(BatchException.id.desc())
    ).first()
    if breached is None:
        open_exception(changes, execution, replace(finding, exception_type=ExceptionType.TIME))
        return
    changes.update(
        breached,
        Action.EXCEPTION_STATE,
        entry_id=finding.entry_id,
        text=f"{breached.text} {finding.text}",
    )


def is_reported(execution: Execution, part: str, rule: str, text: str | None = None) -> bool:
    """Tell whether an exception of this rule, and with this text where one is given, is open on the part."""
    found = select(BatchException.id).where(
        BatchException.stream == execution.owner.stream,
        BatchException.step_part == part,
        BatchException.state == ExceptionState.OPEN,
        BatchException.rule == f"{rule} ({RULE_SET})",
    )
    if text is not None:
        found = found.where(BatchException.text == text)
    return execution.work.session.scalar(found.limit(1)) is not None


def value_finding(step: StepDefinition, field: Field, part: str, entry_id: int, sentence: str) -> Finding:
    """Return what a value outside its action limits, or an unexpected answer, amounts to."""
    is_critical = step.criticality in CRITICAL
    consequence = field.consequence
    severity = consequence.severity if consequence and consequence.severity else None
    return Finding(
        rule="value out of limits",
        exception_type=ExceptionType.CRITICAL_VALUE if is_critical else ExceptionType.VALUE,
        severity=severity or (Severity.HIGH if is_critical else Severity.MEDIUM),
        text=sentence,
        part=part,
        entry_id=entry_id,
        blocks_execution=bool(consequence and consequence.blocks_execution),
    )


def identity_finding(part: str, sentence: str) -> Finding:
    """Return what a refused scan amounts to: the wrong thing was at hand."""
    return Finding(
        rule="wrong scan",
        exception_type=ExceptionType.IDENTITY,
        severity=Severity.INFO,
        text=sentence,
        part=part,
        blocks_release=False,
    )


def correction_finding(part: str, entry_id: int, sentence: str, *, was_performed: bool) -> Finding:
    """Return what a corrected value amounts to; after the step was performed it stands before release."""
    return Finding(
        rule="corrected value",
        exception_type=ExceptionType.INTEGRITY,
        severity=Severity.LOW,
        text=sentence,
        part=part,
        entry_id=entry_id,
        blocks_release=was_performed,
    )


def late_entry_finding(part: str, entry_id: int, sentence: str) -> Finding:
    """Return what a value entered after it was taken amounts to (211.100(b))."""
    return Finding(
        rule=LATE_ENTRY,
        exception_type=ExceptionType.INTEGRITY,
        severity=Severity.MEDIUM,
        text=sentence,
        part=part,
        entry_id=entry_id,
    )


def kept_entry_finding(part: str, entry_id: int, sentence: str, *, is_looked_at: bool) -> Finding:
    """Return what a value amounts to that a device kept for a time; a long one stands before release."""
    return Finding(
        rule=KEPT_ENTRY,
        exception_type=ExceptionType.INTEGRITY,
        severity=Severity.LOW if is_looked_at else Severity.INFO,
        text=sentence,
        part=part,
        entry_id=entry_id,
        blocks_release=is_looked_at,
    )


def manual_key_finding(part: str, sentence: str) -> Finding:
    """Return what typing a code instead of scanning it amounts to."""
    return Finding(
        rule="code typed by hand",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.INFO,
        text=sentence,
        part=part,
        blocks_release=False,
    )


def time_finding(part: str, sentence: str, severity: Severity = Severity.MEDIUM) -> Finding:
    """Return what a breached time limit amounts to (211.111)."""
    return Finding(
        rule="time limit breached",
        exception_type=ExceptionType.TIME,
        severity=severity,
        text=sentence,
        part=part,
    )


def resource_finding(part: str, sentence: str) -> Finding:
    """Return what equipment that is not usable, or no longer, amounts to."""
    return Finding(
        rule="equipment not usable",
        exception_type=ExceptionType.RESOURCE,
        severity=Severity.HIGH,
        text=sentence,
        part=part,
        blocks_execution=True,
    )


def range_finding(part: str, entry_id: int, sentence: str) -> Finding:
    """Return what a reading that its instrument can't have shown amounts to (211.68(a), 211.160(b)(4))."""
    return Finding(
        rule="reading outside the instrument",
        exception_type=ExceptionType.RESOURCE,
        severity=Severity.MEDIUM,
        text=sentence,
        part=part,
        entry_id=entry_id,
    )


def skipped_finding(part: str, sentence: str) -> Finding:
    """Return what a step left out amounts to."""
    return Finding(
        rule="step left out",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.MEDIUM,
        text=sentence,
        part=part,
    )


def ended_finding(sentence: str) -> Finding:
    """Return what the end of a batch amounts to: a failure that is investigated (211.192)."""
    return Finding(
        rule="batch ended",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.HIGH,
        text=sentence,
    )


def undone_finding(part: str, sentence: str) -> Finding:
    """Return what a step left undone amounts to, when the value that ruled it out was corrected."""
    return Finding(
        rule="ruled out by a corrected value",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.HIGH,
        text=sentence,
        part=part,
        blocks_execution=True,
    )


def machine_value_finding(part: str, sentence: str) -> Finding:
    """Return what typing a value that the machine gives amounts to (11.10(h))."""
    return Finding(
        rule="machine value typed by hand",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.INFO,
        text=sentence,
        part=part,
        blocks_release=False,
    )


def exhausted_finding(part: str, sentence: str) -> Finding:
    """Return what a loop that ran out of passes amounts to."""
    return Finding(
        rule="loop exhausted",
        exception_type=ExceptionType.PROCESS,
        severity=Severity.HIGH,
        text=sentence,
        part=part,
        blocks_execution=True,
    )
