"""Read materials and lots: what is there, in which status, how its books stand, where it went."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.http import now, read_session, service
from app.listing import asked, csv_file, export_address, heads, pager
from app.material.reading import (
    CHOICES,
    COLUMNS,
    SORTS,
    all_lots_asked_for,
    lots_asked_for,
    signatures_on,
)
from app.names import printed_names, record_address
from records.errors import RecordNotFoundError
from records.genealogy.queries import Direction, edges_from, edges_to, lot_use, trace
from records.material.balances import is_expired
from records.material.models import MaterialLot
from records.material.queries import (
    containers_from,
    lot_account,
    lot_by_number,
    material_by_code,
    materials,
    movements_of,
    next_lot_number,
)
from records.material.states import LotState
from records.material.usability import lot_refusals
from workflows.authority import Permission
from workflows.machine import refusals
from workflows.material import lifecycle
from workflows.material.commands import lot_facts
from workflows.material.contents import lot_content

pages = Blueprint("material", __name__)


@pages.get("/materials")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the materials."""
    return render_template(
        "material/index.html",
        materials=materials(read_session()),
        may_define=current_login().may(Permission.LOT_RECEIVE),
    )


@pages.get("/lots")
@requires(Permission.RECORD_READ)
def lots() -> str:
    """List the lots."""
    what = asked(request.args, sorts=SORTS, choices=CHOICES)
    found = lots_asked_for(read_session(), what)
    return render_template(
        "material/lots.html",
        what=what,
        lots=found.lots,
        heads=heads(COLUMNS, what, "material.lots"),
        pager=pager(what, found.total, "material.lots"),
        export_url=export_address(what, "material.export"),
        may_export=current_login().may(Permission.RECORD_EXPORT),
        may_receive=current_login().may(Permission.LOT_RECEIVE),
        states=[(state.value, state.replace("_", " ")) for state in LotState],
        materials=[(one.code, f"{one.code} {one.title}") for one in materials(read_session())],
        is_expired=lambda lot: is_expired(lot.expires_on, now(), _time_zone()),
    )


@pages.get("/lots.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list of lots as a file."""
    what = asked(request.args, sorts=SORTS, choices=CHOICES)
    found = all_lots_asked_for(read_session(), what)
    return csv_file("lots.csv", _FILE_HEAD, ([getattr(lot, name) for name in _FILE_HEAD] for lot in found))


@pages.get("/lots/new")
@requires(Permission.LOT_RECEIVE)
def new() -> str:
    """Show the form that receives a lot."""
    return render_template(
        "material/new.html",
        materials=[(one.code, f"{one.code} {one.title} ({one.unit})") for one in materials(read_session())],
        units=sorted({one.unit for one in materials(read_session())}),
        number=next_lot_number(read_session(), now(), _time_zone()),
    )


@pages.get("/lots/<string:number>")
@requires(Permission.RECORD_READ)
def lot(number: str) -> str:
    """Show a lot: whether it may be used, its books, its edges, and what may be decided about it."""
    session, found = read_session(), _lot(number)
    content = lot_content(found)
    return render_template(
        "material/lot.html",
        lot=found,
        material=material_by_code(session, found.material),
        unusable=lot_refusals(found, found.material, now(), _time_zone()),
        account=lot_account(session, found),
        use=lot_use(session, found),
        movements=list(reversed(movements_of(session, number))),
        containers=containers_from(session, number),
        made_from=edges_from(session, found.stream),
        went_into=edges_to(session, found.stream),
        signatures=signatures_on(session, found.stream),
        content=content,
        acts=_acts(found),
        release=lifecycle.RELEASE,
        may_adjust=current_login().may(Permission.LOT_RECEIVE),
        names=printed_names(session),
        record_address=record_address,
    )


@pages.get("/lots/<string:number>/trace")
@requires(Permission.RECORD_READ)
def lot_trace(number: str) -> str:
    """Follow a lot to everything it was made of and everything it became (211.184(c))."""
    session, found = read_session(), _lot(number)
    return render_template(
        "material/trace.html",
        lot=found,
        forward=trace(session, found.stream, Direction.FORWARD),
        backward=trace(session, found.stream, Direction.BACKWARD),
        record_address=record_address,
    )


_FILE_HEAD = (
    "number",
    "material",
    "state",
    "balance",
    "quantity",
    "unit",
    "expires_on",
    "received_at",
    "supplier",
    "supplier_lot",
)


def _acts(lot: MaterialLot) -> Mapping[str, Mapping[str, Any]]:
    """Return the acts on a lot's status by name, each with its words and why it can't be taken."""
    facts = lot_facts(read_session(), lot, now(), _time_zone())
    rows = {
        "test": lifecycle.TEST,
        "release": lifecycle.RELEASE,
        "hold": lifecycle.HOLD,
        "reject": lifecycle.REJECT,
    }
    actor = current_login().actor()
    return {
        name: {"words": row.words, "status": row.target, "refusals": refusals(row, facts, actor)}
        for name, row in rows.items()
    }


def _lot(number: str) -> MaterialLot:
    found = lot_by_number(read_session(), number)
    if found is None:
        raise RecordNotFoundError(MaterialLot.kind, number)
    return found


def _time_zone() -> str:
    return service().settings.site_timezone
