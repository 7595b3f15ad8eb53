"""Write one value of a person into the record, with every exception it amounts to."""

from decimal import Decimal

from records.execution.models import Entry
from records.execution.states import Judged, Source
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.execution.asked import is_given_by_machine
from workflows.execution.exceptions import (
    Finding,
    late_entry_finding,
    machine_value_finding,
    open_exception,
    range_finding,
    value_finding,
)
from workflows.execution.figures import add_entry
from workflows.execution.given import Given
from workflows.execution.instrument_range import out_of_range
from workflows.execution.judging import Judgment
from workflows.execution.kept_entries import tell_if_kept
from workflows.execution.scans import CHARGED
from workflows.execution.scope import lot_variable
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.perform import Changes


def write_entry(  # noqa: PLR0913 -- an entry is made of these
    changes: Changes,
    execution: Execution,
    facts: StepFacts,
    given: Given,
    judgment: Judgment,
    *,
    supersedes: int | None = None,
    detail: dict[str, object] | None = None,
) -> Entry:
    """Write a first value, or a correction that supersedes another; a scan's detail stands for its limits."""
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
        reason=reason_of(execution) if supersedes or given.stated_at else None,
    )
    if given.stated_at:
        open_exception(changes, execution, _late(execution, field, row))
    tell_if_kept(changes, execution, field, row)
    if given.source is Source.MANUAL and field.kind is FieldKind.NUMBER and is_given_by_machine(field):
        sentence = f"{field.label}: the value {row.value} was typed; the machine gives it."
        open_exception(changes, execution, machine_value_finding(execution.part, sentence))
    is_reading = field.kind is FieldKind.NUMBER and field.instrument is not None
    outside = out_of_range(execution, facts.step, field, Decimal(row.value)) if is_reading else None
    if outside:
        open_exception(changes, execution, range_finding(execution.part, row.id, outside))
    if judgment.judged is Judged.ACTION:
        finding = value_finding(facts.step, field, execution.part, row.id, judgment.sentence)
        open_exception(changes, execution, finding)
    return row


def reason_of(execution: Execution) -> str:
    """Return the reason given with the act, in the person's words."""
    reason = execution.work.reason
    return reason.text if reason else ""


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


def _field(facts: StepFacts) -> Field:
    if facts.field is None:
        msg = f"{facts.value_name} is no field; its guard refuses it first."
        raise ValueError(msg)
    return facts.field
