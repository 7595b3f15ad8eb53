"""Instruments out of tolerance: the list, a case and what it reached, and the signed decisions (CAL-21)."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, listing_of, words
from app.batch.looking import act, looking
from app.forms import Form, FormError, SignedForm, load, sentences
from app.http import page_here, plain_work, read_session, run
from app.listing import Column, csv_file, export_address, heads, pager
from app.names import printed_names, record_address
from app.out_of_tolerance.reading import case_page
from app.out_of_tolerance.schemas import POINTS, CaseForm, ChoiceForm, DecisionForm
from app.signing import signed_work
from records.out_of_tolerance.calculations import checked_curve
from records.out_of_tolerance.queries import cases, undecided_counts
from records.out_of_tolerance.states import CaseState, Decision, Distribution, ErrorBasis
from workflows.authority import Permission
from workflows.out_of_tolerance import commands, lifecycle
from workflows.out_of_tolerance.contents import DECIDED, SHIPPED, finding_content
from workflows.out_of_tolerance.facts import NewCase, NewDecision

pages = Blueprint("out_of_tolerance", __name__)

COLUMNS = (
    Column(label="Case", key="number", narrow=True),
    Column(label="Instrument", key="asset", narrow=True),
    Column(label="What showed it", key="evidence"),
    Column(label="Last good", key="last_good_at"),
    Column(label="Found", key="found_at"),
    Column(label="Not decided", number=True),
    Column(label="State", key="state", narrow=True),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
FILE_HEAD = ("number", "asset", "state", "evidence", "last_good_at", "last_good", "found_at", "aware_at")
_NEWEST = "-found_at"


@pages.get("/out-of-tolerance")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the cases."""
    what, session = asked_here(SORTS, ["state", "asset"], default=_NEWEST), read_session()
    found = cases(session, listing_of(what))
    return render_template(
        "out_of_tolerance/index.html",
        what=what,
        rows=found.rows,
        heads=heads(COLUMNS, what, "out_of_tolerance.index"),
        pager=pager(what, found.total, "out_of_tolerance.index"),
        export_url=export_address(what, "out_of_tolerance.export"),
        states=words(list(CaseState)),
        undecided=undecided_counts(session, [row.number for row in found.rows]),
    )


@pages.get("/out-of-tolerance.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, ["state", "asset"], default=_NEWEST)
    rows = every_row(partial(cases, read_session()), what)
    return csv_file("out-of-tolerance.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/out-of-tolerance/new")
@requires(Permission.TOLERANCE_REPORT)
def new() -> str:
    """Show the form that opens a case."""
    bases = [
        (ErrorBasis.ABSOLUTE, "in the unit of the reading"),
        (ErrorBasis.PERCENT_OF_READING, "in per cent of the reading"),
    ]
    return render_template(
        "out_of_tolerance/new.html", asset=request.args.get("asset", ""), bases=bases, points=POINTS
    )


@pages.post("/out-of-tolerance")
@requires(Permission.TOLERANCE_REPORT)
def open_case() -> Response:
    """Open a case, and work out what it reaches."""
    form = load(CaseForm())
    case = NewCase(
        asset=form["asset"],
        evidence=form["evidence"],
        curve=checked_curve(form["basis"], form["unit"], CaseForm.points(form)),
        last_good_at=form["last_good_at"],
        last_good=form["last_good"],
        found_at=form["found_at"],
    )
    return run(
        plain_work(form),
        lambda unit: commands.open_case(unit, case).number,
        then=lambda number: url_for("out_of_tolerance.show", number=number),
        said="The case is open. Every record that used the instrument since then is listed.",
    )


@pages.get("/out-of-tolerance/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show a case: what was known then, what is known now, what was decided."""
    return render_template(
        "out_of_tolerance/show.html",
        page=case_page(number),
        names=printed_names(read_session()),
        address_of=record_address,
        decisions=DECIDED,
        shipped=SHIPPED,
        distributions=[(word.value, SHIPPED[word]) for word in Distribution],
        choices=[(word.value, DECIDED[word]) for word in Decision],
    )


@pages.post("/out-of-tolerance/<string:number>/look-again")
@requires(Permission.TOLERANCE_REPORT)
def look_again(number: str) -> Response:
    """List the records that used the instrument in the window and are not listed yet."""
    return run(
        plain_work(load(Form())),
        lambda unit: commands.look_again(unit, number),
        then=_page(number),
        said="Looked again.",
    )


@pages.get("/out-of-tolerance/<string:number>/findings/<string:finding>/decide")
@requires(Permission.BATCH_REVIEW)
def decide_page(number: str, finding: str) -> str:
    """Show what a decision would sign."""
    work = looking()
    choice = _chosen()
    facts = commands.finding_facts(work.session, number, finding, choice)
    return render_template(
        "out_of_tolerance/decide.html",
        facts=facts,
        choice=choice,
        content=finding_content(facts.case, facts.finding, choice),
        decide=act("decide", "Decide", lifecycle.DECIDE, facts, work.actor),
        shown_on=page_here(),
    )


@pages.post("/out-of-tolerance/<string:number>/findings/<string:finding>/decide")
@requires(Permission.BATCH_REVIEW)
def decide(number: str, finding: str) -> Response:
    """Sign a decision on one finding."""
    form = load(DecisionForm())
    choice = NewDecision(decision=form["decision"], distribution=form["distribution"])
    return run(
        signed_work(form),
        lambda unit: commands.decide_finding(unit, number, finding, choice),
        then=_page(number),
        said=f"{finding} is decided.",
    )


@pages.post("/out-of-tolerance/<string:number>/close")
@requires(Permission.BATCH_REVIEW)
def close(number: str) -> Response:
    """Sign the end of a case."""
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: commands.close_case(unit, number), then=_page(number), said="Closed.")


def _chosen() -> NewDecision:
    """Return what the address says is about to be decided; raises FormError."""
    schema = ChoiceForm()
    given = {name: value for name, value in request.args.items() if value and name in schema.fields}
    try:
        return NewDecision(**schema.load(given))
    except ValidationError as error:
        raise FormError(sentences(schema, error)) from error


def _page(number: str) -> str:
    return url_for("out_of_tolerance.show", number=number)
