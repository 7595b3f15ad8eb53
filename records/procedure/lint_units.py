"""Checks of a definition: no formula adds kilograms to grams or gives another unit than its field. Pure."""

import re
from collections.abc import Iterator, Mapping

from records.procedure.definition import Procedure
from records.procedure.expression_units import infer_unit
from records.procedure.expressions import ExpressionError, compile_expression
from records.procedure.fields import Field
from records.procedure.lint_finding import Finding, at_field, at_section, at_step
from records.procedure.outline import Outline, Place

_PLAIN = frozenset({"", "%"})
_FACTOR = re.compile(r"(?<![A-Za-z0-9_])[0-9]")


def units_agree(outline: Outline) -> Iterator[Finding]:
    """Find formulas and conditions in which two units meet that can't be added or compared."""
    units = _formula_units(outline.procedure)
    yield from _required_quantities(outline.procedure, units)
    for place in outline.places:
        inside = units | {field.name: field.unit for field in place.step.fields if field.unit is not None}
        if place.step.when is not None:
            message = _clash(place.step.when, inside)
            if message:
                yield at_step(place, message, "when")
        for field in place.step.fields:
            yield from _field(place, field, inside)
        units |= _published(place)


def _field(place: Place, field: Field, units: Mapping[str, str]) -> Iterator[Finding]:
    """Check a computed field; a formula that holds a number may convert and is taken on trust."""
    if field.formula is None:
        return
    message = _clash(field.formula, units)
    if message:
        yield at_field(place, field.name, message, "formula")
    elif not _FACTOR.search(field.formula):
        given, wanted = _unit(field.formula, units), field.unit or ""
        if given is not None and given != wanted and not {given, wanted} <= _PLAIN:
            message = f"The formula gives {given or 'a plain number'}, and the field is in {wanted}."
            yield at_field(place, field.name, message, "unit")


def _required_quantities(procedure: Procedure, units: Mapping[str, str]) -> Iterator[Finding]:
    for item in procedure.formula:
        own = {**units, "base": item.unit, **dict.fromkeys(item.lot_attributes, "%")}
        message = _clash(item.required or "base", own)
        if message:
            yield at_section("formula", message, item.id, "required")


def _clash(text: str, units: Mapping[str, str]) -> str | None:
    """Say which units clash, or None; what does not compile is another check's finding."""
    try:
        expression = compile_expression(text)
    except ExpressionError:
        return None
    try:
        infer_unit(expression, units)
    except ExpressionError as error:
        return error.message
    return None


def _unit(text: str, units: Mapping[str, str]) -> str | None:
    try:
        return infer_unit(compile_expression(text), units)
    except ExpressionError:
        return None


def _formula_units(procedure: Procedure) -> dict[str, str]:
    units = {
        f"{item.id}_{suffix}": item.unit for item in procedure.formula for suffix in ("base", "required")
    }
    units["scale"] = ""
    if procedure.batch_size:
        units["batch_size"] = procedure.batch_size.unit
    record = procedure.master_record
    if record and record.theoretical_yield:
        units["theoretical_yield"] = record.theoretical_yield.unit
    return units


def _published(place: Place) -> dict[str, str]:
    found = {}
    for field in place.step.fields:
        if field.variable and field.unit is not None:
            found[field.variable] = field.unit
        for statistic in field.statistics:
            if statistic.variable and statistic.unit is not None:
                found[statistic.variable] = statistic.unit
    return found
