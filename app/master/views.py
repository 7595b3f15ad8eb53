"""Read masters: the list, a version in full, its file, what it changed (21 CFR 211.186)."""

from functools import partial

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.batch.lists import asked_here, every_row, file_rows, listing_of, words
from app.batch.signatures import last_signatures
from app.http import read_session
from app.listing import csv_file, export_address, heads, pager
from app.master.reading import CHOICES, COLUMNS, FILE_HEAD, SORTS, comparison, master_page
from app.master.uploads import DEFAULT_NAME, Upload
from app.names import printed_names
from records.procedure.queries import content_of, versions
from records.procedure.states import ProcedureState
from workflows.authority import Permission

pages = Blueprint("master", __name__)


@pages.get("/masters")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the masters."""
    what = asked_here(SORTS, CHOICES, default="number")
    found = versions(read_session(), listing_of(what))
    return render_template(
        "master/index.html",
        what=what,
        rows=found.rows,
        heads=heads(COLUMNS, what, "master.index"),
        pager=pager(what, found.total, "master.index"),
        export_url=export_address(what, "master.export"),
        states=words(list(ProcedureState)),
        names=printed_names(read_session()),
        signatures=last_signatures(read_session(), [row.stream for row in found.rows]),
    )


@pages.get("/masters.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, CHOICES, default="number")
    rows = every_row(partial(versions, read_session()), what)
    return csv_file("masters.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/masters/new")
@requires(Permission.MASTER_LOAD)
def new() -> str:
    """Ask for a master file."""
    return upload_page(Upload(name=DEFAULT_NAME, text="", procedure=None, problems=()), is_new=True)


@pages.get("/masters/<string:code>/<string:version>")
@requires(Permission.RECORD_READ)
def show(code: str, version: str) -> str:
    """Show a version: its nine groups, its steps, its signatures, what may be done."""
    page = master_page(code, version)
    return render_template("master/show.html", page=page, names=printed_names(read_session()))


@pages.get("/masters/<string:code>/<string:version>/file")
@requires(Permission.RECORD_READ)
def source(code: str, version: str) -> Response:
    """Hand out the file the version was loaded from, as it was."""
    text = content_of(read_session(), f"{code}.{version}").source
    answer = Response(text, mimetype="text/yaml")
    answer.headers["Content-Disposition"] = f'attachment; filename="{code}.{version}.yaml"'
    return answer


@pages.get("/masters/<string:code>/<string:version>/changes")
@requires(Permission.RECORD_READ)
def changes(code: str, version: str) -> str:
    """Show what a version changed of the one it supersedes, or how it differs from another."""
    other = request.args.get("against")
    found = comparison(read_session(), f"{code}.{version}", f"{code}.{other}" if other else None)
    return render_template("master/changes.html", found=found)


def upload_page(upload: Upload, *, is_new: bool = False) -> str:
    """Return the page that takes a master file, with everything that was sent and what is wrong with it."""
    author = current_login().printed_name
    return render_template("master/new.html", upload=upload, is_new=is_new, author=author)
