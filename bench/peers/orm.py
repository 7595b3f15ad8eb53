"""The ORM without any audit: the same value as one mapped object, added and committed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Engine, Table
from sqlalchemy.orm import DeclarativeBase, Session

from records.engine import make_engine
from records.execution.models import Entry


class Base(DeclarativeBase):
    """Tables that nobody audits."""


class PlainEntry(Base):
    """A value with the columns of the product's own, without triggers and without a trail."""

    __table__ = Table(
        "plain_entry",
        Base.metadata,
        *(
            Column(column.name, column.type, primary_key=column.primary_key, nullable=column.nullable)
            for column in Entry.__table__.columns
        ),
    )


class OrmPeer:
    """Adds one mapped object to a new session and commits it, as a plain application does."""

    def __init__(self, url: str, entry: Mapping[str, Any]) -> None:
        self._values = {name: value for name, value in entry.items() if name != "id"}
        self._engine: Engine = make_engine(url)
        Base.metadata.create_all(self._engine)

    def write(self, times: int) -> None:
        """Write so many values, each in a session and a transaction of its own."""
        for _ in range(times):
            with Session(self._engine) as session:
                session.add(PlainEntry(**self._values))
                session.commit()

    def close(self) -> None:
        """Let the connections go."""
        self._engine.dispose()
