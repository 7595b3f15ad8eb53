"""What an execution's values would have been, had some readings been others: figures and verdicts. Pure.

Nothing is written: the record keeps what was recorded, and what is known now stands beside it (CAL-21).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from records.errors import DomainError
from records.execution.facts import RunKey, ValueFact
from records.execution.states import Judged
from records.execution.statistics import statistic
from records.numbers import Rounding, as_text, round_to
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.fields import Field, Limits, Statistic, all_names, value_names
from records.procedure.limits import Limit, LimitLevel
from records.procedure.outline import Outline
from records.procedure.vocabulary import FieldKind
from workflows.execution.judging import limits_now, word_of
from workflows.execution.scope import Scope, base_name
from workflows.execution.state import sample_of

_REQUIRED = "_required"
_NUMERIC = frozenset({FieldKind.NUMBER, FieldKind.COMPUTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """A value as recorded, and what it would have been; None where it could not have been computed."""

    fact: ValueFact
    label: str
    unit: str | None
    decimals: int | None
    value: Decimal | None
    judged: Judged | None
    """What the limits would have said; None where there is no value, or no limits to judge it by any more."""
    action: Limit | None
    """The action limits it would have been judged by, as numbers."""


def recomputed(
    outline: Outline, scale: Decimal, values: Sequence[ValueFact], readings: Mapping[int, Decimal | None]
) -> list[Recomputed]:
    """Return every value that other readings change, or judge anew, in the order of the procedure.

    `readings` gives by entry what should have been read, None where nobody can say; it is judged as given,
    without rounding. A figure is computed again by its own formula and rounding, and so is every limit that
    is made of a changed value.
    """
    return list(_Recomputation(outline, scale, values, readings).run())


class _Recomputation:
    """One pass over the parts in the order of the procedure; `values` holds what is true so far."""

    def __init__(
        self,
        outline: Outline,
        scale: Decimal,
        values: Sequence[ValueFact],
        readings: Mapping[int, Decimal | None],
    ) -> None:
        self.outline, self.scale, self.readings = outline, scale, readings
        self.values = list(values)
        self.places = {fact.entry_id: place for place, fact in enumerate(values)}
        self.recorded: dict[RunKey, dict[str, ValueFact]] = defaultdict(dict)
        for fact in values:
            self.recorded[fact.step, fact.occurrence][fact.field] = fact
        self.lost: set[int] = set()
        self.changed_variables: set[str] = set()

    def run(self) -> Iterator[Recomputed]:
        """Go through the parts in the order of the procedure."""
        for key in sorted(self.recorded, key=lambda part: self.outline.place(part[0]).position):
            yield from self._part(key)

    def _part(self, key: RunKey) -> Iterator[Recomputed]:
        step, recorded, changed = self.outline.step(key[0]), self.recorded[key], set[str]()
        for field in step.fields:
            for name in all_names(field) if field.kind in _NUMERIC else ():
                found = self._value(step, field, recorded[name], changed) if name in recorded else None
                if found is not None:
                    self._take(found, changed)
                    yield found

    def _value(
        self, step: StepDefinition, field: Field, fact: ValueFact, changed: AbstractSet[str]
    ) -> Recomputed | None:
        """Return what became of a value; None where nothing it is made of changed."""
        wanted = _statistic_of(field, fact.field)
        limits = wanted.limits if wanted else field.limits
        if fact.entry_id in self.readings:
            value = self.readings[fact.entry_id]
        elif self._is_made_of(field, wanted, changed):
            value = self._computed(step, field, fact, wanted)
        elif limits and _limit_names(limits) & self._changed_names(changed):
            value = Decimal(fact.value)
        else:
            return None
        bounds = None if value is None else self._limits(step, field, fact, limits)
        return Recomputed(
            fact=fact,
            label=wanted.label if wanted else field.label,
            unit=wanted.unit if wanted else field.unit,
            decimals=wanted.decimals if wanted and wanted.decimals is not None else field.decimals,
            value=value,
            judged=None if value is None or bounds is None else word_of(value, bounds),
            action=next((limit for limit in bounds or () if limit.level is LimitLevel.ACTION), None),
        )

    def _is_made_of(self, field: Field, wanted: Statistic | None, changed: AbstractSet[str]) -> bool:
        """Tell whether a figure is computed from something that changed."""
        if wanted is not None:
            return not changed.isdisjoint(value_names(field))
        return field.formula is not None and not self._changed_names(changed).isdisjoint(
            _names(field.formula)
        )

    def _computed(
        self, step: StepDefinition, field: Field, fact: ValueFact, wanted: Statistic | None
    ) -> Decimal | None:
        if wanted is not None:
            return self._statistic(field, fact, wanted)
        try:
            value = compile_expression(field.formula or "").number(self._scope(step, fact))
        except DomainError:
            return None  # what it is made of can't be computed any more
        return value if field.decimals is None else round_to(value, field.decimals, Rounding(field.rounding))

    def _statistic(self, field: Field, fact: ValueFact, wanted: Statistic) -> Decimal | None:
        recorded = self.recorded[fact.step, fact.occurrence]
        own = [recorded[name] for name in value_names(field)]
        if any(one.entry_id in self.lost for one in own):
            return None
        decimals = wanted.decimals if wanted.decimals is not None else field.decimals or 0
        samples = [Decimal(one.value) for one in own]
        return statistic(wanted.kind, samples, decimals=decimals, rounding=Rounding(wanted.rounding))

    def _limits(
        self, step: StepDefinition, field: Field, fact: ValueFact, limits: Limits | None
    ) -> tuple[Limit, ...] | None:
        """Return the limits as numbers; None where they are made of what can't be computed any more."""
        if limits is None:
            return ()
        if not _limit_names(limits):
            return _constant_limits(field, limits)
        try:
            return limits_now(field, limits, self._scope(step, fact))
        except DomainError:
            return None

    def _take(self, found: Recomputed, changed: set[str]) -> None:
        """Let later formulas read what became of a value."""
        fact = found.fact
        text = None if found.value is None else as_text(found.value)
        if text == fact.value:
            return
        changed |= {fact.field, base_name(fact.field)}
        if fact.variable:
            self.changed_variables.add(fact.variable)
        if text is None:
            self.lost.add(fact.entry_id)
            return
        now = replace(fact, value=text)
        self.values[self.places[fact.entry_id]] = now
        self.recorded[fact.step, fact.occurrence][fact.field] = now

    def _changed_names(self, changed: AbstractSet[str]) -> set[str]:
        """Return every name by which a formula of this part may read something that changed."""
        required = {
            f"{item.id}{_REQUIRED}"
            for item in (self.outline.procedure.formula if self.changed_variables else ())
            if not _names(item.required or "base").isdisjoint(self.changed_variables)
        }
        return {*changed, *self.changed_variables, *required}

    def _scope(self, step: StepDefinition, fact: ValueFact) -> Scope:
        values = self.values
        if self.lost:
            values = [one for one in values if one.entry_id not in self.lost]
        return Scope(
            outline=self.outline,
            values=values,
            scale=self.scale,
            operation=self.outline.place(step.number).operation.id,
            occurrence=fact.occurrence,
            step=step.number,
            sample=sample_of(fact.field),
        )


class _Nothing:
    """What a formula without names reads."""

    def latest(self, _name: str) -> None:
        """Return nothing."""

    def all(self, _name: str) -> Sequence[Decimal]:
        """Return nothing."""
        return ()


@lru_cache(maxsize=4096)
def _constant_limits(field: Field, limits: Limits) -> tuple[Limit, ...]:
    """Return limits that no value enters: the same for every batch of a master."""
    return limits_now(field, limits, _Nothing())


def _statistic_of(field: Field, name: str) -> Statistic | None:
    kind = name.rpartition(".")[2]
    return next((one for one in field.statistics if one.kind == kind), None)


def _names(formula: str) -> frozenset[str]:
    return compile_expression(formula).names


@lru_cache(maxsize=4096)
def _limit_names(limits: Limits) -> frozenset[str]:
    ranges = (limits.action, limits.alert)
    texts = [text for one in ranges if one for text in (one.minimum, one.maximum) if text is not None]
    return frozenset(name for text in texts for name in _names(text))
