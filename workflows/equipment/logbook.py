"""Derive the log of an asset (21 CFR 211.182) from what was recorded of it, in the server's own sequence.

It reads across records: uses stand in their batch, states and mappings with the asset. Nothing is written for
the log alone, so nothing can be written between two lines of it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from audit.events import Action
from audit.models import audit_event
from records.batch.models import Batch
from records.equipment.calculations import plain
from records.equipment.models import AssetMapping, PhysicalAsset, StateInterval
from records.equipment.queries import mappings_of, timeline
from records.execution.models import EquipmentUse
from records.identity import RECORD_PART
from records.times import from_text
from signatures.models import Signature, SignatureVoid


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line: what was done with the equipment, when, by whom, for which product and lot."""

    sequence: int
    """The server's sequence: lines stand in the order in which they were recorded."""
    recorded_at: datetime
    happened_at: datetime
    what: str
    record: str
    """The record and part behind the line."""
    batch: str | None = None
    product: str | None = None
    person: str
    checked_by: tuple[str, ...] = ()

    @property
    def is_late(self) -> bool:
        """Tell whether it was recorded after it happened; it stands last, and says when that was."""
        return self.happened_at < self.recorded_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """The log of one asset, and where its sequence has holes."""

    asset: str
    lines: tuple[LogLine, ...]
    gaps: tuple[str, ...]


class _Event(NamedTuple):
    sequence: int
    seq: int
    recorded_at: datetime
    person: str
    action: str
    row: tuple[str, str]
    """The table and the row's name within its stream."""


def logbook(
    session: Session, asset: PhysicalAsset, start: datetime | None = None, end: datetime | None = None
) -> Logbook:
    """Return the log of an asset, or of the part that happened from `start` up to, not including, `end`."""
    events = _events(session, [asset.stream])
    lines = [*_own_lines(session, asset, events), *_use_lines(session, asset)]
    wanted = (
        line
        for line in lines
        if (start is None or line.happened_at >= start) and (end is None or line.happened_at < end)
    )
    in_order = tuple(sorted(wanted, key=lambda line: line.sequence))
    return Logbook(asset=asset.number, lines=in_order, gaps=_gaps(asset.stream, events))


def _own_lines(session: Session, asset: PhysicalAsset, events: Iterable[_Event]) -> Iterable[LogLine]:
    states = {str(interval.id): interval for interval in timeline(session, asset.number)}
    mappings = {str(mapping.id): mapping for mapping in mappings_of(session, asset.number)}
    checkers = _checkers(session, sorted({interval.cause for interval in states.values()}))
    for event in events:
        table, row = event.row
        if event.action == Action.ASSET_REGISTER:
            yield _line(event, event.recorded_at, "Registered", asset.stream)
        elif event.action == Action.STATE_BEGIN and table == StateInterval.__tablename__:
            interval = states[row]
            line = _line(event, interval.from_at, _state_words(interval), interval.cause)
            yield replace(line, checked_by=checkers.get((interval.cause, RECORD_PART), ()))
        elif event.action == Action.ASSET_MAP and table == AssetMapping.__tablename__:
            mapping = mappings[row]
            yield _line(event, mapping.from_at, f"Took the role {mapping.tag}", asset.stream)
        elif event.action == Action.ASSET_UNMAP and table == AssetMapping.__tablename__:
            mapping = mappings[row]
            ended_at = mapping.to_at or event.recorded_at
            yield _line(event, ended_at, f"Left the role {mapping.tag}", asset.stream)


def _use_lines(session: Session, asset: PhysicalAsset) -> Iterable[LogLine]:
    uses = session.scalars(select(EquipmentUse).where(EquipmentUse.asset == asset.number)).all()
    streams = sorted({use.stream for use in uses})
    events = {event.row: event for event in _events(session, streams, Action.EQUIPMENT_USE)}
    batches = {batch.stream: batch for batch in _batches(session, streams)}
    checkers = _checkers(session, streams)
    for use in uses:
        event = events[EquipmentUse.__tablename__, f"{use.part}#{use.id}"]
        batch = batches.get(use.stream)
        yield LogLine(
            sequence=event.sequence,
            recorded_at=event.recorded_at,
            happened_at=use.used_at,
            what=f"Used as {use.tag}",
            record=f"{use.stream} {use.part}",
            batch=batch.number if batch else None,
            product=batch.product if batch else None,
            person=use.used_by,
            checked_by=checkers.get((use.stream, use.part), ()),
        )


def _line(event: _Event, happened_at: datetime, what: str, record: str) -> LogLine:
    return LogLine(
        sequence=event.sequence,
        recorded_at=event.recorded_at,
        happened_at=happened_at,
        what=what,
        record=record,
        person=event.person,
    )


def _state_words(interval: StateInterval) -> str:
    return f"{interval.axis.capitalize()}: {plain(interval.value)}"


def _events(session: Session, streams: list[str], action: Action | None = None) -> list[_Event]:
    columns = audit_event.c
    statement = (
        select(columns.id, columns.seq, columns.ts, columns.actor_id, columns.action, columns.body)
        .where(columns.stream.in_(streams))
        .order_by(columns.id)
    )
    if action is not None:
        statement = statement.where(columns.action == action.value)
    return [_event(found) for found in session.execute(statement)]


def _event(found: Row[*tuple[Any, ...]]) -> _Event:
    record: Mapping[str, Any] = json.loads(found.body)["rec"]
    return _Event(
        sequence=found.id,
        seq=found.seq,
        recorded_at=from_text(found.ts),
        person=found.actor_id,
        action=found.action,
        row=(record["type"], str(record["id"])),
    )


def _batches(session: Session, streams: list[str]) -> Iterable[Batch]:
    return session.scalars(select(Batch).where(Batch.stream.in_(streams)))


def _checkers(session: Session, streams: list[str]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Return who signed each step, with the meaning, as 211.182 asks of the one who double-checks."""
    standing = session.scalars(
        select(Signature)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(Signature.stream.in_(streams), SignatureVoid.id.is_(None))
        .order_by(Signature.id)
    )
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for signature in standing:
        place = (signature.stream, signature.part)
        told = f"{signature.printed_name} ({signature.meaning.replace('_', ' ')})"
        found[place] = (*found.get(place, ()), told)
    return found


def _gaps(stream: str, events: Iterable[_Event]) -> tuple[str, ...]:
    found, expected = [], 1
    for event in events:
        if event.seq != expected:
            found.append(f"{stream} has no entry {expected}: {event.seq} follows {expected - 1}.")
        expected = event.seq + 1
    return tuple(found)
