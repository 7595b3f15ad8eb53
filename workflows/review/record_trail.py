"""The audit trail of one record in readable form: every event, and every attempt that was refused."""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from audit.models import DeniedAttempt, audit_event
from records.batch.evidence import Stored
from workflows.batch.reading import stored
from workflows.review.record_rows import Names

Json = dict[str, Any]
_SENTENCES = {action.value: action.sentence for action in Action}


def trail(session: Session, stream: str, names: Names) -> list[Json]:
    """Return the events of a stream, oldest first, decoded."""
    found = session.execute(
        select(audit_event.c.body, audit_event.c.event_hash)
        .where(audit_event.c.stream == stream)
        .order_by(audit_event.c.seq)
    )
    return [_event(json.loads(body), bytes(digest), names) for body, digest in found]


def denied_attempts(session: Session, stream: str) -> list[Stored]:
    """Return the refused attempts on a record, oldest first."""
    return stored(session, DeniedAttempt, DeniedAttempt.stream == f"denied/{stream}")


def _event(body: Mapping[str, Any], digest: bytes, names: Names) -> Json:
    part, separator, _row = body["rec"]["id"].partition("#")
    actor = body["actor"]
    return {
        "seq": body["seq"],
        "ts": body["ts"],
        "actor": actor["id"],
        "actor_name": names.of_person(actor["id"]),
        "account": actor["cred"],
        "login": actor["sess"],
        "action": body["action"],
        "sentence": _SENTENCES[body["action"]],
        "table": body["rec"]["type"],
        "row": body["rec"]["id"],
        "part": part if separator else None,
        "rev": body["rec"]["rev"],
        "changed": body["ch"],
        "reason": body["reason"],
        "tx": body["tx"],
        "event_hash": b64encode(digest).decode("ascii"),
        "prev": body["prev"],
    }
