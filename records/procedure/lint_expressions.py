"""Checks of a definition: every expression compiles, yields what is needed and reads what is there. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from records.procedure.definition import Phase, Procedure
from records.procedure.expressions import Expression, ExpressionError, Kind, compile_expression
from records.procedure.fields import Field, LimitRange, Limits, field_variables
from records.procedure.lint_finding import Finding, at_field, at_section, at_step
from records.procedure.outline import Outline, Path, Place, phases, published_variables
from records.procedure.settings import SettingKind
from records.procedure.step_types import STEP_TYPES

BUILT_IN = frozenset({"scale", "batch_size", "theoretical_yield"})
"""Names every expression of a batch may read: planned over base size, planned size, yield at that size."""

_NUMBERS = frozenset({Kind.NUMBER, Kind.RECORDED})


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may read and must give; `sampled` names need a sum or mean."""

    names: frozenset[str]
    wanted: frozenset[Kind]
    sampled: frozenset[str] = frozenset()


def formula_names(procedure: Procedure) -> frozenset[str]:
    """Give the names the formula and the batch size publish to every expression."""
    ids = [item.id for item in procedure.formula]
    return BUILT_IN | {f"{name}_{suffix}" for name in ids for suffix in ("base", "required")}


def formula_is_computable(outline: Outline) -> Iterator[Finding]:
    """Find required quantities that read what is not known, or each other in a circle."""
    items = outline.procedure.formula
    bases = frozenset(f"{item.id}_base" for item in items) | {"base", "scale"}
    reads: dict[str, set[str]] = {}
    for item in items:
        others = {f"{other.id}_required" for other in items if other.id != item.id}
        scope = Scope(bases | others | frozenset(item.lot_attributes), _NUMBERS)
        found = _expression(item.required or "base", scope)
        if isinstance(found, str):
            yield at_section("formula", found, item.id, "required")
            continue
        reads[item.id] = {name.removesuffix("_required") for name in found.names if name in others}
        for attribute in item.lot_attributes:
            if attribute not in found.names:
                message = f"The lot attribute {attribute} is not read by required."
                yield at_section("formula", message, item.id, "lot_attributes")
    for item in items:
        if _reaches(item.id, item.id, reads):
            message = f"The required quantity of {item.id} depends on itself."
            yield at_section("formula", message, item.id, "required")


def expressions_are_sound(outline: Outline) -> Iterator[Finding]:
    """Find step expressions that do not compile, or read what no earlier step publishes."""
    earlier = set(formula_names(outline.procedure))
    starts = {place.path[:-2]: place.position for place in reversed(outline.places)}
    structure = {starts[path]: (path, phase) for path, _, _, phase in phases(outline.procedure)}
    for place in outline.places:
        if place.position in structure:
            yield from _phase(*structure[place.position], frozenset(earlier))
        yield from _step(place, frozenset(earlier))
        earlier.update(published_variables(place.step))


def variables_are_clear(outline: Outline) -> Iterator[Finding]:
    """Find variables that hide a built-in name, or that two steps publish in different units."""
    reserved = formula_names(outline.procedure) | {"base"}
    units: dict[str, str | None] = {}
    for place in outline.places:
        for field in place.step.fields:
            for name in field_variables(field):
                if name in reserved:
                    yield at_field(place, field.name, f"The variable {name} hides a built-in name.", "as")
            if field.variable:
                unit = units.setdefault(field.variable, field.unit)
                if unit != field.unit:
                    message = f"The variable {field.variable} is in {unit or 'no unit'} in an earlier step."
                    yield at_field(place, field.name, message, "unit")


def output_is_published(outline: Outline) -> Iterator[Finding]:
    """Find a batch size whose output variable no step publishes."""
    size = outline.procedure.batch_size
    published = {name for place in outline.places for name in published_variables(place.step)}
    if size and size.output and size.output not in published:
        yield at_section("batch_size", f"No step publishes {size.output}.", "output")


