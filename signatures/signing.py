"""Make a signature: it takes what only the signer can give, and yields a manifest and its evidence.

Only `workflows.perform` imports this. `Authenticated` is what `components.authenticate` alone builds, so a
signature without both components of 11.200(a)(1) does not type-check.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signatures.components import Authenticated
from signatures.manifest import Manifest, Shown
from signatures.meaning import Meaning

POLICY = "tier-a/1"
"""Identification code and password at the first signing of a period, the password at each later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the signature goes: log, stream, record revision and the event it follows."""

    log: str
    stream: str
    record: dict[str, Any]
    after: str
    at: datetime
    time_zone: str


def sign(signer: Authenticated, role: str, meaning: Meaning, shown: Shown, place: Place) -> dict[str, Any]:
    """Return the values of the signature row: the manifest as signed, its digest, and the evidence."""
    manifest = Manifest(
        log=place.log,
        record=place.record,
        part=shown.part,
        content=shown.content,
        rendering=shown.rendering,
        stream=place.stream,
        after=place.after,
        meaning=meaning,
        signer=signer.person,
        printed_name=signer.printed_name,
        role=role,
        authority=None,
        at=place.at,
        time_zone=place.time_zone,
        nonce=shown.nonce,
        series=signer.series,
        method=signer.method,
        policy=POLICY,
    )
    return {
        "part": shown.part,
        "content_digest": shown.content,
        "meaning": meaning,
        "meaning_text": meaning.text,
        "signer": signer.person,
        "printed_name": signer.printed_name,
        "role": role,
        "signed_at": place.at,
        "time_zone": place.time_zone,
        "nonce": shown.nonce,
        "manifest": manifest.document().decode("utf-8"),
        "digest": manifest.digest(),
        "evidence": signer.evidence(),
    }
