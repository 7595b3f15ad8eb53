"""What an execution's values would have been, had some readings been others: figures and verdicts. Pure.

Nothing is written: the record keeps what was recorded, and what is known now stands beside it (CAL-21).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from records.errors import DomainError
from records.execution.facts import RunKey, ValueFact
from records.execution.statistics import statistic
from records.numbers import Rounding, as_text, round_to
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.fields import Field, Limits, Statistic, all_names, value_names
from records.procedure.outline import Outline
from records.procedure.vocabulary import FieldKind
from workflows.execution.judging import Judgment, judge_number
from workflows.execution.scope import Scope, base_name
from workflows.execution.state import sample_of

_REQUIRED = "_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A value as recorded, and what it would have been; None where it could not have been computed."""

    fact: ValueFact
    label: str
    unit: str | None
    decimals: int | None
    value: Decimal | None
    judgment: Judgment | None


def recomputed(
    outline: Outline, scale: Decimal, values: Sequence[ValueFact], readings: Mapping[int, Decimal | None]
) -> list[Recomputed]:
    """Return every value that other readings change, or judge anew, in the order of the procedure.

    `readings` gives by entry what should have been read, None where nobody can say; it is judged as given,
    without rounding. A figure is computed again by its own formula and rounding, and so is every limit that
    is made of a changed value.
    """
    return list(_Recomputation(outline, scale, list(values), readings).run())


class _Recomputation:
    """One pass over the parts in the order of the procedure; what changed so far is in `values`."""

    def __init__(
        self,
        outline: Outline,
        scale: Decimal,
        values: list[ValueFact],
        readings: Mapping[int, Decimal | None],
    ) -> None:
        self.outline, self.scale, self.values, self.readings = outline, scale, values, readings
        self.changed_variables: set[str] = set()

    def run(self) -> Iterator[Recomputed]:
        parts = dict.fromkeys((fact.step, fact.occurrence) for fact in self.values)
        order = {place.step.number: index for index, place in enumerate(self.outline.places)}
        for key in sorted(parts, key=lambda part: order[part[0]]):
            yield from self._part(key)

    def _part(self, key: RunKey) -> Iterator[Recomputed]:
        step = self.outline.step(key[0])
        recorded = {fact.field: fact for fact in self.values if (fact.step, fact.occurrence) == key}
        changed: set[str] = set()
        for field in step.fields:
            for name in all_names(field):
                fact = recorded.get(name)
                if fact is None or field.kind not in {FieldKind.NUMBER, FieldKind.COMPUTED}:
                    continue
                found = self._value(step, field, fact, changed)
                if found is not None:
                    self._take(found, changed)
                    yield found

    def _value(
        self, step: StepDefinition, field: Field, fact: ValueFact, changed: Collection[str]
    ) -> Recomputed | None:
        """Return what became of a value; None where nothing it is made of changed."""
        wanted = _statistic_of(field, fact.field)
        limits = wanted.limits if wanted else field.limits
        names = self._changed_names(changed)
        if fact.entry_id in self.readings:
            value = self.readings[fact.entry_id]
        elif _is_made_of(field, wanted, names, changed):
            value = self._computed(step, field, fact, wanted)
        elif _limit_names(limits) & names:
            value = Decimal(fact.value)
        else:
            return None
        return Recomputed(
            fact=fact,
            label=wanted.label if wanted else field.label,
            unit=wanted.unit if wanted else field.unit,
            decimals=wanted.decimals if wanted and wanted.decimals is not None else field.decimals,
            value=value,
            judgment=self._judged(field, limits, value, self._scope(step, fact)),
        )

    def _computed(
        self, step: StepDefinition, field: Field, fact: ValueFact, wanted: Statistic | None
    ) -> Decimal | None:
        try:
            if wanted is not None:
                return self._statistic(field, fact, wanted)
            value = compile_expression(field.formula or "").number(self._scope(step, fact))
        except DomainError:
            return None
        return value if field.decimals is None else round_to(value, field.decimals, Rounding(field.rounding))

    def _statistic(self, field: Field, fact: ValueFact, wanted: Statistic) -> Decimal | None:
        key = (fact.step, fact.occurrence)
        own = {one.field: one.value for one in self.values if (one.step, one.occurrence) == key}
        if not all(name in own for name in value_names(field)):
            return None
        samples = [Decimal(own[name]) for name in value_names(field)]
        decimals = wanted.decimals if wanted.decimals is not None else field.decimals or 0
        return statistic(wanted.kind, samples, decimals=decimals, rounding=Rounding(wanted.rounding))

    def _judged(
        self, field: Field, limits: Limits | None, value: Decimal | None, scope: Scope
    ) -> Judgment | None:
        if value is None:
            return None
        try:
            return judge_number(field, limits, value, scope)
        except DomainError:
            return None  # a limit is made of something that can't be computed any more

    def _take(self, found: Recomputed, changed: set[str]) -> None:
        """Let later formulas read what became of a value."""
        text = None if found.value is None else as_text(found.value)
        if text == found.fact.value:
            return
        changed |= {found.fact.field, base_name(found.fact.field)}
        if found.fact.variable:
            self.changed_variables.add(found.fact.variable)
        place = next(place for place, one in enumerate(self.values) if one.entry_id == found.fact.entry_id)
        if text is None:
            del self.values[place]  # what is made of it can't be computed either
        else:
            self.values[place] = replace(found.fact, value=text)

    def _changed_names(self, changed: Collection[str]) -> frozenset[str]:
        """Return every name by which a formula of this part may read something that changed."""
        required = {
            f"{item.id}{_REQUIRED}"
            for item in self.outline.procedure.formula
            if compile_expression(item.required or "base").names & self.changed_variables
        }
        return frozenset(changed) | self.changed_variables | required

    def _scope(self, step: StepDefinition, fact: ValueFact) -> Scope:
        return Scope(
            outline=self.outline,
            values=self.values,
            scale=self.scale,
            operation=self.outline.place(step.number).operation.id,
            occurrence=fact.occurrence,
            step=step.number,
            sample=sample_of(fact.field),
        )


def _statistic_of(field: Field, name: str) -> Statistic | None:
    kind = name.rpartition(".")[2]
    return next((one for one in field.statistics if one.kind == kind), None)


def _is_made_of(
    field: Field, wanted: Statistic | None, names: Collection[str], changed: Collection[str]
) -> bool:
    """Tell whether a figure is computed from something that changed."""
    if wanted is not None:
        return bool(set(value_names(field)) & set(changed))
    return bool(field.formula and compile_expression(field.formula).names & set(names))


def _limit_names(limits: Limits | None) -> frozenset[str]:
    ranges = (limits.action, limits.alert) if limits else ()
    texts = [text for one in ranges if one for text in (one.minimum, one.maximum) if text is not None]
    return frozenset(name for text in texts for name in compile_expression(text).names)
