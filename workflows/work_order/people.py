"""Who may carry out work orders, for assignment."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from records.personnel.models import Person, RoleGrant
from records.personnel.states import PersonState
from workflows.authority import AUTHORITY, Permission


def persons_who_may(session: Session, permission: Permission, at: datetime) -> dict[str, str]:
    """Return the printed name of everybody at work here who holds a permission at a moment, by number."""
    wanted = (
        select(Person.number, Person.printed_name)
        .join(RoleGrant, RoleGrant.person == Person.number)
        .where(
            Person.state == PersonState.ACTIVE,
            RoleGrant.role.in_(list(AUTHORITY[permission])),
            RoleGrant.granted_at <= at,
            or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at > at),
        )
        .order_by(Person.number)
    )
    return dict(session.execute(wanted).all())
