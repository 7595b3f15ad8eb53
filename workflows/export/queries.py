"""Read what was exported."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.models import ExportedBundle, ExportedCopy, stream_head
from records.errors import RecordNotFoundError
from records.identity import RecordName
from workflows.export.facts import CopyForm


def copies_of(session: Session, stream: str) -> Sequence[ExportedCopy]:
    """Return the copies of a record that left, the newest first."""
    return session.scalars(
        select(ExportedCopy).where(ExportedCopy.stream == stream).order_by(ExportedCopy.id.desc())
    ).all()


def copy_on_record(session: Session, row: int) -> ExportedCopy:
    """Return a copy that left, by its row; raises RecordNotFoundError."""
    found = session.get(ExportedCopy, row)
    if found is None:
        kind = "exported copy"
        raise RecordNotFoundError(kind, str(row))
    return found


def bundle_of(session: Session, copy: ExportedCopy) -> str | None:
    """Return the digest of the evidence bundle that a copy is or holds; None where none is on record."""
    if copy.form == CopyForm.BUNDLE:
        return copy.sha256
    return session.scalar(select(ExportedBundle.sha256).where(ExportedBundle.copy == copy.id))


def was_exported(session: Session, stream: str, sha256: str) -> bool:
    """Tell whether a copy with this digest was put on record."""
    return any(copy.sha256 == sha256 for copy in copies_of(session, stream))


def require_record(session: Session, name: RecordName) -> None:
    """Raise RecordNotFoundError unless there is a trail of this record."""
    there = session.scalar(select(stream_head.c.seq).where(stream_head.c.stream == str(name)))
    if there is None:
        raise RecordNotFoundError(name.kind, name.number)
