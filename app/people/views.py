"""Persons, accounts and roles: the security administrator manages, the auditor reads (11.10(d), (g))."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.forms import FormError, ReasonedForm, load
from app.http import now, plain_work, read_session, run, service
from app.listing import asked, csv_file, export_address, heads, pager
from app.names import printed_names
from app.people.facts import person_page
from app.people.queries import COLUMNS, FILE_HEAD, SORTS, people
from app.people.schemas import PersonForm, RoleForm
from records.personnel.states import Role
from signatures.passwords import weaknesses
from workflows.authority import Permission
from workflows.perform import UnitOfWork
from workflows.personnel.commands import (
    disable_account,
    grant_role,
    open_account,
    register_person,
    revoke_role,
    unlock_account,
)

pages = Blueprint("people", __name__)


@pages.get("/people")
@requires(Permission.PERSON_READ)
def index() -> str:
    """List the persons."""
    what = asked(request.args, sorts=tuple(SORTS))
    found = people(read_session(), now(), what)
    return render_template(
        "people/index.html",
        what=what,
        rows=found.rows,
        heads=heads(COLUMNS, what, "people.index"),
        pager=pager(what, found.total, "people.index"),
        export_url=export_address(what, "people.export"),
        may_manage=current_login().may(Permission.PERSON_MANAGE),
    )


@pages.get("/people.csv")
@requires(Permission.PERSON_READ)
def export() -> Response:
    """Hand the list out as a file."""
    found = people(read_session(), now(), asked(request.args, sorts=tuple(SORTS)), size=None)
    return csv_file("people.csv", FILE_HEAD, (row.cells() for row in found.rows))


@pages.get("/people/new")
@requires(Permission.PERSON_MANAGE)
def new() -> str:
    """Ask for a new person."""
    return render_template("people/new.html")


@pages.post("/people")
@requires(Permission.PERSON_MANAGE)
def register() -> Response:
    """Register a person and open their account."""
    form = load(PersonForm())
    if reasons := weaknesses(form["password"], form["user_name"]):
        raise FormError(reasons)
    hashed = service().passwords.hash(form["password"])
    return run(
        plain_work(form),
        lambda unit: _join(unit, form, hashed),
        then=lambda number: url_for("people.show", number=number),
        said=f"{form['printed_name']} is registered. Tell them the one-time password; they change it.",
    )


@pages.get("/people/<string:number>")
@requires(Permission.PERSON_READ)
def show(number: str) -> str:
    """Show a person: account, roles and what may be done."""
    return render_template(
        "people/show.html",
        page=person_page(read_session(), number, current_login().actor(), now()),
        roles=[(role.value, role.title) for role in Role],
        names=printed_names(read_session()),
        may_manage=current_login().may(Permission.PERSON_MANAGE),
    )


@pages.post("/people/<string:number>/roles")
@requires(Permission.PERSON_MANAGE)
def grant(number: str) -> Response:
    """Grant a role."""
    form = load(RoleForm())
    then = url_for("people.show", number=number)
    return run(
        plain_work(form), lambda unit: grant_role(unit, number, form["role"]), then, "The role is granted."
    )


@pages.post("/people/<string:number>/roles/revoke")
@requires(Permission.PERSON_MANAGE)
def revoke(number: str) -> Response:
    """Revoke a role."""
    form = load(RoleForm())
    then = url_for("people.show", number=number)
    return run(
        plain_work(form), lambda unit: revoke_role(unit, number, form["role"]), then, "The role is revoked."
    )


@pages.post("/people/<string:number>/account/<string:user_name>/unlock")
@requires(Permission.PERSON_MANAGE)
def unlock(number: str, user_name: str) -> Response:
    """Unlock an account."""
    form = load(ReasonedForm())
    then = url_for("people.show", number=number)
    return run(
        plain_work(form),
        lambda unit: unlock_account(unit, user_name, number),
        then,
        "The account is unlocked.",
    )


@pages.post("/people/<string:number>/account/<string:user_name>/disable")
@requires(Permission.PERSON_MANAGE)
def disable(number: str, user_name: str) -> Response:
    """Disable an account for good."""
    form = load(ReasonedForm())
    then = url_for("people.show", number=number)
    return run(
        plain_work(form),
        lambda unit: disable_account(unit, user_name, number),
        then,
        "The account is disabled.",
    )


def _join(unit: UnitOfWork, form: dict[str, Any], hashed: str) -> str:
    person = register_person(unit, form["printed_name"], form.get("number"))
    open_account(unit, person.number, form["user_name"], hashed)
    return person.number
