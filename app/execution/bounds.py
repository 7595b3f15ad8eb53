"""The limits a value will be judged by, as numbers now, before it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.execution.reading import Desk
from records.errors import DomainError
from records.procedure.expressions import MissingValueError
from records.procedure.fields import Field
from workflows.execution.judging import judge_number, limits_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits and target as recorded numbers would have them, and what they still wait for."""

    limits: dict[str, Any] | None = None
    waits_for: str = ""

    @property
    def target(self) -> str:
        """Return the value aimed at, or nothing."""
        return str((self.limits or {}).get("target") or "")

    def excluded_words(self, field: Field) -> str:
        """Return the limits in words where a bound itself is out; the bar does not show that."""
        levels = [value for value in (self.limits or {}).values() if isinstance(value, Mapping)]
        is_open = any(not (one["minimum_inclusive"] and one["maximum_inclusive"]) for one in levels)
        return limits_text(field, self.limits) if is_open else ""


def limits_now(desk: Desk, field: Field, sample: int | None = None) -> Bounds:
    """Return the limits that a value of a field would be judged by now."""
    occurrence = desk.view.occurrence
    scope = desk.floor.execution.scope(desk.step, occurrence, sample)
    try:
        return Bounds(limits=judge_number(field, field.limits, Decimal(0), scope).limits)
    except MissingValueError as missing:
        return Bounds(waits_for=f"The limits need {', '.join(missing.names)} first.")
    except DomainError as error:
        return Bounds(waits_for=error.message)
