"""Whether the server's clock stands before what is recorded already (ATK-14)."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from audit.events import CLOCK_TOLERANCE
from audit.models import audit_event
from records.times import from_text


def clock_fault(connection: Connection, now: datetime) -> str | None:
    """Say that the clock stands before the latest event of the store, by more than its tolerance."""
    last = connection.scalar(select(func.max(audit_event.c.ts)))
    if last is None or from_text(last) <= now + CLOCK_TOLERANCE:
        return None
    return f"The clock shows {now:%Y-%m-%d %H:%M:%S} UTC, before the last event at {last}. Set it right."
