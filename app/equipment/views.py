"""Read equipment: the list, one asset, its log, what a step froze of it, and what was where at a moment."""

import json
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from app.auth import current_login, requires
from app.equipment.chart import chart
from app.equipment.reading import (
    CHOICES,
    COLUMNS,
    FILE_HEAD,
    SORTS,
    AssetRow,
    asset_row,
    asset_rows,
    axis_lines,
    chip,
    file_row,
    latest_uses,
    narrowed,
    words_to_find,
    words_to_set,
)
from app.fields import site_moment
from app.http import now, read_session, service
from app.listing import PAGE_SIZE, asked, csv_file, export_address, heads, pager
from app.names import printed_names, record_address
from records.equipment.models import Equipment, PhysicalAsset
from records.equipment.queries import (
    Standing,
    asset_by_number,
    intervals_of,
    mappings_of,
    overview,
    role_of,
    role_tree,
    timeline,
    what_was,
)
from records.equipment.snapshot import snapshot_digest
from records.equipment.states import Axis, EquipmentLevel, GmpImpact
from records.errors import RecordNotFoundError
from records.execution.models import EquipmentObservation, EquipmentUse
from workflows.authority import Permission
from workflows.equipment import lifecycle
from workflows.equipment.logbook import logbook

pages = Blueprint("equipment", __name__)

USE = "use"
SPANS = (7, 30, 90, 365)
"""Days that the chart may show."""


@pages.get("/equipment")
@requires(Permission.RECORD_READ)
def index() -> str:
    """List the assets with their state now."""
    what = asked(request.args, sorts=SORTS, choices=CHOICES)
    rows = _rows()
    found = narrowed(rows, what)
    return render_template(
        "equipment/index.html",
        what=what,
        rows=found[what.first : what.first + PAGE_SIZE],
        heads=heads(COLUMNS, what, "equipment.index"),
        pager=pager(what, len(found), "equipment.index"),
        export_url=export_address(what, "equipment.export"),
        may_export=current_login().may(Permission.RECORD_EXPORT),
        may_manage=current_login().may(Permission.EQUIPMENT_MANAGE),
        chip=chip,
        calibration_words=words_to_find(Axis.CALIBRATION),
        cleaning_words=words_to_find(Axis.CLEANING),
        not_in_order=sum(not row.is_ready for row in rows),
        registered=len(rows),
    )


@pages.get("/equipment.csv")
@requires(Permission.RECORD_EXPORT)
def export() -> Response:
    """Hand out the list as a file."""
    what = asked(request.args, sorts=SORTS, choices=CHOICES)
    return csv_file("equipment.csv", FILE_HEAD, map(file_row, narrowed(_rows(), what)))


@pages.get("/equipment/<string:number>")
@requires(Permission.RECORD_READ)
def show(number: str) -> str:
    """Show an asset: its state now and why it may not be used, its history, what may be recorded of it."""
    session, asset, at = read_session(), _asset(number), now()
    intervals = intervals_of(session, number, at)
    standing = Standing(asset, role_of(session, number, at), tuple(intervals))
    row = asset_row(standing, at, _time_zone())
    history = timeline(session, number)
    days = request.args.get("days", "30")
    span = int(days) if days.isdecimal() and int(days) in SPANS else 30
    return render_template(
        "equipment/show.html",
        asset=asset,
        row=row,
        lines=axis_lines(row.state, intervals),
        history=sorted(history, key=lambda one: (one.from_at, one.id), reverse=True),
        mappings=mappings_of(session, number),
        chart=chart(history, at - timedelta(days=span), at, _time_zone()),
        spans_shown=_spans(number, span),
        uses=latest_uses(session, number),
        roles=[
            (role.tag, f"{role.tag} {role.title}")
            for role in session.scalars(select(Equipment).order_by(Equipment.tag))
        ],
        axes=[axis for axis in Axis if current_login().may(lifecycle.BEGIN_STATE[axis].permission)],
        may_manage=current_login().may(Permission.EQUIPMENT_MANAGE),
        words_to_set=words_to_set,
        chip=chip,
        names=printed_names(session),
        record_address=record_address,
    )


