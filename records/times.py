"""Time as the ledger writes it: aware, UTC, always six digits of a second (ledger section 4)."""

from datetime import UTC, datetime


def to_text(at: datetime) -> str:
    """Return ``YYYY-MM-DDTHH:MM:SS.ffffffZ``; raises ValueError for a naive time."""
    if at.tzinfo is None:
        msg = "A time without a zone cannot be recorded."
        raise ValueError(msg)
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def from_text(text: str) -> datetime:
    """Return the aware UTC time written by :func:`to_text`."""
    return datetime.fromisoformat(text)
