"""Containers of the batch's intermediates: filled by its transfers, emptied where they are scanned next."""

from collections.abc import Iterator

from records.execution.facts import ValueFact, part_name
from records.execution.states import StepState
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import ScanKind, StepType
from workflows.execution.scope import base_name
from workflows.execution.state import Execution


def is_of_intermediates(field: Field) -> bool:
    """Tell whether a field asks for a container of what the batch makes, not of a component."""
    return field.scan_of is ScanKind.CONTAINER and field.component is None and field.expected is None


def fills(step: StepDefinition) -> bool:
    """Tell whether the containers a step asks for are filled there; elsewhere they are emptied."""
    return step.type is StepType.TRANSFER


def waiting(execution: Execution) -> list[str]:
    """Return the containers this batch filled and has not emptied yet."""
    filled, emptied = (
        [fact.value for fact in _scans(execution) if fills(_step(execution, fact)) is wanted]
        for wanted in (True, False)
    )
    return [label for label in filled if label not in emptied]


def intermediate_refusals(execution: Execution, code: str) -> list[str]:
    """Refuse a container that this batch did not fill, or emptied already (211.101, 211.105)."""
    own = waiting(execution)
    if code in own:
        return []
    there = f"expected is one of {', '.join(own)}." if own else "no container it filled is left to empty."
    scans = [fact for fact in _scans(execution) if fact.value == code]
    if scans:
        part = part_name(scans[-1].step, scans[-1].occurrence)
        return [f"Container {code} was scanned in {part} already; {there}"]
    return [f"Container {code} was not filled by {execution.owner.number}; {there}"]


def _scans(execution: Execution) -> Iterator[ValueFact]:
    """Return the scans of such containers that stand; those of a step left out are void."""
    for fact in execution.values:
        run = execution.runs.get((fact.step, fact.occurrence))
        field = _step(execution, fact).field(base_name(fact.field))
        if field and is_of_intermediates(field) and run and run.state is not StepState.SKIPPED:
            yield fact


def _step(execution: Execution, fact: ValueFact) -> StepDefinition:
    return execution.owner.outline.step(fact.step)