@pages.get("/equipment/<string:number>/log")
@requires(Permission.RECORD_READ)
def log(number: str) -> str:
    """Show an asset's log (211.182), or the part of it between two days."""
    start, end = _day(request.args.get("from")), _day(request.args.get("until"))
    after_end = end + timedelta(days=1) if end else None
    found = logbook(read_session(), _asset(number), start, after_end)
    return render_template(
        "equipment/log.html",
        asset=_asset(number),
        book=found,
        names=printed_names(read_session()),
        record_address=record_address,
    )


@pages.get("/equipment/<string:number>/uses/<int:use_id>")
@requires(Permission.RECORD_READ)
def use(number: str, use_id: int) -> str:
    """Show what a step froze of an asset, as known then, and what was seen of it at the step's end."""
    session = read_session()
    found = session.get(EquipmentUse, use_id)
    if found is None or found.asset != number:
        raise RecordNotFoundError(USE, f"{use_id} of {number}")
    observed = session.scalars(
        select(EquipmentObservation)
        .where(EquipmentObservation.use_id == use_id)
        .order_by(EquipmentObservation.id)
    ).all()
    return render_template(
        "equipment/use.html",
        asset=_asset(number),
        use=found,
        frozen=json.loads(found.snapshot),
        is_intact=snapshot_digest(found.snapshot) == found.snapshot_digest,
        observed=[(one, json.loads(one.snapshot) if one.snapshot else {}) for one in observed],
        chip=chip,
        names=printed_names(session),
        record_address=record_address,
    )


@pages.get("/equipment/roles")
@requires(Permission.RECORD_READ)
def roles() -> str:
    """Show the production tree, and what holds each role now."""
    return render_template(
        "equipment/roles.html",
        tree=role_tree(read_session(), now()),
        levels=[(level.value, level.replace("_", " ")) for level in EquipmentLevel],
        may_manage=current_login().may(Permission.EQUIPMENT_MANAGE),
    )


@pages.get("/equipment/new")
@requires(Permission.EQUIPMENT_MANAGE)
def new() -> str:
    """Show the form that registers an asset."""
    impacts = [(impact.value, impact.value) for impact in GmpImpact]
    return render_template("equipment/new.html", impacts=impacts)


@pages.get("/equipment/at")
@requires(Permission.RECORD_READ)
def moment() -> str:
    """Answer what held a role, in which state and with what in it, at a moment (211.105(a))."""
    name, asked_for = request.args.get("name", "").strip(), request.args.get("at", "")
    found, lines, problem, at = None, [], "", now()
    try:
        at = site_moment(asked_for, _time_zone()) if asked_for else now()
    except ValueError as error:
        problem = f"{asked_for} {error}"
    if name and not problem:
        found = what_was(read_session(), name, at, _time_zone())
    if found:
        lines = axis_lines(found.state, intervals_of(read_session(), found.asset.number, at))
    return render_template(
        "equipment/at.html",
        name=name,
        asked_for=asked_for,
        at=at,
        problem=problem,
        found=found,
        lines=lines,
        names=printed_names(read_session()),
        record_address=record_address,
    )


def _rows() -> list[AssetRow]:
    at = now()
    return asset_rows(overview(read_session(), at), at, _time_zone())


def _asset(number: str) -> PhysicalAsset:
    asset = asset_by_number(read_session(), number)
    if asset is None:
        raise RecordNotFoundError(PhysicalAsset.kind, number)
    return asset


def _spans(number: str, current: int) -> list[dict[str, object]]:
    """Return the chart's spans as tabs."""
    return [
        {
            "label": f"{days} days",
            "url": url_for("equipment.show", number=number, days=days),
            "current": days == current,
        }
        for days in SPANS
    ]


def _day(text: str | None) -> datetime | None:
    """Return the beginning of a day at the site; None where none is asked for that can be read."""
    try:
        return site_moment(text[:10], _time_zone()) if text else None
    except ValueError:
        return None


def _time_zone() -> str:
    return service().settings.site_timezone
