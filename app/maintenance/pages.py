"""What the pages of plans, assets under them and meters show, with every act that may be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.auth import current_login
from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from app.http import now, read_session
from app.listing import Asked, Column
from app.maintenance.reading import DueRow, due_row, due_rows, each_due
from records.errors import RecordNotFoundError
from records.maintenance.due import TriggerDue
from records.maintenance.meters import Rate
from records.maintenance.models import (
    Extension,
    FixedDue,
    MaintenanceCycle,
    MaintenanceEvent,
    Meter,
    MeterReading,
    PlannedAsset,
    PlanVersion,
)
from records.maintenance.plan import Plan
from records.maintenance.queries import (
    LISTED,
    content_of_plan,
    cycles_of,
    effective_plan,
    meter_of,
    planned_asset,
    versions_of_plan,
)
from records.maintenance.states import Basis, CalendarUnit, CountedEvent, PlanKind
from records.maintenance.states import PlanState as S
from records.procedure.models import ProcedureVersion
from records.procedure.states import ProcedureState
from records.work_order.states import ALWAYS, Demand
from workflows.machine import Transition
from workflows.maintenance import lifecycle
from workflows.maintenance.contents import plan_words
from workflows.maintenance.cycle_commands import extension_facts
from workflows.maintenance.facts import NewExtension, PlanFacts
from workflows.maintenance.plan_commands import content_to_sign, plan_facts
from workflows.perform import Content

PLAN_COLUMNS = (
    Column(label="Plan", key="number", narrow=True),
    Column(label="What is done", key="title"),
    Column(label="Kind", key="plan_kind", narrow=True),
    Column(label="State", key="state", narrow=True),
    Column(label="Author", key="author"),
    Column(label="Drafted", key="drafted_at"),
    Column(label="Effective from", key="effective_at"),
)
PLAN_SORTS = tuple(column.key for column in PLAN_COLUMNS if column.key)
PLAN_CHOICES = ("state", "plan_kind")
PLAN_HEAD = (*LISTED, "superseded_at")
METER_COLUMNS = (
    Column(label="Asset", key="asset", narrow=True),
    Column(label="Meter", key="code", narrow=True),
    Column(label="What it counts", key="title"),
    Column(label="Last reading", key="value", number=True),
    Column(label="Read", key="read_at"),
    Column(label="By"),
)
METER_SORTS = tuple(column.key for column in METER_COLUMNS if column.key)
_SIGNED = (
    ("check", "Check", lifecycle.CHECK, {S.DRAFT}),
    ("approve", "Approve", lifecycle.APPROVE, {S.DRAFT, S.CHECKED}),
)
"""Name, label and row of each act, and the states in which it lies ahead."""
_REASONED = (
    ("withdraw", "Withdraw", lifecycle.WITHDRAW, {S.DRAFT, S.CHECKED}),
    ("retire", "Retire", lifecycle.RETIRE, {S.EFFECTIVE}),
)
_WHOLE_DAY = timedelta(days=1)
METER = "meter"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """A version of a plan as people read and sign it."""

    version: PlanVersion
    plan: Plan
    words: Sequence[tuple[str, str]]
    signatures: Sequence[Any]
    signed_acts: Sequence[Act]
    reasoned: Sequence[Act]
    to_sign: Content
    rows: Sequence[DueRow]
    """The assets under the plan."""
    left: Sequence[str]
    """Those it names that are not under it yet."""
    others: Sequence[PlanVersion]

    @property
    def left_choices(self) -> Sequence[tuple[str, str]]:
        """Return them as options."""
        return [(asset, asset) for asset in self.left]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetPage:
    """An asset under a plan."""

    record: PlannedAsset
    row: DueRow | None
    each: Sequence[tuple[TriggerDue, bool]]
    cycles: Sequence[MaintenanceCycle]
    fixed: Sequence[FixedDue]
    extensions: Sequence[Extension]
    events: Sequence[MaintenanceEvent]
    signatures: Sequence[Any]
    extend: Act | None
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterPage:
    """A meter with its readings, newest first."""

    meter: Meter
    readings: Sequence[MeterReading]
    rate: Rate | None

    @property
    def last(self) -> MeterReading | None:
        """Return the last reading."""
        return self.readings[0] if self.readings else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterRow:
    """A meter as the list shows it."""

    meter: Meter
    last: MeterReading | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlanPage:
    """What a new version begins from, and what may be chosen."""

    code: str
    plan: Plan | None
    kinds: Sequence[tuple[str, str]]
    units: Sequence[tuple[str, str]]
    bases: Sequence[tuple[str, str]]
    events: Sequence[tuple[str, str]]
    signatures: Sequence[tuple[str, str]]
    always: str
    procedures: Sequence[str]

    def trigger(self, kind: str) -> Any:  # noqa: ANN401 -- a trigger of any kind, for the template
        """Return the plan's trigger of a kind."""
        triggers = self.plan.triggers if self.plan else ()
        return next((one for one in triggers if type(one).__name__ == f"{kind}Trigger"), None)


