"""The tables of the trail (ledger section 4). Insert-only, but for the heads and the outbox.

The Merkle log's tables (`log_leaf`, `log_tile`, `log_state`, `checkpoint`, `anchor`) come with the sealer.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base, Guard, Recorded
from records.columns import BIG_ID

audit_event = Table(
    "audit_event",
    Base.metadata,
    Column("id", BIG_ID, primary_key=True, autoincrement=True),
    Column("stream", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("ts", Text, nullable=False),
    Column("actor_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("event_hash", LargeBinary, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("stream", "seq"),
    Index(None, "ts"),
    Index(None, "actor_id", "ts"),
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
"""Every event; all columns but body and mac are projections of the body, and checked against it."""

stream_head = Table(
    "stream_head",
    Base.metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("event_hash", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""The last event of each stream, moved by compare-and-set."""

seal_outbox = Table(
    "seal_outbox",
    Base.metadata,
    Column("event_id", BIG_ID, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
"""Events not yet in the Merkle log; the sealer consumes them, never a cursor over ids."""


class DeniedAttempt(Recorded):
    """An act that was refused: who tried what on which record, and every reason why not."""

    __tablename__ = "denied_attempt"
    guard = Guard.APPEND_ONLY

    target: Mapped[str] = mapped_column(Text)
    """The stream of the record that was not changed."""
    part: Mapped[str | None] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    reasons: Mapped[str] = mapped_column(Text)
    submitted: Mapped[str | None] = mapped_column(Text)
    """What was sent, where it is GMP data (never a password)."""
    person: Mapped[str | None] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)


class ExportedCopy(Recorded):
    """A copy that left the system (21 CFR 11.10(b)): what it holds and where the stream stood."""

    __tablename__ = "exported_copy"
    guard = Guard.APPEND_ONLY

    form: Mapped[str] = mapped_column(Text)
    """``pdf``, ``json``, ``csv``."""
    sha256: Mapped[str] = mapped_column(Text)
    head_seq: Mapped[int] = mapped_column(Integer)
    head_hash: Mapped[str] = mapped_column(Text)
    exported_by: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)


class ExportedBundle(Recorded):
    """The evidence bundle inside a copy that left, on record in the same act as the copy."""

    __tablename__ = "exported_bundle"
    guard = Guard.APPEND_ONLY

    copy: Mapped[int] = mapped_column(ForeignKey("exported_copy.id"))
    """The copy's row in `exported_copy`."""
    sha256: Mapped[str] = mapped_column(Text)

    @classmethod
    def constraints(cls) -> tuple[UniqueConstraint, ...]:
        """One bundle for each copy."""
        return (UniqueConstraint("copy"),)


class ExportedList(Recorded):
    """A list that left the system as a file (21 CFR 11.10(b)): which, how narrowed, how long, its digest."""

    __tablename__ = "exported_list"
    guard = Guard.APPEND_ONLY

    name: Mapped[str] = mapped_column(Text)
    """The address of the list, without what narrows it."""
    asked: Mapped[str] = mapped_column(Text)
    """What narrowed and sorted it, as the address says."""
    row_count: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(Text)
    exported_by: Mapped[str] = mapped_column(Text)
    at: Mapped[str] = mapped_column(Text)
