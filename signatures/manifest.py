"""What a signature says, and the bytes that bind it to one record, content, place and time (ledger 13)."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785

from records.times import to_text
from signatures.meaning import Meaning

MANIFEST = b"countersign/esig/v1\n"
CONTENT = b"countersign/content/v1\n"


def content_digest(content: dict[str, Any]) -> str:
    """Return the digest of a signed part's content: base64 of SHA-256 over its RFC 8785 form."""
    return b64encode(sha256(CONTENT + rfc8785.dumps(content)).digest()).decode("ascii")


def rendering_digest(rendering: str) -> str:
    """Return the digest of the exact text shown to the signer."""
    return b64encode(sha256(rendering.encode("utf-8")).digest()).decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSeries:
    """The place of a signing in one continuous period of controlled access (11.200(a)(1))."""

    login: str
    number: int
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the dialog showed: the part, its content's digest, the exact text, and the one-time nonce."""

    part: str
    content: str
    rendering: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a signature says (21 CFR 11.50(a)) and what binds it to its record (11.70)."""

    log: str
    record: dict[str, Any]
    part: str
    content: str
    rendering: str
    stream: str
    after: str
    meaning: Meaning
    signer: str
    printed_name: str
    role: str
    authority: str | None
    at: datetime
    time_zone: str
    nonce: str
    series: SigningSeries
    method: str
    policy: str

    def document(self) -> bytes:
        """Return M, the manifest's RFC 8785 bytes."""
        return rfc8785.dumps(
            {
                "v": 1,
                "log": self.log,
                "rec": self.record,
                "part": self.part,
                "content": self.content,
                "rend": self.rendering,
                "stream": self.stream,
                "after": self.after,
                "meaning": {"code": self.meaning.value, "text": self.meaning.text},
                "signer": {"id": self.signer, "name": self.printed_name},
                "role": self.role,
                "authority": self.authority,
                "ts": to_text(self.at),
                "tz": self.time_zone,
                "nonce": self.nonce,
                "sess": {"id": self.series.login, "n": self.series.number, "first": self.series.is_first},
                "method": self.method,
                "policy": self.policy,
            }
        )

    def digest(self) -> str:
        """Return D in base64: what a passkey would sign, and what the record keeps."""
        return manifest_digest(self.document())


def manifest_digest(document: bytes) -> str:
    """Return D of a stored manifest's bytes."""
    return b64encode(sha256(MANIFEST + document).digest()).decode("ascii")


def manifestation(printed_name: str, at: datetime, time_zone: str, meaning: str) -> str:
    """Return the line of 11.50: printed name, date and time with zone, meaning."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{printed_name}, {local:%Y-%m-%d %H:%M:%S} {time_zone} (UTC{local:%z}), {meaning}"
