"""Where an expression of a step finds its values: the step's own fields, then what earlier steps published.

A name is looked for in the same step and sample, then among the values published in the same carrying-out of
the operation, then in the whole execution, then in the formula (`scale`, `<id>_base`, `<id>_required`). Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.execution.facts import ValueFact
from records.numbers import NumberError, Rounding, parse_decimal, round_to
from records.procedure.expressions import Recorded, compile_expression
from records.procedure.outline import Outline
from records.procedure.sections import FormulaItem
from records.procedure.vocabulary import FieldKind

NUMERIC = frozenset({FieldKind.NUMBER, FieldKind.COMPUTED, FieldKind.TIMER})
_BASE, _REQUIRED, _LOT = "_base", "_required", "_lot"


def lot_variable(component: str) -> str:
    """Return the variable under which the lot scanned for a component is kept."""
    return f"{component}{_LOT}"


@dataclass(frozen=True, slots=True)
class Scope:
    """The values an expression of one step occurrence may read."""

    outline: Outline
    values: Sequence[ValueFact]
    scale: Decimal
    operation: str
    occurrence: str
    step: str | None = None
    sample: int | None = None

    def latest(self, name: str) -> Recorded | None:
        """Return the current value recorded last under this name."""
        local = self._local(name)
        if local is not None:
            return self._typed(local)
        found = self._published(name)
        return self._typed(found[-1]) if found else self._from_formula(name)

    def all(self, name: str) -> Sequence[Recorded]:
        """Return all current values under this name."""
        own = [fact for fact in self._own() if fact.field == name or _is_sample_of(fact.field, name)]
        return [self._typed(fact) for fact in own or self._published(name)]

    def _typed(self, fact: ValueFact) -> Recorded:
        """Return a value as expressions see it: a number, a text, or the number an option stands for."""
        if fact.kind in NUMERIC:
            return Decimal(fact.value)
        definition = self.outline.step(fact.step).field(base_name(fact.field))
        options = definition.options if definition else ()
        meant = next((option.value for option in options if option.code == fact.value), None)
        return Decimal(meant) if meant is not None else fact.value

    def _own(self) -> list[ValueFact]:
        if self.step is None:
            return []
        return [fact for fact in self.values if (fact.step, fact.occurrence) == (self.step, self.occurrence)]

    def _local(self, name: str) -> ValueFact | None:
        wanted = (f"{name}.{self.sample}", name) if self.sample is not None else (name,)
        own = {fact.field: fact for fact in self._own()}
        return next((own[field] for field in wanted if field in own), None)

    def _published(self, name: str) -> list[ValueFact]:
        found = [fact for fact in self.values if fact.variable == name]
        return [fact for fact in found if self._is_here(fact)] or found

    def _is_here(self, fact: ValueFact) -> bool:
        operation = self.outline.place(fact.step).operation
        if operation.id != self.operation:
            return False
        return operation.repeat is None or fact.occurrence.split(".")[0] == self.occurrence.split(".")[0]

    def _from_formula(self, name: str) -> Recorded | None:
        built_in = self._built_in(name)
        if built_in is not None:
            return built_in
        for item in self.outline.procedure.formula:
            if name == f"{item.id}{_BASE}":
                return item.quantity * self.scale
            if name == f"{item.id}{_REQUIRED}":
                return required_quantity(item, self)
        return None

    def _built_in(self, name: str) -> Decimal | None:
        """Return what every procedure knows: the batch's scale, size and theoretical yield."""
        procedure = self.outline.procedure
        if name == "scale":
            return self.scale
        if name == "batch_size" and procedure.batch_size:
            return procedure.batch_size.quantity * self.scale
        record = procedure.master_record
        if name == "theoretical_yield" and record and record.theoretical_yield:
            return record.theoretical_yield.quantity * self.scale
        return None


@dataclass(frozen=True, slots=True)
class _ItemScope:
    """The names of one component's own formula: `base`, and the attributes of the lot scanned for it."""

    item: FormulaItem
    around: Scope

    def latest(self, name: str) -> Recorded | None:
        """Return the current value recorded last under this name."""
        if name == "base":
            return self.item.quantity * self.around.scale
        if name in self.item.lot_attributes:
            return self._attribute(name)
        return self.around.latest(name)

    def all(self, name: str) -> Sequence[Recorded]:
        """Return all current values under this name."""
        one = self.latest(name)
        return [] if one is None else [one]

    def _attribute(self, name: str) -> Recorded | None:
        lots = [fact for fact in self.around.values if fact.variable == lot_variable(self.item.id)]
        attributes = lots[-1].detail.get("attributes", {}) if lots else {}
        return _number_or_text(attributes[name]) if name in attributes else None


def required_quantity(item: FormulaItem, scope: Scope) -> Decimal:
    """Return what the batch requires of a component, rounded once as declared; raises MissingValueError."""
    expression = compile_expression(item.required or "base")
    return round_to(expression.number(_ItemScope(item, scope)), item.decimals, Rounding(item.rounding))


def base_name(field: str) -> str:
    """Return a field's name without its sample number or statistic."""
    return field.partition(".")[0]


def _is_sample_of(field: str, name: str) -> bool:
    head, dot, tail = field.rpartition(".")
    return bool(dot) and head == name and tail.isdigit()


def _number_or_text(value: str) -> Recorded:
    try:
        return parse_decimal(value)
    except NumberError:
        return value
