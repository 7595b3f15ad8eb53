"""Why a number can't be a reading of its field, by the rules of the step's type (211.68(b), 211.101)."""

from decimal import Decimal

from records.procedure.fields import Field
from records.procedure.reading_rules import is_never_negative, negative_refusal, order_refusal
from records.procedure.step_types import STEP_TYPES
from workflows.execution.subjects import StepFacts


def impossible_reading(facts: StepFacts, field: Field, value: Decimal) -> str | None:
    """Refuse a weight or count below zero, and a gross weight that is not more than its tare."""
    rules = STEP_TYPES[facts.step.type].readings
    if is_never_negative(rules, field) and (negative := negative_refusal(field, value)):
        return negative
    for rule in rules:
        if rule.above is not None and field.name in {rule.field, rule.above}:
            return _disorder(facts, field, value, (rule.above, rule.field))
    return None


def _disorder(facts: StepFacts, field: Field, value: Decimal, names: tuple[str, str]) -> str | None:
    """Compare a reading with the other one of its pair, in the same sample, where that is there."""
    fields = [facts.step.field(name) for name in names]
    tail = facts.value_name.removeprefix(field.name)
    values = [value if name == field.name else _number(facts, f"{name}{tail}") for name in names]
    (lesser, greater), (low, high) = fields, values
    if lesser is None or greater is None or low is None or high is None:
        return None
    return order_refusal(lesser, low, greater, high)


def _number(facts: StepFacts, name: str) -> Decimal | None:
    known = facts.current.get(name)
    return Decimal(known.value) if known else None
