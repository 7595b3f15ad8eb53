"""Pages and acts of the programme: functions with limits, certificates of standards, procedures."""

from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.batch.lists import words
from app.batch.looking import looking
from app.calibration.schemas import CertificateForm, FunctionForm, ProcedureForm, SignedFunctionForm
from app.calibration.typed import certificate_typed, function_typed, procedure_typed
from app.calibration.views import pages
from app.forms import ReasonedForm, SignedForm, load
from app.http import plain_work, read_session, run
from app.signing import signed_work
from records.calibration.linearity import Line
from records.calibration.procedure import RULES
from records.calibration.states import LimitBasis
from records.calibration.transfer import Transfer
from workflows.authority import Permission
from workflows.calibration import commands, lifecycle
from workflows.calibration.commands import content_of_function
from workflows.machine import refusals

_SIGNED = {"check": commands.check_procedure, "effective": commands.make_procedure_effective}
_QUIET = frozenset({"csrf_token", "idempotency_key", "do"})


@pages.get("/calibration/functions/new")
@requires(Permission.CALIBRATION_APPROVE)
def new_function() -> str:
    """Ask for a function and its limits."""
    return render_template(
        "calibration/new_function.html",
        transfers=words([one.value for one in Transfer]),
        bases=words([one.value for one in LimitBasis]),
    )


@pages.post("/calibration/functions")
@requires(Permission.CALIBRATION_APPROVE)
def define() -> Response:
    """Define a function, signed; or show what is to be signed."""
    if "password" not in request.form:
        return _look(load(FunctionForm()))
    form = load(SignedFunctionForm())
    new = function_typed(form)
    return run(
        signed_work(form),
        lambda unit: commands.define_function(unit, new).name,
        then=url_for("calibration.index", q=new.asset),
        said="Defined. Calibrations that begin from now on are judged by it.",
    )


@pages.get("/calibration/standards/new")
@requires(Permission.CALIBRATION_WRITE)
def new_certificate() -> str:
    """Ask for a standard's certificate."""
    return render_template("calibration/new_certificate.html")


@pages.post("/calibration/standards")
@requires(Permission.CALIBRATION_WRITE)
def record_certificate() -> Response:
    """Record a certificate."""
    form = load(CertificateForm())
    new = certificate_typed(form)
    return run(
        plain_work(form),
        lambda unit: commands.record_certificate(unit, new).asset,
        then=url_for("calibration.standards"),
        said="Recorded.",
    )


@pages.get("/calibration/procedures/new")
@requires(Permission.CALIBRATION_WRITE)
def new_procedure() -> str:
    """Ask for a procedure."""
    return render_template(
        "calibration/new_procedure.html",
        rules=[(name, f"{name}: {text}") for (name, _version), (_rule, _binary, text) in RULES.items()],
        lines=words([one.value for one in Line]),
    )


@pages.post("/calibration/procedures")
@requires(Permission.CALIBRATION_WRITE)
def write_procedure() -> Response:
    """Write a procedure as a draft."""
    form = load(ProcedureForm())
    new = procedure_typed(form)
    return run(
        plain_work(form),
        lambda unit: commands.write_procedure(unit, new).number,
        then=lambda number: url_for("calibration.procedure", number=number),
        said="Written. Another person checks it, a third one approves it.",
    )


@pages.post("/calibration/procedures/<string:number>/<any(check, effective):act>")
@requires(Permission.RECORD_READ)
def sign_procedure(number: str, act: str) -> Response:
    """Sign a procedure: as checked, or for use."""
    return run(
        signed_work(load(SignedForm())),
        lambda unit: _SIGNED[act](unit, number),
        then=url_for("calibration.procedure", number=number),
        said="Signed.",
    )


@pages.post("/calibration/procedures/<string:number>/withdraw")
@requires(Permission.CALIBRATION_APPROVE)
def withdraw(number: str) -> Response:
    """Withdraw a procedure, with the reason."""
    return run(
        plain_work(load(ReasonedForm())),
        lambda unit: commands.withdraw_procedure(unit, number),
        then=url_for("calibration.procedure", number=number),
        said="Withdrawn. Calibrations begun by it keep what they froze.",
    )


def _look(form: dict[str, Any]) -> Response:
    """Show a function as it would be signed, or why it can't be."""
    new, unit = function_typed(form), looking()
    facts = commands.function_facts(read_session(), new, reason_given="reason" in form)
    page = render_template(
        "calibration/look.html",
        content=content_of_function(read_session(), new),
        row=lifecycle.DEFINE_FUNCTION,
        refusals=refusals(lifecycle.DEFINE_FUNCTION, facts, unit.actor),
        sent={name: value for name, value in request.form.items() if name not in _QUIET},
        signer=current_login().printed_name,
    )
    return Response(page, mimetype="text/html")
