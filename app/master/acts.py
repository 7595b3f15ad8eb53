"""Load masters and take them to effective; each view loads a form and runs one command."""

from collections.abc import Callable

from flask import request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.forms import Form, ReasonedForm, SignedForm, load
from app.http import plain_work, run
from app.master.schemas import EffectiveForm, FileForm
from app.master.uploads import read_upload
from app.master.views import pages, upload_page
from app.signing import signed_work
from records.procedure.models import ProcedureVersion
from workflows.authority import Permission
from workflows.perform import UnitOfWork
from workflows.procedure import commands

Command = Callable[[UnitOfWork, str], ProcedureVersion]


@pages.post("/masters")
@requires(Permission.MASTER_LOAD)
def load_file() -> Response:
    """Load a master file as a draft, or show the page again with every problem and nothing lost."""
    form = load(FileForm())
    upload = read_upload(request.files.get("file"), form.get("source", ""), form["source_name"])
    procedure = upload.procedure
    stopped = form["do"] == "check" or (upload.errors and form["do"] != "load_with_errors")
    if procedure is None or stopped:
        return Response(upload_page(upload), status=422 if upload.errors else 200, mimetype="text/html")
    return run(
        plain_work(form),
        lambda unit: commands.load_master(unit, procedure, upload.name, upload.text),
        then=lambda loaded: url_for("master.show", code=loaded.code, version=loaded.version),
        said="Loaded as a draft. Read it, then sign it as its author.",
    )


@pages.post("/masters/<string:code>/<string:version>/author-sign")
@requires(Permission.MASTER_AUTHOR)
def author_sign(code: str, version: str) -> Response:
    """Sign a master as its author."""
    return _signed(code, version, commands.author_sign, "Signed. A second person checks it now.")


@pages.post("/masters/<string:code>/<string:version>/run-cases")
@requires(Permission.MASTER_CHECK)
def run_cases(code: str, version: str) -> Response:
    """Execute the test cases of a master."""
    return run(
        plain_work(load(Form())),
        lambda unit: commands.run_cases(unit, f"{code}.{version}"),
        then=lambda _version: f"{_page(code, version)}#calculations",
        said="Executed. The results stand with the calculations.",
    )


@pages.post("/masters/<string:code>/<string:version>/check")
@requires(Permission.MASTER_CHECK)
def check(code: str, version: str) -> Response:
    """Sign a master as checked."""
    return _signed(code, version, commands.check, "Signed as checked. The quality unit approves it now.")


@pages.post("/masters/<string:code>/<string:version>/approve")
@requires(Permission.MASTER_APPROVE)
def approve(code: str, version: str) -> Response:
    """Sign the approval of the quality unit."""
    return _signed(code, version, commands.approve, "Approved.")


@pages.post("/masters/<string:code>/<string:version>/make-effective")
@requires(Permission.MASTER_APPROVE)
def make_effective(code: str, version: str) -> Response:
    """Make a master effective."""
    form = load(EffectiveForm())
    at = form.get("effective_at")
    return run(
        plain_work(form),
        lambda unit: commands.make_effective(unit, f"{code}.{version}", at),
        then=_page(code, version),
        said="Effective.",
    )


@pages.post("/masters/<string:code>/<string:version>/request-changes")
@requires(Permission.MASTER_CHECK)
def request_changes(code: str, version: str) -> Response:
    """Return a master to its author, as checker."""
    return _reasoned(code, version, commands.request_changes, "Returned to its author.")


@pages.post("/masters/<string:code>/<string:version>/send-back")
@requires(Permission.MASTER_APPROVE)
def send_back(code: str, version: str) -> Response:
    """Return a master to its author, for the quality unit."""
    return _reasoned(code, version, commands.request_changes, "Returned to its author.")


@pages.post("/masters/<string:code>/<string:version>/withdraw")
@requires(Permission.MASTER_AUTHOR)
def withdraw(code: str, version: str) -> Response:
    """Withdraw a master that was never effective."""
    return _reasoned(code, version, commands.withdraw, "Withdrawn.")


@pages.post("/masters/<string:code>/<string:version>/retire")
@requires(Permission.MASTER_APPROVE)
def retire(code: str, version: str) -> Response:
    """Retire a master."""
    return _reasoned(code, version, commands.retire, "Retired.")


def _signed(code: str, version: str, command: Command, said: str) -> Response:
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: command(unit, f"{code}.{version}"), then=_page(code, version), said=said)


def _reasoned(code: str, version: str, command: Command, said: str) -> Response:
    work = plain_work(load(ReasonedForm()))
    return run(work, lambda unit: command(unit, f"{code}.{version}"), then=_page(code, version), said=said)


def _page(code: str, version: str) -> str:
    return url_for("master.show", code=code, version=version)
