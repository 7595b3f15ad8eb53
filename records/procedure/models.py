"""Versions of procedures, and their content, which never changes once loaded (211.186)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import Flag, JsonText, UtcDateTime, Word
from records.procedure.states import ProcedureState


class ProcedureVersion(Recorded):
    """One version of a procedure and where it stands; stream ``master/CODE.VERSION``."""

    __tablename__ = "procedure_version"
    kind = "master"

    number: Mapped[str] = mapped_column(Text)
    """``CODE.VERSION``, such as ``MBR-0042.7``."""
    code: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    operations_type: Mapped[str] = mapped_column(Text)
    state: Mapped[ProcedureState] = mapped_column(Word(ProcedureState))
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of the content, hexadecimal."""
    author: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), UniqueConstraint("code", "version"))


class ProcedureContent(Recorded):
    """The content of a version: the definition in canonical JSON, and the file it was loaded from."""

    __tablename__ = "procedure_content"
    guard = Guard.APPEND_ONLY
    is_content = True

    version_number: Mapped[str] = mapped_column(Text)
    content: Mapped[str] = mapped_column(Text)
    source_name: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("version_number"),)


class CaseResult(Recorded):
    """What came out when a test case of a version was executed (21 CFR 211.68(b)); each run adds its own."""

    __tablename__ = "case_result"
    guard = Guard.APPEND_ONLY

    version_number: Mapped[str] = mapped_column(Text)
    content_digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of the content that the case was executed on, hexadecimal."""
    case_number: Mapped[str] = mapped_column(Text)
    formula: Mapped[str] = mapped_column(Text)
    given: Mapped[Any] = mapped_column(JsonText)
    expected: Mapped[str] = mapped_column(Text)
    actual: Mapped[str] = mapped_column(Text)
    """With every digit, or why there is no result."""
    rounded: Mapped[str] = mapped_column(Text)
    rounding: Mapped[str] = mapped_column(Text)
    passed: Mapped[bool] = mapped_column(Flag)
    language: Mapped[str] = mapped_column(Text)
    """Version of the expression language."""
    executed_by: Mapped[str] = mapped_column(Text)
    executed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (Index(None, "version_number", "content_digest"),)
