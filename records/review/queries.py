"""Reads for reviewers: exceptions across batches, investigations and their texts, recent grants of roles."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.execution.models import BatchException
from records.listing import Listing, Page, page_of
from records.personnel.models import RoleGrant
from records.review.models import Investigation, InvestigationText


def exceptions(session: Session, listing: Listing) -> Page[BatchException]:
    """Return one page of the list of exceptions of all batches; a filter on `stream` names one batch."""
    columns = {
        "stream": BatchException.stream,
        "number": BatchException.number,
        "severity": BatchException.severity,
        "exception_type": BatchException.exception_type,
        "state": BatchException.state,
        "step_part": BatchException.step_part,
        "text": BatchException.text,
        "opened_at": BatchException.opened_at,
        "opened_by": BatchException.opened_by,
    }
    return page_of(session, BatchException, listing, columns)


def investigations(session: Session, listing: Listing) -> Page[Investigation]:
    """Return one page of the list of investigations."""
    columns = {
        "number": Investigation.number,
        "batch": Investigation.batch,
        "title": Investigation.title,
        "state": Investigation.state,
        "opened_at": Investigation.opened_at,
        "opened_by": Investigation.opened_by,
    }
    return page_of(session, Investigation, listing, columns)


def investigation_by_number(session: Session, number: str) -> Investigation | None:
    """Return an investigation, or None where there is none of that number."""
    return session.scalars(select(Investigation).where(Investigation.number == number)).one_or_none()


def investigations_of(session: Session, batch: str) -> Sequence[Investigation]:
    """Return the investigations of a batch, oldest first."""
    wanted = select(Investigation).where(Investigation.batch == batch).order_by(Investigation.id)
    return session.scalars(wanted).all()


def texts_of(session: Session, stream: str) -> Sequence[InvestigationText]:
    """Return every version of an investigation's text, oldest first; the last one counts."""
    wanted = select(InvestigationText).where(InvestigationText.stream == stream)
    return session.scalars(wanted.order_by(InvestigationText.version)).all()


def recent_grants(session: Session, persons: Collection[str], since: datetime) -> Sequence[RoleGrant]:
    """Return the roles granted to or taken from these persons since a moment (P11-10g-2, ATK-46)."""
    changed = (RoleGrant.granted_at >= since) | (RoleGrant.revoked_at >= since)
    wanted = select(RoleGrant).where(RoleGrant.person.in_(persons), changed)
    return session.scalars(wanted.order_by(RoleGrant.id)).all()
