"""How long a timer or a hold time of a step may run, by the master's settings."""

from datetime import datetime
from decimal import Decimal

from records.execution.facts import part_name
from records.procedure.definition import StepDefinition
from records.procedure.expressions import compile_expression
from workflows.execution.state import Execution
from workflows.execution.time_limits import Span, span_of_minutes


def span_of_step(
    execution: Execution, step: StepDefinition, occurrence: str, kind: str, started_at: datetime
) -> Span:
    """Return the span that a timer or hold time of this step must keep, from the moment it began."""
    return span_of_minutes(
        part_name(step.number, occurrence),
        kind,
        step.title,
        started_at,
        _minutes(execution, step, occurrence, "minimum_minutes"),
        _minutes(execution, step, occurrence, "maximum_minutes"),
        int(str(step.setting("warn_percent") or 80)),
    )


def _minutes(execution: Execution, step: StepDefinition, occurrence: str, name: str) -> Decimal | None:
    text = step.setting(name)
    if text is None:
        return None
    return compile_expression(str(text)).number(execution.scope(step, occurrence))
