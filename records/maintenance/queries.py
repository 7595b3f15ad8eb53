"""Reads of plans, meters, and of every asset under a plan as it was known at a moment (211.68(a))."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from records.days import local_day
from records.equipment.models import PhysicalAsset
from records.equipment.states import GmpImpact
from records.errors import RecordNotFoundError
from records.listing import Listing, Page, page_of
from records.maintenance.due import Due, Observed, has_grace, standing
from records.maintenance.forecast import Planned, due_shown
from records.maintenance.meters import Point
from records.maintenance.models import (
    Extension,
    FixedDue,
    MaintenanceCycle,
    MaintenanceEvent,
    Meter,
    MeterReading,
    PlanContent,
    PlannedAsset,
    PlanVersion,
)
from records.maintenance.plan import Plan, baseline_of, plan_of
from records.maintenance.states import DueWord, PlanState
from records.maintenance.triggers import from_content

LISTED = {
    "number": PlanVersion.number,
    "title": PlanVersion.title,
    "plan_kind": PlanVersion.plan_kind,
    "state": PlanVersion.state,
    "author": PlanVersion.author,
    "drafted_at": PlanVersion.drafted_at,
    "effective_at": PlanVersion.effective_at,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An asset under a plan as known at a moment: the cycle that runs, and what is planned of it."""

    number: str
    plan: str
    plan_version: str
    asset: str
    asset_title: str
    impact: GmpImpact
    content: Plan
    cycle: int
    began_at: datetime
    planned: Planned
    work_order: str | None

    @property
    def stream(self) -> str:
        """Return its stream."""
        return f"{PlannedAsset.kind}/{self.number}"


def plan_versions(session: Session, listing: Listing) -> Page[PlanVersion]:
    """Return one page of the versions of plans."""
    return page_of(session, PlanVersion, listing, LISTED)


def plan_version(session: Session, number: str) -> PlanVersion:
    """Return a version of a plan; raises RecordNotFoundError."""
    found = session.scalars(select(PlanVersion).where(PlanVersion.number == number)).one_or_none()
    if found is None:
        raise RecordNotFoundError(PlanVersion.kind, number)
    return found


def versions_of_plan(session: Session, code: str) -> Sequence[PlanVersion]:
    """Return every version of a plan, newest first."""
    wanted = select(PlanVersion).where(PlanVersion.code == code).order_by(PlanVersion.version.desc())
    return session.scalars(wanted).all()


def effective_plan(session: Session, code: str) -> PlanVersion | None:
    """Return the version of a plan in force."""
    wanted = select(PlanVersion).where(PlanVersion.code == code, PlanVersion.state == PlanState.EFFECTIVE)
    return session.scalars(wanted).one_or_none()


def content_of_plan(session: Session, number: str) -> Plan:
    """Return what a version says; raises RecordNotFoundError."""
    wanted = select(PlanContent.content).where(PlanContent.version_number == number)
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise RecordNotFoundError(PlanVersion.kind, number)
    return plan_of(found)


def planned_asset(session: Session, plan: str, asset: str) -> PlannedAsset | None:
    """Return an asset under a plan, where it is."""
    wanted = select(PlannedAsset).where(PlannedAsset.plan == plan, PlannedAsset.asset == asset)
    return session.scalars(wanted).one_or_none()


def meter_of(session: Session, asset: str, code: str) -> Meter | None:
    """Return a meter of an asset."""
    return session.scalars(select(Meter).where(Meter.asset == asset, Meter.code == code)).one_or_none()


def last_reading(
    session: Session, asset: str, meter: str, until: datetime | None = None
) -> MeterReading | None:
    """Return the last reading of a meter, or the last one up to a moment."""
    wanted = select(MeterReading).where(MeterReading.asset == asset, MeterReading.meter == meter)
    if until is not None:
        wanted = wanted.where(MeterReading.read_at <= until)
    return session.scalars(wanted.order_by(MeterReading.id.desc()).limit(1)).one_or_none()


