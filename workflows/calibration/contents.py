"""What signatures on functions and procedures of calibration cover: every figure of them."""

from records.calibration.function import Function, function_content
from records.calibration.models import CalibrationProcedure
from records.calibration.procedure import BudgetRow, Procedure, procedure_content
from records.identity import RECORD_PART
from records.numbers import as_text
from workflows.perform import Content


def function_part(function: Function) -> str:
    """Return the part of the asset's record that a version of a function is."""
    return f"function/{function.name}.{function.version}"


def function_signed(function: Function) -> Content:
    """Return the content of a version of a function."""
    limits = function.limits
    measures = f"{as_text(function.measuring.lower)} to {as_text(function.measuring.upper)}"
    puts_out = f"{as_text(function.output.lower)} to {as_text(function.output.upper)} {function.output_unit}"
    tiers = f"reject {as_text(limits.reject)}, adjust {as_text(limits.adjust)}, alert {as_text(limits.alert)}"
    lines = [
        f"Function {function.name} version {function.version} of asset {function.asset}",
        f"Measures {measures} {function.input_unit}, {function.transfer.value.replace('_', ' ')}",
        f"Puts out {puts_out}",
        f"Used from {as_text(function.use.lower)} to {as_text(function.use.upper)} {function.input_unit}",
        f"Limits ({limits.basis.value.replace('_', ' ')}): {tiers}",
        f"The process needs {as_text(function.process_tolerance)} on the same basis",
        f"Resolution {as_text(function.resolution)} {function.output_unit}",
    ]
    content = {"format": "countersign-instrument-function/1", **function_content(function)}
    return Content.of(function_part(function), content, "\n".join(lines))


def procedure_signed(record: CalibrationProcedure, procedure: Procedure) -> Content:
    """Return the content of a version of a procedure."""
    points = ", ".join(f"{as_text(one.applied)} {one.direction}" for one in procedure.points)
    conditions = [
        f"Condition: {one.quantity} {as_text(one.within.lower)} to {as_text(one.within.upper)} {one.unit}"
        for one in procedure.conditions
    ]
    lines = [
        f"Calibration procedure {record.number}: {record.title}",
        f"Points in {procedure.unit}: {points}",
        f"Readings at each: {procedure.repeats}; {procedure.soak_seconds} s to settle",
        *conditions,
        f"Standards: {', '.join(procedure.standards)}; least ratio {as_text(procedure.minimum_ratio)}",
        f"Decision rule: {procedure.rule_text}; factor {as_text(procedure.factor)}",
        f"Linearity: {procedure.line.value.replace('_', ' ')}",
        *(_row(row) for row in procedure.budget),
        f"Next calibration after {procedure.interval_days} days",
        f"Training asked for: {procedure.qualification or 'none'}",
    ]
    content = {
        "format": "countersign-calibration-procedure/1",
        "number": record.number,
        "title": record.title,
        **procedure_content(procedure),
    }
    return Content.of(RECORD_PART, content, "\n".join(lines))


def _row(row: BudgetRow) -> str:
    figure = row.source or (as_text(row.figure) if row.figure is not None else "")
    slope = "output by input" if row.sensitivity is None else as_text(row.sensitivity)
    return f"Uncertainty: {row.name}, {row.basis.value.replace('_', ' ')}, {figure}, sensitivity {slope}"
