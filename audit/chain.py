"""The bytes of the ledger: domain strings, digests, one hash chain per record (ledger sections 4 and 8A)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from audit.canonical import encode
from records.errors import DomainError

STATE = b"countersign/state/v1\n"
GENESIS = b"countersign/genesis/v1\n"
EVENT = b"countersign/event/v1\n"
KEY_ID = b"countersign/key-id/v1\n"


class HeadMovedError(Exception):
    """Another transaction moved a stream's head in between; the whole act is tried again."""


class BrokenTrailError(DomainError):
    """The last event of a stream is gone, so that nothing can follow it."""

    def __init__(self, stream: str) -> None:
        super().__init__(
            f"The audit trail of {stream} has lost its last event, so nothing can be added to it. "
            "The store was altered: tell the quality unit."
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Which log this store writes, and the key its events are authenticated with (kept in KEYS_DIR)."""

    origin: str
    mac_key: bytes = field(repr=False)


def b64(digest: bytes) -> str:
    """Return standard base64 with padding, as every digest is written in a body."""
    return b64encode(digest).decode("ascii")


def state_digest(row: Mapping[str, Any]) -> bytes:
    """Return the digest of a row as stored: its columns by name, raw values."""
    return sha256(STATE + encode(row)).digest()


def genesis(origin: str, stream: str, eid: str) -> bytes:
    """Return what the first event of a stream names as its predecessor: log, stream and its own id."""
    return sha256(GENESIS + encode({"eid": eid, "log": origin, "stream": stream})).digest()


def event_hash(body: bytes) -> bytes:
    """Return the hash of an event's exact stored bytes."""
    return sha256(EVENT + body).digest()


def mac(key: bytes, digest: bytes) -> bytes:
    """Return the MAC over an event hash; its key is outside the database (ledger scenario 14)."""
    return hmac.digest(key, digest, "sha256")


def mac_key_id(key: bytes) -> str:
    """Return the public name of a MAC key: 16 hexadecimal digits, from which the key can't be found."""
    return hmac.digest(key, KEY_ID, "sha256")[:8].hex()
