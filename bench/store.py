"""A fresh installation to measure: keys, folders and a migrated store of its own, on SQLite or PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import URL, Engine, make_url
from sqlalchemy.orm import Session

from app.commands.init import prepare
from app.config import Settings
from app.factory import make_service
from app.service import Service
from records.engine import make_engine

_LOOPBACK = (
    "postgresql+psycopg://root@127.0.0.1:5432/postgres",
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
)


@dataclass(frozen=True, slots=True)
class Store:
    """One installation and a connection pool on its store."""

    service: Service
    engine: Engine

    @property
    def settings(self) -> Settings:
        """Return how the installation runs."""
        return self.service.settings

    @property
    def kind(self) -> str:
        """Return ``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def session(self) -> Session:
        """Return a new session, as a request has one."""
        return Session(self.engine, expire_on_commit=False)


@contextmanager
def new_store(folder: Path, server: URL | None = None) -> Iterator[Store]:
    """Lend a fresh installation: on a server where one is given, else in a file of the folder."""
    home = folder / uuid4().hex[:8]
    with _database(server, home) as url:
        settings = Settings(
            home=home, database_url=url, keys_dir=home / "keys", files_dir=home / "files", demo=True
        )
        prepare(settings)
        with open_store(settings) as store:
            yield store


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Lend an installation that is there already."""
    engine = make_engine(settings.database_url)
    yield Store(make_service(settings), engine)
    engine.dispose()


def postgresql_server() -> URL | None:
    """Return the server to measure on: the one TEST_POSTGRES_URL names, or one on the loopback address."""
    named = os.environ.get("TEST_POSTGRES_URL")
    for address in [named] if named else _LOOPBACK:
        url = make_url(address).set(drivername="postgresql+psycopg")
        with suppress(psycopg.Error), closing(_connect(url)) as connection:
            may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            if connection.execute(may).fetchone() == (True,):
                return url
    return None


@contextmanager
def _database(server: URL | None, home: Path) -> Iterator[str]:
    if server is None:
        yield f"sqlite:///{home / 'countersign.sqlite'}"
        return
    name = f"cs_bench_{uuid4().hex[:12]}"
    with closing(_connect(server)) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with closing(_connect(server)) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _connect(server: URL) -> psycopg.Connection:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True, connect_timeout=3)
