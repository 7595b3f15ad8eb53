"""The signatures and exceptions of a step, as its page shows them."""

from typing import Any

from flask import url_for

from app.execution.reading import Desk, Signed
from app.execution.tasks import may_accept, may_assess
from records.execution.models import BatchException
from records.procedure.vocabulary import Severity


def signature_row(desk: Desk, signed: Signed) -> dict[str, Any]:
    """Return a signature as `manifestation` shows it."""
    row = signed.signature
    given = (row.signed_at, row.signer)
    said = [one.comment for one in desk.answers if (one.answered_at, one.answered_by) == given]
    return {
        "printed_name": row.printed_name,
        "person_id": row.signer,
        "at": row.signed_at,
        "meaning": row.meaning_text if row.part == desk.part else f"{row.meaning_text} ({_about(row.part)})",
        "id": row.digest[:16],
        "state": "voided" if signed.void else "valid",
        "why": signed.void.cause if signed.void else "",
        "reason": next(filter(None, said), ""),
    }


def exception_row(desk: Desk, one: BatchException) -> dict[str, Any]:
    """Return an exception with what may be done about it here."""
    number = desk.floor.owner.number
    return {
        "row": one,
        "opened_by": desk.names.get(one.opened_by, one.opened_by),
        "assessed_by": desk.names.get(one.assessed_by or "", one.assessed_by or ""),
        "is_quiet": one.severity is Severity.INFO,
        "may_assess": may_assess(desk, one),
        "may_accept": one.entry_id is not None and may_accept(desk, one),
        "photos": desk.photos.get(one.number, ()),
        "assess_url": url_for("execution.assess", number=number, exception=one.number),
        "accept_url": url_for("execution.accept", number=number, exception=one.number),
        "hand_over_url": url_for("execution.accept_here", number=number, exception=one.number),
    }


def _about(part: str) -> str:
    return part.replace("/", " ")
