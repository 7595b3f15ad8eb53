"""What a person's page shows: account, roles held and held before, and why an act is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import LoginSession
from records.personnel.models import Person, RoleGrant
from records.personnel.queries import get_person
from signatures.models import Account
from workflows.authority import Actor
from workflows.machine import refusals
from workflows.personnel import lifecycle
from workflows.personnel.commands import account_facts


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A person as the security administrator sees them."""

    person: Person
    account: Account | None
    grants: Sequence[RoleGrant]
    """Every grant, those in force first."""
    last_login_at: datetime | None
    unlock_refusals: list[str]
    disable_refusals: list[str]


def person_page(session: Session, number: str, actor: Actor, at: datetime) -> PersonPage:
    """Read a person; raises RecordNotFoundError."""
    person = get_person(session, number)
    account = session.scalar(select(Account).where(Account.person == number))
    grants = session.scalars(select(RoleGrant).where(RoleGrant.person == number)).all()
    facts = account_facts(session, account) if account else None
    return PersonPage(
        person=person,
        account=account,
        grants=sorted(grants, key=lambda grant: (grant.revoked_at is not None, grant.role, grant.granted_at)),
        last_login_at=_last_login(session, number, at),
        unlock_refusals=refusals(lifecycle.UNLOCK_ACCOUNT, facts, actor) if facts else [],
        disable_refusals=refusals(lifecycle.DISABLE_ACCOUNT, facts, actor) if facts else [],
    )


def _last_login(session: Session, number: str, at: datetime) -> datetime | None:
    wanted = select(LoginSession.started_at).where(
        LoginSession.person == number, LoginSession.started_at <= at
    )
    return session.scalar(wanted.order_by(LoginSession.started_at.desc()).limit(1))
