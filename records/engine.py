"""Make the engine: the connection rules both databases need for a record to be durable and guarded.

SQLite: WAL, `synchronous=FULL`, foreign keys, recursive triggers (else `INSERT OR REPLACE` slips past the
guards), and transactions that begin IMMEDIATE when they mean to write. PostgreSQL: `synchronous_commit=on`.
On both, an error names the statement and never the values given with it, password hashes among them.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

WRITES = {"countersign_writes": True}
"""Execution options of a connection whose transaction will write: it takes SQLite's write lock at once."""

_DENIED = frozenset({sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_DROP_TRIGGER, sqlite3.SQLITE_ALTER_TABLE})
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA busy_timeout = 15000",
)


def make_engine(url: str, *, migrating: bool = False) -> Engine:
    """Return an engine for a SQLite or PostgreSQL URL; only a migrating one may alter tables."""
    if url.startswith("sqlite"):
        return _sqlite(url, migrating=migrating)
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=16,
        pool_pre_ping=True,
        connect_args={"options": "-c synchronous_commit=on -c timezone=UTC"},
    )


@contextmanager
def lent_engine(url: str, *, migrating: bool = False) -> Iterator[Engine]:
    """Lend an engine and close its connections afterwards, whatever happens in between."""
    engine = make_engine(url, migrating=migrating)
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite(url: str, *, migrating: bool) -> Engine:
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 -- the driver's connection
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if not migrating:
            connection.set_authorizer(_allow)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = migrating or connection.get_execution_options().get("countersign_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _allow(
    action: int, name: str | None, value: str | None, _database: str | None, _trigger: str | None
) -> int:
    if action in _DENIED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and name == "writable_schema" and value is not None:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
