"""SQLAlchemy-Continuum: one value of a versioned object changed and committed, with its history row.

It listens to every engine and mapper of its process, so it runs in a process of its own.
"""

from collections.abc import Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.orm import DeclarativeBase, Session, configure_mappers

from records.engine import make_engine
from records.execution.models import Entry


class ContinuumPeer:
    """A process that carries out audited updates when asked, and says when it is done."""

    def __init__(self, url: str, entry: Mapping[str, Any]) -> None:
        context = get_context("spawn")
        self._ask, answer = context.Pipe()
        self._process = context.Process(target=_serve, args=(answer, url, dict(entry)), daemon=True)
        self._process.start()
        self._ask.recv()

    def write(self, times: int) -> None:
        """Let the process make so many updates, each in a session and a transaction of its own."""
        self._ask.send(times)
        self._ask.recv()

    def close(self) -> None:
        """End the process."""
        self._ask.send(0)
        self._process.join()


def _serve(ask: Connection, url: str, entry: dict[str, Any]) -> None:
    from sqlalchemy_continuum import make_versioned  # noqa: PLC0415 -- listens to everything from here on

    make_versioned(user_cls=None)

    class Base(DeclarativeBase):
        """Tables whose every change is kept."""

    class VersionedEntry(Base):
        """A value with the columns of the product's own, versioned."""

        __versioned__: dict[str, Any] = {}  # noqa: RUF012 -- as the library wants it
        __table__ = Table(
            "versioned_entry",
            Base.metadata,
            *(
                Column(column.name, column.type, primary_key=column.primary_key, nullable=column.nullable)
                for column in Entry.__table__.columns
            ),
        )

    configure_mappers()
    engine = make_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(VersionedEntry(**entry))
        session.commit()
    ask.send(0)
    made = 0
    while times := ask.recv():
        for _ in range(times):
            made += 1
            with Session(engine) as session:
                session.get_one(VersionedEntry, entry["id"]).value = f"{made / 10:.1f}"
                session.commit()
        ask.send(times)
    engine.dispose()
