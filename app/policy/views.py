"""The policy of signatures: read it, sign it, publish the next version, see who owes it (21 CFR 11.10(j))."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here
from app.errors import status_of
from app.forms import SignedForm, load
from app.http import now, read_session, run, service, wants_json
from app.listing import csv_file, export_address, heads, pager
from app.policy import reading
from app.policy.schemas import DraftForm, PublishForm
from app.policy.suggestion import TEXT, TITLE
from app.signing import LateSigningError, signed_work
from records.errors import RecordNotFoundError
from records.policy.models import PolicyVersion
from records.policy.queries import policy_in_force
from workflows.authority import Permission
from workflows.policy import commands, lifecycle
from workflows.policy.facts import NewPolicy

pages = Blueprint("policy", __name__)


@pages.get("/policy")
@requires(Permission.RECORD_READ)
def index() -> str:
    """Show the version in force, and who has not acknowledged it."""
    return _page(None)


@pages.get("/policy/versions/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show one version."""
    return _page(number)


@pages.get("/policy/versions/<string:number>/acknowledgements.csv")
@requires(Permission.RECORD_EXPORT)
def export(number: str) -> Response:
    """Hand out who has acknowledged a version and who has not."""
    page = reading.policy_page(number)
    if page is None:
        raise RecordNotFoundError(PolicyVersion.kind, number)
    rows = reading.standings(read_session(), page.version, _asked(), now())
    return csv_file(
        f"policy-{number}-acknowledgements.csv", reading.FILE_HEAD, reading.file_rows(page.version, rows)
    )


@pages.post("/policy/versions/<string:number>/acknowledge")
@requires(Permission.POLICY_ACKNOWLEDGE)
def acknowledge(number: str) -> Response:
    """Acknowledge a version by signing it."""
    return run(
        signed_work(load(SignedForm())),
        lambda unit: commands.acknowledge_policy(unit, number),
        then=url_for("policy.show", number=number),
        said="Acknowledged. You can sign records under this version of the policy.",
    )


@pages.get("/policy/new")
@requires(Permission.POLICY_PUBLISH)
def new() -> str:
    """Ask for the next version, beginning from the wording in force or a suggested one."""
    current = policy_in_force(read_session(), now())
    given = {"title": current.title, "text": current.text} if current else {"title": TITLE, "text": TEXT}
    today = now().astimezone(_zone()).date()
    return render_template(
        "policy/new.html", given={**given, "effective_on": today.isoformat()}, is_first=current is None
    )


@pages.post("/policy")
@requires(Permission.POLICY_PUBLISH)
def publish() -> Response:
    """Publish the next version, or show what the signature would cover."""
    if request.form.get("do") == "look":
        return Response(_look(load(DraftForm())), mimetype="text/html")
    form = load(PublishForm())
    given = _given(form)
    try:
        return run(
            signed_work(form),
            lambda unit: commands.publish_policy(unit, given).number,
            then=lambda number: url_for("policy.show", number=number),
            said="Published. Everybody is asked to acknowledge it.",
        )
    except LateSigningError as late:
        if wants_json():
            raise
        return Response(_look(form, late.reasons), status_of(late), mimetype="text/html")


def _page(number: str | None) -> str:
    page = reading.policy_page(number)
    if page is None:
        return render_template("policy/none.html")
    session, what = read_session(), _asked()
    rows = reading.standings(session, page.version, what, now())
    place = "policy.show" if number else "policy.index"
    return render_template(
        "policy/show.html",
        page=page,
        rows=reading.page_of(rows, what),
        what=what,
        standings=reading.STANDINGS,
        heads=heads(reading.COLUMNS, what, place, number=number),
        pager=pager(what, len(rows), place, number=number),
        export_url=export_address(what, "policy.export", number=page.version.number),
        place=url_for(place, number=number),
        meaning=lifecycle.ACKNOWLEDGE.meaning,
    )


def _look(form: dict[str, Any], refused: Sequence[str] = ()) -> str:
    given = _given(form)
    content = commands.content_to_publish(read_session(), given)
    values = {"title": given.title, "text": given.text, "effective_on": form["effective_on"].isoformat()}
    return render_template(
        "policy/publish.html", given=values, content=content, row=lifecycle.PUBLISH, refused=refused
    )


def _asked() -> Any:  # noqa: ANN401 -- what `asked_here` gives
    return asked_here(reading.SORTS, ("standing",), default="name")


def _given(form: dict[str, Any]) -> NewPolicy:
    day: date = form["effective_on"]
    began = datetime.combine(day, time.min, _zone())
    return NewPolicy(title=form["title"], text=form["text"], effective_at=began)


def _zone() -> ZoneInfo:
    return ZoneInfo(service().settings.site_timezone)
