"""Why an instrument can't have shown a reading, or may not have weighed a quantity (211.160(b)(4))."""

from decimal import Decimal

from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_in_role
from records.numbers import as_text
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind
from records.units import convert
from workflows.execution.state import Execution


def not_comparable(execution: Execution, field: Field) -> str | None:
    """Return why no reading of a field can be off its instrument: their units measure different things."""
    asset = _asset_of(execution, field)
    if asset is None or convert(Decimal(0), field.unit, asset.range_unit) is not None:
        return None
    asked = f"asks for {field.unit}" if field.unit else "asks for no unit"
    return (
        f"{field.label} {asked}; {field.instrument} ({asset.number}) measures in {asset.range_unit}, "
        "so the two can't be compared. Have the instrument's range or the master put right."
    )


def out_of_range(execution: Execution, step: StepDefinition, field: Field, value: Decimal) -> str | None:
    """Return why a value is not one of its instrument, in whichever unit its range is stated.

    The smallest quantity of a balance is about what is weighed: the net weight, not the tare or gross that
    it is computed from. How fine a reading may be is about what was displayed, not about a figure.
    """
    asset = _asset_of(execution, field)
    if asset is None:
        return None
    measured = convert(value, field.unit, asset.range_unit)
    if measured is None:
        return not_comparable(execution, field)
    told = _outside(asset, measured, is_weighed=not _is_read_for_another(step, field))
    if told is None and field.kind is FieldKind.NUMBER:
        told = _too_fine(asset, measured)
    reading, name = f"{field.label}: {as_text(value)} {field.unit}", f"{field.instrument} ({asset.number})"
    return f"{reading} is {told.format(name=name)}" if told else None


def _asset_of(execution: Execution, field: Field) -> PhysicalAsset | None:
    """Return the instrument of a field that has a measuring range on record."""
    work, tag = execution.work, field.instrument
    holder = asset_in_role(work.session, tag, work.at) if tag else None
    return holder.asset if holder and holder.asset.range_unit is not None else None


def _outside(asset: PhysicalAsset, value: Decimal, *, is_weighed: bool) -> str | None:
    low, high, unit = asset.range_minimum, asset.range_maximum, asset.range_unit
    if high is not None and value > high:
        return f"more than {{name}} measures; its range ends at {as_text(high)} {unit}."
    if is_weighed and low is not None and value < low:
        return f"less than {{name}} measures; its range begins at {as_text(low)} {unit}."
    return None


def _too_fine(asset: PhysicalAsset, value: Decimal) -> str | None:
    step = asset.resolution
    if step is None or value % step == 0:
        return None
    return f"finer than {{name}} shows; its resolution is {as_text(step)} {asset.range_unit}."


def _is_read_for_another(step: StepDefinition, field: Field) -> bool:
    """Tell whether a figure of the same instrument is computed from this reading."""
    return any(
        one.formula is not None
        and one.instrument == field.instrument
        and field.name in compile_expression(one.formula).names
        for one in step.fields
        if one.kind is FieldKind.COMPUTED
    )