def plan_page(number: str, time_zone: str) -> PlanPage:
    """Read a version of a plan; raises RecordNotFoundError."""
    work = looking()
    session, facts = work.session, plan_facts(work.session, number)
    version = facts.record
    rows = [row for row in due_rows(session, work.at, time_zone) if row.standing.plan == version.code]
    return PlanPage(
        version=version,
        plan=facts.plan,
        words=plan_words(facts.plan),
        signatures=signatures_of_stream(session, version.stream),
        signed_acts=_acts(_SIGNED, facts),
        reasoned=_acts(_REASONED, facts),
        to_sign=content_to_sign(session, number),
        rows=rows,
        left=_left(facts.plan, version, rows),
        others=[one for one in versions_of_plan(session, version.code) if one.number != number],
    )


def asset_page(code: str, asset: str, time_zone: str) -> AssetPage:
    """Read an asset under a plan; raises RecordNotFoundError."""
    session = read_session()
    record = planned_asset(session, code, asset)
    if record is None:
        raise RecordNotFoundError(PlannedAsset.kind, f"{asset} under {code}")
    row = due_row(session, record.number, now(), time_zone)
    return AssetPage(
        record=record,
        row=row,
        each=each_due(row) if row else (),
        cycles=cycles_of(session, record.stream),
        fixed=session.scalars(select(FixedDue).where(FixedDue.stream == record.stream)).all(),
        extensions=session.scalars(select(Extension).where(Extension.stream == record.stream)).all(),
        events=_events(asset),
        signatures=signatures_of_stream(session, record.stream),
        extend=_extend(code, asset, row),
        time_zone=time_zone,
    )


def meter_page(asset: str, code: str) -> MeterPage:
    """Read a meter; raises RecordNotFoundError."""
    meter = meter_of(read_session(), asset, code)
    if meter is None:
        raise RecordNotFoundError(METER, f"{code} of {asset}")
    wanted = select(MeterReading).where(MeterReading.asset == asset, MeterReading.meter == code)
    readings = read_session().scalars(wanted.order_by(MeterReading.id.desc())).all()
    return MeterPage(meter=meter, readings=readings, rate=_rate(readings))


def meter_rows(what: Asked) -> list[MeterRow]:
    """Return the meters asked for, with the last reading of each."""
    session, words = read_session(), what.search.lower().split()
    latest = select(func.max(MeterReading.id)).group_by(MeterReading.asset, MeterReading.meter)
    last = session.scalars(select(MeterReading).where(MeterReading.id.in_(latest))).all()
    read = {(one.asset, one.meter): one for one in last}
    found = [
        MeterRow(meter=meter, last=read.get((meter.asset, meter.code)))
        for meter in session.scalars(select(Meter).order_by(Meter.asset, Meter.code))
        if all(word in f"{meter.asset} {meter.code} {meter.title}".lower() for word in words)
    ]
    return sorted(found, key=lambda row: _meter_key(row, what.sort), reverse=what.descending)


def new_plan_page(code: str) -> NewPlanPage:
    """Return what the form of a new version begins from."""
    session = read_session()
    current = effective_plan(session, code) if code else None
    codes = select(ProcedureVersion.code).where(ProcedureVersion.state == ProcedureState.EFFECTIVE)
    return NewPlanPage(
        code=code,
        plan=content_of_plan(session, current.number) if current else None,
        kinds=_words(PlanKind),
        units=_words(CalendarUnit),
        bases=_words(Basis),
        events=_words(CountedEvent),
        signatures=[pair for pair in _words(Demand) if pair[0] not in ALWAYS],
        always=", ".join(sorted(word.replace("_", " ") for word in ALWAYS)),
        procedures=session.scalars(codes.distinct().order_by(ProcedureVersion.code)).all(),
    )


def _acts(rows: Sequence[tuple[str, str, Transition, set[S]]], facts: PlanFacts) -> list[Act]:
    actor = current_login().actor()
    return [act(name, label, row, facts, actor) for name, label, row, ahead in rows if facts.state in ahead]


def _words(vocabulary: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- a class of words
    return [(word.value, word.replace("_", " ")) for word in vocabulary]


def _left(plan: Plan, version: PlanVersion, rows: Sequence[DueRow]) -> list[str]:
    under = {row.asset for row in rows}
    return [asset for asset in plan.assets if asset not in under] if version.state is S.EFFECTIVE else []


def _extend(code: str, asset: str, row: DueRow | None) -> Act | None:
    """Return the act of extending, with what stands against it whatever date is chosen."""
    if row is None or row.due is None:
        return None
    work = looking()
    new = NewExtension(extended_to=row.due.due_on + _WHOLE_DAY, risk="to be stated")
    return act("extend", "Extend", lifecycle.EXTEND, extension_facts(work, code, asset, new), work.actor)


def _events(asset: str) -> Sequence[MaintenanceEvent]:
    wanted = select(MaintenanceEvent).where(MaintenanceEvent.asset == asset)
    return read_session().scalars(wanted.order_by(MaintenanceEvent.happened_at.desc()).limit(20)).all()


def _rate(readings: Sequence[MeterReading]) -> Rate | None:
    """Return how fast a meter ran from its first reading to its last."""
    if not readings:
        return None
    used = readings[0].counted - readings[-1].counted
    days = (readings[0].read_at - readings[-1].read_at).days
    return Rate(used, days) if used > 0 and days > 0 else None


def _meter_key(row: MeterRow, sort: str) -> tuple[Any, ...]:
    last = row.last
    if sort == "value":
        return (last.counted if last else -1, row.meter.asset)
    if sort == "read_at":
        return (last.read_at.isoformat() if last else "", row.meter.asset)
    return (getattr(row.meter, sort), row.meter.asset, row.meter.code)
