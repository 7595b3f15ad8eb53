"""Which equipment a step uses unscanned, and by which rule of the master each is judged."""

from collections.abc import Sequence

from records.procedure.definition import EquipmentUse as WantedUse
from records.procedure.definition import StepDefinition
from records.procedure.sections import EquipmentRule
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.execution.state import Execution

IDENTITY_ONLY = EquipmentRule(name="identity only", axes=())
"""The rule of a scan for which the master names none: the thing must be the one named."""


def rule_for(execution: Execution, step: StepDefinition, tag: str) -> EquipmentRule:
    """Return the usability rule the step names for a role."""
    name = next((use.rule for use in step.equipment if use.role == tag), None)
    rules = execution.owner.outline.procedure.equipment_rules
    return next((rule for rule in rules if rule.name == name), IDENTITY_ONLY)


def unscanned(step: StepDefinition) -> Sequence[WantedUse]:
    """Return the equipment a step uses without asking for a scan: it is frozen when the step starts."""
    scanned = {
        field.expected
        for field in step.fields
        if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.EQUIPMENT
    }
    return [use for use in step.equipment if use.role not in scanned]
