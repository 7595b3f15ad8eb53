"""Persons, accounts and roles, for the security administrator (21 CFR 11.10(d), (g), 11.300)."""

from flask import Blueprint, render_template

from app.auth import requires
from workflows.authority import Permission

pages = Blueprint("people", __name__)


@pages.get("/people")
@requires(Permission.PERSON_MANAGE)
def index() -> str:
    """List the persons."""
    return render_template("people/index.html")
