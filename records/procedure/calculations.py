"""The calculations of a procedure: every formula, condition and computed limit that reads a value. Pure.

The same text in several places is one calculation. A text that only repeats a value calculates nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from records.numbers import Rounding
from records.procedure.definition import Procedure
from records.procedure.expressions import ExpressionError, Kind, compile_expression
from records.procedure.fields import Field, Limits
from records.procedure.outline import Outline, outline, phases
from records.procedure.settings import SettingKind
from records.procedure.step_types import STEP_TYPES


@dataclass(frozen=True, slots=True)
class Rounded:
    """How a place rounds what it calculates."""

    decimals: int
    mode: Rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One place of a calculation; `rounded` is None where every digit counts, as in a limit."""

    text: str
    where: str
    rounded: Rounded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One text, what it yields and where it stands."""

    text: str
    is_condition: bool
    uses: tuple[Use, ...]

    @property
    def roundings(self) -> tuple[Rounded, ...]:
        """Return each way a place rounds it, once."""
        return tuple(dict.fromkeys(use.rounded for use in self.uses if use.rounded))


def calculations(procedure: Procedure) -> tuple[Calculation, ...]:
    """Return the calculations of a procedure in the order in which they first stand there."""
    by_text: dict[str, list[Use]] = {}
    for use in _uses(outline(procedure)):
        if _calculates(use.text):
            by_text.setdefault(one_line(use.text), []).append(use)
    return tuple(
        Calculation(text=text, is_condition=compile_expression(text).kind is Kind.CONDITION, uses=tuple(uses))
        for text, uses in by_text.items()
    )


def one_line(text: str) -> str:
    """Return an expression as one line, by which it is compared: blanks and line breaks are alike to it."""
    return " ".join(text.split())


def _calculates(text: str) -> bool:
    """Tell whether a text reads a value and does something with it; no expression is the linter's to name."""
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return False
    return bool(expression.names) and expression.kind is not Kind.RECORDED


def _uses(of: Outline) -> Iterator[Use]:
    for item in of.procedure.formula:
        if item.required is not None:
            rounded = Rounded(item.decimals, item.rounding)
            yield Use(text=item.required, where=f"required quantity of {item.name}", rounded=rounded)
    for _, _, _, phase in phases(of.procedure):
        texts = (
            (phase.when, "when it is carried out"),
            (phase.loop.condition if phase.loop else None, "while it is repeated"),
            (phase.recurring.until if phase.recurring else None, "until it recurs"),
        )
        yield from (Use(text=text, where=f"phase {phase.id}, {words}") for text, words in texts if text)
    for place in of.places:
        step, where = place.step, f"step {place.step.number}"
        if step.when:
            yield Use(text=step.when, where=f"{where}, when it is carried out")
        for setting in step.settings:
            row = STEP_TYPES[step.type].setting(setting.name)
            if row and row.kind in {SettingKind.EXPRESSION, SettingKind.BOUND}:
                yield Use(text=str(setting.value), where=f"{where}, {setting.name.replace('_', ' ')}")
        for field in step.fields:
            yield from _of_field(field, f"{where}, {field.label}")


def _of_field(field: Field, where: str) -> Iterator[Use]:
    if field.formula:
        rounded = None if field.decimals is None else Rounded(field.decimals, field.rounding)
        yield Use(text=field.formula, where=where, rounded=rounded)
    if field.target:
        yield Use(text=field.target, where=f"{where}, target")
    yield from _of_limits(field.limits, where)
    for statistic in field.statistics:
        yield from _of_limits(statistic.limits, f"{where}, {statistic.label}")


def _of_limits(limits: Limits | None, where: str) -> Iterator[Use]:
    if limits is None:
        return
    for level, allowed in (("action", limits.action), ("alert", limits.alert)):
        if allowed and allowed.minimum is not None:
            yield Use(text=allowed.minimum, where=f"{where}, lower {level} limit")
        if allowed and allowed.maximum is not None:
            yield Use(text=allowed.maximum, where=f"{where}, upper {level} limit")
