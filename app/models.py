"""The shell's own tables: logins and answers already given. Not records; `unprotected` says why."""

from datetime import datetime

from sqlalchemy import Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Base
from records.columns import UtcDateTime


class LoginSession(Base):
    """One login of one person on one device: idle and absolute limits, and the signing series."""

    __tablename__ = "login_session"
    __table_args__ = ({"sqlite_strict": True},)
    unprotected = "sessions: a login's clockwork; logins, locks and logouts are events of the account"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    public_id: Mapped[str] = mapped_column(Text, unique=True)
    """What events call this login; the token itself is never written."""
    account: Mapped[str] = mapped_column(Text, index=True)
    person: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_act_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signing_last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last signing of the continuous period; None where the next one takes all components."""
    signings: Mapped[int] = mapped_column(Integer, default=0)
    mac: Mapped[str | None] = mapped_column(Text)
    """Over all the columns above, with a key outside the database; a login without it ended on migration."""


class IdempotencyKey(Base):
    """The answer already given to a request, so that a repeat gets it again and does nothing twice."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        UniqueConstraint("account", "key"),
        {"sqlite_strict": True, "sqlite_autoincrement": True},
    )
    unprotected = "cache: answers kept for a day so that a repeated request changes nothing"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    account: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    request_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[int] = mapped_column(Integer)
    location: Mapped[str] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
