"""Investigations of discrepancies (211.192): scope, cause, conclusion, follow-up, each version kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import JsonText, UtcDateTime, Word
from records.review.states import InvestigationState


class Investigation(Recorded):
    """An investigation of one or more exceptions of a batch."""

    __tablename__ = "investigation"
    kind = "investigation"

    number: Mapped[str] = mapped_column(Text)
    batch: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[InvestigationState] = mapped_column(Word(InvestigationState))
    opened_by: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"),)


class InvestigationText(Recorded):
    """One version of what an investigation says; the newest counts, the others stay readable."""

    __tablename__ = "investigation_text"
    guard = Guard.APPEND_ONLY
    is_content = True

    version: Mapped[int] = mapped_column(Integer)
    cause: Mapped[str] = mapped_column(Text)
    other_batches: Mapped[Any] = mapped_column(JsonText)
    """Batches considered: number, why, affected or not (the discrepancy may extend to them)."""
    conclusion: Mapped[str] = mapped_column(Text)
    follow_up: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "version"),)
