"""The start page: what to continue, what waits, and where this person's roles lead."""

from flask import Blueprint, render_template

from app.auth import requires
from workflows.authority import Permission

pages = Blueprint("home", __name__)


@pages.get("/")
@requires(Permission.RECORD_READ)
def index() -> str:
    """Show the start page."""
    return render_template("home/index.html")
