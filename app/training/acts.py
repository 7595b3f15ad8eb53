"""Record training and withdraw a sheet; lines are looked at, with what is wrong, before they are signed."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.errors import status_of
from app.forms import FormError, ReasonedForm, load
from app.http import plain_work, read_session, run, wants_json
from app.signing import LateSigningError, signed_work
from app.training.csv_import import Report, as_csv, read_training
from app.training.schemas import ImportForm, RecordForm, TrainingForm
from app.training.views import pages
from workflows.authority import Permission
from workflows.machine import refusals
from workflows.training import commands, lifecycle
from workflows.training.contents import sheet_content


@pages.post("/training")
@requires(Permission.TRAINING_RECORD)
def record() -> Response:
    """Record training, signed; or show the lines sent and what is wrong with them."""
    if (unsigned := _unsigned(request.form.get("do"))) is not None:
        return _look(unsigned)
    form = load(RecordForm())
    report = _sound(form)
    try:
        return run(
            signed_work(form),
            lambda unit: commands.record_training(unit, report.sheet).number,
            then=lambda number: url_for("training.sheet", number=number),
            said="Recorded. The training counts from the days it names.",
        )
    except LateSigningError as late:
        return _again(report, late)


@pages.post("/training/sheets/<string:number>/withdraw")
@requires(Permission.TRAINING_RECORD)
def withdraw(number: str) -> Response:
    """Withdraw a sheet, with the reason."""
    return run(
        plain_work(load(ReasonedForm())),
        lambda unit: commands.withdraw_training(unit, number),
        then=url_for("training.sheet", number=number),
        said="Withdrawn. What rested on it stays in the records as it was seen.",
    )


def _unsigned(do: str | None) -> Report | None:
    """Return lines sent to be looked at, typed or imported; None where they come signed."""
    if do == "import":
        return _imported(load(ImportForm()))
    return _typed(load(TrainingForm())) if do == "form" else None


def _sound(form: dict[str, Any]) -> Report:
    report = read_training(form["text"], form["source_name"])
    if report.problems:
        raise FormError([f"Line {one.line}, {one.column}: {one.message}" for one in report.problems])
    return report


def _again(report: Report, late: LateSigningError) -> Response:
    """Show the same lines once more, to be signed in time."""
    if wants_json():
        raise late
    answer = _look(report, late.reasons)
    answer.status_code = status_of(late)
    return answer


def _look(report: Report, refused: Sequence[str] = ()) -> Response:
    facts = commands.new_sheet_facts(read_session(), report.sheet)
    page = render_template(
        "training/look.html",
        report=report,
        content=sheet_content(facts.number, report.sheet, facts.names),
        row=lifecycle.RECORD,
        refusals=[] if report.problems else refusals(lifecycle.RECORD, facts, current_login().actor()),
        refused=refused,
    )
    return Response(page, 422 if report.problems else 200, mimetype="text/html")


def _imported(form: dict[str, Any]) -> Report:
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_training(file.read().decode("utf-8-sig", errors="replace"), file.filename[:200])
    return read_training(form["text"], "")


def _typed(form: dict[str, Any]) -> Report:
    until = form["valid_until"]
    same = {
        "kind": form["kind"].value,
        "subject": form["subject"],
        "version": form["version"],
        "trained_from": form["trained_from"].isoformat(),
        "valid_until": until.isoformat() if until else "",
        "trainer": form["trainer"],
        "evidence": form["evidence"],
    }
    return read_training(as_csv({"person": person, **same} for person in form["persons"]), "")
