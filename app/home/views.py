"""The start page: what to continue, what waits, and where this person's roles lead."""

from flask import Blueprint, render_template

from app.auth import current_login, requires
from app.home.queries import locked_accounts
from app.http import read_session
from workflows.authority import Permission

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Permission.RECORD_READ)
def index() -> str:
    """Show the start page."""
    locked = locked_accounts(read_session(), current_login())
    return render_template("home/index.html", locked=locked)
