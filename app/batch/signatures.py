"""Read the signatures on records, for wherever signed data is shown (21 CFR 11.50(b))."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.batch.shown import signed
from records.identity import RECORD_PART
from signatures.models import Signature, SignatureVoid
from workflows.batch.contents import ISSUE_PART, PRODUCTION_PART
from workflows.batch.reading import stored
from workflows.review.record_rows import signed_lines

_OF_THE_WHOLE = (RECORD_PART, ISSUE_PART, PRODUCTION_PART)


def signatures_of_stream(session: Session, stream: str) -> list[dict[str, Any]]:
    """Return the signatures on a record, oldest first, void ones with their reason."""
    rows = stored(session, Signature, Signature.stream == stream)
    voids = stored(session, SignatureVoid, SignatureVoid.stream == stream)
    return signed(signed_lines(rows, voids))


def last_signatures(session: Session, streams: Collection[str]) -> Mapping[str, Signature]:
    """Return the last signature on each record as a whole, such as its issue or its review."""
    whole = or_(Signature.part.in_(_OF_THE_WHOLE), Signature.part.startswith("disposition/"))
    latest = (
        select(func.max(Signature.id)).where(Signature.stream.in_(streams), whole).group_by(Signature.stream)
    )
    return {row.stream: row for row in session.scalars(select(Signature).where(Signature.id.in_(latest)))}
