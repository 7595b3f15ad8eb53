"""Read maintenance: what is due, the calendar, plans, assets under them, meters (211.67, 211.68(a))."""

from datetime import date, datetime, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.auth import requires
from app.batch.lists import asked_here, every_row, file_rows, listing_of, words
from app.http import now, read_session, service
from app.listing import PAGE_SIZE, Asked, csv_file, export_address, heads, pager
from app.maintenance import calendar, reading
from app.maintenance.pages import (
    METER_COLUMNS,
    METER_SORTS,
    PLAN_CHOICES,
    PLAN_COLUMNS,
    PLAN_HEAD,
    PLAN_SORTS,
    asset_page,
    meter_page,
    meter_rows,
    new_plan_page,
    plan_page,
)
from app.names import printed_names, record_address
from records.days import last_instant, local_day
from records.equipment.states import GmpImpact
from records.errors import RecordNotFoundError
from records.maintenance.models import PlannedAsset
from records.maintenance.queries import plan_versions, standings
from records.maintenance.states import CountedEvent, PlanKind, PlanState, ReadingKind
from workflows.authority import Permission

pages = Blueprint("maintenance", __name__)


@pages.get("/maintenance")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List what is due, now or as it was known at the end of a past day (211.68(a))."""
    what, at = _asked(), _as_of()
    rows = reading.due_rows(read_session(), at, _time_zone())
    found = reading.narrowed(rows, what)
    day = request.args.get("as_of")
    return render_template(
        "maintenance/index.html",
        what=what,
        as_of=day if at < now() else "",
        at=at,
        rows=found[what.first : what.first + PAGE_SIZE],
        heads=heads(reading.COLUMNS, what, "maintenance.index", as_of=day),
        pager=pager(what, len(found), "maintenance.index", as_of=day),
        export_url=export_address(what, "maintenance.export", as_of=day),
        states=[(word.value, label) for word, label in reading.LABELS.items()],
        kinds=words(list(PlanKind)),
        impacts=words(list(GmpImpact)),
        late=reading.late(rows),
        record_address=record_address,
        known=len(rows),
    )


@pages.get("/maintenance.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the due list as a file."""
    rows = reading.narrowed(reading.due_rows(read_session(), _as_of(), _time_zone()), _asked())
    return csv_file("maintenance-due.csv", reading.FILE_HEAD, map(reading.file_row, rows))


@pages.get("/maintenance/calendar")
@requires(Permission.RECORD_READ)
def month() -> str:
    """Show a month of the forecast, as a wall calendar and as a list."""
    today = local_day(now(), _time_zone())
    first = calendar.first_day(request.args.get("month", ""), today)
    known = standings(read_session(), now(), _time_zone())
    found = calendar.month_of(known, today, first)
    return render_template("maintenance/calendar.html", month=found, today=today)


@pages.get("/maintenance/calendar.csv")
@requires(Permission.RECORD_EXPORT)
def forecast_file() -> Response:
    """Hand out the forecast of a year from today as a file."""
    today = local_day(now(), _time_zone())
    known = standings(read_session(), now(), _time_zone())
    found = calendar.expected(known, today, date.min, today + timedelta(days=365))
    return csv_file("maintenance-forecast.csv", calendar.FILE_HEAD, map(calendar.file_row, found))


@pages.get("/plans")
@requires(Permission.RECORD_READ)
def plans() -> str:
    """List the versions of plans."""
    what = asked_here(PLAN_SORTS, PLAN_CHOICES, default="number")
    found = plan_versions(read_session(), listing_of(what))
    return render_template(
        "maintenance/plans.html",
        what=what,
        rows=found.rows,
        heads=heads(PLAN_COLUMNS, what, "maintenance.plans"),
        pager=pager(what, found.total, "maintenance.plans"),
        export_url=export_address(what, "maintenance.plans_file"),
        states=words(list(PlanState)),
        kinds=words(list(PlanKind)),
        names=printed_names(read_session()),
    )


@pages.get("/plans.csv")
@requires(Permission.RECORD_EXPORT)
def plans_file() -> Response:
    """Hand out the list of plans as a file."""
    what = asked_here(PLAN_SORTS, PLAN_CHOICES, default="number")
    rows = every_row(partial(plan_versions, read_session()), what)
    return csv_file("plans.csv", PLAN_HEAD, file_rows(rows, PLAN_HEAD))


@pages.get("/plans/new")
@requires(Permission.PLAN_WRITE)
def new_plan() -> str:
    """Ask for the next version of a plan, beginning from the one in force."""
    page = new_plan_page(request.args.get("code", ""))
    return render_template("maintenance/new_plan.html", page=page)


@pages.get("/plans/<string:code>/versions/<int:version>")
@requires(Permission.RECORD_READ)
def show_plan(code: str, version: int) -> str:
    """Show a version of a plan: its triggers in words, its assets and when each is due."""
    page = plan_page(f"{code}.{version}", _time_zone())
    return render_template("maintenance/plan.html", page=page, names=printed_names(read_session()))


@pages.get("/plans/<string:code>/assets/<string:asset>")
@requires(Permission.RECORD_READ)
def show_asset(code: str, asset: str) -> str:
    """Show an asset under a plan: when each trigger makes it due, which comes first, its history."""
    return render_template(
        "maintenance/asset.html",
        page=asset_page(code, asset, _time_zone()),
        events=words(list(CountedEvent)),
        names=printed_names(read_session()),
        record_address=record_address,
    )


@pages.get("/maintenance/assets/<string:number>")
@requires(Permission.RECORD_READ)
def show_record(number: str) -> Response:
    """Lead from the number of an asset's record under a plan to its page."""
    record = read_session().scalars(select(PlannedAsset).where(PlannedAsset.number == number)).one_or_none()
    if record is None:
        raise RecordNotFoundError(PlannedAsset.kind, number)
    address = url_for("maintenance.show_asset", code=record.plan, asset=record.asset)
    return redirect(address, HTTPStatus.SEE_OTHER)


@pages.get("/meters")
@requires(Permission.RECORD_READ)
def meters() -> str:
    """List the meters with their last reading."""
    what = asked_here(METER_SORTS, default="asset")
    found = meter_rows(what)
    return render_template(
        "maintenance/meters.html",
        what=what,
        rows=found[what.first : what.first + PAGE_SIZE],
        heads=heads(METER_COLUMNS, what, "maintenance.meters"),
        pager=pager(what, len(found), "maintenance.meters"),
        names=printed_names(read_session()),
    )


@pages.get("/meters/new")
@requires(Permission.PLAN_WRITE)
def new_meter() -> str:
    """Ask for a meter."""
    return render_template("maintenance/new_meter.html", asset=request.args.get("asset", ""))


@pages.get("/meters/<string:asset>/<string:code>")
@requires(Permission.RECORD_READ)
def show_meter(asset: str, code: str) -> str:
    """Show a meter with its readings, and take the next one."""
    return render_template(
        "maintenance/meter.html",
        page=meter_page(asset, code),
        kinds=words(list(ReadingKind)),
        names=printed_names(read_session()),
    )


def _asked() -> Asked:
    return asked_here(reading.SORTS, reading.CHOICES, default="due")


def _as_of() -> datetime:
    """Return the last instant of the day asked for, never later than now."""
    try:
        day = date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return now()
    return min(last_instant(day, _time_zone()), now())


def _time_zone() -> str:
    return service().settings.site_timezone
