"""Change maintenance: plans, meters, extensions, due orders; each view loads a form and runs one command."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.looking import looking
from app.errors import status_of
from app.forms import Form, ReasonedForm, SignedForm, load
from app.http import plain_work, read_session, run, wants_json
from app.maintenance.schemas import (
    EnrolForm,
    EventForm,
    ExtensionDraft,
    ExtensionForm,
    MeterForm,
    PlanForm,
    ReadingForm,
)
from app.maintenance.views import pages
from app.signing import LateSigningError, signed_work
from records.maintenance.meters import NewReading
from records.maintenance.models import PlanVersion
from records.maintenance.plan import Plan
from records.maintenance.queries import meter_of
from records.maintenance.states import Basis, CalendarUnit
from records.maintenance.triggers import CalendarTrigger, EventTrigger, MeterTrigger, Trigger
from workflows.authority import Permission
from workflows.maintenance import lifecycle
from workflows.maintenance.cycle_commands import content_to_extend, enrol_asset, extend_due_date
from workflows.maintenance.facts import NewExtension, NewMeter
from workflows.maintenance.generation import Generated, generate_due_orders
from workflows.maintenance.meter_commands import define_meter, record_event, record_reading
from workflows.maintenance.plan_commands import (
    approve_plan,
    check_plan,
    draft_plan,
    retire_plan,
    withdraw_plan,
)
from workflows.perform import UnitOfWork

Command = Callable[[UnitOfWork, str], PlanVersion]


@pages.post("/plans")
@requires(Permission.PLAN_WRITE)
def draft() -> Response:
    """Draft the next version of a plan."""
    form = load(PlanForm())
    plan = _plan(form)
    return run(
        plain_work(form),
        lambda unit: draft_plan(unit, form["code"], plan),
        then=lambda drafted: _page(drafted.code, drafted.version),
        said="Drafted. A second person checks it, then the quality unit approves it.",
    )


@pages.post("/plans/<string:code>/versions/<int:version>/check")
@requires(Permission.PLAN_CHECK)
def check(code: str, version: int) -> Response:
    """Sign a plan as checked."""
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: check_plan(unit, f"{code}.{version}"), _page(code, version), "Checked.")


@pages.post("/plans/<string:code>/versions/<int:version>/approve")
@requires(Permission.PLAN_APPROVE)
def approve(code: str, version: int) -> Response:
    """Sign the approval of a plan; it is effective from now on."""
    work = signed_work(load(SignedForm()))
    return run(work, lambda unit: approve_plan(unit, f"{code}.{version}"), _page(code, version), "Effective.")


@pages.post("/plans/<string:code>/versions/<int:version>/withdraw")
@requires(Permission.PLAN_WRITE)
def withdraw(code: str, version: int) -> Response:
    """Withdraw a version that was never effective."""
    return _reasoned(code, version, withdraw_plan, "Withdrawn.")


@pages.post("/plans/<string:code>/versions/<int:version>/retire")
@requires(Permission.PLAN_APPROVE)
def retire(code: str, version: int) -> Response:
    """Retire a plan."""
    return _reasoned(code, version, retire_plan, "Retired. Nothing is due by this plan any more.")


@pages.post("/plans/<string:code>/assets")
@requires(Permission.PLAN_WRITE)
def enrol(code: str) -> Response:
    """Put an asset under a plan."""
    form = load(EnrolForm())
    asset = form["asset"]
    return run(
        plain_work(form),
        lambda unit: enrol_asset(unit, code, asset, form["done_at"], form["evidence"]),
        then=url_for("maintenance.show_asset", code=code, asset=asset),
        said=f"{asset} is under plan {code}.",
    )


@pages.post("/plans/<string:code>/assets/<string:asset>/extension")
@requires(Permission.PLAN_APPROVE)
def extend(code: str, asset: str) -> Response:
    """Extend a due date, or show what the signature would cover."""
    if request.form.get("do") == "look":
        return Response(_look(code, asset, load(ExtensionDraft())), mimetype="text/html")
    form = load(ExtensionForm())
    new = _extension(form)
    try:
        return run(
            signed_work(form),
            lambda unit: extend_due_date(unit, code, asset, new),
            then=url_for("maintenance.show_asset", code=code, asset=asset),
            said=f"Extended to {new.extended_to}.",
        )
    except LateSigningError as late:
        if wants_json():
            raise
        return Response(_look(code, asset, form, late.reasons), status_of(late), mimetype="text/html")


@pages.post("/maintenance/orders")
@requires(Permission.PLAN_WRITE)
def generate() -> Response:
    """Raise every order that is due."""
    work = plain_work(load(Form()))
    return run(work, generate_due_orders, then=_told)


@pages.post("/meters")
@requires(Permission.PLAN_WRITE)
def meter() -> Response:
    """Define a meter."""
    form = load(MeterForm())
    names = ("code", "title", "unit", "rollover_at", "most_per_day")
    new = NewMeter(**{name: form[name] for name in names if name in form})
    then = url_for("maintenance.show_meter", asset=form["asset"], code=new.code)
    return run(plain_work(form), lambda unit: define_meter(unit, form["asset"], new), then, "Defined.")


@pages.post("/meters/<string:asset>/<string:code>")
@requires(Permission.METER_READ)
def read(asset: str, code: str) -> Response:
    """Record what a meter shows."""
    form = load(ReadingForm())
    new = NewReading(value=form["value"], kind=form["kind"], old_final=form.get("old_final"))
    return run(
        plain_work(form),
        lambda unit: record_reading(unit, asset, code, new, form.get("read_at")),
        then=url_for("maintenance.show_meter", asset=asset, code=code),
        said="Recorded.",
    )


@pages.post("/plans/<string:code>/assets/<string:asset>/events")
@requires(Permission.METER_READ)
def happened(code: str, asset: str) -> Response:
    """Record something that counts towards an asset's maintenance."""
    form = load(EventForm())
    return run(
        plain_work(form),
        lambda unit: record_event(unit, asset, form["event"], form["cause"], form.get("happened_at")),
        then=url_for("maintenance.show_asset", code=code, asset=asset),
        said="Recorded.",
    )


