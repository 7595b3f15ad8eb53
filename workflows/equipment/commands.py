"""Define roles, register assets, map one to the other, and begin states: no gap, no overlap."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from records.equipment.models import AssetMapping, Equipment, PhysicalAsset, StateInterval
from records.equipment.queries import asset_by_number, open_interval, role_by_tag
from records.equipment.states import Axis
from records.errors import RecordNotFoundError
from workflows.equipment import lifecycle, rules
from workflows.equipment.facts import (
    MappingFacts,
    NewAsset,
    NewAssetFacts,
    NewRole,
    NewState,
    RoleFacts,
    StateFacts,
)
from workflows.equipment.underway import with_what_runs
from workflows.perform import Changes, RefusedError, UnitOfWork, perform


def define_equipment(work: UnitOfWork, new: NewRole) -> Equipment:
    """Define a role of the production tree (ISA-95 Equipment)."""
    parent = role_by_tag(work.session, new.parent) if new.parent else None
    facts = RoleFacts(new=new, existing=role_by_tag(work.session, new.tag), parent=parent)
    defined: list[Equipment] = []

    def define(changes: Changes) -> None:
        defined.append(changes.insert(Equipment, Action.EQUIPMENT_DEFINE, **asdict(new)))

    perform(work, lifecycle.DEFINE, facts, define)
    return defined[0]


def register_asset(work: UnitOfWork, new: NewAsset) -> PhysicalAsset:
    """Register a physical asset under a number that it keeps for good (211.105(b))."""
    facts = NewAssetFacts(new=new, existing=asset_by_number(work.session, new.number))
    registered: list[PhysicalAsset] = []

    def register(changes: Changes) -> None:
        registered.append(changes.insert(PhysicalAsset, Action.ASSET_REGISTER, **asdict(new)))

    perform(work, lifecycle.REGISTER, facts, register)
    return registered[0]


def map_asset(work: UnitOfWork, number: str, tag: str, from_at: datetime | None = None) -> AssetMapping:
    """Put an asset into a role; what held the role, and what the asset held before, ends at that instant."""
    role = work.session.scalars(select(Equipment).where(Equipment.tag == tag).with_for_update()).one_or_none()
    holders = {held.asset for held in _open_mappings(work.session, number, tag)}
    assets = lock_assets(work.session, {number, *holders})
    facts = MappingFacts(
        record=assets[number],
        at=work.at,
        reason_given=_reason_given(work),
        tag=tag,
        role=role,
        ending=_open_mappings(work.session, number, tag),
        free_since=_free_since(work.session, number, tag),
        service=_open_value(work.session, number, Axis.SERVICE),
        from_at=from_at or work.at,
    )
    mapped: list[AssetMapping] = []

    def change(changes: Changes) -> None:
        for held in facts.ending:
            changes.update(held, Action.ASSET_UNMAP, to_at=facts.from_at)
        mapped.append(
            changes.insert(
                AssetMapping, Action.ASSET_MAP, tag=tag, asset=number, from_at=facts.from_at, to_at=None
            )
        )

    perform(work, lifecycle.MAP, facts, change)
    return mapped[0]


def begin_state(work: UnitOfWork, number: str, new: NewState) -> StateInterval:
    """Begin a state on one axis of an asset; the axis's open interval ends at the same instant.

    What no longer holds a batch is dirty from then on (211.67(a)).
    """
    asset = lock_assets(work.session, [number])[number]
    facts = with_what_runs(work.session, _state_facts(work, asset, new))
    begun: list[StateInterval] = []

    def begin(changes: Changes) -> None:
        begun.append(_begin(changes, work, facts))
        if new.axis is Axis.CONTENT and facts.held_batch:
            change_state_within(changes, work, asset, _dirty(work.session, facts))

    perform(work, lifecycle.BEGIN_STATE[new.axis], facts, begin)
    return begun[0]


def change_state_within(
    changes: Changes, work: UnitOfWork, asset: PhysicalAsset, new: NewState
) -> StateInterval:
    """Begin a state as part of another act, with its own authority; `lock_assets` comes first.

    A state that is so already, with the same detail, stays as it is. Raises RefusedError with every reason.
    """
    facts = _state_facts(work, asset, new)
    found = [sentence for rule in rules.STATE_RULES if (sentence := rule(facts, work.actor))]
    if found:
        act = lifecycle.BEGIN_STATE[new.axis].act
        raise RefusedError(found, act=act, stream=asset.stream)
    standing = facts.open_interval
    if standing and (standing.value, standing.detail) == (new.value, dict(new.detail)):
        return standing
    return _begin(changes, work, facts)


def lock_assets(session: Session, numbers: Iterable[str]) -> dict[str, PhysicalAsset]:
    """Lock assets, in the order of their numbers, and return them; raises RecordNotFoundError."""
    wanted = sorted(set(numbers))
    rows = session.scalars(
        select(PhysicalAsset)
        .where(PhysicalAsset.number.in_(wanted))
        .order_by(PhysicalAsset.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.number: row for row in rows}
    for number in wanted:
        if number not in found:
            raise RecordNotFoundError(PhysicalAsset.kind, number)
    return found


def _begin(changes: Changes, work: UnitOfWork, facts: StateFacts) -> StateInterval:
    if facts.open_interval:
        changes.update(facts.open_interval, Action.STATE_END, to_at=facts.from_at)
    return changes.insert(
        StateInterval,
        Action.STATE_BEGIN,
        stream=facts.record.stream,
        asset=facts.record.number,
        axis=facts.new.axis,
        value=facts.new.value,
        from_at=facts.from_at,
        to_at=None,
        detail=dict(facts.new.detail),
        cause=facts.new.cause,
        recorded_by=work.actor.person,
    )


def _dirty(session: Session, facts: StateFacts) -> NewState:
    """Return the state of cleaning that the end of a content brings about, from its end on."""
    standing = open_interval(session, facts.record.number, Axis.CLEANING)
    begins_at = max(facts.from_at, standing.from_at) if standing else facts.from_at
    left = {key: value for key, value in _detail_of(facts.content).items() if key in {"batch", "product"}}
    return NewState(axis=Axis.CLEANING, value="dirty", cause=facts.new.cause, detail=left, from_at=begins_at)


def _detail_of(interval: StateInterval | None) -> dict[str, Any]:
    return dict(interval.detail) if interval else {}


def _state_facts(work: UnitOfWork, asset: PhysicalAsset, new: NewState) -> StateFacts:
    return StateFacts(
        record=asset,
        at=work.at,
        reason_given=_reason_given(work),
        new=new,
        open_interval=open_interval(work.session, asset.number, new.axis),
        time_zone=work.time_zone,
        batch_exists=new.axis is Axis.CONTENT and _is_a_batch(work.session, new.detail.get("batch")),
    )


def _is_a_batch(session: Session, number: object) -> bool:
    return session.scalar(select(Batch.id).where(Batch.number == str(number))) is not None


def _open_value(session: Session, asset: str, axis: Axis) -> str | None:
    found = open_interval(session, asset, axis)
    return found.value if found else None


def _open_mappings(session: Session, number: str, tag: str) -> tuple[AssetMapping, ...]:
    return tuple(
        session.scalars(
            select(AssetMapping)
            .where(or_(AssetMapping.tag == tag, AssetMapping.asset == number), AssetMapping.to_at.is_(None))
            .order_by(AssetMapping.id)
            .execution_options(populate_existing=True)
        )
    )


def _free_since(session: Session, number: str, tag: str) -> datetime | None:
    return session.scalar(
        select(func.max(AssetMapping.to_at)).where(or_(AssetMapping.tag == tag, AssetMapping.asset == number))
    )


def _reason_given(work: UnitOfWork) -> bool:
    return bool(work.reason and work.reason.text.strip())
