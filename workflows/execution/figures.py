"""What a step computes from its own values: formulas, statistics, elapsed times (211.68(b), 211.103).

A figure is computed as soon as all it needs is there, and again when something it needs was corrected: then
the new figure supersedes the old one, and both stay readable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from audit.events import Action
from records.errors import DomainError
from records.execution.facts import split_part
from records.execution.models import Entry
from records.execution.states import Judged, Source
from records.execution.statistics import statistic
from records.numbers import Rounding, as_text, round_to
from records.procedure.definition import StepDefinition
from records.procedure.expressions import LANGUAGE_VERSION, MissingValueError, compile_expression
from records.procedure.fields import Field, Limits, Statistic
from records.procedure.vocabulary import FieldKind
from records.times import from_text
from workflows.authority import SYSTEM
from workflows.execution.asked import START, STOP
from workflows.execution.exceptions import (
    open_exception,
    open_or_join_breach,
    range_finding,
    value_finding,
)
from workflows.execution.instrument_range import out_of_range
from workflows.execution.judging import judge_number
from workflows.execution.state import Execution, sample_of
from workflows.execution.time_limits import minutes_between
from workflows.execution.training import remember_training
from workflows.perform import Changes, RefusedError
from workflows.preimage import refuse_altered_rows


@dataclass(frozen=True, slots=True)
class Remade:
    """A figure that stands in the place of another one."""

    label: str
    old: str
    row: Entry


def compute_figures(changes: Changes, execution: Execution, step: StepDefinition) -> list[Remade]:
    """Write every figure of the step that can be computed now and is not there yet, or changed.

    Return those that replace another one; raises RefusedError where one can't be computed any more.
    """
    occurrence = split_part(execution.part)[1]
    written = [
        _write(changes, execution, step, _Figure(field, name, formula, value))
        for field in step.fields
        for name, formula, value in _figures(execution, step, field, occurrence)
    ]
    return [remade for remade in written if remade]


class _Figure:
    """A computed value on its way into the record."""

    def __init__(self, field: Field, name: str, formula: str, value: Decimal) -> None:
        self.field, self.name, self.formula, self.value = field, name, formula, value
        kind = name.rpartition(".")[2]
        self.statistic = next((one for one in field.statistics if one.kind == kind), None)

    @property
    def limits(self) -> Limits | None:
        """Return the limits of the figure itself."""
        return self.statistic.limits if self.statistic else self.field.limits

    @property
    def variable(self) -> str | None:
        """Return the variable the figure is published under."""
        return self.statistic.variable if self.statistic else self.field.variable

    @property
    def label(self) -> str:
        """Return what the figure is called."""
        return self.statistic.label if self.statistic else self.field.label


def _figures(
    execution: Execution, step: StepDefinition, field: Field, occurrence: str
) -> Iterator[tuple[str, str, Decimal]]:
    if field.kind is FieldKind.COMPUTED and field.formula:
        for number in range(1, (field.samples or 1) + 1):
            sample = number if field.samples else None
            name = f"{field.name}.{number}" if field.samples else field.name
            scope = execution.scope(step, occurrence, sample)
            try:
                value = compile_expression(field.formula).number(scope)
            except DomainError as error:
                # Not yet, or not from these values: the step can't close without the figure.
                _refuse_to_lose(execution, field, name, error)
                continue
            yield name, field.formula, _rounded(field, value)
    if field.kind is FieldKind.TIMER:
        yield from _elapsed(execution, field)
    for wanted in field.statistics:
        yield from _statistic(execution, field, wanted)


def _refuse_to_lose(execution: Execution, field: Field, name: str, error: DomainError) -> None:
    """Refuse a correction that leaves a figure standing of which nobody can say what it comes from."""
    if name in execution.current(execution.part):
        sentence = f"{field.label} can't be computed from this: {error.message}"
        raise RefusedError([sentence], act="compute", stream=execution.owner.stream, part=execution.part)


def _elapsed(execution: Execution, field: Field) -> Iterator[tuple[str, str, Decimal]]:
    current = execution.current(execution.part)
    start, stop = current.get(f"{field.name}.{START}"), current.get(f"{field.name}.{STOP}")
    if start and stop:
        minutes = minutes_between(from_text(start.value), from_text(stop.value))
        yield field.name, "stop - start, in minutes", _rounded(field, minutes)


def _statistic(execution: Execution, field: Field, wanted: Statistic) -> Iterator[tuple[str, str, Decimal]]:
    current = execution.current(execution.part)
    samples = [f"{field.name}.{number}" for number in range(1, (field.samples or 0) + 1)]
    if samples and all(name in current for name in samples):
        values = [Decimal(current[name].value) for name in samples]
        decimals = wanted.decimals if wanted.decimals is not None else field.decimals or 0
        value = statistic(wanted.kind, values, decimals=decimals, rounding=Rounding(wanted.rounding))
        yield f"{field.name}.{wanted.kind}", f"{wanted.kind}({field.name})", value


def _rounded(field: Field, value: Decimal) -> Decimal:
    return value if field.decimals is None else round_to(value, field.decimals, Rounding(field.rounding))


def _write(changes: Changes, execution: Execution, step: StepDefinition, figure: _Figure) -> Remade | None:
    """Write a figure unless it stands already, judged by the same limits; return what it replaces."""
    old = execution.current(execution.part).get(figure.name)
    text = as_text(figure.value)
    occurrence = split_part(execution.part)[1]
    scope = execution.scope(step, occurrence, sample_of(figure.name))
    try:
        judgment = judge_number(figure.field, figure.limits, figure.value, scope)
    except MissingValueError:
        return None  # what its limits are made of is not there yet
    limits = {**(judgment.limits or {}), "formula": figure.formula, "language": LANGUAGE_VERSION}
    if old is not None and (old.value, dict(old.detail)) == (text, limits):
        return None
    row = add_entry(
        changes,
        execution,
        field=figure.name,
        kind=FieldKind.COMPUTED if figure.field.kind is not FieldKind.TIMER else FieldKind.TIMER,
        variable=figure.variable,
        raw=figure.formula,
        value=text,
        unit=figure.statistic.unit if figure.statistic else figure.field.unit,
        source=Source.CALCULATION,
        judged=judgment.judged,
        limits=limits,
        supersedes=old.entry_id if old else None,
        reason="recomputed: an input was corrected" if old else None,
    )
    _compare_with_instrument(changes, execution, step, figure, row)
    if judgment.judged is Judged.ACTION:
        sentence = f"{figure.label}: {judgment.sentence}"
        finding = value_finding(step, figure.field, execution.part, row.id, sentence)
        if figure.field.kind is FieldKind.TIMER:
            open_or_join_breach(changes, execution, finding)
        else:
            open_exception(changes, execution, finding)
    return Remade(figure.label, old.value, row) if old else None


def _compare_with_instrument(
    changes: Changes, execution: Execution, step: StepDefinition, figure: _Figure, row: Entry
) -> None:
    """Tell of a net weight that its balance is not made to weigh (211.160(b)(4))."""
    if figure.statistic is None and figure.field.instrument is not None:
        outside = out_of_range(execution, step, figure.field, figure.value)
        if outside:
            open_exception(changes, execution, range_finding(execution.part, row.id, outside))


def add_entry(changes: Changes, execution: Execution, **values: Any) -> Entry:  # noqa: ANN401 -- column values
    """Write an entry of this part by the actor, now; a figure, or what is told so, by the software."""
    is_figure = values.get("source") in {Source.CALCULATION, Source.SERVER}
    person, printed_name = ("system", SYSTEM.printed_name) if is_figure else execution.hand
    if not is_figure:
        remember_training(changes, execution)
    if values.get("supersedes"):
        old = execution.work.session.get_one(Entry, values["supersedes"])
        refuse_altered_rows(execution.work, [old], Action.ENTRY_CORRECT)
    row = changes.insert(
        Entry,
        Action.ENTRY_CORRECT if values.get("supersedes") else Action.ENTRY_RECORD,
        stream=execution.owner.stream,
        part=execution.part,
        entered_at=execution.work.at,
        **{
            "device": None,
            "reason": None,
            "stated_at": None,
            "supersedes": None,
            "entered_by": person,
            "printed_name": printed_name,
            **values,
        },
    )
    execution.entered(row)
    return row
