"""What a reading can't be, whatever its limits are: a weight below zero, a gross not above its tare. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase

from records.numbers import as_text
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind
from records.units import is_mass


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """Fields of a step type that are never below zero; `above` names the field that each must exceed.

    `field` is a name, or a pattern of names such as ``quantity_*``.
    """

    field: str
    above: str | None = None


def is_never_negative(rules: Iterable[ReadingRule], field: Field) -> bool:
    """Tell whether a number is a count or weight by its step type, as a component's, or off an instrument."""
    if field.kind is not FieldKind.NUMBER:
        return False
    is_weight = is_mass(field.unit) and field.instrument is not None
    by_type = any(fnmatchcase(field.name, rule.field) for rule in rules)
    return by_type or is_weight or field.component is not None


def negative_refusal(field: Field, value: Decimal) -> str | None:
    """Refuse what is below zero; zero itself is what a tared balance shows."""
    if value >= 0:
        return None
    told = f"{as_text(value)} {field.unit or ''}".strip()
    wrong = "a weight" if is_mass(field.unit) else "a quantity"
    return (
        f"{field.label}: {told} is below zero, and {wrong} never is. Zero what shows it, and read it again."
    )


def order_refusal(lesser: Field, low: Decimal, greater: Field, high: Decimal) -> str | None:
    """Refuse two readings of which the one that must be greater is not."""
    if high > low:
        return None
    shown = f"{greater.label} {as_text(high)} {greater.unit}"
    return (
        f"{shown} is not more than {lesser.label.lower()} {as_text(low)} {lesser.unit}, "
        "so nothing would be weighed in. Read both again; correct first the one that is wrong."
    )
