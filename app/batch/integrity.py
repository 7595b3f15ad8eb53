"""Verify one record before it is decided on: its chain, its rows, its files (21 CFR 11.10(a), ATK-44)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.http import service
from app.trail.record_check import record_check


def record_integrity(session: Session, stream: str) -> Sequence[str]:
    """Return a sentence for everything that verification finds, or could not look at; none where all is well.

    It reads what is committed, by a connection of its own.
    """
    return record_check(service())(session, stream)
