"""Logins: one person on one device, limited in idle time and in length (21 CFR 11.10(d), 11.200(a)(1))."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import uuid4

from flask_login import UserMixin
from sqlalchemy import Row, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from app.config import END_AFTER, LOCK_AFTER
from app.login_mac import mac_of, refuse_altered_login
from app.models import LoginSession
from records.columns import UtcDateTime
from records.errors import DomainError
from records.personnel.models import Person, RoleGrant
from records.personnel.queries import get_person, roles_held
from records.personnel.states import Role
from signatures.components import SigningPeriod
from signatures.models import Account, AccountState
from workflows.authority import Actor, Permission

_AT = bindparam("at", type_=UtcDateTime)
_FIND = (
    select(
        *LoginSession.__table__.columns,
        Account.user_name,
        Account.state,
        Account.must_change,
        Person.number,
        Person.printed_name,
        RoleGrant.role,
    )
    .join(Account, Account.user_name_key == LoginSession.account)
    .join(Person, Person.number == Account.person)
    .outerjoin(
        RoleGrant,
        and_(
            RoleGrant.person == Person.number,
            RoleGrant.granted_at <= _AT,
            or_(RoleGrant.revoked_at.is_(None), RoleGrant.revoked_at > _AT),
        ),
    )
    .where(LoginSession.token_hash == bindparam("hashed"))
)
"""A login with its account, its person and the roles held now, in one reading, as every request needs it."""
_FIND_LOCKED = _FIND.with_for_update(of=LoginSession)
_TOUCH = (
    update(LoginSession)
    .where(LoginSession.token_hash == bindparam("of"))
    .values(last_act_at=_AT, mac=bindparam("sealed"))
    .execution_options(synchronize_session=False)
)
_DISCARD = (
    update(LoginSession)
    .where(LoginSession.token_hash == bindparam("of"))
    .values(ended_at=_AT, mac=None)
    .execution_options(synchronize_session=False)
)


class Standing(StrEnum):
    """What may be done with a login now."""

    OPEN = "open"
    LOCKED = "locked"
    IDLE = "idle"
    """Past the idle limit, and not yet locked on record."""
    OVER = "over"
    """Past the absolute limit, or its account can't be used any more; not yet ended on record."""


class LoginNeededError(DomainError):
    """Nobody is signed in, or not any more."""

    def __init__(self) -> None:
        super().__init__("Sign in first: nobody is signed in here, or the login has ended.")


