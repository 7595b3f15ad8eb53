"""Investigations: opened on exceptions, written in versions, concluded, approved (21 CFR 211.192)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, listing_of, words
from app.batch.looking import Act, act, looking
from app.batch.signatures import last_signatures, signatures_of_stream
from app.forms import ReasonedForm, SignedForm, load
from app.http import KeptError, page_here, plain_work, read_session, run
from app.listing import Column, csv_file, export_address, heads, pager
from app.names import printed_names
from app.review.investigation_form import TextForm, new_text
from app.review.schemas import InvestigationForm
from app.signing import signed_work
from records.execution.models import BatchException
from records.review.models import Investigation, InvestigationText
from records.review.queries import investigations, texts_of
from records.review.states import InvestigationState
from workflows.authority import Permission
from workflows.perform import Content, RefusedError, UnitOfWork
from workflows.review import investigations as commands
from workflows.review import lifecycle
from workflows.review.contents import investigation_content
from workflows.review.facts import NewText

pages = Blueprint("investigation", __name__)

COLUMNS = (
    Column(label="Investigation", key="number", narrow=True),
    Column(label="Batch", key="batch", narrow=True),
    Column(label="Title", key="title"),
    Column(label="State", key="state", narrow=True),
    Column(label="Opened", key="opened_at"),
    Column(label="Opened by", key="opened_by"),
    Column(label="Last signature"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
FILE_HEAD = ("number", "batch", "title", "state", "opened_at", "opened_by")
Command = Callable[[UnitOfWork, str], Investigation]
Writing = Callable[[UnitOfWork, str, NewText], InvestigationText]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationPage:
    """An investigation with every version of its text, the exceptions it explains, and what may be done."""

    record: Investigation
    texts: Sequence[InvestigationText]
    """Newest first; the first one counts."""
    exceptions: Sequence[BatchException]
    signatures: Sequence[Mapping[str, Any]]
    write: Act
    rewrite: Act
    shown_on: str
    conclude: Act
    approve: Act
    reopen: Act
    content: Content


@pages.get("/investigations")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the investigations."""
    what, session = asked_here(SORTS, ["state", "batch"], default="-opened_at"), read_session()
    found = investigations(session, listing_of(what))
    return render_template(
        "investigation/index.html",
        what=what,
        rows=found.rows,
        heads=heads(COLUMNS, what, "investigation.index"),
        pager=pager(what, found.total, "investigation.index"),
        export_url=export_address(what, "investigation.export"),
        states=words(list(InvestigationState)),
        names=printed_names(session),
        signatures=last_signatures(session, [row.stream for row in found.rows]),
    )


@pages.get("/investigations.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked_here(SORTS, ["state", "batch"], default="-opened_at")
    rows = every_row(partial(investigations, read_session()), what)
    return csv_file("investigations.csv", FILE_HEAD, file_rows(rows, FILE_HEAD))


@pages.get("/investigations/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show an investigation: what it says, what it said before, who signed it."""
    page = investigation_page(number)
    return render_template("investigation/show.html", page=page, names=printed_names(read_session()))


@pages.post("/batches/<string:batch>/investigations")
@requires(Permission.INVESTIGATION_WRITE)
def open_on(batch: str) -> Response:
    """Open an investigation on exceptions of a batch."""
    form = load(InvestigationForm())
    return run(
        plain_work(form),
        lambda unit: commands.open_investigation(unit, batch, form["title"], form["exceptions"]).number,
        then=lambda number: url_for("investigation.show", number=number),
        said="The investigation is open. The batches to consider are filled in.",
    )


@pages.post("/investigations/<string:number>/text")
@requires(Permission.INVESTIGATION_WRITE)
def write(number: str) -> Response:
    """Add a version of an investigation's text."""
    return _written(number, commands.write_investigation)


@pages.post("/investigations/<string:number>/rewrite")
@requires(Permission.INVESTIGATION_WRITE)
def rewrite(number: str) -> Response:
    """Add a version to an investigation whose conclusion is signed: the signature lapses."""
    return _written(number, commands.rewrite_investigation)


@pages.post("/investigations/<string:number>/conclude")
@requires(Permission.INVESTIGATION_WRITE)
def conclude(number: str) -> Response:
    """Sign the conclusion of an investigation."""
    return _signed(number, commands.conclude_investigation, "Concluded. The quality unit approves it now.")


@pages.post("/investigations/<string:number>/approve")
@requires(Permission.BATCH_REVIEW)
def approve(number: str) -> Response:
    """Sign the approval of an investigation."""
    return _signed(number, commands.approve_investigation, "Approved. Its exceptions are closed.")


@pages.post("/investigations/<string:number>/reopen")
@requires(Permission.BATCH_REVIEW)
def reopen(number: str) -> Response:
    """Reopen an investigation."""
    work = plain_work(load(ReasonedForm()))
    return run(
        work, lambda unit: commands.reopen_investigation(unit, number), then=_page(number), said="Reopened."
    )


def investigation_page(number: str) -> InvestigationPage:
    """Read an investigation; raises RecordNotFoundError."""
    work = looking()
    session, facts = work.session, commands.investigation_facts(work.session, number)
    content = investigation_content(facts.record, facts.text)
    wanted = select(BatchException).where(BatchException.investigation == number).order_by(BatchException.id)
    return InvestigationPage(
        record=facts.record,
        texts=list(reversed(texts_of(session, facts.stream))),
        exceptions=session.scalars(wanted).all(),
        signatures=signatures_of_stream(session, facts.stream),
        write=act("write", "Save as a new version", lifecycle.WRITE, facts, work.actor),
        rewrite=act("rewrite", "Save in place of the concluded text", lifecycle.REWRITE, facts, work.actor),
        shown_on=page_here(),
        conclude=replace(act("conclude", "Conclude", lifecycle.CONCLUDE, facts, work.actor), content=content),
        approve=replace(act("approve", "Approve", lifecycle.APPROVE, facts, work.actor), content=content),
        reopen=act("reopen", "Reopen", lifecycle.REOPEN, facts, work.actor),
        content=content,
    )


def _written(number: str, command: Writing) -> Response:
    """Write a text; where it is refused, its page comes back as it is now, with what was typed."""
    form = load(TextForm())
    current = commands.investigation_facts(read_session(), number).text
    new = new_text(form, request.form, current.other_batches)
    try:
        return run(
            plain_work(form),
            lambda unit: command(unit, number, new),
            then=_page(number),
            said="Saved as a new version; the earlier ones stay readable.",
        )
    except RefusedError as refused:
        raise KeptError(refused.reasons, act=refused.act, stream=refused.stream) from refused


def _signed(number: str, command: Command, said: str) -> Response:
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: command(unit, number), then=_page(number), said=said)


def _page(number: str) -> str:
    return url_for("investigation.show", number=number)
