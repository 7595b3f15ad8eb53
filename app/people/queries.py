"""The list of people as the security administrator searches, sorts and pages it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from records.personnel.models import Person, RoleGrant
from signatures.models import Account

SORTS = {
    "name": Person.printed_name,
    "number": Person.number,
    "user": Account.user_name,
    "state": Account.state,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What part of the list is asked for."""

    search: str = ""
    sort: str = "name"
    descending: bool = False
    page: int = 1
    size: int | None = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the list."""

    person: Person
    account: Account | None
    roles: tuple[str, ...]
    """Titles of the roles held now."""

    def __str__(self) -> str:
        account = f"{self.account.user_name} ({self.account.state})" if self.account else "no account"
        return (
            f"{self.person.number}  {self.person.printed_name}  {account}  {', '.join(self.roles)}".rstrip()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A part of the list, and how many there are in all."""

    rows: Sequence[Row]
    total: int


def people(session: Session, at: datetime, listing: Listing) -> Found:
    """Return the persons asked for, each with account and the roles held at a time."""
    account = Account.person == Person.number
    matching = _matching(listing.search)
    column = SORTS[listing.sort]
    wanted = select(Person, Account).outerjoin(Account, account).where(*matching)
    wanted = wanted.order_by(column.desc() if listing.descending else column, Person.number)
    if listing.size is not None:
        wanted = wanted.limit(listing.size).offset((listing.page - 1) * listing.size)
    found = session.execute(wanted).all()
    roles = _roles(session, [person.number for person, _ in found], at)
    rows = [
        Row(person=person, account=account, roles=roles.get(person.number, ())) for person, account in found
    ]
    total = session.scalar(select(func.count(Person.id)).outerjoin(Account, account).where(*matching))
    return Found(rows=rows, total=total or 0)


def _matching(search: str) -> list[ColumnElement[bool]]:
    if not search:
        return []
    columns = (Person.printed_name, Person.number, Account.user_name)
    return [or_(*(column.icontains(search, autoescape=True) for column in columns))]


def _roles(session: Session, persons: Sequence[str], at: datetime) -> dict[str, tuple[str, ...]]:
    held = session.scalars(
        select(RoleGrant).where(
            RoleGrant.person.in_(persons),
            RoleGrant.granted_at <= at,
            or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at > at),
        )
    )
    found: dict[str, list[str]] = {}
    for grant in held:
        found.setdefault(grant.person, []).append(grant.role.title)
    return {person: tuple(sorted(titles)) for person, titles in found.items()}
