"""Freeze a person's training as a record saw it, in bytes to be hashed (21 CFR 11.10(i), 211.25). Pure."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import rfc8785

from records.training.subjects import Judged, Training

FORMAT = "countersign-training-state/1"
STATE = b"countersign/training-state/v1\n"


def training_state(person: str, master: str, judged: Sequence[Judged]) -> dict[str, Any]:
    """Return what a master asked of a person, and the training that met each need or why none did.

    It holds no time, so it stays the same until something changes: the record tells when it was seen.
    """
    return {
        "format": FORMAT,
        "person": person,
        "master": master,
        "needs": [
            {
                "kind": one.need.kind.value,
                "subject": one.need.subject,
                "version": one.need.version,
                "is_met": one.basis is not None,
                "why": one.why or None,
                "training": _training(one.basis) if one.basis else None,
            }
            for one in judged
        ],
    }


def state_text(content: dict[str, Any]) -> str:
    """Return a state's canonical JSON (RFC 8785): what the record stores."""
    return rfc8785.dumps(content).decode("utf-8")


def state_digest(text: str) -> str:
    """Return the digest of a stored state: base64 of SHA-256 over its domain and its canonical bytes."""
    return b64encode(sha256(STATE + text.encode("utf-8")).digest()).decode("ascii")


def _training(basis: Training) -> dict[str, Any]:
    return {
        "sheet": basis.sheet,
        "kind": basis.subject_kind.value,
        "subject": basis.subject,
        "version": basis.version,
        "trained_from": basis.trained_from.isoformat(),
        "valid_until": basis.valid_until.isoformat() if basis.valid_until else None,
        "trainer": basis.trainer,
        "evidence": basis.evidence,
    }
