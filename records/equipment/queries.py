"""Reads of equipment: who held which role and which states were in force, at any moment (211.105(a))."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from records.equipment.calculations import AssetState, UsabilityRule, UseJudgement, evaluate, judge_use
from records.equipment.models import AssetMapping, Equipment, PhysicalAsset, StateInterval
from records.equipment.snapshot import snapshot, snapshot_digest, snapshot_text
from records.equipment.states import Axis, UsabilityVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHolder:
    """The asset that holds a role, and the mapping that says so."""

    mapping: AssetMapping
    asset: PhysicalAsset

    @property
    def name(self) -> str:
        """Return what sentences call it: role, and the asset in brackets."""
        return f"{self.mapping.tag} ({self.asset.number})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the asset in a role may be used now, and the snapshot that a step freezes."""

    holder: RoleHolder | None
    state: AssetState | None
    judgement: UseJudgement
    snapshot: str
    """Canonical JSON; empty where no asset holds the role."""
    digest: str


@dataclass(frozen=True, slots=True)
class RoleNode:
    """A role in the production tree, the asset that holds it, and the roles below."""

    role: Equipment
    asset: PhysicalAsset | None
    children: tuple["RoleNode", ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """An asset among all others: the role it holds, and its intervals in force."""

    asset: PhysicalAsset
    mapping: AssetMapping | None
    intervals: tuple[StateInterval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatWas:
    """One asset at a moment: the role it held, its state, and what it held (211.105(a))."""

    asset: PhysicalAsset
    mapping: AssetMapping | None
    state: AssetState


def asset_in_role(session: Session, tag: str, at: datetime) -> RoleHolder | None:
    """Return the asset that held a role at a moment, or None where none did."""
    found = session.execute(
        select(AssetMapping, PhysicalAsset)
        .join(PhysicalAsset, PhysicalAsset.number == AssetMapping.asset)
        .where(AssetMapping.tag == tag, *_in_force(AssetMapping, at))
        .order_by(AssetMapping.from_at.desc(), AssetMapping.id.desc())
        .limit(1)
    ).one_or_none()
    return RoleHolder(mapping=found[0], asset=found[1]) if found else None


def role_of(session: Session, asset: str, at: datetime) -> AssetMapping | None:
    """Return the mapping by which an asset held a role at a moment, or None where it held none."""
    return session.scalars(
        select(AssetMapping)
        .where(AssetMapping.asset == asset, *_in_force(AssetMapping, at))
        .order_by(AssetMapping.from_at.desc(), AssetMapping.id.desc())
        .limit(1)
    ).one_or_none()


def intervals_of(session: Session, asset: str, at: datetime) -> list[StateInterval]:
    """Return the interval in force at a moment on each axis that has one."""
    return list(
        session.scalars(
            select(StateInterval)
            .where(StateInterval.asset == asset, *_in_force(StateInterval, at))
            .order_by(StateInterval.axis, StateInterval.from_at, StateInterval.id)
        )
    )


def open_interval(session: Session, asset: str, axis: Axis) -> StateInterval | None:
    """Return the interval in force now on an axis, or None where none was ever begun."""
    return session.scalars(
        select(StateInterval)
        .where(StateInterval.asset == asset, StateInterval.axis == axis, StateInterval.to_at.is_(None))
        .execution_options(populate_existing=True)
    ).one_or_none()


def timeline(session: Session, asset: str) -> list[StateInterval]:
    """Return every interval of an asset, by axis and in order of time."""
    return list(
        session.scalars(
            select(StateInterval)
            .where(StateInterval.asset == asset)
            .order_by(StateInterval.axis, StateInterval.from_at, StateInterval.id)
        )
    )


def mappings_of(session: Session, asset: str) -> list[AssetMapping]:
    """Return every role an asset held, the oldest first."""
    return list(
        session.scalars(
            select(AssetMapping)
            .where(AssetMapping.asset == asset)
            .order_by(AssetMapping.from_at, AssetMapping.id)
        )
    )


def holders_of(session: Session, tag: str) -> list[AssetMapping]:
    """Return every asset that held a role, the oldest first."""
    return list(
        session.scalars(
            select(AssetMapping)
            .where(AssetMapping.tag == tag)
            .order_by(AssetMapping.from_at, AssetMapping.id)
        )
    )


def readiness(session: Session, tag: str, rule: UsabilityRule, at: datetime, time_zone: str) -> Readiness:
    """Judge the asset in a role by a usability rule at a moment, and freeze what was seen (211.188(b)(2))."""
    holder = asset_in_role(session, tag, at)
    if holder is None:
        sentence = f"No asset holds the role {tag}. Map one to it before it is used (21 CFR 211.105(b))."
        judgement = UseJudgement(verdict=UsabilityVerdict.BLOCK, failed=(sentence,))
        return Readiness(holder=None, state=None, judgement=judgement, snapshot="", digest="")
    state = evaluate(intervals_of(session, holder.asset.number, at), at, time_zone)
    judgement = judge_use(state, rule, gmp_impact=holder.asset.gmp_impact, name=holder.name)
    content = snapshot(
        mapping=holder.mapping, asset=holder.asset, state=state, rule=rule, judgement=judgement
    )
    text = snapshot_text(content)
    return Readiness(
        holder=holder, state=state, judgement=judgement, snapshot=text, digest=snapshot_digest(text)
    )


def what_was(session: Session, tag_or_asset: str, at: datetime, time_zone: str) -> WhatWas | None:
    """Return what a role's asset, or an asset by its number, was at a moment; None where there was none."""
    holder = asset_in_role(session, tag_or_asset, at)
    asset = holder.asset if holder else asset_by_number(session, tag_or_asset)
    if asset is None:
        return None
    mapping = holder.mapping if holder else role_of(session, asset.number, at)
    state = evaluate(intervals_of(session, asset.number, at), at, time_zone)
    return WhatWas(asset=asset, mapping=mapping, state=state)


def overview(session: Session, at: datetime) -> list[Standing]:
    """Return every asset with the role it holds and its intervals in force at a moment, by number."""
    assets = session.scalars(select(PhysicalAsset).order_by(PhysicalAsset.number)).all()
    held = session.scalars(select(AssetMapping).where(*_in_force(AssetMapping, at)))
    mappings = {mapping.asset: mapping for mapping in held}
    intervals: dict[str, list[StateInterval]] = {}
    for interval in session.scalars(select(StateInterval).where(*_in_force(StateInterval, at))):
        intervals.setdefault(interval.asset, []).append(interval)
    return [
        Standing(asset, mappings.get(asset.number), tuple(intervals.get(asset.number, ())))
        for asset in assets
    ]


def asset_by_number(session: Session, number: str) -> PhysicalAsset | None:
    """Return an asset, or None where there is none of that number."""
    return session.scalars(select(PhysicalAsset).where(PhysicalAsset.number == number)).one_or_none()


def role_by_tag(session: Session, tag: str) -> Equipment | None:
    """Return a role of the production tree, or None where there is none of that tag."""
    return session.scalars(select(Equipment).where(Equipment.tag == tag)).one_or_none()


def role_tree(session: Session, at: datetime) -> tuple[RoleNode, ...]:
    """Return the production tree from its topmost roles down, with the asset that holds each at a moment."""
    roles = session.scalars(select(Equipment).order_by(Equipment.tag)).all()
    held = session.execute(
        select(AssetMapping.tag, PhysicalAsset)
        .join(PhysicalAsset, PhysicalAsset.number == AssetMapping.asset)
        .where(*_in_force(AssetMapping, at))
    )
    assets = dict(held.all())
    known = {role.tag for role in roles}
    below: dict[str | None, list[Equipment]] = {}
    for role in roles:
        below.setdefault(role.parent if role.parent in known else None, []).append(role)

    def grow(parent: str | None) -> tuple[RoleNode, ...]:
        return tuple(RoleNode(role, assets.get(role.tag), grow(role.tag)) for role in below.get(parent, ()))

    return grow(None)


def _in_force(
    model: type[AssetMapping] | type[StateInterval], at: datetime
) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for a dated row to hold at a moment: its start counts, its end does not."""
    return (model.from_at <= at, or_(model.to_at.is_(None), model.to_at > at))
