"""The settings: `COUNTERSIGN_*` variables, read once into one frozen object; nothing else reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINIMUM_SECRET = 32
LOCK_AFTER = timedelta(minutes=10)
"""Idle time after which the screen locks (requirements section 11)."""
END_AFTER = timedelta(hours=8)
"""The longest a login lasts, used or not."""


class SettingsError(Exception):
    """A setting can't be used; the message names the variable and says what to write instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this installation runs."""

    home: Path
    database_url: str = field(repr=False)
    keys_dir: Path
    files_dir: Path
    secret_key: str | None = field(default=None, repr=False)
    """Signs the session cookie; None where the random one of KEYS_DIR serves."""
    site_timezone: str = "Europe/Dublin"
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    """Whether demo data and plain HTTP are allowed; never for regulated records."""
    trusted_proxies: int = 0
    """How many proxies stand in front, whose forwarding headers are believed."""

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the variables; raises SettingsError with the first that can't be used."""
        home = Path(environ.get("COUNTERSIGN_HOME") or "var").resolve()
        return cls(
            home=home,
            database_url=environ.get("COUNTERSIGN_DATABASE_URL")
            or f"sqlite:///{home / 'countersign.sqlite'}",
            keys_dir=Path(environ.get("COUNTERSIGN_KEYS_DIR") or home / "keys").resolve(),
            files_dir=Path(environ.get("COUNTERSIGN_FILES_DIR") or home / "files").resolve(),
            secret_key=environ.get("COUNTERSIGN_SECRET_KEY") or None,
            site_timezone=_time_zone(environ.get("COUNTERSIGN_SITE_TIMEZONE") or "Europe/Dublin"),
            host=environ.get("COUNTERSIGN_HOST") or "127.0.0.1",
            port=_number(
                "COUNTERSIGN_PORT", environ.get("COUNTERSIGN_PORT") or environ.get("PORT") or "8000"
            ),
            demo=_flag("COUNTERSIGN_DEMO", environ.get("COUNTERSIGN_DEMO", "")),
            trusted_proxies=_number(
                "COUNTERSIGN_TRUSTED_PROXIES", environ.get("COUNTERSIGN_TRUSTED_PROXIES") or "0"
            ),
        )

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the store is the embedded one."""
        return self.database_url.startswith("sqlite")

    def unsafe(self) -> list[str]:
        """Return every setting that must not be used for regulated records, with the way out."""
        found = []
        if self.secret_key is not None and len(self.secret_key) < MINIMUM_SECRET:
            found.append(
                f"COUNTERSIGN_SECRET_KEY has fewer than {MINIMUM_SECRET} characters. Leave it unset, and "
                "`countersign init` makes a random one in KEYS_DIR."
            )
        if self.keys_dir.is_relative_to(self.files_dir):
            found.append("COUNTERSIGN_KEYS_DIR lies inside COUNTERSIGN_FILES_DIR. Keep the keys apart.")
        return found


def _time_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        msg = f"COUNTERSIGN_SITE_TIMEZONE: {name!r} is no IANA time zone; write one such as Europe/Dublin."
        raise SettingsError(msg) from error


def _number(variable: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        msg = f"{variable}: {text!r} is no number from 0 to 65535."
        raise SettingsError(msg)
    return int(text)


def _flag(variable: str, text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    msg = f"{variable}: {text!r} is neither 1 nor 0."
    raise SettingsError(msg)
