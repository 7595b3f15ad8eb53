"""Whether a person's own rows are as their trail left them, before anything is done in their name (11.10(g)).

A role granted or a password replaced in the database, behind the software's back, would otherwise act until
the next `countersign verify`, and the next event about the row would tell it as if it had always been so.
What was found whole is remembered for as long as neither a row nor a head moves.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from audit.chain import Ledger
from audit.event_checks import NOTHING, Chain, EventRow, Link, event_findings, follow
from audit.findings import Finding, Findings
from audit.models import audit_event, stream_head
from audit.readers import shapes
from audit.row_checks import RowChecks, Shape, head_findings
from records.base import Recorded
from records.personnel.models import Person, RoleGrant
from signatures.models import Account
from workflows.rows import shape
from workflows.work import AlteredError

_REMEMBERED = 4096
_SENTENCE = (
    "What is stored of the account {} and its person is not what the audit trail tells, so nothing is done "
    "in this name. Tell the security administrator and the quality unit."
)
_ROWS: Mapping[type[Recorded], Any] = {
    Account: Account.user_name_key == bindparam("account"),
    Person: Person.number == bindparam("person"),
    RoleGrant: RoleGrant.person == bindparam("person"),
}
_READ = {
    model: select(*shape(model).raw).where(condition).order_by(model.id) for model, condition in _ROWS.items()
}
_HEADS = (
    select(stream_head.c.stream, stream_head.c.seq, stream_head.c.event_hash)
    .where(stream_head.c.stream.in_(bindparam("streams", expanding=True)))
    .order_by(stream_head.c.stream)
)
_EVENT = audit_event.c
_EVENTS = select(
    *(_EVENT.stream, _EVENT.seq, _EVENT.ts, _EVENT.actor_id),
    *(_EVENT.action, _EVENT.event_hash, _EVENT.mac, _EVENT.body),
).where(_EVENT.stream == bindparam("of"))
_verified: dict[tuple[str, str], "_Seen"] = {}


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person's rows as stored, by table, and where their streams stand."""

    streams: tuple[str, str]
    heads: tuple[tuple[str, int, bytes], ...]
    rows: tuple[tuple[str, tuple[tuple[Any, ...], ...]], ...]


def refuse_altered(session: Session, ledger: Ledger, account: str) -> None:
    """Raise AlteredError where account, person or roles are not as the last events about them left them."""
    seen = _read(session, account)
    if seen is None:
        return
    key = str(session.get_bind().engine.url), account
    if _verified.get(key) == seen:
        return
    faults = (_faults(session, ledger, stream, seen) for stream in seen.streams)
    found = [finding.sentence for of_stream in faults for finding in of_stream]
    if found:
        raise AlteredError([_SENTENCE.format(account), *found], act="identify", stream=seen.streams[0])
    if len(_verified) >= _REMEMBERED:
        _verified.clear()
    _verified[key] = seen


def _read(session: Session, account: str) -> _Seen | None:
    """Read heads and rows as they are now; None where there is no such account."""
    person = session.scalar(select(Account.person).where(Account.user_name_key == account))
    if person is None:
        return None
    streams = f"{Account.kind}/{account}", f"{Person.kind}/{person}"
    connection = session.connection()
    heads = connection.execute(_HEADS, {"streams": streams}).all()
    given = {"person": person, "account": account}
    rows = (
        (model.__tablename__, tuple(_raw(row) for row in connection.execute(wanted, given).mappings()))
        for model, wanted in _READ.items()
    )
    return _Seen(streams, tuple((row.stream, row.seq, bytes(row.event_hash)) for row in heads), tuple(rows))


def _raw(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    """Return a row's raw values in order of their columns' names, as a shape has them."""
    return tuple(row[name] for name in sorted(row))


def _faults(session: Session, ledger: Ledger, stream: str, seen: _Seen) -> Iterator[Finding]:
    """Yield what is wrong with the rows of one stream, and with the events that speak of them."""
    found = Findings()
    is_account = stream.startswith(f"{Account.kind}/")
    chain = _last_of(session, stream, ledger, found) if is_account else _whole(session, stream, ledger, found)
    found.extend(head_findings(chain, (head for head in seen.heads if head[0] == stream)))
    checks = RowChecks(chain, lambda: (row[-1] for row in _events(session, stream)))
    tables = {Account.__tablename__} if is_account else {Person.__tablename__, RoleGrant.__tablename__}
    for table, rows in seen.rows:
        if table in tables:
            found.extend(checks.compare(_shapes()[table], rows, None))
    found.extend(finding for finding in checks.finish() if finding.table in tables)
    yield from found.kept


def _whole(session: Session, stream: str, ledger: Ledger, found: Findings) -> Chain:
    """Follow a person's stream from its beginning: registration and roles, some dozen events."""
    return follow(stream, _events(session, stream), ledger, found)


def _last_of(session: Session, stream: str, ledger: Ledger, found: Findings) -> Chain:
    """Look at the last event of an account alone: every event is about its one row, and logins are many."""
    rows = _events(session, stream, last=2)
    before = [Link(row[1], row[5], row[2]) for row in rows[:-1]]
    chain = Chain(stream)
    for row in rows[-1:]:
        told = list(event_findings(row, before[0] if before else NOTHING, ledger))
        found.extend(told)
        chain.last, chain.events = Link(row[1], row[5], row[2]), row[1]
        if not told:
            body = orjson.loads(row[-1])
            chain.states[body["rec"]["type"], body["rec"]["id"]] = body["state"], body["rec"]["rev"]
    return chain


def _events(session: Session, stream: str, last: int | None = None) -> list[EventRow]:
    wanted = _EVENTS.order_by(_EVENT.seq.desc()).limit(last) if last else _EVENTS.order_by(_EVENT.seq)
    found = session.connection().execute(wanted, {"of": stream}).all()
    rows = [
        (of, seq, ts, actor, action, bytes(digest), bytes(code), body.encode())
        for of, seq, ts, actor, action, digest, code, body in found
    ]
    return rows[::-1] if last else rows


@cache
def _shapes() -> dict[str, Shape]:
    return {shape.table: shape for shape in shapes()}
