"""The site's calendar day, as due and expiry dates mean it: it counts to its last instant. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_LATEST = date(9000, 1, 1)
"""Later days are taken for this one, so that a calendar's last year never overflows."""


def last_instant(day: date, time_zone: str) -> datetime:
    """Return the last microsecond of a day in a time zone, whatever the clocks do that night."""
    midnight = datetime.combine(min(day, _LATEST) + timedelta(days=1), time.min, ZoneInfo(time_zone))
    return midnight.astimezone(UTC) - timedelta(microseconds=1)


def local_day(at: datetime, time_zone: str) -> date:
    """Return the day on which a time falls in a time zone."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def local_minute(at: datetime, time_zone: str) -> str:
    """Return a time as a sentence names it, such as ``2026-11-23 23:59 (Europe/Dublin)``."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M} ({time_zone})"
