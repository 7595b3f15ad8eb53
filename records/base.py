"""The base of every table, and of every protected record in particular.

A *protected* table holds regulated records. Its rows are written by `workflows.perform` alone: each
change of a row is one audit event that names the row and hashes it as stored, and a database guard
refuses what would hide an earlier value. `countersign coverage` lists the others with their reason.
"""

from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import Index, Integer, MetaData, Text, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column

from records.columns import BIG_ID
from records.identity import RECORD_PART

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Guard(StrEnum):
    """What the database itself refuses on a protected table."""

    APPEND_ONLY = "append_only"
    """Rows are only added."""
    REVISED = "revised"
    """Rows are added and revised, each revision counted by one; never deleted."""


class Base(DeclarativeBase):
    """Every table of Countersign."""

    metadata = MetaData(naming_convention=NAMING)


class Recorded(Base):
    """A row of a protected table: part of one record, and remembered in that record's stream."""

    __abstract__ = True

    guard: ClassVar[Guard] = Guard.REVISED
    is_content: ClassVar[bool] = False
    """Whether the row is content that signatures cover (a state is not)."""

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True, autoincrement=True)
    stream: Mapped[str] = mapped_column(Text)
    rev: Mapped[int] = mapped_column(Integer)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 -- SQLAlchemy calls it with the class
        return (
            *cls.constraints(),
            Index(None, "stream"),
            {"sqlite_autoincrement": True, "sqlite_strict": True},
        )

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        """Return the table's own constraints and indexes."""
        return ()

    @classmethod
    def part_of(cls, values: dict[str, Any]) -> str:
        """Return the part of the record a row with these values belongs to: a step, or the whole record."""
        part = values.get("part")
        return str(part) if part else RECORD_PART

    @classmethod
    def row_name(cls, values: dict[str, Any]) -> str:
        """Return the row's name within its stream, as audit events call it."""
        part = values.get("part")
        return f"{part}#{values['id']}" if part else str(values["id"])


class UnprotectedTableError(Exception):
    """A protected row was about to be written around the one write path; a fault of ours."""


@event.listens_for(Session, "before_flush")
def _refuse_writes_around_the_trail(session: Session, _context: object, _instances: object) -> None:
    """Refuse to flush protected rows: only `workflows.perform` writes them (21 CFR 11.10(e))."""
    written = [*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row))]
    around = sorted({type(row).__name__ for row in written if isinstance(row, Recorded)})
    if around:
        msg = f"{', '.join(around)}: protected rows are written by workflows.perform only."
        raise UnprotectedTableError(msg)