def readings_until(session: Session, asset: str, at: datetime, time_zone: str) -> dict[str, Point]:
    """Return how much each meter of an asset had counted at a moment, by its last reading until then."""
    codes = session.scalars(select(Meter.code).where(Meter.asset == asset).order_by(Meter.id)).all()
    readings = {code: last_reading(session, asset, code, at) for code in codes}
    return {
        code: Point(local_day(reading.read_at, time_zone), reading.counted)
        for code, reading in readings.items()
        if reading
    }


def cycles_of(session: Session, stream: str) -> Sequence[MaintenanceCycle]:
    """Return the cycles of an asset under a plan, newest first."""
    wanted = select(MaintenanceCycle).where(MaintenanceCycle.stream == stream)
    return session.scalars(wanted.order_by(MaintenanceCycle.number.desc())).all()


def standings(session: Session, at: datetime, time_zone: str, *, number: str | None = None) -> list[Standing]:
    """Return every asset under a plan in force, as known at a moment, by asset and plan."""
    cycles = {row.stream: row for row in session.execute(_latest_cycles(at, number))}
    contents = _contents(session, {row.plan_version for row in cycles.values()})
    rows = session.execute(_planned(at, number)).all()
    known = _Known(session, at, time_zone, number, rows[0].asset if number and rows else None)
    found = []
    for row in rows:
        cycle = cycles.get(row.stream)
        if cycle is not None:
            found.append(_standing(row, cycle, contents[cycle.plan_version], known))
    return found


def stopped_by(session: Session, asset: str, at: datetime, time_zone: str) -> list[tuple[str, Due]]:
    """Return the plans whose work an asset must not be used without any more, and when it was due."""
    numbers = session.scalars(select(PlannedAsset.number).where(PlannedAsset.asset == asset)).all()
    known = [one for number in numbers for one in standings(session, at, time_zone, number=number)]
    dues = [(one.plan, due_shown(one.planned)) for one in known]
    today = local_day(at, time_zone)
    return [(plan, due) for plan, due in dues if due and standing(due, today) is DueWord.STOPPED]


class _Known:
    """What is known at a moment of all assets: readings, events, fixed due dates, extensions."""

    def __init__(
        self, session: Session, at: datetime, time_zone: str, number: str | None, asset: str | None
    ) -> None:
        self._time_zone = time_zone
        self._readings: dict[str, dict[str, Point]] = defaultdict(dict)
        self._events: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in session.execute(_latest_readings(at, asset)):
            self._readings[row.asset][row.meter] = Point(local_day(row.read_at, time_zone), row.counted)
        for event in session.execute(_events(at, asset)):
            self._events[event.asset].append(event)
        self.fixed = {
            (row.stream, row.cycle): row for row in session.execute(_of(FixedDue.fixed_at, at, number))
        }
        extensions = session.execute(_of(Extension.extended_at, at, number))
        self.extensions: Mapping[tuple[str, int], date] = {
            (row.stream, row.cycle): row.extended_to for row in extensions
        }

    def of(self, asset: str, since: datetime) -> Observed:
        """Return what is known of an asset since a cycle began."""
        events: dict[str, list[date]] = defaultdict(list)
        for row in self._events.get(asset, ()):
            if row.happened_at > since:
                events[row.event].append(local_day(row.happened_at, self._time_zone))
        return Observed(readings=self._readings.get(asset, {}), events=events)


