"""Sign in and out, lock and unlock the screen, change one's own password."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from app.account.acts import begin_login, checked_new_password, end_login, lock_screen, unlock_screen
from app.account.schemas import PasswordForm, SignInForm, UnlockForm
from app.auth import current_login, public, requires
from app.forms import load
from app.http import OUR_PATH, now, plain_work, run, wants_json
from app.logins import Login, Standing
from signatures.components import NotIdentifiedError
from workflows.authority import Permission
from workflows.personnel.commands import change_password

pages = Blueprint("account", __name__)


@pages.get("/sign-in")
@public
def sign_in() -> str:
    """Ask who is there."""
    return render_template("account/sign_in.html", next=_next(request.args.get("next")), refusals=[])


@pages.post("/sign-in")
@public
def begin() -> Response | tuple[str, int]:
    """Sign a person in."""
    form = load(SignInForm())
    after = _next(form.get("next"))
    try:
        begin_login(form["user_name"], form["password"], _login_of_this_browser())
    except NotIdentifiedError as failed:
        if wants_json():
            raise
        return render_template("account/sign_in.html", next=after, refusals=[failed.message]), 403
    return redirect(after, 303)


@pages.post("/sign-out")
@requires(Permission.SELF_MANAGE, also_locked=True)
def sign_out() -> Response:
    """Sign the person out."""
    end_login(current_login(), "the person")
    flash("You are signed out.", "good")
    return redirect(url_for("account.sign_in"), 303)


@pages.get("/lock")
@requires(Permission.SELF_MANAGE, also_locked=True)
def lock() -> Response | str:
    """Show that the screen is locked; one that is not goes on to its page."""
    after = _next(request.args.get("next"))
    if current_login().standing is Standing.OPEN:
        return redirect(after, 303)
    return _lock_page([], after)


@pages.post("/lock")
@requires(Permission.SELF_MANAGE, also_locked=True)
def lock_now() -> Response:
    """Lock the screen."""
    if current_login().standing is Standing.OPEN:
        lock_screen(current_login())
    return redirect(url_for("account.lock", next=_next(request.args.get("next"))), 303)


@pages.post("/unlock")
@requires(Permission.SELF_MANAGE, also_locked=True)
def unlock() -> Response | tuple[str, int]:
    """Unlock the screen; the page that was open comes back."""
    form = load(UnlockForm())
    after = _next(form.get("next"))
    try:
        unlock_screen(current_login(), form["password"])
    except NotIdentifiedError as failed:
        if wants_json():
            raise
        return _lock_page([failed.message], after), 403
    return redirect(after, 303)


@pages.get("/account/password")
@requires(Permission.SELF_MANAGE)
def password() -> str:
    """Ask for a new password."""
    return render_template("account/password.html", must_change=current_login().must_change)


@pages.post("/account/password")
@requires(Permission.SELF_MANAGE)
def give_password() -> Response:
    """Change the password."""
    form = load(PasswordForm())
    login = current_login()
    hashed = checked_new_password(login, form)
    return run(
        plain_work(form),
        lambda unit: change_password(unit, login.account, hashed),
        then=url_for("home.index"),
        said="Your password is changed. Your next signature takes user name and password.",
    )


def _lock_page(refusals: list[str], after: str) -> str:
    login = current_login()
    at = login.locked_at or now()
    return render_template("account/lock.html", at=at, refusals=refusals, next=after)


def _login_of_this_browser() -> Login | None:
    login = current_user._get_current_object()  # noqa: SLF001 -- flask-login's way to the object behind its proxy
    return login if isinstance(login, Login) else None


def _next(address: str | None) -> str:
    """Return a page of ours to go on to: a path, never another site."""
    return address if address and OUR_PATH.fullmatch(address) else url_for("home.index")
