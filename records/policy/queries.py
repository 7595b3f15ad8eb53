"""Read the versions of the policy of signatures, and the one in force at a moment."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.policy.models import PolicyVersion


def policy_in_force(session: Session, at: datetime) -> PolicyVersion | None:
    """Return the version in force at a moment: the last one published whose date has come; None for none."""
    wanted = (
        select(PolicyVersion)
        .where(PolicyVersion.effective_at <= at, PolicyVersion.published_at <= at)
        .order_by(PolicyVersion.id.desc())
    )
    return session.scalars(wanted.limit(1)).first()


def policy_versions(session: Session) -> Sequence[PolicyVersion]:
    """Return every version, the last one published first."""
    return session.scalars(select(PolicyVersion).order_by(PolicyVersion.id.desc())).all()


def policy_version(session: Session, number: str) -> PolicyVersion:
    """Return a version by its number; raises RecordNotFoundError."""
    found = session.scalar(select(PolicyVersion).where(PolicyVersion.number == number))
    if found is None:
        raise RecordNotFoundError(PolicyVersion.kind, number)
    return found
