"""Review a batch by exception: the queue, the step in context, the decision, the signatures (211.192)."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.batch.lists import pager_here
from app.batch.reading import tabs
from app.extensions import db
from app.forms import ReasonedForm, SignedForm, load
from app.http import plain_work, read_session, run, service
from app.listing import PAGE_SIZE, asked
from app.logins import acting
from app.names import printed_names
from app.review.reading import next_undecided, review_page, signing_page
from app.review.schemas import ESCALATE, DecisionForm, FindingForm, OpenedForm, TogetherForm
from app.signing import signed_work
from app.trail.addresses import address_of
from app.writing import Intent, write
from records.batch.states import BatchState
from records.execution.models import BatchException
from records.execution.queries import exceptions_of
from workflows.authority import Permission
from workflows.perform import UnitOfWork
from workflows.review import commands, lifecycle, reading
from workflows.review.investigations import open_investigation

pages = Blueprint("review", __name__)


@pages.get("/batches/<string:number>/review")
@pages.get("/batches/<string:number>/review/exceptions/<string:exception>")
@requires(Permission.RECORD_READ)
def show(number: str, exception: str | None = None) -> str:
    """Show the queue of exceptions and one of them in the context of its step."""
    page = review_page(number, exception)
    if page.focus:
        _note(page.record, [f"exception/{page.focus.exception['number']}"], page.unread.exceptions)
    return _page("show", page.record, "Exceptions", page=page)


@pages.post("/batches/<string:number>/review/exceptions")
@requires(Permission.BATCH_REVIEW)
def report(number: str) -> Response:
    """Raise an exception for what the quality unit found."""
    form = load(FindingForm())
    found = (form["text"], form["severity"], form.get("part"))
    return run(
        plain_work(form),
        lambda unit: commands.raise_exception(unit, number, *found).number,
        then=lambda raised: url_for("review.show", number=number, exception=raised),
        said="Raised.",
    )


@pages.post("/batches/<string:number>/review/exceptions/<string:exception>/decide")
@requires(Permission.BATCH_REVIEW)
def decide(number: str, exception: str) -> Response:
    """Decide on one exception, or open an investigation on it."""
    form = load(DecisionForm())
    if form["decision"] == ESCALATE:
        return _escalate(form, number, exception)
    choice = commands.Choice(form["decision"])
    return run(
        plain_work(form),
        lambda unit: commands.decide_exception(unit, number, exception, choice),
        then=lambda row: _next(number, row),
        said=f"{exception}: {_SAID[choice]}",
    )


@pages.post("/batches/<string:number>/review/accept-together")
@requires(Permission.BATCH_REVIEW)
def accept_together(number: str) -> Response:
    """Accept exceptions of low severity together."""
    form = load(TogetherForm())
    numbers = form["exceptions"]
    return run(
        plain_work(form),
        lambda unit: commands.accept_exceptions(unit, number, numbers),
        then=url_for("review.show", number=number),
        said=f"{len(numbers)} accepted.",
    )


@pages.post("/batches/<string:number>/review/exceptions/<string:exception>/assess")
@requires(Permission.STEP_SUPERVISE)
def assess(number: str, exception: str) -> Response:
    """Assess an exception for production."""
    work = plain_work(load(ReasonedForm()))
    then = url_for("review.show", number=number, exception=exception)
    return run(
        work, lambda unit: commands.assess_exception(unit, number, exception), then=then, said="Assessed."
    )


@pages.get("/batches/<string:number>/review/unchecked")
@requires(Permission.RECORD_READ)
def unchecked(number: str) -> str:
    """Show what no rule checks, for a person to read."""
    page, what = signing_page(number), asked(request.args, sorts=["order"])
    items = page.record["assurance"]["uncovered"]
    shown = items[what.first : what.first + PAGE_SIZE]
    return _page(
        "unchecked",
        page.record,
        "Not checked by a rule",
        page=page,
        items=shown,
        pager=pager_here(what, len(items)),
        page_number=what.page,
        names=printed_names(read_session()),
    )


@pages.post("/batches/<string:number>/review/unchecked")
@requires(Permission.BATCH_REVIEW)
def read(number: str) -> Response:
    """Put on record that a reviewer read items that no rule checks."""
    form = load(OpenedForm())
    then = url_for("review.unchecked", number=number, page=form["page"])
    said = f"{len(form['items'])} read by {current_login().printed_name}."
    return run(
        plain_work(form), lambda unit: reading.note_opened(unit, number, form["items"]), then=then, said=said
    )


@pages.get("/batches/<string:number>/review/trail")
@requires(Permission.TRAIL_READ)
def trail(number: str) -> str:
    """Show what the audit trail says that matters to a release: changes, lapsed signatures, refusals."""
    page = signing_page(number)
    _note(page.record, page.unread.trail, page.unread.trail)
    counted = Counter(event["sentence"] for event in page.record["trail"])
    return _page("trail", page.record, "Audit trail", page=page, counted=counted.most_common())


@pages.get("/batches/<string:number>/review/sign")
@requires(Permission.RECORD_READ)
def sign(number: str) -> str:
    """Show what the rules checked, what is missing, and what is signed."""
    page = signing_page(number)
    return _page("sign", page.record, "Sign", page=page)


@pages.post("/batches/<string:number>/review/sign-trail")
@requires(Permission.BATCH_REVIEW)
def sign_trail(number: str) -> Response:
    """Sign the review of the audit trail."""
    return _signed(number, commands.sign_trail_review, "The review of the audit trail is signed.")


@pages.post("/batches/<string:number>/review/sign-record")
@requires(Permission.BATCH_REVIEW)
def sign_record(number: str) -> Response:
    """Sign the review of the record."""
    return _signed(
        number, commands.sign_record_review, "The review is signed. The batch waits for its disposition."
    )


_SAID = {
    commands.Choice.ACCEPT: "accepted.",
    commands.Choice.RETURN: "returned to production.",
    commands.Choice.REOPEN: "reopened.",
}


def _escalate(form: dict[str, Any], number: str, exception: str) -> Response:
    """Open an investigation on one exception; what was typed is the reason in the trail."""

    def act(unit: UnitOfWork) -> str:
        (facts,) = commands.decision_facts(unit.session, number, [exception])
        heading = f"{exception}: {facts.record.text}"[:200]
        return open_investigation(unit, number, heading, [exception]).number

    return run(
        plain_work(form),
        act,
        then=lambda opened: url_for("investigation.show", number=opened),
        said="The investigation is open.",
    )


def _signed(number: str, command: Any, said: str) -> Response:  # noqa: ANN401 -- a command
    work = signed_work(load(SignedForm()))
    return run(
        work, lambda unit: command(unit, number), then=url_for("review.sign", number=number), said=said
    )


def _next(number: str, decided: BatchException) -> str:
    """Return the page of the exception to decide on next, or the last page where none is left."""
    following = next_undecided(exceptions_of(read_session(), decided.stream), decided.number)
    return (
        url_for("review.show", number=number, exception=following)
        if following
        else url_for("review.sign", number=number)
    )


def _note(record: Any, names: Collection[str], unread: Collection[str]) -> None:  # noqa: ANN401 -- a record's mapping
    """Put on record what a reviewer has just opened, once."""
    login, number = current_login(), record["batch"]["number"]
    in_review = BatchState(record["batch"]["state"]) in (lifecycle.OPEN_ITEMS.sources or ())
    new = [name for name in names if name in unread]
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if is_ahead or not (new and in_review and login.may(Permission.BATCH_REVIEW)):
        return
    intent = Intent(who=lambda session, at: acting(session, service().keys.logins, login.token_hash, at))
    write(service(), db.session(), intent, lambda unit: reading.note_opened(unit, number, new))


def _page(template: str, record: Any, part: str, **more: Any) -> str:  # noqa: ANN401 -- what a template takes
    return render_template(
        f"review/{template}.html",
        record=record,
        tabs=tabs(record, "Review"),
        parts=_parts(record, part),
        address_of=address_of,
        **more,
    )


def _parts(record: Any, current: str) -> list[dict[str, Any]]:  # noqa: ANN401 -- a record's mapping
    number = record["batch"]["number"]
    found = [
        ("Exceptions", "review.show", record["counts"]["exceptions"]),
        ("Not checked by a rule", "review.unchecked", len(record["assurance"]["uncovered"])),
        *([("Audit trail", "review.trail", None)] if current_login().may(Permission.TRAIL_READ) else []),
        ("Sign", "review.sign", None),
    ]
    return [
        {"label": label, "url": url_for(endpoint, number=number), "current": label == current, "count": count}
        for label, endpoint, count in found
    ]
