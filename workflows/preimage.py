"""Whether a row is as its last event left it, before the next event tells of it (ATK-01).

An event hashes its row as stored. Without this look-up, the next honest act on a row altered in the database,
behind the software's back, would tell what it found there as if it had always been so.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import orjson
from sqlalchemy import bindparam, literal_column, select

from audit.canonical import encode
from audit.events import Action
from audit.models import audit_event
from audit.row_checks import state_text
from records.base import Recorded
from records.errors import StaleError
from records.prepared import Prepared
from workflows.rows import shape
from workflows.work import AlteredError, UnitOfWork

_SENTENCE = (
    "{table} {name} of {stream} was altered outside this software: what is stored is not what the audit "
    "trail tells, so nothing is done with it. Run countersign verify --record {stream}, and tell the quality "
    "unit."
)
_LAST = Prepared(
    select(audit_event.c.body)
    .where(
        audit_event.c.stream == bindparam("of"),
        audit_event.c.body.like(bindparam("about"), escape="\\"),
    )
    .order_by(audit_event.c.seq.desc())
    .limit(literal_column("1"))
    .offset(literal_column("0"))
)
"""The newest event about a row: read backwards along the stream's index, and mostly found at once."""


def refuse_altered_row(work: UnitOfWork, row: Recorded, action: Action, before: Mapping[str, Any]) -> None:
    """Raise AlteredError unless the row's raw columns before the act are what its last event left.

    A row that the act itself has written, or looked at, is not looked up again.
    """
    model = type(row)
    if not work.first_sight_of(model.__tablename__, row.id):
        return
    name = model.row_name(dict(before))
    if _left(work, model.__tablename__, name, before["stream"]) != (_state(before), before["rev"]):
        sentence = _SENTENCE.format(table=model.__tablename__, name=name, stream=row.stream)
        part = before.get("part")
        raise AlteredError([sentence], act=action.value, stream=row.stream, part=part)


def refuse_altered_rows(work: UnitOfWork, rows: Iterable[Recorded], action: Action) -> None:
    """Raise AlteredError unless each row that the act rests on, unchanged by it, is as the trail left it."""
    for row in rows:
        found = _unlocked(type(row)).rows(work.session.connection(), {"of_id": row.id})
        refuse_altered_row(work, row, action, dict(zip(shape(type(row)).names, found[0], strict=True)))


def stored(work: UnitOfWork, row: Recorded) -> dict[str, Any]:
    """Lock the row and return its raw columns; raises StaleError when it is no longer the revision read."""
    model = type(row)
    found = _stored(model).rows(work.session.connection(), {"of_id": row.id})
    raw = dict(zip(shape(model).names, found[0], strict=True)) if found else None
    if raw is None or raw["rev"] != row.rev:
        raise StaleError(row.stream)
    return raw


@cache
def _stored(model: type[Recorded]) -> Prepared:
    return Prepared(select(*shape(model).raw).where(model.id == bindparam("of_id")).with_for_update())


@cache
def _unlocked(model: type[Recorded]) -> Prepared:
    return Prepared(select(*shape(model).raw).where(model.id == bindparam("of_id")))


def _left(work: UnitOfWork, table: str, name: str, stream: str) -> tuple[str, int] | None:
    """Return the state and the revision that the last event about a row left; None where none tells of it."""
    about = f'%"rec":{{"id":{_literal(name)},"rev":%,"type":{_literal(table)}}}%'
    found = _LAST.rows(work.session.connection(), {"of": stream, "about": about})
    if not found:
        return None
    told = orjson.loads(found[0][0])
    return told["state"], told["rec"]["rev"]


def _literal(text: str) -> str:
    """Return a text as it stands in a body, for a pattern."""
    written = encode(text).decode()
    return written.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _state(raw: Mapping[str, Any]) -> str | None:
    return state_text(dict(sorted(raw.items())))
