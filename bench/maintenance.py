"""Maintenance: the due list of 10 000 instruments, and the forecast of 5 000 assets for a year.

Every asset is under a plan of three months; each fifth is due by run hours too, with a reading. Rows are
inserted, not made by commands: audited ones would only measure the write path. What is timed is what the
pages do: read from the store, judge and sort every row of the list; read, then go through the year.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert

from app.listing import Asked
from app.maintenance import calendar, reading
from bench.figures import Figure, interleaved, milliseconds
from bench.plan import Plan
from bench.store import Store, new_store
from records.base import Recorded
from records.equipment.models import PhysicalAsset
from records.equipment.states import GmpImpact
from records.maintenance import plan as plans
from records.maintenance.due import Baseline
from records.maintenance.models import (
    MaintenanceCycle,
    MeterReading,
    PlanContent,
    PlannedAsset,
    PlanVersion,
)
from records.maintenance.queries import standings
from records.maintenance.states import CalendarUnit, PlanKind, PlanState, ReadingKind
from records.maintenance.triggers import CalendarTrigger, MeterTrigger, Trigger

ZONE = "Europe/Dublin"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(days=40)
RUN = "run-hours"
EVERYTHING = Asked(search="", chosen={}, sort="due", descending=False, page=1)


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure on each database."""
    for server in plan.servers:
        for name, assets, target in (("due_list", 10_000, 0.3), ("forecast", 5_000, 5.0)):
            with new_store(plan.folder, server) as store:
                yield _figure(store, plan, name, (plan.size(assets, assets // 10), target))


def _figure(store: Store, plan: Plan, name: str, wanted: tuple[int, float]) -> Figure:
    assets, target = wanted
    with store.engine.begin() as connection:
        _fill(connection, assets)
    with store.session() as session:
        act = {"due_list": _due_list, "forecast": _forecast}[name]
        rows = act(session)
        found = interleaved({name: lambda _times: act(session)}, rounds=plan.size(5, 3), times=1)
    return Figure(
        id=f"maintenance.{store.kind}.{name}",
        value=median(found[name]),
        unit="s",
        target=target,
        detail={"assets": assets, "rows": rows, "milliseconds": milliseconds(found[name])},
    )


def _due_list(session: Any) -> int:  # noqa: ANN401 -- the store's session
    return len(reading.narrowed(reading.due_rows(session, NOW, ZONE), EVERYTHING))


def _forecast(session: Any) -> int:  # noqa: ANN401 -- the store's session
    today = NOW.date()
    known = standings(session, NOW, ZONE)
    return len(calendar.expected(known, today, date.min, today + timedelta(days=365)))


def _fill(connection: Connection, assets: int) -> None:
    """Insert two plans, the assets under them, and the readings of each fifth."""
    months = CalendarTrigger(every=3, unit=CalendarUnit.MONTH)
    hours = MeterTrigger(meter=RUN, unit="h", every=Decimal(500))
    for code, triggers in (("CAL", (months,)), ("RUN", (months, hours))):
        stream, content = f"plan/{code}.1", plans.plan_content(_plan(triggers))
        version = {"number": f"{code}.1", "code": code, "version": 1, "title": "Calibration"}
        version |= {"plan_kind": PlanKind.CALIBRATION, "state": PlanState.EFFECTIVE, "author": "P-0012"}
        version |= {"drafted_at": BEGAN, "effective_at": BEGAN, "superseded_at": None}
        _add(connection, PlanVersion, [{"stream": stream, **version}])
        _add(connection, PlanContent, [{"stream": stream, "version_number": f"{code}.1", "content": content}])
    rows = [_of_one(f"I-{count:05}", count, is_by_run=count % 5 == 0) for count in range(assets)]
    for model in (PhysicalAsset, PlannedAsset, MaintenanceCycle, MeterReading):
        _add(connection, model, [row[model] for row in rows if model in row])


def _of_one(number: str, count: int, *, is_by_run: bool) -> dict[type[Recorded], dict[str, Any]]:
    """Return the rows of one asset."""
    asset, planned = f"asset/{number}", f"planned-asset/{number}"
    code, done_on = "RUN" if is_by_run else "CAL", BEGAN.date() + timedelta(days=count % 40)
    counted = {RUN: Decimal(1000)} if is_by_run else {}
    baseline = plans.baseline_content(Baseline(on=done_on, anchor=done_on, counted=counted))
    thing = {"title": "Instrument", "maker": "Invented", "model": "I", "serial": number}
    thing |= {"gmp_impact": GmpImpact.DIRECT}
    cycle = {"number": 1, "plan_version": f"{code}.1", "began_at": BEGAN, "baseline": baseline}
    cycle |= {"recorded_at": BEGAN, "recorded_by": "P-0012"}
    under = {"plan": code, "asset": number, "evidence": "WO-0001"}
    under |= {"enrolled_at": BEGAN, "enrolled_by": "P-0012"}
    rows: dict[type[Recorded], dict[str, Any]] = {
        PhysicalAsset: {"stream": asset, "number": number, **thing},
        PlannedAsset: {"stream": planned, "number": number, **under},
        MaintenanceCycle: {"stream": planned, **cycle},
    }
    if is_by_run:
        reading_of = {"asset": number, "meter": RUN, "value": Decimal(1270), "counted": Decimal(1270)}
        reading_of |= {"reading_kind": ReadingKind.READING, "is_implausible": False, "read_at": NOW}
        rows[MeterReading] = {"stream": asset, **reading_of, "recorded_at": NOW, "recorded_by": "P-0009"}
    return rows


def _plan(triggers: tuple[Trigger, ...]) -> plans.Plan:
    return plans.Plan(
        title="Calibration",
        kind=PlanKind.CALIBRATION,
        assets=(),
        triggers=triggers,
        hours=Decimal(1),
        lead_days=0,
        stop_days=0,
        lock_out=False,
        signatures=(),
        procedure="CAL",
    )


def _add(connection: Connection, model: type[Recorded], rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(model), [{"rev": 1, **row} for row in rows])
