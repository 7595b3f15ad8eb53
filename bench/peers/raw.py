"""The limit: the rows of one audited value, prepared beforehand, by the driver alone in one transaction."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import make_url

_SQLITE_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "recursive_triggers = ON")
_BEGIN_HEAD = "INSERT INTO stream_head (stream, seq, event_hash) VALUES ({stream}, {seq}, {hash})"
_MOVE_HEAD = "UPDATE stream_head SET seq = {seq}, event_hash = {hash} WHERE stream = {stream} AND seq = {old}"


class RawPeer:
    """Writes value, event, head and outbox row of a migrated store as fast as the database takes them."""

    def __init__(self, url: str, entry: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        self._is_sqlite = url.startswith("sqlite")
        self._connection = _connected(url)
        self._entry = {name: value for name, value in entry.items() if name != "id"}
        self._event = {name: value for name, value in event.items() if name != "id"}
        self._seq = 0
        self._write_one()

    def write(self, times: int) -> None:
        """Write so many values, each in a transaction of its own."""
        for _ in range(times):
            self._write_one()

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()

    def _write_one(self) -> None:
        self._seq += 1
        event = self._event | {"seq": self._seq}
        self._begin()
        self._run(_insert("entry", self._entry), **self._entry).fetchone()
        (number,) = self._run(_insert("audit_event", event), **event).fetchone()
        head = _BEGIN_HEAD if self._seq == 1 else _MOVE_HEAD
        self._run(head, seq=self._seq, old=self._seq - 1, stream=event["stream"], hash=event["event_hash"])
        self._run("INSERT INTO seal_outbox (event_id) VALUES ({number})", number=number)
        self._connection.commit()

    def _begin(self) -> None:
        if self._is_sqlite:
            self._connection.execute("BEGIN IMMEDIATE")

    def _run(self, statement: str, **values: Any) -> Any:  # noqa: ANN401 -- any column's value; a cursor
        mark = ":{}" if self._is_sqlite else "%({})s"
        return self._connection.execute(
            statement.format(**{name: mark.format(name) for name in values}), values
        )


def _insert(table: str, row: Mapping[str, Any]) -> str:
    marks = ", ".join(f"{{{name}}}" for name in row)
    return f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks}) RETURNING id"  # noqa: S608 -- our own names


def _connected(url: str) -> Any:  # noqa: ANN401 -- a connection of either driver
    if not url.startswith("sqlite"):
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, options="-c synchronous_commit=on")
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection
