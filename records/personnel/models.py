"""Persons and the roles granted to them. Accounts are credentials and live in `signatures`."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Recorded
from records.columns import UtcDateTime, Word
from records.identity import RecordName
from records.personnel.states import PersonState, Role


class Person(Recorded):
    """A natural person: what two-person rules compare (21 CFR 11.100(a)); never deleted."""

    __tablename__ = "person"
    kind = "person"

    number: Mapped[str] = mapped_column(Text)
    printed_name: Mapped[str] = mapped_column(Text)
    state: Mapped[PersonState] = mapped_column(Word(PersonState))

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"),)

    @property
    def name(self) -> RecordName:
        """Return the record's name."""
        return RecordName(self.kind, self.number)


class RoleGrant(Recorded):
    """A role a person holds from one time to another; the past is kept."""

    __tablename__ = "role_grant"

    person: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(Word(Role))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    granted_by: Mapped[str] = mapped_column(Text)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by: Mapped[str | None] = mapped_column(Text)
