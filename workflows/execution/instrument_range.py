"""Why an instrument can't have shown a reading, or may not have weighed a quantity (211.160(b)(4))."""

from decimal import Decimal

from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_in_role
from records.numbers import as_text
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind
from workflows.execution.state import Execution


def out_of_range(execution: Execution, step: StepDefinition, field: Field, value: Decimal) -> str | None:
    """Return why a value is not one of its instrument; a range in another unit says nothing.

    The smallest quantity of a balance is about what is weighed: the net weight, not the tare or gross that
    it is computed from. How fine a reading may be is about what was displayed, not about a figure.
    """
    work, tag = execution.work, field.instrument
    holder = asset_in_role(work.session, tag, work.at) if tag else None
    if holder is None or holder.asset.range_unit != field.unit:
        return None
    reading, name = f"{field.label}: {as_text(value)} {field.unit}", f"{tag} ({holder.asset.number})"
    told = _outside(holder.asset, value, is_weighed=not _is_read_for_another(step, field))
    if told is None and field.kind is FieldKind.NUMBER:
        told = _too_fine(holder.asset, value)
    return f"{reading} is {told.format(name=name)}" if told else None


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
