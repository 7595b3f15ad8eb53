"""What the composition root makes and every request needs: settings, keys, passwords, the clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.config import Settings
from app.keys import Keys
from signatures.passwords import Passwords

Clock = Callable[[], datetime]


def server_clock() -> datetime:
    """Return the server's time, the only one that HTTP gives to a command."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One running installation."""

    settings: Settings
    keys: Keys
    passwords: Passwords
    code: str
    """Product, version and build."""
    clock: Clock = server_clock
