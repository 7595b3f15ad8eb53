"""The demo's maintenance: the tablet press under plan PM-500, with the readings of its meter."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from app.demo.site import asset_of
from app.demo.stage import Stage
from records.maintenance.meters import NewReading
from records.maintenance.plan import Plan
from records.maintenance.states import CalendarUnit, CountedEvent, PlanKind
from records.maintenance.triggers import CalendarTrigger, EventTrigger, MeterTrigger
from workflows.maintenance.cycle_commands import enrol_asset
from workflows.maintenance.facts import NewMeter
from workflows.maintenance.generation import generate_due_orders
from workflows.maintenance.meter_commands import define_meter, record_reading
from workflows.maintenance.plan_commands import approve_plan, check_plan, content_to_sign, draft_plan

PLAN = "PM-500"
DAYS_BEFORE = 70
"""How long before the demo is loaded the press was last maintained: its order is due in three days."""
_PLANNER, _TECHNICIAN, _CHECKER, _QUALITY = "c.dubois", "k.ito", "r.silva", "h.brandt"
_PRESS, _HOURS = "TP-200", "run-hours"
_READINGS = {0: "12418.0", 28: "12611.5", 55: "12793.0", 68: "12884.0"}
"""What the meter showed so many days after the work."""


def begin_plan(stage: Stage, morning: datetime) -> None:
    """Define the meter, approve the plan, and put the press under it as of the work before."""
    press, done_at = asset_of(_PRESS), morning - timedelta(days=DAYS_BEFORE)
    hours = NewMeter(code=_HOURS, title="Run hours", unit="h", most_per_day=Decimal(24))
    stage.do(_PLANNER, partial(define_meter, number=press, new=hours))
    stage.do(_PLANNER, partial(draft_plan, code=PLAN, plan=_plan(press)))
    number = f"{PLAN}.1"
    for who, command in ((_CHECKER, check_plan), (_QUALITY, approve_plan)):
        stage.wait(hours=2)
        stage.do(who, partial(command, number=number), shown=lambda session: content_to_sign(session, number))
    read_meter(stage, morning, until=0)
    enrol = partial(enrol_asset, code=PLAN, asset=press, done_at=done_at, evidence="Logbook TP-200, page 41")
    stage.do(_PLANNER, enrol)


def read_meter(stage: Stage, morning: datetime, *, until: int) -> None:
    """Record the reading of a day, counted from the work; later than that day with the reason."""
    read_at = morning + timedelta(days=until - DAYS_BEFORE, minutes=-30)
    stage.now = max(stage.now, read_at)
    reading = NewReading(value=Decimal(_READINGS[until]))
    late = "From the logbook of the press" if stage.now.date() > read_at.date() else None
    record = partial(record_reading, number=asset_of(_PRESS), code=_HOURS, new=reading, read_at=read_at)
    stage.do(_TECHNICIAN, record, reason=late)


def raise_orders(stage: Stage) -> None:
    """Let the software raise what is due."""
    stage.by_software(generate_due_orders)


def _plan(press: str) -> Plan:
    return Plan(
        title="Rotary tablet press, preventive maintenance at 500 hours",
        kind=PlanKind.PREVENTIVE,
        assets=(press,),
        triggers=(
            MeterTrigger(meter=_HOURS, unit="h", every=Decimal(500), early=Decimal(50), late=Decimal(25)),
            CalendarTrigger(every=90, unit=CalendarUnit.DAY),
            EventTrigger(event=CountedEvent.TOOLING_CHANGEOVER, after=3),
        ),
        hours=Decimal("4.5"),
        lead_days=0,
        stop_days=7,
        lock_out=True,
        signatures=(),
        procedure=PLAN,
    )