def _phase(path: Path, phase: Phase, earlier: frozenset[str]) -> Iterator[Finding]:
    where = f"phase {phase.id}"
    conditions = frozenset({Kind.CONDITION})
    inside = earlier | {name for step in phase.steps for name in published_variables(step)}
    texts: list[tuple[str | None, frozenset[str], tuple[str, ...]]] = [(phase.when, earlier, ("when",))]
    if phase.loop:
        texts.append((phase.loop.condition, earlier, ("loop", "while")))
    if phase.recurring:
        texts.append((phase.recurring.until, inside, ("recurring", "until")))
    for text, names, keys in texts:
        found = _expression(text, Scope(names, conditions)) if text is not None else None
        if isinstance(found, str):
            yield Finding(path=(*path, *keys), where=where, message=found)


def _step(place: Place, earlier: frozenset[str]) -> Iterator[Finding]:
    """Check a step's own expressions, then those of its fields that do not come from a setting."""
    step = place.step
    if step.when is not None:
        found = _expression(step.when, Scope(earlier, frozenset({Kind.CONDITION})))
        if isinstance(found, str):
            yield at_step(place, found, "when")
    names = earlier | {field.name for field in step.fields}
    said = set()
    for setting in step.settings:
        row = STEP_TYPES[step.type].setting(setting.name)
        if row and row.kind in {SettingKind.EXPRESSION, SettingKind.BOUND}:
            found = _expression(str(setting.value), Scope(names, _NUMBERS))
            if isinstance(found, str):
                said.add(str(setting.value))
                yield at_step(place, found, "settings", setting.name)
    for field in step.fields:
        yield from _field(place, field, earlier, said)


def _field(place: Place, field: Field, earlier: frozenset[str], said: set[str]) -> Iterator[Finding]:
    others = [other for other in place.step.fields if other.name != field.name]
    sampled = frozenset(other.name for other in others if other.samples and other.samples != field.samples)
    scope = Scope(earlier | {other.name for other in others}, _NUMBERS, sampled)
    for text, keys in _texts(field):
        found = _expression(text, scope)
        if isinstance(found, str) and text not in said:
            yield at_field(place, field.name, found, *keys)


def _texts(field: Field) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every expression of a field with the keys that lead to it."""
    if field.formula is not None:
        yield field.formula, ("formula",)
    if field.target is not None:
        yield field.target, ("target",)
    yield from _bounds(field.limits, ())
    for statistic in field.statistics:
        yield from _bounds(statistic.limits, ("statistics", statistic.kind.value))


def _bounds(limits: Limits | None, keys: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if limits is None:
        return
    ranges: dict[str, LimitRange | None] = {"action": limits.action, "alert": limits.alert}
    for level, allowed in ranges.items():
        if allowed and allowed.minimum is not None:
            yield allowed.minimum, (*keys, "limits", level, "minimum")
        if allowed and allowed.maximum is not None:
            yield allowed.maximum, (*keys, "limits", level, "maximum")


def _expression(text: str, scope: Scope) -> Expression | str:
    """Give the expression, or the sentence that says why it can't stand here."""
    try:
        expression = compile_expression(text)
    except ExpressionError as error:
        return error.message
    if expression.kind not in scope.wanted:
        wanted = "a condition" if Kind.CONDITION in scope.wanted else "a number"
        return f"{text!r} gives {expression.kind}, and {wanted} is needed."
    unknown = sorted(expression.names - scope.names)
    if unknown:
        return f"{text!r} reads {', '.join(unknown)}, which nothing before it publishes."
    several = sorted((expression.names - expression.aggregate_names) & scope.sampled)
    if several:
        return f"{text!r} reads one value of {', '.join(several)}, which has several; use mean or sum."
    return expression


def _reaches(start: str, target: str, reads: dict[str, set[str]], seen: frozenset[str] = frozenset()) -> bool:
    for name in reads.get(start, set()) - seen:
        if name == target or _reaches(name, target, reads, seen | {name}):
            return True
    return False
