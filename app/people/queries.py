"""The list of people as the security administrator searches, sorts and pages it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.listing import PAGE_SIZE, Asked, Column
from records.personnel.models import Person, RoleGrant
from signatures.models import Account

SORTS = {
    "name": Person.printed_name,
    "number": Person.number,
    "user": Account.user_name,
    "state": Account.state,
    "password": Account.password_set_at,
}
COLUMNS = (
    Column(label="Name", key="name"),
    Column(label="Number", key="number", narrow=True),
    Column(label="User name", key="user", narrow=True),
    Column(label="Account", key="state", narrow=True),
    Column(label="Roles"),
    Column(label="Password set", key="password", narrow=True),
)
EVERYBODY = Asked(search="", chosen={}, sort="name", descending=False, page=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One person of the list."""

    person: Person
    account: Account | None
    roles: tuple[str, ...]
    """Titles of the roles held now."""

    def cells(self) -> tuple[object, ...]:
        """Return the row as a file has it."""
        account = self.account
        told = (
            (account.user_name, account.state, account.password_set_at.isoformat()) if account else ("",) * 3
        )
        return (self.person.number, self.person.printed_name, *told, "; ".join(self.roles))


FILE_HEAD = ("number", "printed_name", "user_name", "account", "password_set_at", "roles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A part of the list, and how many there are in all."""

    rows: Sequence[Row]
    total: int


def people(session: Session, at: datetime, what: Asked, size: int | None = PAGE_SIZE) -> Found:
    """Return the persons asked for, each with account and the roles held at a time; all with no size."""
    account = Account.person == Person.number
    matching = _matching(what.search)
    column = SORTS[what.sort]
    wanted = select(Person, Account).outerjoin(Account, account).where(*matching)
    wanted = wanted.order_by(column.desc() if what.descending else column, Person.number)
    if size is not None:
        wanted = wanted.limit(size).offset(what.first)
    found = session.execute(wanted).all()
    roles = _roles(session, [person.number for person, _ in found], at)
    rows = [Row(person=person, account=own, roles=roles.get(person.number, ())) for person, own in found]
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
