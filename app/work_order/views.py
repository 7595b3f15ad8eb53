"""Maintenance work orders: the list, one order with its history, the request (maintenance section 5.2)."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, kept, listing_of, words
from app.forms import load
from app.http import now, plain_work, read_session, run
from app.listing import Column, csv_file, export_address, heads, pager
from app.names import printed_names, record_address
from app.work_order.reading import order_page
from app.work_order.schemas import RequestForm
from records.equipment.queries import overview
from records.work_order.queries import work_orders
from records.work_order.states import Demand, OrderKind, Priority, SourceKind, WorkOrderState
from workflows.authority import Permission
from workflows.perform import UnitOfWork
from workflows.work_order.facts import NewOrder
from workflows.work_order.raising import asset_scanned, raise_order

pages = Blueprint("work_order", __name__)

COLUMNS = (
    Column(label="Order", key="number", narrow=True),
    Column(label="What", key="title"),
    Column(label="Asset", key="asset", narrow=True),
    Column(label="Kind", key="order_kind", narrow=True),
    Column(label="Priority", key="priority", narrow=True),
    Column(label="State", key="state", narrow=True),
    Column(label="Due", key="due_at"),
    Column(label="Technician", key="assigned_to"),
    Column(label="Requested", key="requested_at"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("state", "order_kind", "priority", "assigned_to", "asset")
FILE_HEAD = (
    *("number", "title", "asset", "order_kind", "priority", "state", "due_at", "assigned_to"),
    *(
        "requested_at",
        "requested_by",
        "source",
        "plan_version",
        "master",
        "started_at",
        "done_at",
        "ended_at",
    ),
)


_DEMANDS = {
    Demand.PERFORMER: "technician",
    Demand.REVIEWER: "technical reviewer",
    Demand.QUALITY: "quality unit",
    Demand.QUALITY_ON_FAIL: "quality unit where something is out of limits",
}


@pages.get("/work-orders")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the work orders."""
    what, session = asked_here(SORTS, CHOICES, default="-requested_at"), read_session()
    found = work_orders(session, listing_of(what))
    return render_template(
        "work_order/index.html",
        what=what,
        chosen=kept(what, CHOICES),
        rows=found.rows,
        heads=heads(COLUMNS, what, "work_order.index"),
        pager=pager(what, found.total, "work_order.index"),
        export_url=export_address(what, "work_order.export"),
        states=words(list(WorkOrderState)),
        kinds=words(list(OrderKind)),
        priorities=words(list(Priority)),
        names=printed_names(session),
        at=now(),
    )


@pages.get("/work-orders.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, CHOICES, default="-requested_at")
    rows = every_row(partial(work_orders, read_session()), what)
    return csv_file("work-orders.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/work-orders/new")
@requires(Permission.WORK_ORDER_REQUEST)
def new() -> str:
    """Ask for maintenance: scan the asset, say what is wrong."""
    given = {name: request.args.get(name, "") for name in ("asset", "source_kind", "source", "title")}
    return render_template(
        "work_order/new.html",
        given=given,
        assets=[one.asset for one in overview(read_session(), now())],
        kinds=words([one for one in OrderKind if one is not OrderKind.CALIBRATION]),
        priorities=words(list(Priority)),
    )


@pages.post("/work-orders")
@requires(Permission.WORK_ORDER_REQUEST)
def raise_one() -> Response:
    """Raise a work order."""
    form = load(RequestForm())
    return run(
        plain_work(form),
        lambda unit: _raised(unit, form),
        then=lambda number: url_for("work_order.show", number=number),
        said="Requested. A maintenance planner takes it from here.",
    )


@pages.get("/work-orders/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show a work order: what is to be done, what was, and what comes next."""
    page = order_page(number)
    source = page.record.source or ""
    return render_template(
        "work_order/show.html",
        page=page,
        names=printed_names(read_session()),
        source_url=record_address(source),
        asked_for=", ".join(words_of(page.facts.demands)),
        procedures=[(one.number, f"{one.number} {one.title}") for one in page.procedures],
    )


def words_of(demands: frozenset[Demand]) -> list[str]:
    """Return whose signatures an order needs, in words."""
    needed = demands - {Demand.QUALITY_ON_FAIL} if Demand.QUALITY in demands else demands
    return [_DEMANDS[one] for one in Demand if one in needed]


def _raised(unit: UnitOfWork, form: dict[str, Any]) -> str:
    order = NewOrder(
        order_kind=form["order_kind"],
        asset=asset_scanned(unit.session, form["asset"], unit.at),
        title=form["title"],
        description=form["description"],
        priority=form["priority"],
        source_kind=SourceKind(form["source_kind"]),
        source=form.get("source") or None,
    )
    return raise_order(unit, order).number
