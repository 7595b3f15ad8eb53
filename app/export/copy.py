"""What a copy is made of: the record's data, where its trail stood, whether it holds, and for whom it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from app.export.evidence import Evidence, evidence_bundle
from audit.bundle import Statement
from audit.canonical import encode
from records.times import to_text

PRINT_FORMAT = "countersign-print/1"
"""Which print this is; named on its cover, and kept when a later one differs (11.10(c))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrity:
    """What verifying the record's chain and rows said, just before it was read."""

    verdict: str
    policy: str
    checked_at: datetime
    events: int
    rows: int
    findings: Sequence[str]
    missing: Sequence[str]
    not_seen: str


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of the record's stream: everything up to it is in the copy."""

    seq: int
    hash: str


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One record read once, ready to be written in any form."""

    name: str
    """The record's stream, such as ``batch/TB-0771``."""
    record: Mapping[str, Any]
    integrity: Integrity
    evidence: Evidence
    """The streams that prove the record, read in the same view as the record."""
    origin: str
    mac_key_id: str
    made_at: datetime
    made_for: str
    """Printed name of who asked for it."""
    code: str

    @property
    def number(self) -> str:
        """Return the record's number."""
        return self.name.partition("/")[2]

    @property
    def kind(self) -> str:
        """Return the record's kind: ``batch`` or ``master``."""
        return self.name.partition("/")[0]

    @property
    def data_name(self) -> str:
        """Return the name of the data, alone or inside a PDF."""
        return f"{self.number}.json"

    @property
    def bundle_name(self) -> str:
        """Return the name of the evidence bundle, alone or inside a PDF."""
        return f"{self.number}.evidence.zip"

    @property
    def head(self) -> Head:
        """Return where the trail stood."""
        last = self.record["trail"][-1]
        return Head(last["seq"], last["event_hash"])

    @property
    def zone(self) -> str:
        """Return the time zone that prints show times in."""
        holder = self.record if "time_zone" in self.record else self.record["batch"]
        zone: str = holder["time_zone"]
        return zone

    @cached_property
    def data(self) -> bytes:
        """Return the record as canonical JSON: the electronic copy, and what every page's digest is of."""
        return encode(self.record)

    @cached_property
    def sha256(self) -> str:
        """Return the digest of the data, hexadecimal."""
        return sha256(self.data).hexdigest()

    @cached_property
    def bundle(self) -> bytes:
        """Return the evidence bundle: what the record can be verified with anywhere; BundleTooLargeError."""
        statement = Statement(
            record=self.name,
            origin=self.origin,
            mac_key_id=self.mac_key_id,
            policy=self.integrity.policy,
            code=self.code,
            made_at=to_text(self.made_at),
            made_for=self.made_for,
        )
        return evidence_bundle(self.evidence, statement, self.data)

    @cached_property
    def bundle_sha256(self) -> str:
        """Return the digest of the evidence bundle, hexadecimal."""
        return sha256(self.bundle).hexdigest()
