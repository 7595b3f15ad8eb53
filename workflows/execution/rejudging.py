"""Judge typed values again when what their limits are made of was corrected (211.110(a), 11.10(e)).

The value stays as it was typed; the software writes it once more with the limits that hold now, so that both
judgments stay readable.
"""

from dataclasses import dataclass
from decimal import Decimal

from records.execution.facts import ValueFact, split_part
from records.execution.models import Entry
from records.execution.states import Judged
from records.procedure.definition import StepDefinition
from records.procedure.expressions import MissingValueError
from records.procedure.fields import Field, input_names
from records.procedure.vocabulary import FieldKind
from workflows.authority import SYSTEM
from workflows.execution.exceptions import open_exception, value_finding
from workflows.execution.figures import add_entry
from workflows.execution.judging import Judgment, judge_number
from workflows.execution.scope import base_name
from workflows.execution.state import Execution, sample_of
from workflows.perform import Changes


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A typed value that is judged by other limits than when it was entered."""

    label: str
    row: Entry


def is_judged(step: StepDefinition) -> bool:
    """Tell whether a step has typed numbers with limits."""
    return any(field.kind is FieldKind.NUMBER and field.limits for field in step.fields)


def judge_again(changes: Changes, execution: Execution, step: StepDefinition) -> list[Rejudged]:
    """Write every typed number of the step anew whose limits are other ones now; return those."""
    found = []
    for name, fact in execution.current(execution.part).items():
        field = step.field(base_name(name))
        judgment = _judgment_now(execution, step, field, name, fact)
        if field is not None and judgment is not None and dict(fact.detail) != (judgment.limits or {}):
            found.append(Rejudged(field.label, _write(changes, execution, step, field, fact, judgment)))
    return found


def _judgment_now(
    execution: Execution, step: StepDefinition, field: Field | None, name: str, fact: ValueFact
) -> Judgment | None:
    """Return what the limits say now; None where the value has none, or they can't be computed."""
    if field is None or field.kind is not FieldKind.NUMBER or field.limits is None:
        return None
    if name not in input_names(field):
        return None  # a statistic, which is a figure
    scope = execution.scope(step, split_part(execution.part)[1], sample_of(name))
    try:
        return judge_number(field, field.limits, Decimal(fact.value), scope)
    except MissingValueError:
        return None


def _write(
    changes: Changes,
    execution: Execution,
    step: StepDefinition,
    field: Field,
    fact: ValueFact,
    judgment: Judgment,
) -> Entry:
    old = execution.work.session.get_one(Entry, fact.entry_id)
    row = add_entry(
        changes,
        execution,
        field=old.field,
        kind=old.kind,
        variable=old.variable,
        raw=old.raw,
        value=old.value,
        unit=old.unit,
        source=old.source,
        device=old.device,
        judged=judgment.judged,
        limits=judgment.limits,
        stated_at=old.stated_at,
        supersedes=old.id,
        reason="judged again: what its limits are made of was corrected",
        entered_by=SYSTEM.person,
        printed_name=SYSTEM.printed_name,
    )
    if judgment.judged is Judged.ACTION:
        open_exception(
            changes, execution, value_finding(step, field, execution.part, row.id, judgment.sentence)
        )
    return row
