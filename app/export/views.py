"""Copies of records for inspection: ask for one, wait for it, take it away (21 CFR 11.10(b))."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.export.evidence import VERIFIER_NAME, trust_file, verifier_sha256, verifier_source
from app.export.forms import MEDIA_TYPES
from app.export.jobs import Asked, Done, Job, JobState, begin, find, token_of
from app.export.schemas import CopyAsked
from app.forms import Form, load
from app.http import now, plain_work, read_session, run, service
from app.idempotency import claim_of
from app.names import printed_names
from app.trail.addresses import address_of
from audit.chain import mac_key_id
from records.errors import RecordNotFoundError
from records.identity import RecordName
from workflows.authority import Permission
from workflows.export.commands import ask_for_copy, record_export
from workflows.export.facts import CopyForm
from workflows.export.queries import copies_of, copy_on_record, require_record, was_exported

pages = Blueprint("export", __name__)
_REFRESH_SECONDS = 2
_REFRESH_FOR = timedelta(minutes=5)
"""How long the page looks again by itself, which would otherwise keep an abandoned screen in use."""


@pages.get("/batches/<string:number>/copies")
@requires(Permission.RECORD_READ)
def batch(number: str) -> str:
    """Show the copies of a batch record that left, and offer a new one."""
    return _copies(RecordName("batch", number))


@pages.post("/batches/<string:number>/copies")
@requires(Permission.RECORD_EXPORT)
def ask_batch(number: str) -> Response:
    """Have a copy of a batch record made."""
    return _ask(RecordName("batch", number))


@pages.get("/masters/<string:code>/<string:version>/copies")
@requires(Permission.RECORD_READ)
def master(code: str, version: str) -> str:
    """Show the copies of a master version that left, and offer a new one."""
    return _copies(RecordName("master", f"{code}.{version}"))


@pages.post("/masters/<string:code>/<string:version>/copies")
@requires(Permission.RECORD_EXPORT)
def ask_master(code: str, version: str) -> Response:
    """Have a copy of a master version made."""
    return _ask(RecordName("master", f"{code}.{version}"))


@pages.get("/copies/<string:token>")
@requires(Permission.RECORD_EXPORT)
def show(token: str) -> Response:
    """Show how far a copy is; the page looks again by itself until it is ready."""
    job = _mine(token)
    name = job.asked.record
    page = render_template(
        "export/show.html", job=job, name=name, address=address_of(str(name)), copies_url=_page_of(name)
    )
    looks_again = job.state is JobState.MAKING and now() - job.asked.at < _REFRESH_FOR
    headers = {"Refresh": str(_REFRESH_SECONDS)} if looks_again else None
    return Response(page, mimetype="text/html", headers=headers)


@pages.post("/copies/<string:token>/hand-over")
@requires(Permission.RECORD_EXPORT)
def hand_over(token: str) -> Response:
    """Put a copy on record, then hand it over."""
    _job, done = _ready(token)
    return run(
        plain_work(load(Form())),
        lambda unit: record_export(unit, done.new),
        then=url_for("export.file", token=token),
    )


@pages.get("/copies/<string:token>/file")
@requires(Permission.RECORD_EXPORT)
def file(token: str) -> Response:
    """Send a copy that is on record, its bytes compared with the digest on record."""
    job, done = _ready(token)
    data = job.file.read_bytes()
    known = was_exported(read_session(), str(done.new.record), sha256(data).hexdigest())
    if not known:
        kind = "exported copy"
        raise RecordNotFoundError(kind, done.file_name)
    return send_file(
        BytesIO(data),
        mimetype=MEDIA_TYPES[done.new.form],
        as_attachment=True,
        download_name=done.file_name,
        max_age=0,
    )


@pages.get("/trust-files/<int:copy>")
@requires(Permission.RECORD_READ)
def trust(copy: int) -> Response:
    """Send what is known here of a copy that left, for whoever checks it offline."""
    session = read_session()
    row = copy_on_record(session, copy)
    file_name = f"{row.stream.partition('/')[2]}.trust.json"
    data = json.dumps(trust_file(session, row, service().keys.ledger), indent=2).encode()
    return send_file(BytesIO(data), mimetype="application/json", as_attachment=True, download_name=file_name)


@pages.get("/verifier")
@requires(Permission.RECORD_READ)
def verifier() -> str:
    """Show how a copy is checked away from the system, and the digest of what checks it."""
    ledger = service().keys.ledger
    return render_template(
        "export/verifier.html",
        sha256=verifier_sha256(),
        origin=ledger.origin,
        mac_key_id=mac_key_id(ledger.mac_key),
    )


@pages.get("/verifier/offline-verifier.py")
@requires(Permission.RECORD_READ)
def verifier_file() -> Response:
    """Send the offline verifier."""
    return send_file(
        BytesIO(verifier_source()),
        mimetype="text/x-python",
        as_attachment=True,
        download_name=VERIFIER_NAME,
    )


def _copies(name: RecordName) -> str:
    session = read_session()
    require_record(session, name)
    return render_template(
        "export/copies.html",
        name=name,
        address=address_of(str(name)),
        action=_page_of(name),
        copies=copies_of(session, str(name)),
        names=printed_names(session),
        may_export=current_login().may(Permission.RECORD_EXPORT),
    )


def _ask(name: RecordName) -> Response:
    form, login = load(CopyAsked()), current_login()
    token = token_of(login.public_id, claim_of(request, login.account).key)
    wanted = CopyForm(form["form"])
    answer = run(
        plain_work(form),
        lambda unit: ask_for_copy(unit, name),
        then=url_for("export.show", token=token),
    )
    asked = Asked(record=name, form=wanted, person=login.person, printed_name=login.printed_name, at=now())
    begin(service().settings, token, asked)
    return answer


def _mine(token: str) -> Job:
    return find(service().settings, token, current_login().person)


def _ready(token: str) -> tuple[Job, Done]:
    """Return a copy that is ready; raises RecordNotFoundError."""
    job = _mine(token)
    if job.done is None:
        kind = "finished copy"
        raise RecordNotFoundError(kind, token)
    return job, job.done


def _page_of(name: RecordName) -> str:
    if name.kind == "batch":
        return url_for("export.batch", number=name.number)
    code, _, version = name.number.rpartition(".")
    return url_for("export.master", code=code, version=version)
