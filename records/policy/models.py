"""Versions of the policy of signatures; a version never changes, and who signed it is a signature on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import UtcDateTime


class PolicyVersion(Recorded):
    """One published version (21 CFR 11.10(j)); stream ``policy/NUMBER``."""

    __tablename__ = "policy_version"
    kind = "policy"
    guard = Guard.APPEND_ONLY

    number: Mapped[str] = mapped_column(Text)
    """``1``, ``2`` and so on."""
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), Index(None, "effective_at"))
