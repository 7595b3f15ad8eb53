"""Write what a step does to its equipment onto the asset's own axes, in the step's transaction (211.105(a)).

An asset is in use from the start of a step to its end. One that touches product holds the batch from its
first use to the end of the operations that use it; then it is empty and dirty. A step that cleans makes it
clean once it is closed. A step that only looks at equipment changes nothing of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.equipment.models import PhysicalAsset, StateInterval
from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.execution.models import EquipmentUse
from records.execution.queries import ends_of, equipment_used
from records.execution.states import StepState
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import StepType
from records.times import to_text
from workflows.equipment.commands import change_state_within, lock_assets
from workflows.equipment.facts import NewState
from workflows.execution.equipment_fit import held_by_another
from workflows.execution.equipment_rules import rule_for
from workflows.execution.state import Execution
from workflows.perform import Changes, RefusedError

_LOOKS_ONLY = frozenset(
    {
        StepType.EQUIPMENT_CHECK,
        StepType.CLEANING_CHECK,
        StepType.AREA_CHECK,
        StepType.LINE_CLEARANCE,
        StepType.ENVIRONMENT_CHECK,
    }
)
_AT_WORK = ("available", "in_use")
"""The words of the service axis that the engine writes over; maintenance and the like are not its own."""


def begin_use(
    changes: Changes, execution: Execution, step: StepDefinition, uses: Sequence[EquipmentUse]
) -> None:
    """Put assets just taken into use to work; refuse one that another batch has filled meanwhile."""
    if step.type in _LOOKS_ONLY or not uses:
        return
    assets = lock_assets(execution.work.session, {use.asset for use in uses})
    for use in uses:
        _refuse_filled(execution, use)
        _add_step(changes, execution, assets[use.asset])
        if _cleans(step):
            _become(changes, execution, assets[use.asset], Axis.CLEANING, "in_cleaning")
        elif _touches_product(execution, step, use.tag):
            _become(changes, execution, assets[use.asset], Axis.CONTENT, "holds", _content(execution, step))


def end_use(changes: Changes, execution: Execution, step: StepDefinition) -> None:
    """Let go of the assets of a step that was performed, left out or ended with its batch."""
    if step.type in _LOOKS_ONLY:
        return
    for asset in _assets_of(execution, _standing_uses(execution)):
        _take_step_off(changes, execution, asset)


def take_back(changes: Changes, execution: Execution, use: EquipmentUse) -> None:
    """Undo what the use of an asset scanned by mistake did to its axes."""
    (asset,) = _assets_of(execution, [use])
    _take_step_off(changes, execution, asset)
    others = select(EquipmentUse.id).where(
        EquipmentUse.stream == use.stream, EquipmentUse.asset == use.asset, EquipmentUse.part != use.part
    )
    is_used_elsewhere = execution.work.session.scalar(others.limit(1)) is not None
    for axis in (Axis.CLEANING,) if is_used_elsewhere else (Axis.CLEANING, Axis.CONTENT):
        standing = _standing(execution, asset, axis)
        if standing and standing.cause == _cause(execution):
            before = _before(execution.work.session, standing)
            word, detail = (before.value, before.detail) if before else ("empty", {})
            _become(changes, execution, asset, axis, word, detail)


def filled_over(execution: Execution, use: EquipmentUse) -> str | None:
    """Return that another batch followed this one in an asset that nobody emptied in between (211.105(a))."""
    work, number = execution.work, execution.owner.number
    content = open_interval(work.session, use.asset, Axis.CONTENT)
    holder = content.detail.get("batch") if content and content.value == "holds" else None
    if content is None or holder is None or holder == number:
        return None
    before = _before(work.session, content)
    if before is None or before.value != "holds" or before.detail.get("batch") != number:
        return None
    return held_by_another(f"{use.tag} ({use.asset})", holder, content.from_at, work.time_zone)


def settle_cleaning(changes: Changes, execution: Execution, step: StepDefinition, state: StepState) -> None:
    """Say what a step that cleans has made of its assets by where it stands now."""
    if not _cleans(step):
        return
    uses = _standing_uses(execution)
    ended = ends_of(execution.work.session, uses)
    assets = {asset.number: asset for asset in _assets_of(execution, uses)}
    for use in uses:
        standing = _standing(execution, assets[use.asset], Axis.CLEANING)
        if standing is None or standing.cause != _cause(execution):
            continue  # used or cleaned otherwise since
        word, detail = _cleaned(step, state, ended.get(use.id), execution.work.at)
        _become(changes, execution, assets[use.asset], Axis.CLEANING, word, detail)
        if word == "clean":
            _become(changes, execution, assets[use.asset], Axis.CONTENT, "empty")


def finish_with_equipment(changes: Changes, execution: Execution) -> None:
    """Leave empty and dirty what held the batch in operations that are over (211.67(a))."""
    finished = _finished_roles(execution)
    if not finished:
        return
    session, stream = execution.work.session, execution.owner.stream
    used = select(EquipmentUse.asset).where(EquipmentUse.stream == stream, EquipmentUse.tag.in_(finished))
    holding = session.scalars(
        select(StateInterval.asset).where(
            StateInterval.asset.in_(used),
            StateInterval.axis == Axis.CONTENT,
            StateInterval.value == "holds",
            StateInterval.to_at.is_(None),
        )
    ).all()
    for asset in lock_assets(session, holding).values():
        content = _standing(execution, asset, Axis.CONTENT)
        if content and content.detail.get("batch") == execution.owner.number:
            _become(changes, execution, asset, Axis.CLEANING, "dirty", _last_batch(execution))
            _become(changes, execution, asset, Axis.CONTENT, "empty")


def _finished_roles(execution: Execution) -> list[str]:
    """Return the roles whose every operation is over; a hold time runs on and uses nothing."""
    is_open = {
        view.place.operation.id
        for view in execution.picture.views
        if not view.is_closed and view.place.step.type is not StepType.HOLD_TIME
    }
    operations: dict[str, set[str]] = {}
    for place in execution.owner.outline.places:
        for use in place.step.equipment:
            operations.setdefault(use.role, set()).add(place.operation.id)
    return [role for role, wanted in operations.items() if not wanted & is_open]


def _refuse_filled(execution: Execution, use: EquipmentUse) -> None:
    """Refuse an asset that another batch took between the look at it and its lock (ATK-40)."""
    work, owner = execution.work, execution.owner
    content = open_interval(work.session, use.asset, Axis.CONTENT)
    holder = content.detail.get("batch") if content and content.value == "holds" else None
    if content and holder and holder != owner.number:
        name = f"{use.tag} ({use.asset})"
        sentence = held_by_another(name, holder, content.from_at, work.time_zone)
        raise RefusedError([sentence], act="use_equipment", stream=owner.stream, part=execution.part)


def _add_step(changes: Changes, execution: Execution, asset: PhysicalAsset) -> None:
    standing = _standing(execution, asset, Axis.SERVICE)
    if standing and standing.value in _AT_WORK:
        steps = [one for one in standing.detail.get("steps", ()) if one != _cause(execution)]
        detail = {"steps": [*steps, _cause(execution)]}
        _become(changes, execution, asset, Axis.SERVICE, "in_use", detail)


def _take_step_off(changes: Changes, execution: Execution, asset: PhysicalAsset) -> None:
    standing = _standing(execution, asset, Axis.SERVICE)
    at_work = standing.detail.get("steps", ()) if standing and standing.value == "in_use" else ()
    if _cause(execution) not in at_work:
        return
    steps = [one for one in at_work if one != _cause(execution)]
    word, detail = ("in_use", {"steps": steps}) if steps else ("available", {})
    _become(changes, execution, asset, Axis.SERVICE, word, detail)


def _cleaned(
    step: StepDefinition, state: StepState, ended_at: datetime | None, at: datetime
) -> tuple[str, dict[str, Any]]:
    """Return the word of the cleaning axis and its detail; the hold runs from the end of the work itself."""
    hours, family = step.setting("clean_hours"), step.setting("product_family")
    if state in {StepState.SKIPPED, StepState.NOT_FINISHED}:
        return "dirty", {}
    if state is not StepState.DONE or ended_at is None or not isinstance(hours, int):
        return "in_cleaning", {}
    until = ended_at + timedelta(hours=hours)
    if until < at:
        return "dirty", {}
    return "clean", {"clean_until": to_text(until)} | ({"product_family": str(family)} if family else {})


def _become(
    changes: Changes,
    execution: Execution,
    asset: PhysicalAsset,
    axis: Axis,
    value: str,
    detail: Mapping[str, Any] | None = None,
) -> None:
    new = NewState(axis=axis, value=value, cause=_cause(execution), detail=detail or {})
    change_state_within(changes, execution.work, asset, new)


def _touches_product(execution: Execution, step: StepDefinition, tag: str) -> bool:
    """Tell whether an asset meets the product: then its rule asks how clean it is."""
    return any(clause.axis == Axis.CLEANING for clause in rule_for(execution, step, tag).axes)


def _cleans(step: StepDefinition) -> bool:
    return step.setting("clean_hours") is not None


def _content(execution: Execution, step: StepDefinition) -> dict[str, Any]:
    """Return what an asset holds, and in which phase of processing (211.105(a))."""
    return _last_batch(execution) | {"phase": execution.owner.outline.place(step.number).operation.title}


def _last_batch(execution: Execution) -> dict[str, Any]:
    product = execution.owner.outline.procedure.product
    return {"batch": execution.owner.number} | ({"product": product.code} if product else {})


def _standing_uses(execution: Execution) -> Sequence[EquipmentUse]:
    return equipment_used(execution.work.session, execution.owner.stream, execution.part)


def _assets_of(execution: Execution, uses: Iterable[EquipmentUse]) -> list[PhysicalAsset]:
    return list(lock_assets(execution.work.session, {use.asset for use in uses}).values())


def _standing(execution: Execution, asset: PhysicalAsset, axis: Axis) -> StateInterval | None:
    return open_interval(execution.work.session, asset.number, axis)


def _before(session: Session, interval: StateInterval) -> StateInterval | None:
    earlier = select(StateInterval).where(
        StateInterval.asset == interval.asset,
        StateInterval.axis == interval.axis,
        StateInterval.to_at == interval.from_at,
        StateInterval.id < interval.id,
    )
    return session.scalars(earlier.order_by(StateInterval.id.desc()).limit(1)).one_or_none()


def _cause(execution: Execution) -> str:
    return f"{execution.owner.stream} {execution.part}"
