"""Accounts (the two components of 11.200(a)(1)) and signatures: rows of their own, never comments."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import Flag, JsonText, UtcDateTime, Word
from signatures.meaning import Meaning


class AccountState(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    LOCKED = "locked"
    DISABLED = "disabled"


class Account(Recorded):
    """What a person identifies with; a second account of a person is never a second person."""

    __tablename__ = "account"
    kind = "account"

    user_name: Mapped[str] = mapped_column(Text)
    user_name_key: Mapped[str] = mapped_column(Text)
    """Case-folded and normalised (NFKC); unique for ever, so a name is never given to another."""
    person: Mapped[str] = mapped_column(Text)
    state: Mapped[AccountState] = mapped_column(Word(AccountState))
    password_hash: Mapped[str] = mapped_column(Text, info={"secret": True})
    password_set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    must_change: Mapped[bool] = mapped_column(Flag)
    """The password was issued by another person, and cannot sign until its owner has changed it."""
    failures: Mapped[int] = mapped_column(Integer)
    """Failed attempts in a row, over login and signing together (11.300(d))."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("user_name_key"), Index(None, "person"))


class Signature(Recorded):
    """An electronic signature: its manifest as signed, and what it was sworn with."""

    __tablename__ = "signature"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    content_digest: Mapped[str] = mapped_column(Text)
    meaning: Mapped[Meaning] = mapped_column(Word(Meaning))
    meaning_text: Mapped[str] = mapped_column(Text)
    signer: Mapped[str] = mapped_column(Text)
    printed_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    time_zone: Mapped[str] = mapped_column(Text)
    nonce: Mapped[str] = mapped_column(Text)
    manifest: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    evidence: Mapped[Any] = mapped_column(JsonText)
    """Which components were checked, when and by whom; never a secret."""

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("nonce"), Index(None, "stream", "part"))


class SignatureVoid(Recorded):
    """A signature whose content has changed since: it stays readable and no longer counts (PIC/S 9.5)."""

    __tablename__ = "signature_void"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    cause: Mapped[str] = mapped_column(Text)
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("signature_id"),)