class LockedError(DomainError):
    """The screen is locked."""

    def __init__(self) -> None:
        super().__init__("The screen is locked. Unlock it with your password; what you typed is kept here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(UserMixin):  # type: ignore[misc]  # the library ships no types
    """A login as read at the beginning of a request."""

    token_hash: str
    public_id: str
    account: str
    user_name: str
    person: str
    printed_name: str
    roles: frozenset[Role]
    must_change: bool
    standing: Standing
    started_at: datetime
    last_act_at: datetime
    locked_at: datetime | None

    def actor(self) -> Actor:
        """Return the person as commands and rules see them."""
        return Actor(
            person=self.person,
            printed_name=self.printed_name,
            roles=self.roles,
            account=self.account,
            login=self.public_id,
        )

    def may(self, permission: Permission) -> bool:
        """Tell whether the person's roles carry the permission."""
        return self.actor().may(permission)


def token_hash(token: str) -> str:
    """Return what is stored of a login's token."""
    return sha256(token.encode("utf-8")).hexdigest()


def begin(session: Session, key: bytes, account: Account, at: datetime) -> tuple[str, LoginSession]:
    """Begin a login and return its token, which only the browser keeps."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        public_id=str(uuid4()),
        account=account.user_name_key,
        person=account.person,
        started_at=at,
        last_act_at=at,
        signings=0,
    )
    row.mac = mac_of(key, row)
    session.add(row)
    return token, row


def find(session: Session, key: bytes, hashed: str, at: datetime) -> Login | None:
    """Return the login of a token's hash, with the roles held now; None when there is none, or it ended.

    Raises AlteredError when its row is not as this software wrote it.
    """
    return _login(session.execute(_FIND, {"hashed": hashed, "at": at}).all(), key, at)


def _login(rows: Sequence[Row[*tuple[Any, ...]]], key: bytes, at: datetime) -> Login | None:
    if not rows or rows[0].ended_at is not None:
        return None
    row = rows[0]
    refuse_altered_login(key, row)
    return Login(
        token_hash=row.token_hash,
        public_id=row.public_id,
        account=row.account,
        user_name=row.user_name,
        person=row.number,
        printed_name=row.printed_name,
        roles=frozenset(each.role for each in rows if each.role is not None),
        must_change=row.must_change,
        standing=_standing(row, at),
        started_at=row.started_at,
        last_act_at=row.last_act_at,
        locked_at=row.locked_at,
    )


def acting(session: Session, key: bytes, hashed: str, at: datetime) -> Actor:
    """Return who acts in a writing transaction, and count it as an act of the login.

    Raises LoginNeededError or LockedError when the login does not stand any more, AlteredError when its row
    is not as this software wrote it.
    """
    rows = session.execute(_FIND_LOCKED, {"hashed": hashed, "at": at}).all()
    login = _login(rows, key, at)
    if login is None or login.standing is Standing.OVER:
        raise LoginNeededError
    if login.standing is not Standing.OPEN:
        raise LockedError
    session.execute(_TOUCH, {"of": hashed, "at": at, "sealed": mac_of(key, rows[0], last_act_at=at)})
    return login.actor()


def actor_of(session: Session, account: Account, login: str, at: datetime) -> Actor:
    """Return a person as an actor with the roles held now."""
    return Actor(
        person=account.person,
        printed_name=get_person(session, account.person).printed_name,
        roles=roles_held(session, account.person, at),
        account=account.user_name_key,
        login=login,
    )


@contextmanager
def changing(session: Session, key: bytes, hashed: str) -> Iterator[LoginSession]:
    """Give a login's row, locked, and seal it again as it is left.

    Raises LoginNeededError when it is gone, AlteredError when it is not as this software wrote it.
    """
    row = session.get(LoginSession, hashed, with_for_update=True)
    if row is None:
        raise LoginNeededError
    refuse_altered_login(key, row)
    yield row
    row.mac = mac_of(key, row)


def discard(session: Session, hashed: str, at: datetime) -> None:
    """End a login whose row was altered; its MAC stays wrong, so that it never stands again."""
    session.execute(_DISCARD, {"of": hashed, "at": at})


def period_of(session: Session, hashed: str) -> SigningPeriod:
    """Return a login's signing period as a page shows it; raises LoginNeededError when it is gone."""
    row = session.get(LoginSession, hashed)
    if row is None:
        raise LoginNeededError
    return signing_period(row)


def signing_period(row: LoginSession) -> SigningPeriod:
    """Return a login as far as signing goes."""
    return SigningPeriod(
        login=row.public_id,
        account=row.account,
        person=row.person,
        last_at=row.signing_last_at,
        signings=row.signings,
    )


def lock(session: Session, key: bytes, hashed: str, at: datetime) -> None:
    """Lock a login; its signing period ends."""
    with changing(session, key, hashed) as row:
        row.locked_at = row.locked_at or at
        row.signing_last_at = None


def unlock(session: Session, key: bytes, hashed: str, at: datetime) -> None:
    """Unlock a login."""
    with changing(session, key, hashed) as row:
        row.locked_at = None
        row.last_act_at = at


def end(session: Session, key: bytes, hashed: str, at: datetime) -> None:
    """End a login for good."""
    with changing(session, key, hashed) as row:
        row.ended_at = at
        row.signing_last_at = None


def _standing(row: Row[*tuple[Any, ...]], at: datetime) -> Standing:
    if row.state is not AccountState.ACTIVE or at - row.started_at > END_AFTER:
        return Standing.OVER
    if row.locked_at is not None:
        return Standing.LOCKED
    return Standing.IDLE if at - row.last_act_at > LOCK_AFTER else Standing.OPEN