def _told(done: Generated) -> str:
    """Say what a run has done, and where to go on."""
    for sentence in done.refused:
        flash(sentence, "bad")
    raised = f"Raised: {', '.join(done.raised)}." if done.raised else "No order was due."
    flash(raised, "good")
    return url_for("maintenance.index")


def _look(code: str, asset: str, form: Mapping[str, Any], refused: Sequence[str] = ()) -> str:
    new = _extension(form)
    return render_template(
        "maintenance/extension.html",
        code=code,
        asset=asset,
        new=new,
        content=content_to_extend(looking(), code, asset, new),
        row=lifecycle.EXTEND,
        refused=refused,
    )


def _extension(form: Mapping[str, Any]) -> NewExtension:
    return NewExtension(extended_to=form["extended_to"], risk=form["risk"])


def _plan(form: Mapping[str, Any]) -> Plan:
    assets = tuple(form["assets"].replace(",", " ").split())
    return Plan(
        title=form["title"],
        kind=form["kind"],
        assets=assets,
        triggers=tuple(_triggers(form, assets)),
        hours=form["hours"],
        lead_days=form["lead_days"],
        stop_days=form["stop_days"],
        lock_out=form["lock_out"],
        signatures=tuple(form["signatures"]),
        procedure=form["procedure"],
    )


def _triggers(form: Mapping[str, Any], assets: Sequence[str]) -> list[Trigger]:
    """Return the triggers whose interval is given, in the order of the form."""
    found: list[Trigger] = []
    if "meter_every" in form:
        code, nothing = form.get("meter", ""), Decimal(0)
        meter = meter_of(read_session(), assets[0], code) if assets else None
        found.append(
            MeterTrigger(
                meter=code,
                unit=meter.unit if meter else "",
                every=form["meter_every"],
                early=form.get("meter_early", nothing),
                late=form.get("meter_late", nothing),
            )
        )
    if "calendar_every" in form:
        found.append(
            CalendarTrigger(
                every=form["calendar_every"],
                unit=form.get("calendar_unit", CalendarUnit.DAY),
                basis=form.get("calendar_basis", Basis.COMPLETED),
                early=form["calendar_early"],
                late=form["calendar_late"],
            )
        )
    if "event" in form:
        found.append(EventTrigger(event=form["event"], after=form.get("event_after", 1)))
    return found


def _reasoned(code: str, version: int, command: Command, said: str) -> Response:
    work = plain_work(load(ReasonedForm()))
    return run(work, lambda unit: command(unit, f"{code}.{version}"), _page(code, version), said)


def _page(code: str, version: int) -> str:
    return url_for("maintenance.show_plan", code=code, version=version)
