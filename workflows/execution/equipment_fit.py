"""Why the thing in a role is not what a step wants: its state, what it holds, its room, range, cleaning."""

from datetime import datetime, timedelta

from records.days import local_minute
from records.equipment.calculations import AssetState
from records.equipment.models import Equipment, PhysicalAsset
from records.equipment.queries import Readiness, role_by_tag
from records.equipment.states import Axis, UsabilityVerdict
from records.maintenance.queries import stopped_by
from records.numbers import as_text
from records.procedure.definition import StepDefinition
from records.procedure.sections import EquipmentRole, MeasuringRange
from records.procedure.vocabulary import StepType
from records.units import convert
from records.work_order.models import WorkOrder
from workflows.execution.state import Execution


def reasons_not_to_use(execution: Execution, step: StepDefinition, tag: str, found: Readiness) -> list[str]:
    """Return why the asset in a role may not be used in a step; no signature passes over it (ATK-41)."""
    failed = found.judgement.failed if found.judgement.verdict is UsabilityVerdict.BLOCK else ()
    wanted = next((one for one in execution.owner.outline.procedure.equipment if one.role == tag), None)
    role = role_by_tag(execution.work.session, tag) if wanted else None
    reasons = [*failed, *_role_refusals(role, wanted)]
    if found.holder is None or found.state is None:
        return reasons
    name = found.holder.name
    held = content_refusal(found.state, name, execution.owner.number)
    reasons += [held] if held else []
    reasons += _stopped(execution, found.holder.asset, name)
    if wanted and wanted.range and (short := range_refusal(found.holder.asset, name, wanted.range)):
        reasons.append(short)
    if step.type is StepType.CLEANING_CHECK:
        reasons += cleaning_refusals(found.state, name, step)
    return reasons


def content_refusal(state: AssetState, name: str, batch: str) -> str | None:
    """Refuse an asset that holds another batch, whatever the rule asks for (211.105(a))."""
    content = state.axes[Axis.CONTENT]
    holder = (content.detail or {}).get("batch")
    if content.word != "holds" or holder == batch or content.since is None:
        return None
    return held_by_another(name, str(holder), content.since, state.time_zone)


def held_by_another(name: str, holder: str, since: datetime, time_zone: str) -> str:
    """Return the sentence about an asset that holds another batch."""
    told = local_minute(since, time_zone)
    return f"{name} holds batch {holder} since {told}; empty and clean it first (21 CFR 211.105(a))."


def range_refusal(asset: PhysicalAsset, name: str, wanted: MeasuringRange) -> str | None:
    """Refuse an instrument that does not measure all the master wants, as finely (211.63, 211.68(a))."""
    unit, step = wanted.unit, wanted.resolution
    span = f"{as_text(wanted.minimum)} to {as_text(wanted.maximum)} {unit} by {as_text(step)}"
    low, high, finest = asset.range_minimum, asset.range_maximum, asset.resolution
    if low is None or high is None or finest is None:
        return f"{name} has no measuring range on record; the master wants {span}."
    own_low, own_high, own_step = (convert(one, asset.range_unit, unit) for one in (low, high, finest))
    if own_low is not None and own_high is not None and own_step is not None:
        fits = own_low <= wanted.minimum and own_high >= wanted.maximum and own_step <= step
        if fits:
            return None
    own = f"{as_text(low)} to {as_text(high)} {asset.range_unit} by {as_text(finest)}"
    return f"{name} measures {own}; the master wants {span}."


def cleaning_refusals(state: AssetState, name: str, step: StepDefinition) -> list[str]:
    """Refuse a cleaning for another family of products, or longer ago than the step allows (211.67)."""
    cleaning, reasons = state.axes[Axis.CLEANING], []
    family, hours = step.setting("product_family"), step.setting("maximum_hours")
    cleaned_for = (cleaning.detail or {}).get("product_family")
    if family is not None and cleaned_for != family:
        told = f"was cleaned for {cleaned_for}" if cleaned_for else "was cleaned for no family of products"
        reasons.append(f"{name} {told}; this step wants it cleaned for {family}.")
    if isinstance(hours, int) and cleaning.from_at and state.at > cleaning.from_at + timedelta(hours=hours):
        since = local_minute(cleaning.from_at, state.time_zone)
        reasons.append(f"{name} was cleaned {since}; this step allows {hours} hours. Clean it again.")
    return reasons


def _stopped(execution: Execution, asset: PhysicalAsset, name: str) -> list[str]:
    """Refuse an asset whose maintenance is missing, except to the work that maintains it (211.67(a))."""
    if isinstance(execution.owner.record, WorkOrder):
        return []
    work = execution.work
    return [
        f"{name}: maintenance {plan} was due on {due.due_on}, and it may be used without it until "
        f"{due.stops_on} only. Do the work first (21 CFR 211.67(a))."
        for plan, due in stopped_by(work.session, asset.number, work.at, work.time_zone)
    ]


def _role_refusals(role: Equipment | None, wanted: EquipmentRole | None) -> list[str]:
    """Refuse a role of another class than the master's, or in another room (211.63)."""
    if role is None or wanted is None:
        return []
    reasons = []
    if role.equipment_class != wanted.equipment_class:
        reasons.append(
            f"{role.tag} is of the class {role.equipment_class}; the master wants {wanted.equipment_class}."
        )
    if role.room is not None and wanted.room is not None and role.room != wanted.room:
        reasons.append(f"{role.tag} stands in room {role.room}; the master wants it in {wanted.room}.")
    return reasons
