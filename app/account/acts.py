"""The acts of a login, each one transaction; the password is compared before it begins."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.auth import sign_in, sign_out
from app.forms import FormError
from app.http import checked, read_session, service
from app.idempotency import forget_old
from app.logins import Login, actor_of, begin, end, lock, unlock
from app.signing import proven
from app.writing import Intent, write, write_login
from signatures.components import NotIdentifiedError, find_account
from signatures.passwords import weaknesses
from workflows.authority import Actor
from workflows.perform import AlteredError, RefusedError, UnitOfWork
from workflows.personnel.sessions import (
    record_login,
    record_logout,
    record_screen_lock,
    record_screen_unlock,
)


def begin_login(user_name: str, password: str, earlier: Login | None) -> None:
    """Sign a person in and end the browser's earlier login; raises NotIdentifiedError, whatever is wrong."""
    proof = proven(user_name, password, named=True, where="sign_in")

    def who(session: Session, at: datetime) -> Actor:
        account = find_account(session, proof.account)
        if account is None:
            raise NotIdentifiedError(None)
        return checked(session, actor_of(session, account, login="new", at=at))

    def act(unit: UnitOfWork) -> str:
        account = find_account(unit.session, proof.account)
        if account is None:
            raise NotIdentifiedError(None)
        token, row = begin(unit.session, service().keys.logins, account, unit.at)
        unit.actor = actor_of(unit.session, account, row.public_id, unit.at)
        record_login(unit, proof.account)
        forget_old(unit.session, unit.at)
        return token

    try:
        token = write(service(), read_session(), Intent(who=who), act)
    except AlteredError:
        raise
    except RefusedError as refused:
        raise NotIdentifiedError(proof.account) from refused
    if earlier is not None:
        end_login(earlier, "signed in again on this device")
    sign_in(token)


def end_login(login: Login, ended_by: str) -> None:
    """Sign a person out."""
    write_login(
        service(),
        read_session(),
        Intent(who=lambda _session, _at: login.actor()),
        change=lambda unit: end(unit.session, service().keys.logins, login.token_hash, unit.at),
        tell=lambda unit: record_logout(unit, login.account, login.public_id, ended_by),
    )
    sign_out()


def lock_screen(login: Login) -> None:
    """Lock the screen of a login."""
    locked_by = "the person or the idle limit"
    write_login(
        service(),
        read_session(),
        Intent(who=lambda _session, _at: login.actor()),
        change=lambda unit: lock(unit.session, service().keys.logins, login.token_hash, unit.at),
        tell=lambda unit: record_screen_lock(unit, login.account, login.public_id, locked_by),
    )


def unlock_screen(login: Login, password: str) -> None:
    """Unlock the screen with the password of the person signed in; raises NotIdentifiedError."""
    proven(login.account, password, named=True, where="unlock")

    def act(unit: UnitOfWork) -> None:
        unlock(unit.session, service().keys.logins, login.token_hash, unit.at)
        record_screen_unlock(unit, login.account)

    write(service(), read_session(), Intent(who=lambda _session, _at: login.actor()), act)


def checked_new_password(login: Login, form: Mapping[str, Any]) -> str:
    """Return a new password's hash; raises NotIdentifiedError, or FormError with every reason against it."""
    proven(login.account, form["password"], named=True, where="change_password")
    reasons = weaknesses(form["new_password"], login.user_name)
    if form["new_password"] != form["repeated_password"]:
        reasons.append("The new password and its repetition differ.")
    if form["new_password"] == form["password"]:
        reasons.append("The new password is the old one.")
    if reasons:
        raise FormError(reasons)
    return service().passwords.hash(form["new_password"])
