"""Training: who has which, who lacks what for a master, a sheet (21 CFR 11.10(i), 211.25)."""

from datetime import date

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.batch.lists import asked_here
from app.batch.looking import act
from app.batch.signatures import signatures_of_stream
from app.http import now, read_session, service
from app.listing import PAGE_SIZE, Asked, csv_file, export_address, heads, pager
from app.names import printed_names
from app.training import reading
from app.training.csv_import import HEAD
from records.errors import RecordNotFoundError
from records.procedure.models import ProcedureVersion
from records.training.queries import lines_of
from records.training.subjects import SubjectKind
from workflows.authority import Permission
from workflows.training import lifecycle
from workflows.training.commands import sheet_facts

pages = Blueprint("training", __name__)
MATRIX_CHOICES = ("master", "standing")
MATRIX_STANDINGS = [("untrained", "not trained"), ("trained", "trained")]
KINDS = [
    (SubjectKind.MASTER.value, "one version of a master"),
    (SubjectKind.PROCEDURE.value, "a procedure or master up to a version"),
    (SubjectKind.QUALIFICATION.value, "a class of equipment or a skill"),
]


@pages.get("/training")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the training on record."""
    what = _asked()
    found = reading.lines(read_session(), printed_names(read_session()), what, _today())
    return render_template(
        "training/index.html",
        what=what,
        lines=found[what.first : what.first + PAGE_SIZE],
        heads=heads(reading.COLUMNS, what, "training.index"),
        pager=pager(what, len(found), "training.index"),
        export_url=export_address(what, "training.export"),
        standings=reading.STANDINGS,
    )


@pages.get("/training.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand the list out as a file."""
    found = reading.lines(read_session(), printed_names(read_session()), _asked(), _today())
    return csv_file("training.csv", reading.FILE_HEAD, (line.cells() for line in found))


@pages.get("/training/matrix")
@requires(Permission.RECORD_READ)
def matrix() -> str:
    """Show who is trained for a version of a master and who is not."""
    what = asked_here(("name",), MATRIX_CHOICES, default="name")
    masters = reading.masters_to_choose(read_session())
    return render_template(
        "training/matrix.html",
        what=what,
        masters=masters,
        standings=MATRIX_STANDINGS,
        found=_matrix(what) if what.chosen.get("master") else None,
        export_url=export_address(what, "training.export_matrix"),
    )


@pages.get("/training/matrix.csv")
@requires(Permission.RECORD_EXPORT)
def export_matrix() -> Response:
    """Hand out who is trained for a version of a master and who is not."""
    found = _matrix(asked_here(("name",), MATRIX_CHOICES, default="name"))
    return csv_file(f"training-{found.version.number}.csv", reading.MATRIX_HEAD, found.file_rows())


@pages.get("/training/sheets/<string:number>")
@requires(Permission.RECORD_READ)
def sheet(number: str) -> str:
    """Show one sheet: its lines, its signature, its withdrawal."""
    session = read_session()
    facts = sheet_facts(session, number)
    withdraw = act("withdraw", "Withdraw", lifecycle.WITHDRAW, facts, current_login().actor())
    return render_template(
        "training/sheet.html",
        sheet=facts.record,
        withdrawal=facts.withdrawal,
        lines=lines_of(session, number),
        signatures=signatures_of_stream(session, facts.record.stream),
        withdraw=withdraw,
        names=printed_names(session),
    )


@pages.get("/training/new")
@requires(Permission.TRAINING_RECORD)
def new() -> str:
    """Ask for training: one for several persons, or lines of CSV."""
    return new_page()


def new_page() -> str:
    """Return the page that asks for training."""
    rows = reading.workers(read_session(), now())
    own = current_login().person
    return render_template(
        "training/new.html",
        persons=[
            (row.person.number, f"{row.person.printed_name} ({row.person.number})", ", ".join(row.roles))
            for row in rows
            if row.person.number != own
        ],
        kinds=KINDS,
        today=_today().isoformat(),
        head=",".join(HEAD),
        subject=request.args.get("subject", ""),
        version=request.args.get("version", ""),
    )


def _matrix(what: Asked) -> reading.Matrix:
    number = what.chosen.get("master", "")
    found = reading.matrix(read_session(), number, what, now(), _today())
    if found is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return found


def _asked() -> Asked:
    return asked_here(reading.SORTS, ("standing",), default="name")


def _today() -> date:
    return reading.day_at(now(), service().settings.site_timezone)
