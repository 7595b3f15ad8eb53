"""Reads of master versions: by number, what is in force at a moment, what a list shows."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.listing import Listing, Page, page_of
from records.procedure.models import CaseResult, ProcedureContent, ProcedureVersion
from records.procedure.states import ProcedureState

_IN_FORCE = frozenset({ProcedureState.EFFECTIVE, ProcedureState.SUPERSEDED})


def version_by_number(session: Session, number: str) -> ProcedureVersion | None:
    """Return a version, or None where there is none of that number."""
    return session.scalars(select(ProcedureVersion).where(ProcedureVersion.number == number)).one_or_none()


def content_of(session: Session, number: str) -> ProcedureContent:
    """Return the content of a version; raises RecordNotFoundError."""
    wanted = select(ProcedureContent).where(ProcedureContent.version_number == number)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return found


def latest_results(session: Session, version: ProcedureVersion) -> dict[str, CaseResult]:
    """Return what came out last of each test case executed on a version's content as it is, by its number."""
    wanted = select(CaseResult).where(
        CaseResult.version_number == version.number, CaseResult.content_digest == version.digest
    )
    return {row.case_number: row for row in session.scalars(wanted.order_by(CaseResult.id))}


def effective_version(session: Session, code: str) -> ProcedureVersion | None:
    """Return the version of a code whose state is effective, from whatever date; None where there is none."""
    wanted = select(ProcedureVersion).where(
        ProcedureVersion.code == code, ProcedureVersion.state == ProcedureState.EFFECTIVE
    )
    return session.scalars(wanted).one_or_none()


def versions_of(session: Session, code: str) -> Sequence[ProcedureVersion]:
    """Return the versions of a code in the order they were loaded."""
    wanted = select(ProcedureVersion).where(ProcedureVersion.code == code).order_by(ProcedureVersion.id)
    return session.scalars(wanted).all()


def versions(session: Session, listing: Listing) -> Page[ProcedureVersion]:
    """Return one page of the list of masters."""
    columns = {
        "number": ProcedureVersion.number,
        "title": ProcedureVersion.title,
        "state": ProcedureVersion.state,
        "author": ProcedureVersion.author,
        "loaded_at": ProcedureVersion.loaded_at,
        "effective_at": ProcedureVersion.effective_at,
    }
    return page_of(session, ProcedureVersion, listing, columns)


def is_in_force(version: ProcedureVersion, at: datetime) -> bool:
    """Tell whether batches are made by this version at a moment: from its date until the next one's."""
    begun = version.effective_at is not None and version.effective_at <= at
    ended = version.superseded_at is not None and version.superseded_at <= at
    return version.state in _IN_FORCE and begun and not ended
