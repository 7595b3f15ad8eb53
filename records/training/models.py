"""Sheets of training and their lines; none changes, and a wrong sheet is withdrawn with a reason."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import DateText, UtcDateTime, Word
from records.training.subjects import SubjectKind


class TrainingSheet(Recorded):
    """What one authorised person recorded and signed at once (211.25); stream ``training/NUMBER``."""

    __tablename__ = "training_sheet"
    kind = "training"
    guard = Guard.APPEND_ONLY

    number: Mapped[str] = mapped_column(Text)
    source_name: Mapped[str | None] = mapped_column(Text)
    """The file it was imported from, where it was."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"),)


class TrainingRecord(Recorded):
    """One line of a sheet: a person, what they were trained for, from when until when, by what evidence."""

    __tablename__ = "training_record"
    guard = Guard.APPEND_ONLY

    sheet: Mapped[str] = mapped_column(Text)
    person: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[SubjectKind] = mapped_column(Word(SubjectKind))
    subject: Mapped[str] = mapped_column(Text)
    version: Mapped[str | None] = mapped_column(Text)
    trained_from: Mapped[date] = mapped_column(DateText)
    valid_until: Mapped[date | None] = mapped_column(DateText)
    trainer: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "person"), Index(None, "subject"))


class TrainingWithdrawal(Recorded):
    """A sheet that counts no more from a time on; what rested on it before stays as it was seen then."""

    __tablename__ = "training_withdrawal"
    guard = Guard.APPEND_ONLY

    sheet: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    withdrawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("sheet"),)