def _standing(row: Row[Any], cycle: Row[Any], content: Plan, known: _Known) -> Standing:
    fixed = known.fixed.get((row.stream, cycle.number))
    return Standing(
        number=row.number,
        plan=row.plan,
        plan_version=cycle.plan_version,
        asset=row.asset,
        asset_title=row.title,
        impact=row.gmp_impact,
        content=content,
        cycle=cycle.number,
        began_at=cycle.began_at,
        planned=Planned(
            triggers=content.triggers,
            baseline=baseline_of(cycle.baseline),
            observed=known.of(row.asset, cycle.began_at),
            stop_days=content.stop_days,
            grace=has_grace(content.kind, row.gmp_impact),
            fixed=_fixed(fixed) if fixed else None,
            extended_to=known.extensions.get((row.stream, cycle.number)),
        ),
        work_order=fixed.work_order if fixed else None,
    )


def _fixed(row: Row[Any]) -> Due:
    return Due(
        due_on=row.due_on,
        opens_on=row.opens_on,
        grace_until=row.grace_until,
        stops_on=row.stops_on,
        by=from_content(row.due_by),
        is_predicted=False,
    )


def _planned(at: datetime, number: str | None) -> Select[*tuple[Any, ...]]:
    ended = or_(PlanVersion.superseded_at.is_(None), PlanVersion.superseded_at > at)
    in_force = select(PlanVersion.code).where(PlanVersion.effective_at <= at, ended)
    columns = (PlannedAsset.stream, PlannedAsset.number, PlannedAsset.plan, PlannedAsset.asset)
    wanted = (
        select(*columns, PhysicalAsset.title, PhysicalAsset.gmp_impact)
        .join(PhysicalAsset, PhysicalAsset.number == PlannedAsset.asset)
        .where(PlannedAsset.enrolled_at <= at, PlannedAsset.plan.in_(in_force))
        .order_by(PlannedAsset.asset, PlannedAsset.plan)
    )
    return wanted.where(PlannedAsset.number == number) if number else wanted


def _latest_cycles(at: datetime, number: str | None) -> Select[*tuple[Any, ...]]:
    latest = select(func.max(MaintenanceCycle.id)).where(MaintenanceCycle.recorded_at <= at)
    if number:
        latest = latest.where(MaintenanceCycle.stream == f"{PlannedAsset.kind}/{number}")
    columns = (
        MaintenanceCycle.stream,
        MaintenanceCycle.number,
        MaintenanceCycle.plan_version,
        MaintenanceCycle.began_at,
        MaintenanceCycle.baseline,
    )
    return select(*columns).where(MaintenanceCycle.id.in_(latest.group_by(MaintenanceCycle.stream)))


def _latest_readings(at: datetime, asset: str | None) -> Select[*tuple[Any, ...]]:
    latest = select(func.max(MeterReading.id)).where(MeterReading.recorded_at <= at)
    latest = latest.where(MeterReading.asset == asset) if asset else latest
    columns = (MeterReading.asset, MeterReading.meter, MeterReading.read_at, MeterReading.counted)
    return select(*columns).where(
        MeterReading.id.in_(latest.group_by(MeterReading.asset, MeterReading.meter))
    )


def _events(at: datetime, asset: str | None) -> Select[*tuple[Any, ...]]:
    columns = (MaintenanceEvent.asset, MaintenanceEvent.event, MaintenanceEvent.happened_at)
    wanted = select(*columns).where(MaintenanceEvent.recorded_at <= at)
    wanted = wanted.where(MaintenanceEvent.asset == asset) if asset else wanted
    return wanted.order_by(MaintenanceEvent.happened_at, MaintenanceEvent.id)


def _of(
    moment: InstrumentedAttribute[datetime], at: datetime, number: str | None
) -> Select[*tuple[Any, ...]]:
    table = moment.class_.__table__
    wanted = select(*table.c).where(moment <= at).order_by(table.c.id)
    return wanted.where(table.c.stream == f"{PlannedAsset.kind}/{number}") if number else wanted


def _contents(session: Session, numbers: set[str]) -> dict[str, Plan]:
    wanted = select(PlanContent.version_number, PlanContent.content)
    found = {row.version_number: row.content for row in session.execute(wanted)}
    return {number: plan_of(found[number]) for number in numbers}
