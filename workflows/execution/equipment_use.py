"""Take equipment into use: judge it, freeze its state into the step, look again at the end."""

from collections.abc import Sequence
from decimal import Decimal

from audit.events import Action
from records.equipment.queries import Readiness, asset_in_role, readiness, role_by_tag
from records.equipment.states import UsabilityVerdict
from records.execution.models import EquipmentObservation, EquipmentUse
from records.execution.queries import equipment_used
from records.numbers import as_text
from records.procedure.definition import EquipmentUse as WantedUse
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.sections import EquipmentRule
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.execution.exceptions import open_exception, resource_finding
from workflows.execution.state import Execution
from workflows.perform import Changes

IDENTITY_ONLY = EquipmentRule(name="identity only", axes=())
"""The rule of a scan for which the master names none: the thing must be the one named."""


def rule_for(execution: Execution, step: StepDefinition, tag: str) -> EquipmentRule:
    """Return the usability rule the step names for a role."""
    name = next((use.rule for use in step.equipment if use.role == tag), None)
    rules = execution.owner.outline.procedure.equipment_rules
    return next((rule for rule in rules if rule.name == name), IDENTITY_ONLY)


def judged(execution: Execution, step: StepDefinition, tag: str) -> Readiness:
    """Judge the asset in a role for a step, at the time of the act."""
    work = execution.work
    return readiness(work.session, tag, rule_for(execution, step, tag), work.at, work.time_zone)


def unscanned(step: StepDefinition) -> Sequence[WantedUse]:
    """Return the equipment a step uses without asking for a scan: it is frozen when the step starts."""
    scanned = {
        field.expected
        for field in step.fields
        if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.EQUIPMENT
    }
    return [use for use in step.equipment if use.role not in scanned]


def blocked_equipment(execution: Execution, step: StepDefinition) -> list[str]:
    """Return why equipment that the step uses unscanned may not be used now."""
    return [
        sentence
        for use in unscanned(step)
        for sentence in reasons_not_to_use(execution, use.role, judged(execution, step, use.role))
    ]


def reasons_not_to_use(execution: Execution, tag: str, found: Readiness) -> list[str]:
    """Return why the asset in a role may not be used: its state, or the room its role stands in (ATK-41)."""
    failed = found.judgement.failed if found.judgement.verdict is UsabilityVerdict.BLOCK else ()
    wanted = next((one.room for one in execution.owner.outline.procedure.equipment if one.role == tag), None)
    role = role_by_tag(execution.work.session, tag) if wanted else None
    if role is None or role.room is None or role.room == wanted:
        return list(failed)
    return [*failed, f"{tag} stands in room {role.room}; the master wants it in {wanted}."]


def out_of_range(execution: Execution, field: Field, value: Decimal) -> str | None:
    """Return why an instrument can't have shown a value: above its range, or finer than it resolves.

    The smallest weight of a balance is about what is weighed, not about a reading such as a tare; a range in
    another unit says nothing.
    """
    work, tag = execution.work, field.instrument
    holder = asset_in_role(work.session, tag, work.at) if tag else None
    asset = holder.asset if holder else None
    if asset is None or asset.range_unit != field.unit:
        return None
    high, resolution = asset.range_maximum, asset.resolution
    if high is None or resolution is None:
        return None
    reading, name = f"{field.label}: {as_text(value)} {field.unit}", f"{tag} ({asset.number})"
    if value > high:
        return f"{reading} is more than {name} weighs; its range ends at {as_text(high)} {field.unit}."
    if value % resolution:
        return f"{reading} is finer than {name} shows; its resolution is {as_text(resolution)} {field.unit}."
    return None


def take_into_use(
    changes: Changes, execution: Execution, step: StepDefinition, tag: str, found: Readiness
) -> None:
    """Write the use with the frozen state; equipment allowed only with a signature opens an exception."""
    work = execution.work
    if found.holder is None:
        msg = f"{tag} has no asset; a use is written only after it was judged usable."
        raise ValueError(msg)
    changes.insert(
        EquipmentUse,
        Action.EQUIPMENT_USE,
        stream=execution.owner.stream,
        part=execution.part,
        tag=tag,
        asset=found.holder.asset.number,
        rule=rule_for(execution, step, tag).name,
        verdict=found.judgement.verdict.value,
        snapshot=found.snapshot,
        snapshot_digest=found.digest,
        used_at=work.at,
        used_by=execution.hand[0],
    )
    if found.judgement.verdict is UsabilityVerdict.ALLOW_WITH_SIGNATURE:
        sentence = " ".join(found.judgement.failed)
        open_exception(changes, execution, resource_finding(execution.part, sentence))


def observe_end(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Look at used equipment again when the step ends; what is no longer usable is an exception (ATK-41)."""
    work = execution.work
    for use in equipment_used(work.session, execution.owner.stream, execution.part):
        found = judged(execution, step, use.tag)
        changes.insert(
            EquipmentObservation,
            Action.EQUIPMENT_END,
            stream=execution.owner.stream,
            use_id=use.id,
            occasion="end of step",
            verdict=found.judgement.verdict.value,
            snapshot=found.snapshot,
            snapshot_digest=found.digest,
            observed_at=work.at,
        )
        if found.judgement.verdict is UsabilityVerdict.BLOCK and use.verdict != UsabilityVerdict.BLOCK.value:
            sentence = f"At the end of the step: {' '.join(found.judgement.failed)}"
            open_exception(changes, execution, resource_finding(execution.part, sentence))
