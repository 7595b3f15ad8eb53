"""Who may open which page: every route names its permission or is public; the default is no (11.10(g))."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from flask import Flask, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from app.extensions import db
from app.forms import submitted
from app.logins import (
    LockedError,
    Login,
    LoginNeededError,
    Standing,
    acting,
    discard,
    end,
    find,
    lock,
    token_hash,
)
from app.service import Service
from app.writing import Intent, the_software, write, write_login
from workflows.authority import Permission
from workflows.perform import AlteredError, RefusedError, UnitOfWork
from workflows.personnel.sessions import record_logout, record_screen_lock

View = TypeVar("View", bound=Callable[..., Any])
NOTED_EVERY = timedelta(seconds=30)
"""How often reading pages is noted as an act: the idle limit strikes at most this much early, never late."""


class RouteNotGuardedError(Exception):
    """A route names no permission and is not public; the application does not start."""


class NotAuthorisedError(RefusedError):
    """The person's roles do not carry the permission of the page."""


def requires(permission: Permission, *, also_locked: bool = False) -> Callable[[View], View]:
    """Open a view to persons whose roles carry the permission; `also_locked` while their screen is locked."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]  # read by the guard and the tests
        view.also_locked = also_locked  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    view.is_public = True  # type: ignore[attr-defined]  # read by the guard and the tests
    return view


def current_login() -> Login:
    """Return the login of this request; raises LoginNeededError."""
    login = current_user._get_current_object()  # noqa: SLF001 -- flask-login's way to the object behind its proxy
    if not isinstance(login, Login):
        raise LoginNeededError
    return login


def guard(app: Flask, service: Service) -> None:
    """Check every request before its view, and load logins by the hash of their token."""
    manager = LoginManager(app)
    manager.session_protection = "strong"

    @manager.user_loader  # type: ignore[untyped-decorator]  # the library ships no types
    def load_login(token: str) -> Login | None:
        hashed = token_hash(token)
        try:
            return find(db.session(), service.keys.logins, hashed, service.clock())
        except AlteredError as altered:
            _discard(service, hashed, altered)
            return None

    @app.before_request
    def check() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        if view is None or getattr(view, "is_public", False):
            return None
        return _check(service, view)


def check_every_route(app: Flask) -> None:
    """Raise RouteNotGuardedError when a view names no permission and is not public."""
    open_routes = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not (
            hasattr(app.view_functions[rule.endpoint], "permission")
            or getattr(app.view_functions[rule.endpoint], "is_public", False)
        )
    ]
    if open_routes:
        msg = f"Neither @requires nor @public: {', '.join(sorted(open_routes))}."
        raise RouteNotGuardedError(msg)


def sign_in(token: str) -> None:
    """Bind the browser to a login that has just begun; nothing of an earlier session stays."""
    session.clear()
    login_user(_Bearer(token))


def sign_out() -> None:
    """Forget the login in the browser."""
    logout_user()
    session.clear()


class _Bearer(UserMixin):  # type: ignore[misc]  # the library ships no types
    """What flask-login puts into the signed session: the token."""

    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


def _check(service: Service, view: Callable[..., Any]) -> Response | None:
    login = current_login()
    permission: Permission = view.permission  # type: ignore[attr-defined]  # check_every_route saw it
    if login.standing is Standing.OVER:
        _end(service, login)
        raise LoginNeededError
    if login.standing is Standing.IDLE:
        _lock(service, login)
    if login.standing is not Standing.OPEN and not view.also_locked:  # type: ignore[attr-defined]
        raise LockedError
    if not login.may(permission):
        _deny(service, login, permission)
    if login.must_change and permission is not Permission.SELF_MANAGE:
        return redirect(url_for("account.password"), 303)
    if login.standing is Standing.OPEN and _is_act_worth_noting(service, login):
        _note_act(service, login)
    return None


def _is_act_worth_noting(service: Service, login: Login) -> bool:
    """Tell whether a read counts as an act: a page the person opened, not one that a script fetches."""
    is_read = request.method in {"GET", "HEAD"}
    opened = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return is_read and opened and service.clock() - login.last_act_at > NOTED_EVERY


def _note_act(service: Service, login: Login) -> None:
    """Note that a page was opened; a store that can't write still lets it be read, and locks early."""

    def nothing_more(_work: UnitOfWork) -> None:
        """Leave it at what `acting` notes."""

    intent = Intent(who=lambda at_work, at: acting(at_work, service.keys.logins, login.token_hash, at))
    with suppress(OperationalError):
        write(service, db.session(), intent, nothing_more)


def _discard(service: Service, hashed: str, altered: AlteredError) -> None:
    """Put an altered login on record, with its alarm, and end it: whoever holds it is signed out."""

    def refuse(_work: UnitOfWork) -> NoReturn:
        raise altered

    intent = Intent(who=the_software, submitted=submitted())
    with suppress(AlteredError):
        write(service, db.session(), intent, refuse)
    write(service, db.session(), intent, lambda work: discard(work.session, hashed, work.at))


def _end(service: Service, login: Login) -> None:
    why = "limit of the login or state of the account"
    write_login(
        service,
        db.session(),
        Intent(who=the_software),
        change=lambda work: end(work.session, service.keys.logins, login.token_hash, work.at),
        tell=lambda work: record_logout(work, login.account, login.public_id, why),
    )
    sign_out()


def _lock(service: Service, login: Login) -> None:
    write_login(
        service,
        db.session(),
        Intent(who=the_software),
        change=lambda work: lock(work.session, service.keys.logins, login.token_hash, work.at),
        tell=lambda work: record_screen_lock(work, login.account, login.public_id, "idle limit"),
    )


def _deny(service: Service, login: Login, permission: Permission) -> NoReturn:
    reason = f"{login.printed_name} is not authorised to {permission.words}."

    def refuse(_work: UnitOfWork) -> NoReturn:
        raise NotAuthorisedError([reason], act=str(permission), stream=f"page/{request.endpoint}")

    intent = Intent(who=lambda _session, _at: login.actor(), submitted=submitted())
    write(service, db.session(), intent, refuse)
    raise AssertionError
