"""Read batches: the list, and one record tab by tab (21 CFR 211.188)."""

from functools import partial
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, kept, pager_here, words
from app.batch.materials import used_lots
from app.batch.reading import batch_page, record_of, tabs
from app.batch.signatures import last_signatures
from app.batch.steps import SHOWS, line_of, lines, narrowed
from app.batch.table import (
    CHOICES,
    COLUMNS,
    FILE_HEAD,
    SORTS,
    batches_asked_for,
    fetch_batches,
    products,
    titles,
)
from app.batch.templating import furnish
from app.http import read_session
from app.listing import PAGE_SIZE, Asked, asked, csv_file, export_address, heads, pager
from app.trail.addresses import address_of
from app.trail.search import search
from app.trail.views import asked_of_trail, everybody, wanted
from app.trail.views import pager as trail_pager
from audit.events import Action
from records.batch.queries import progress
from records.batch.states import BatchState
from records.errors import RecordNotFoundError
from workflows.authority import Permission

pages = Blueprint("batch", __name__)
STEP = "step"
furnish(pages)


@pages.get("/batches")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the batches."""
    what, session = asked_here(SORTS, CHOICES, default="-created_at"), read_session()
    found = batches_asked_for(what)
    streams = [row.stream for row in found.rows]
    return render_template(
        "batch/index.html",
        what=what,
        chosen=kept(what, CHOICES),
        rows=found.rows,
        heads=heads(COLUMNS, what, "batch.index"),
        pager=pager(what, found.total, "batch.index"),
        export_url=export_address(what, "batch.export"),
        states=words(list(BatchState)),
        products=words(products(session)),
        titles=titles(session, {row.master for row in found.rows}),
        progress=progress(session, streams),
        signatures=last_signatures(session, streams),
    )


@pages.get("/batches.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, CHOICES, default="-created_at")
    rows = every_row(partial(fetch_batches, what=what), what)
    return csv_file("batches.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/batches/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show a batch at a glance: where it stands, who is needed next, what changed since first entry."""
    page = batch_page(number)
    return _tab(page.record, "Summary", "show", page=page)


@pages.get("/batches/<string:number>/record")
@requires(Permission.RECORD_READ)
def steps(number: str) -> str:
    """Show the steps of a batch as they were done."""
    record, what = record_of(number), asked(request.args, sorts=["order"], choices=["show"])
    found = narrowed(lines(record), what.chosen.get("show", "all"), what.search)
    shown = found[what.first : what.first + PAGE_SIZE]
    return _tab(record, "Steps", "steps", lines=shown, shows=SHOWS, **_list(what, len(found)))


@pages.get("/batches/<string:number>/record/<string:step>/<string:occurrence>")
@requires(Permission.RECORD_READ)
def step(number: str, step: str, occurrence: str) -> str:
    """Show one occurrence of a step with everything that belongs to it."""
    record = record_of(number)
    found = line_of(record, f"{step}/{occurrence}")
    if found is None:
        raise RecordNotFoundError(STEP, f"{step}/{occurrence} of batch {number}")
    line, before, after = found
    return _tab(record, "Steps", "step", line=line, before=before, after=after)


@pages.get("/batches/<string:number>/exceptions")
@requires(Permission.RECORD_READ)
def exceptions(number: str) -> str:
    """Show the exceptions of a batch."""
    record, what = record_of(number), asked(request.args, sorts=["number"], choices=["state", "severity"])
    found = [
        row for row in record["exceptions"] if all(row[name] == value for name, value in what.chosen.items())
    ]
    shown = found[what.first : what.first + PAGE_SIZE]
    more = _list(what, len(found))
    return _tab(record, "Exceptions", "exceptions", rows=shown, **more)


@pages.get("/batches/<string:number>/materials")
@requires(Permission.RECORD_READ)
def materials(number: str) -> str:
    """Show what went into a batch and what came out of it."""
    record = record_of(number)
    return _tab(record, "Materials", "materials", used=used_lots(record))


@pages.get("/batches/<string:number>/equipment")
@requires(Permission.RECORD_READ)
def equipment(number: str) -> str:
    """Show the equipment used, each use with the state frozen then (211.188(b)(2))."""
    return _tab(record_of(number), "Equipment", "equipment")


@pages.get("/batches/<string:number>/signatures")
@requires(Permission.RECORD_READ)
def signatures(number: str) -> str:
    """Show every signature of a batch, those that lapsed included."""
    record, what = record_of(number), asked(request.args, sorts=["order"])
    shown = record["signatures"][what.first : what.first + PAGE_SIZE]
    more = _list(what, len(record["signatures"]))
    return _tab(record, "Signatures", "signatures", rows=shown, **more)


@pages.get("/batches/<string:number>/trail")
@requires(Permission.TRAIL_READ)
def trail(number: str) -> str:
    """Show the audit trail of a batch."""
    record, given, names = record_of(number), asked_of_trail(), everybody()
    found = search(read_session(), wanted(given, record=record["batch"]["stream"]), names)
    return _tab(
        record,
        "Audit trail",
        "trail",
        given=given,
        found=found,
        pager=trail_pager(found, given, "batch.trail", number=number),
        people=sorted(names.items(), key=lambda one: one[1]),
        actions=[(action.value, action.sentence) for action in Action],
    )


@pages.get("/batches/<string:number>/files")
@requires(Permission.RECORD_READ)
def files(number: str) -> str:
    """Show the files attached to a batch's steps."""
    return _tab(record_of(number), "Files", "files")


def _tab(record: Any, label: str, template: str, **more: Any) -> str:  # noqa: ANN401 -- what a template takes
    return render_template(
        f"batch/{template}.html", record=record, tabs=tabs(record, label), address_of=address_of, **more
    )


def _list(what: Asked, total: int) -> dict[str, Any]:
    return {"what": what, "total": total, "pager": pager_here(what, total)}
