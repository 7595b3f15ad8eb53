"""Read persons and the roles they held at a time."""

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.personnel.models import Person, RoleGrant
from records.personnel.states import Role


def get_person(session: Session, number: str) -> Person:
    """Return a person by number; raises RecordNotFoundError."""
    person = session.scalar(select(Person).where(Person.number == number))
    if person is None:
        raise RecordNotFoundError(Person.kind, number)
    return person


def roles_held(session: Session, person: str, at: datetime) -> frozenset[Role]:
    """Return the roles a person held at a time."""
    held = select(RoleGrant.role).where(
        RoleGrant.person == person,
        RoleGrant.granted_at <= at,
        or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at > at),
    )
    return frozenset(session.scalars(held))


def grants_in_force(
    session: Session, *, person: str | None = None, role: Role | None = None
) -> list[RoleGrant]:
    """Return the grants not revoked, of one person or of one role where asked."""
    wanted = (
        select(RoleGrant).where(RoleGrant.revoked_at.is_(None)).order_by(RoleGrant.person, RoleGrant.role)
    )
    if person is not None:
        wanted = wanted.where(RoleGrant.person == person)
    if role is not None:
        wanted = wanted.where(RoleGrant.role == role)
    return list(session.scalars(wanted))


def last_role_change(session: Session, person: str) -> datetime | None:
    """Return when a role was last granted to a person or revoked, or None."""
    granted, revoked = session.execute(
        select(func.max(RoleGrant.granted_at), func.max(RoleGrant.revoked_at)).where(
            RoleGrant.person == person
        )
    ).one()
    return max(filter(None, (granted, revoked)), default=None)
