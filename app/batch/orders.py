"""Production orders: planned, released, made into batches (21 CFR 211.188, ISA-95 operations requests)."""

from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, listing_of, words
from app.batch.looking import Act, act, looking
from app.batch.schemas import NewBatchForm, OrderForm
from app.forms import Form, ReasonedForm, load
from app.http import now, plain_work, read_session, run
from app.listing import Column, csv_file, export_address, heads, pager
from app.names import printed_names
from records.batch.models import Batch
from records.batch.queries import batch_of_order, orders
from records.batch.states import OrderState
from records.listing import Listing
from records.procedure.frozen import frozen_procedure
from records.procedure.models import ProcedureVersion
from records.procedure.queries import content_of, is_in_force, versions
from records.procedure.sections import BatchSize
from records.procedure.states import ProcedureState
from records.procedure.vocabulary import OperationsType
from workflows.authority import Permission
from workflows.batch import commands, lifecycle
from workflows.batch.facts import NewOrder
from workflows.batch.gathering import order_facts
from workflows.perform import UnitOfWork

pages = Blueprint("order", __name__)

COLUMNS = (
    Column(label="Order", key="number", narrow=True),
    Column(label="Master", key="master", narrow=True),
    Column(label="Quantity", number=True),
    Column(label="Due on", key="due_on"),
    Column(label="State", key="state", narrow=True),
    Column(label="Planned", key="planned_at"),
    Column(label="Planned by", key="planned_by"),
    Column(label="Batch"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
FILE_HEAD = ("number", "master", "quantity", "unit", "due_on", "state", "planned_at", "planned_by")
_MOST_MASTERS = 500


@pages.get("/production-orders")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the production orders."""
    what, session = asked_here(SORTS, ["state"], default="-planned_at"), read_session()
    found = orders(session, listing_of(what))
    return render_template(
        "batch/orders.html",
        what=what,
        rows=found.rows,
        heads=heads(COLUMNS, what, "order.index"),
        pager=pager(what, found.total, "order.index"),
        export_url=export_address(what, "order.export"),
        states=words(list(OrderState)),
        names=printed_names(session),
        batches=_batches(session, [row.number for row in found.rows]),
    )


@pages.get("/production-orders.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, ["state"], default="-planned_at")
    rows = every_row(partial(orders, read_session()), what)
    return csv_file("production-orders.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/production-orders/new")
@requires(Permission.ORDER_PLAN)
def new() -> str:
    """Ask for an order: only masters effective now can be chosen."""
    masters = effective_masters()
    units = [(unit, unit) for unit in sorted({size.unit for _, size in masters})]
    return render_template("batch/new_order.html", masters=masters, units=units)


@pages.post("/production-orders")
@requires(Permission.ORDER_PLAN)
def plan() -> Response:
    """Plan an order."""
    form = load(OrderForm())
    names = ("master", "quantity", "unit", "due_on", "number")
    order = NewOrder(**{name: form[name] for name in names if name in form})
    return run(
        plain_work(form),
        lambda unit: commands.plan_order(unit, order).number,
        then=lambda number: url_for("order.show", number=number),
        said="Planned.",
    )


@pages.get("/production-orders/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show an order and what may be done with it."""
    work = looking()
    facts = order_facts(work, number)
    return render_template(
        "batch/order.html",
        order=facts.record,
        master=facts.master,
        size=facts.procedure.batch_size,
        numbering=facts.procedure.header.numbering,
        batch=batch_of_order(work.session, number),
        names=printed_names(work.session),
        release=act("release", "Release for production", lifecycle.RELEASE_ORDER, facts, work.actor),
        cancel=act("cancel", "Cancel the order", lifecycle.CANCEL_ORDER, facts, work.actor),
        create=_creation(work, number),
    )


@pages.post("/production-orders/<string:number>/release")
@requires(Permission.ORDER_PLAN)
def release(number: str) -> Response:
    """Release an order."""
    work, then = plain_work(load(Form())), url_for("order.show", number=number)
    return run(
        work, lambda unit: commands.release_order(unit, number), then=then, said="Released for production."
    )


@pages.post("/production-orders/<string:number>/cancel")
@requires(Permission.ORDER_PLAN)
def cancel(number: str) -> Response:
    """Cancel an order."""
    work, then = plain_work(load(ReasonedForm())), url_for("order.show", number=number)
    return run(work, lambda unit: commands.cancel_order(unit, number), then=then, said="Cancelled.")


@pages.post("/production-orders/<string:number>/batch")
@requires(Permission.ORDER_PLAN)
def create(number: str) -> Response:
    """Create the batch of an order; its control recipe is frozen now."""
    form = load(NewBatchForm())
    return run(
        plain_work(form),
        lambda unit: commands.create_batch(unit, number, form.get("number")).number,
        then=lambda batch: url_for("batch.show", number=batch),
        said="Created. Its control recipe is frozen; it can be issued.",
    )


def effective_masters() -> list[tuple[ProcedureVersion, BatchSize]]:
    """Return the production masters in force now, each with the sizes it is written for."""
    session = read_session()
    production = Listing(
        filters={"state": [ProcedureState.EFFECTIVE, ProcedureState.SUPERSEDED]},
        sort="number",
        size=_MOST_MASTERS,
    )
    found = [
        version
        for version in versions(session, production).rows
        if version.operations_type == OperationsType.PRODUCTION and is_in_force(version, now())
    ]
    sizes = [(one, frozen_procedure(content_of(session, one.number).content).batch_size) for one in found]
    return [(version, size) for version, size in sizes if size]


def _batches(session: Session, orders_shown: Sequence[str]) -> Mapping[str, Batch]:
    found = session.scalars(select(Batch).where(Batch.order.in_(orders_shown)))
    return {batch.order: batch for batch in found}


def _creation(work: UnitOfWork, number: str) -> Act:
    """Return the creation of the order's batch, with a number that stands for the one still to be given."""
    facts = order_facts(work, number)
    given = facts.procedure.header.numbering
    facts = order_facts(work, number, f"{given.prefix if given else 'B-'}next")
    return act("create", "Create the batch", lifecycle.CREATE_BATCH, facts, work.actor)
