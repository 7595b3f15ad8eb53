"""The limits a value will be judged by, as numbers now, before it is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
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
        return Bounds(limits=readable(judge_number(field, field.limits, Decimal(0), scope).limits, field))
    except MissingValueError as missing:
        return Bounds(waits_for=f"The limits need {', '.join(missing.names)} first.")
    except DomainError as error:
        return Bounds(waits_for=error.message)


def readable(limits: dict[str, Any] | None, field: Field) -> dict[str, Any] | None:
    """Return limits in the decimals in which a value is read, each bound moved inwards.

    A balance of 0.001 kg keeps 125.1247325 to 126.3822675 kg exactly where it keeps 125.125 to 126.382 kg. A
    bound that is out itself stays as it is, and so does everything where the field has no decimals.
    """
    if limits is None or field.decimals is None:
        return limits
    return {name: _readable(name, value, field.decimals) for name, value in limits.items()}


def _readable(name: str, value: object, decimals: int) -> object:
    if name == "target" and isinstance(value, str):
        return _shortened(value, decimals, ROUND_HALF_EVEN)
    if not isinstance(value, Mapping):
        return value
    level = dict(value)
    for bound, towards in (("minimum", ROUND_CEILING), ("maximum", ROUND_FLOOR)):
        if level.get(bound) is not None and level[f"{bound}_inclusive"]:
            level[bound] = _shortened(level[bound], decimals, towards)
    return level


def _shortened(text: str, decimals: int, towards: str) -> str:
    number = Decimal(text)
    is_short = -int(number.as_tuple().exponent) <= decimals
    return text if is_short else format(number.quantize(Decimal(1).scaleb(-decimals), rounding=towards), "f")
