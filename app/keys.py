"""The keys of this installation: files outside the database, made once by `countersign init`."""

import hmac
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from app.whole_files import write_once
from audit.chain import Ledger

ORIGIN = "origin"
MAC_KEY = "mac.key"
SECRET_KEY = "secret.key"  # noqa: S105 -- a file's name
PEPPER = "pepper.key"
CHECK = "keys.check"
"""Binds the other keys to mac.key, which the store's events are checked with; it tells nothing of them."""
KEY_FILES = (MAC_KEY, SECRET_KEY, PEPPER)
KEY_BYTES = 32
_LOGINS = b"countersign/logins-key/v1\n"
_CHECKED = b"countersign/keys-check/v1\n"


class KeysError(Exception):
    """The keys are missing or not kept safe; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What KEYS_DIR holds for the web processes."""

    ledger: Ledger
    secret: str = field(repr=False)
    """Signs session cookies and one-time values of dialogs."""
    pepper: bytes = field(repr=False)
    """Goes into every password hash, so that the database alone can't be searched for passwords."""

    @property
    def logins(self) -> bytes:
        """Return the key that the rows of logins are authenticated with."""
        return hmac.digest(self.secret.encode("ascii"), _LOGINS, "sha256")


def create(folder: Path) -> None:
    """Make the folder and every key that is not there yet; none is ever replaced."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_once(folder / ORIGIN, f"{secrets.token_hex(8)}.countersign.local/countersign/1")
    for name in KEY_FILES:
        write_once(folder / name, secrets.token_hex(KEY_BYTES))
    write_once(folder / CHECK, _check(*(_key(folder / name) for name in KEY_FILES)))


def read(folder: Path) -> Keys:
    """Read the keys; raises KeysError when one is missing, others may read it, or they are not one set."""
    problems = unsafe(folder) or _strangers(folder)
    if problems:
        raise KeysError(" ".join(problems))
    return Keys(
        ledger=Ledger(origin=_text(folder / ORIGIN), mac_key=_key(folder / MAC_KEY)),
        secret=_key(folder / SECRET_KEY).hex(),
        pepper=_key(folder / PEPPER),
    )


def unchecked(folder: Path) -> list[str]:
    """Say that nothing binds the keys to each other: an installation of an early version, or a lost file."""
    if (folder / CHECK).is_file():
        return []
    return [
        f"{folder / CHECK} is missing, so nothing tells whether the keys are one set. Run `countersign init`."
    ]


def missing(folder: Path) -> list[str]:
    """Return a sentence for each key file that is not there."""
    names = (ORIGIN, *KEY_FILES)
    return [f"The key file {folder / name} is missing." for name in names if not (folder / name).is_file()]


def unsafe(folder: Path) -> list[str]:
    """Return what is missing from the folder or open to others; empty when all is well."""
    if not folder.is_dir():
        return [f"There is no folder {folder} with keys. Run `countersign init`, or restore the folder."]
    kept = [folder, *(folder / name for name in KEY_FILES if (folder / name).is_file())]
    return missing(folder) + [
        f"Others may read {path}. Run: chmod go-rwx {path}" for path in kept if _is_open(path)
    ]


def _strangers(folder: Path) -> list[str]:
    """Say that the keys are not one set; empty where they are, or where nothing tells."""
    check = folder / CHECK
    keys = [_key(folder / name) for name in KEY_FILES]
    if not check.is_file() or hmac.compare_digest(_text(check), _check(*keys)):
        return []
    return [f"{SECRET_KEY} or {PEPPER} in {folder} is not of one set with {MAC_KEY}. Restore them together."]


def _check(mac_key: bytes, secret: bytes, pepper: bytes) -> str:
    return hmac.digest(mac_key, _CHECKED + secret + pepper, "sha256").hex()


def _is_open(path: Path) -> bool:
    if os.name != "posix":
        return False
    return bool(stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO))


def _key(path: Path) -> bytes:
    try:
        key = bytes.fromhex(_text(path))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        msg = f"{path} does not hold {KEY_BYTES} bytes in hexadecimal. Restore it from its backup."
        raise KeysError(msg)
    return key


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
