"""Search the audit trail by who, what, when, why and record (21 CFR 11.10(e), Annex 11 section 9)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Select, cast, func, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.trail.sentences import Event, Names, event_of, exception_row, superseded
from audit.models import audit_event, stream_head
from records.base import Base, Recorded
from records.execution.models import BatchException, Entry
from records.times import to_text

PAGE_SIZE = 50
LARGEST_FILE = 100_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of the trail; what is empty is not asked."""

    who: str = ""
    action: str = ""
    record: str = ""
    """A stream such as ``batch/TB-0771``, or a number alone."""
    text: str = ""
    """Words in what was changed, old or new."""
    why: str = ""
    since: datetime | None = None
    until: datetime | None = None
    oldest_first: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of the trail, and whether there is more."""

    events: Sequence[Event]
    first: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """One event as stored, with its place in its chain."""

    stream: str
    seq: int
    body: str
    event_hash: bytes
    mac: bytes
    previous_hash: bytes | None
    """None where this event is the stream's first."""
    head_seq: int


def search(session: Session, wanted: Wanted, names: Names) -> Found:
    """Return one page of what is asked for."""
    first = (wanted.page - 1) * PAGE_SIZE
    rows = session.execute(_select(session, wanted).limit(PAGE_SIZE + 1).offset(first)).all()
    events = events_of(session, [json.loads(row.body) for row in rows[:PAGE_SIZE]], names)
    return Found(events=events, first=first, more=len(rows) > PAGE_SIZE)


def every_event(session: Session, wanted: Wanted, names: Names) -> Iterator[tuple[Event, str]]:
    """Yield every event asked for with its hash in hexadecimal, at most one more than a file may hold."""
    found = session.execute(_select(session, wanted).limit(LARGEST_FILE + 1)).all()
    events = events_of(session, [json.loads(row.body) for row in found], names)
    return zip(events, (bytes(row.event_hash).hex() for row in found), strict=True)


def events_of(session: Session, bodies: Sequence[Any], names: Names) -> list[Event]:
    """Return events in words: a corrected value beside the one it replaces, an exception with its number."""
    values = _looked_up(session, Entry.id, Entry.value, map(superseded, bodies))
    numbers = _looked_up(session, BatchException.id, BatchException.number, map(exception_row, bodies))
    return [
        event_of(body, names, values.get(superseded(body)), numbers.get(exception_row(body)))
        for body in bodies
    ]


def _looked_up(
    session: Session,
    key: InstrumentedAttribute[int],
    wanted: InstrumentedAttribute[str],
    ids: Iterable[int | None],
) -> dict[int | None, str]:
    asked = sorted({one for one in ids if one is not None})
    found: dict[int | None, str] = {}
    for start in range(0, len(asked), _AT_ONCE):
        rows = session.execute(select(key, wanted).where(key.in_(asked[start : start + _AT_ONCE])))
        found.update({row[0]: row[1] for row in rows})
    return found


def raw_event(session: Session, stream: str, seq: int) -> RawEvent | None:
    """Return an event as stored; None where there is none at that place."""
    rows = session.execute(
        select(audit_event).where(audit_event.c.stream == stream, audit_event.c.seq.in_([seq - 1, seq]))
    ).all()
    by_seq = {row.seq: row for row in rows}
    if seq not in by_seq:
        return None
    row, before = by_seq[seq], by_seq.get(seq - 1)
    head = session.scalar(select(stream_head.c.seq).where(stream_head.c.stream == stream))
    return RawEvent(
        stream=stream,
        seq=seq,
        body=row.body,
        event_hash=bytes(row.event_hash),
        mac=bytes(row.mac),
        previous_hash=bytes(before.event_hash) if before else None,
        head_seq=head or 0,
    )


def _select(session: Session, wanted: Wanted) -> Select[Any]:
    columns = audit_event.c
    order = columns.id if wanted.oldest_first else columns.id.desc()
    return select(columns.body, columns.event_hash).where(*_conditions(session, wanted)).order_by(order)


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    columns = audit_event.c
    found: list[ColumnElement[bool]] = []
    if wanted.who:
        found.append(columns.actor_id == wanted.who)
    if wanted.action:
        found.append(columns.action == wanted.action)
    if wanted.record:
        found.append(columns.stream.in_(streams_of(wanted.record)))
    if wanted.since:
        found.append(columns.ts >= to_text(wanted.since))
    if wanted.until:
        found.append(columns.ts <= to_text(wanted.until))
    if wanted.text:
        found.append(columns.body.icontains(_as_in_json(wanted.text), autoescape=True))
    if wanted.why:
        found.append(_reason_holds(session, columns.body, wanted.why))
    return found


def streams_of(record: str) -> list[str]:
    """Return the streams a record's name may mean, those of its refused attempts included."""
    named = [record] if "/" in record else [f"{kind}/{record}" for kind in _kinds()]
    return [*named, *(f"denied/{stream}" for stream in named)]


def _kinds() -> list[str]:
    """Return what the streams of records begin with; `kind` is a column in some other tables."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    kinds = (getattr(model, "kind", None) for model in models if issubclass(model, Recorded))
    return sorted({kind for kind in kinds if isinstance(kind, str)})


def _reason_holds(session: Session, body: Column[str], why: str) -> ColumnElement[bool]:
    """Look into the reason alone, by the database's own reading of JSON."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    document = type_coerce(body, JSON) if is_sqlite else cast(body, JSON)
    reason: list[Any] = [document["reason"][key].as_string() for key in ("text", "code")]
    return or_(*(func.coalesce(said, "").icontains(why, autoescape=True) for said in reason))


def _as_in_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
