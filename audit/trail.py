"""Append to the trail, in the caller's transaction (ledger section 5).

Heads are locked late and in sorted order, so that two records never wait for each other in a circle. If an
event cannot be written, the caller's change does not happen: it is the same transaction.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, insert, select, update

from audit.canonical import encode
from audit.chain import BrokenTrailError, HeadMovedError, Ledger, event_hash, genesis, mac
from audit.events import CLOCK_TOLERANCE, Action, Envelope, RowChange, body
from audit.models import audit_event, seal_outbox, stream_head
from records.prepared import Prepared
from records.times import from_text

_LOCK_HEAD = Prepared(
    select(stream_head.c.seq, stream_head.c.event_hash)
    .where(stream_head.c.stream == bindparam("of"))
    .with_for_update()
)
# A statement of its own, after the lock: on PostgreSQL a join would still see the events as they were before
# the wait for the lock, and so lose the head that another transaction has moved meanwhile.
_LAST_TIME = Prepared(
    select(audit_event.c.ts).where(
        audit_event.c.stream == bindparam("of"), audit_event.c.seq == bindparam("number")
    )
)
_NEWEST_TIME = Prepared(
    select(audit_event.c.ts).where(audit_event.c.id == select(func.max(audit_event.c.id)).scalar_subquery())
)
"""The time of the newest event of any stream, read without a lock, so that writers do not wait for it."""
_EARLIER = (
    select(audit_event.c.seq, audit_event.c.event_hash, audit_event.c.body)
    .where(audit_event.c.stream == bindparam("of"), audit_event.c.seq < bindparam("before"))
    .order_by(audit_event.c.seq.desc())
    .limit(100)
)
"""A piece of a stream, the newest first: what a signature is about has mostly been touched a moment ago."""
_ADD_EVENTS = insert(audit_event).returning(audit_event.c.id)
_ADD_EVENT = Prepared(
    _ADD_EVENTS.values(
        {column.name: bindparam(column.name) for column in audit_event.c if column.name != "id"}
    )
)
_ADD_TO_OUTBOX = insert(seal_outbox)
_ADD_ONE_TO_OUTBOX = Prepared(_ADD_TO_OUTBOX.values(event_id=bindparam("event_id")))
_BEGIN_HEAD = insert(stream_head)
_MOVE_HEAD = Prepared(
    update(stream_head)
    .where(stream_head.c.stream == bindparam("of"), stream_head.c.seq == bindparam("old"))
    .values(seq=bindparam("new"), event_hash=bindparam("digest"))
)


@dataclass(slots=True)
class _Head:
    seq: int
    digest: bytes
    ts: str
    stored_seq: int


class Trail:
    """The events of one transaction: add them in order, then write them once."""

    def __init__(self, connection: Connection, ledger: Ledger, envelope: Callable[[], Envelope]) -> None:
        self._connection = connection
        self._ledger = ledger
        self._read_envelope = envelope
        self._heads: dict[str, _Head] = {}
        self._rows: list[dict[str, Any]] = []
        self._touched: dict[tuple[str, str], bytes] = {}
        self._streams_with_anomaly: set[str] = set()

    def lock(self, streams: Iterable[str]) -> None:
        """Lock the heads of these streams, in sorted order, until the transaction ends.

        Raises BrokenTrailError where a head's event is gone.
        """
        wanted = sorted(set(streams) - self._heads.keys())
        for stream in wanted:
            self._heads[stream] = self._locked(stream)

    def _locked(self, stream: str) -> _Head:
        found = _LOCK_HEAD.rows(self._connection, {"of": stream})
        if not found:
            return _Head(0, b"", "", 0)
        ((seq, digest),) = found
        times = _LAST_TIME.rows(self._connection, {"of": stream, "number": seq})
        if not times:
            raise BrokenTrailError(stream)
        return _Head(seq, bytes(digest), str(times[0][0]), seq)

    @cached_property
    def _envelope(self) -> Envelope:
        """What the events share, read once the heads are locked, so that no wait makes them look old."""
        return self._read_envelope()

    def add(self, change: RowChange) -> bytes:
        """Chain one event to its stream and return its hash; the stream must be locked."""
        head = self._heads[change.stream]
        last = head.ts if self._rows else max(head.ts, self._newest_time_behind())
        if self._envelope.at < last and change.stream not in self._streams_with_anomaly:
            self._streams_with_anomaly.add(change.stream)
            told = ({"p": "/clock", "o": last, "n": self._envelope.at},)
            self._chain(head, replace(change, action=Action.CLOCK_ANOMALY, changed=told))
        return self._chain(head, change)

    def _newest_time_behind(self) -> str:
        """Return the time of the newest event of all, if the clock stands well before it (ATK-14)."""
        newest = next((str(ts) for (ts,) in _NEWEST_TIME.rows(self._connection, {})), "")
        at = self._envelope.at
        return newest if at < newest and from_text(at) + CLOCK_TOLERANCE < from_text(newest) else ""

    def last_touching(self, stream: str, part: str) -> bytes:
        """Return the hash of the last event about a part of a record (a signature's ``after``)."""
        if (stream, part) in self._touched:
            return self._touched[stream, part]
        about, before = f'"id":{encode(part).decode()[:-1]}#', self._heads[stream].seq + 1
        while rows := self._connection.execute(_EARLIER, {"of": stream, "before": before}).all():
            found = next((row.event_hash for row in rows if about in row.body), None)
            if found is not None:
                return bytes(found)
            before = rows[-1].seq
        return self._heads[stream].digest

    def write(self) -> Sequence[int]:
        """Insert the events, hand them to the sealer's outbox and move the heads; return the events' ids."""
        if not self._rows:
            return ()
        ids = self._add_events()
        for stream, head in sorted(self._heads.items()):
            if head.seq != head.stored_seq:
                self._move(stream, head)
        self._rows = []
        return ids

    def _add_events(self) -> Sequence[int]:
        """Insert the events and hand them to the outbox: several in two statements, a single one faster."""
        if len(self._rows) > 1:
            ids = self._connection.execute(_ADD_EVENTS, self._rows).scalars().all()
            self._connection.execute(_ADD_TO_OUTBOX, [{"event_id": event_id} for event_id in ids])
            return ids
        ((event_id,),) = _ADD_EVENT.rows(self._connection, self._rows[0])
        _ADD_ONE_TO_OUTBOX.count(self._connection, {"event_id": event_id})
        return (event_id,)

    def _chain(self, head: _Head, change: RowChange) -> bytes:
        ts = max(self._envelope.at, head.ts)
        eid = _event_id(ts)
        previous = head.digest or genesis(self._ledger.origin, change.stream, eid)
        content = body(self._envelope, change, eid=eid, seq=head.seq + 1, prev=previous, ts=ts)
        data = encode(content)
        digest = event_hash(data)
        self._rows.append(
            {
                "stream": change.stream,
                "seq": head.seq + 1,
                "ts": ts,
                "actor_id": self._envelope.who.person,
                "action": change.action.value,
                "event_hash": digest,
                "mac": mac(self._ledger.mac_key, digest),
                "body": data.decode("utf-8"),
            }
        )
        head.seq, head.digest, head.ts = head.seq + 1, digest, ts
        part, separator, _row = change.row.partition("#")
        if separator:
            self._touched[change.stream, part] = digest
        return digest

    def _move(self, stream: str, head: _Head) -> None:
        if head.stored_seq == 0:
            self._connection.execute(
                _BEGIN_HEAD, {"stream": stream, "seq": head.seq, "event_hash": head.digest}
            )
            return
        moved = _MOVE_HEAD.count(
            self._connection, {"of": stream, "old": head.stored_seq, "new": head.seq, "digest": head.digest}
        )
        if moved != 1:
            raise HeadMovedError(stream)


def _event_id(ts: str) -> str:
    """Return a UUID version 7 (RFC 9562): the event's millisecond, otherwise random."""
    milliseconds = int(datetime.fromisoformat(ts).timestamp() * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(UUID(int=value))
