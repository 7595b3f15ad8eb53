"""When a device says that something was typed: kept beside the server's time, and never in its place. Pure.

The device is not trusted: what it says lies between the beginning of the login and now, or is refused.
"""

from datetime import UTC, datetime, timedelta

from app.forms import FormError

_CLOCKS_DIFFER = timedelta(minutes=1)
"""By how much a device's reckoning may run ahead of the server; such a time counts as now."""


def bounded(typed_at: datetime, *, since: datetime, at: datetime) -> datetime:
    """Return the device's time within its bounds; raises FormError where it can't be true."""
    if typed_at < since:
        said = "The device says that this was typed before you signed in. "
        raise FormError([said + "Enter it again as done earlier, with its time and the reason."])
    if typed_at > at + _CLOCKS_DIFFER:
        said = "The device says that this was typed at a time that is still to come. "
        raise FormError([said + "Load the page again, then enter it."])
    return min(typed_at, at).astimezone(UTC)
