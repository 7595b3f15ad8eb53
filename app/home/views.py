"""The start page: what waits for this person, what is under way, where their roles lead."""

from flask import Blueprint, render_template

from app.auth import current_login, requires
from app.home.queries import locked_accounts, tasks, under_way
from app.http import now, read_session
from app.policy.reading import owed
from records.policy.queries import policy_in_force
from workflows.authority import Permission

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Permission.RECORD_READ)
def index() -> str:
    """Show the start page."""
    session, login = read_session(), current_login()
    return render_template(
        "home/index.html",
        tasks=tasks(session, login, now()),
        batches=under_way(session),
        may_execute=login.may(Permission.STEP_PERFORM),
        locked=locked_accounts(session, login),
        owed=owed(session, login.actor(), now()),
        has_policy=policy_in_force(session, now()) is not None,
    )
