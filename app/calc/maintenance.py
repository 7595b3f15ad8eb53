"""Calculations of maintenance: how fast a meter runs, and when work is due by the first of its triggers."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from math import ceil

from app.calc.contract import (
    Calculation,
    Given,
    Result,
    Schema,
    decimal,
    decimal_text,
    list_of,
    nothing_or,
    one_of,
    record,
    text,
    whole,
)
from records.equipment.states import GmpImpact
from records.errors import DomainError
from records.maintenance import due
from records.maintenance.meters import DEFINITION, Point
from records.maintenance.states import Basis, CalendarUnit, CountedEvent, PlanKind
from records.maintenance.triggers import LONGEST, CalendarTrigger, EventTrigger, MeterTrigger, Trigger
from records.numbers import Rounding, as_text, round_to

_METER = "meter"
_EVENT = CountedEvent.TOOLING_CHANGEOVER
_MOST = 100_000
_DAY: Schema = {"title": "a day", "type": "string", "pattern": r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"}
_RUN: dict[str, Schema] = {
    "every": decimal("units of the meter from one work to the next"),
    "counted_then": decimal("what the meter had counted when the work was last done"),
    "counted": decimal("what it had counted at its last reading"),
    "read_on": _DAY,
}


class MaintenanceInputError(DomainError):
    """What was given can't be calculated with; the message says why."""


def _meter_rate(given: Given) -> Result:
    trigger = MeterTrigger(meter=_METER, unit="", every=_positive(given))
    running = due.rate(trigger, _baseline(given, given), _observed(given, None))
    if running is None:
        msg = "There is no rate: the meter has not run, or was not read on a later day."
        raise MaintenanceInputError(msg)
    days = trigger.every * running.days / running.used
    return {
        "used": as_text(running.used),
        "days": str(running.days),
        "each_day": as_text(running.each_day()),
        "days_to_every": as_text(round_to(days, 2, Rounding.HALF_UP)),
        "due_day": str(ceil(running.days_to(trigger.every))),
    }


def _due(given: Given) -> Result:
    meter = given.record(_METER) if given.has(_METER) else None
    event = given.record("event") if given.has("event") else None
    grace = due.has_grace(PlanKind(given.text("kind")), GmpImpact(given.text("gmp_impact")))
    observed = _observed(meter, event)
    found = due.trigger_dues(_triggers(given), _baseline(given, meter), observed, grace=grace)
    first = due.first_due(found, stop_days=_whole(given, "stop_days"), grace=grace)
    each = [{"by": one.trigger.words, "due_on": str(one.due_on) if one.due_on else None} for one in found]
    if first is None:
        return {"first": None, "each": each}
    days = {name: str(getattr(first, name)) for name in ("due_on", "opens_on", "grace_until", "stops_on")}
    return {"first": {**days, "by": first.by.words}, "each": each}


def _triggers(given: Given) -> Sequence[Trigger]:
    found: list[Trigger] = []
    if given.has("calendar"):
        calendar = given.record("calendar")
        unit = CalendarUnit(calendar.text("unit"))
        every = _whole(calendar, "every", most=LONGEST[unit])
        early, late = _whole(calendar, "early"), _whole(calendar, "late")
        found.append(CalendarTrigger(every=every, unit=unit, basis=Basis.COMPLETED, early=early, late=late))
    if given.has(_METER):
        meter = given.record(_METER)
        window = {name: meter.optional_decimal(name) or Decimal(0) for name in ("early", "late")}
        every_units = _positive(meter)
        found.append(MeterTrigger(meter=_METER, unit=meter.text("unit"), every=every_units, **window))
    if given.has("event"):
        found.append(EventTrigger(event=_EVENT, after=max(1, _whole(given.record("event"), "after"))))
    return found


def _baseline(given: Given, meter: Given | None) -> due.Baseline:
    done_on = _day(given.text("done_on"))
    counted = {_METER: meter.decimal("counted_then")} if meter else {}
    return due.Baseline(on=done_on, anchor=done_on, counted=counted)


def _observed(meter: Given | None, event: Given | None) -> due.Observed:
    point = Point(_day(meter.text("read_on")), meter.decimal("counted")) if meter else None
    days = sorted(_day(str(one)) for one in event.items("days")) if event else []
    return due.Observed(readings={_METER: point} if point else {}, events={_EVENT: days})


def _positive(given: Given) -> Decimal:
    every = given.decimal("every")
    if every <= 0:
        msg = f"An interval is more than zero, not {as_text(every)}."
        raise MaintenanceInputError(msg)
    return every


def _whole(given: Given, key: str, *, most: int = _MOST) -> int:
    count = given.whole(key) if given.has(key) else 0
    if count > most:
        msg = f"{key} is at most {most}."
        raise MaintenanceInputError(msg)
    return count


def _day(text_given: str) -> date:
    try:
        return date.fromisoformat(text_given)
    except ValueError as error:
        msg = f"{text_given} is no day of the calendar."
        raise MaintenanceInputError(msg) from error


CALCULATIONS = (
    Calculation(
        definition=DEFINITION,
        title="How fast a meter runs, and after how many days it makes work due",
        clause="21 CFR 211.67(a)",
        function=_meter_rate,
        inputs=record({"done_on": _DAY, **_RUN}),
        result=record(
            {
                "used": decimal_text("counted since the work was done"),
                "days": decimal_text("days from the work to the last reading"),
                "each_day": decimal_text("counted on a day, three decimals, rounded half up"),
                "days_to_every": decimal_text("days until the work is due, two decimals, rounded half up"),
                "due_day": decimal_text("the first whole day by which the meter has counted enough"),
            }
        ),
    ),
    Calculation(
        definition=due.DEFINITION,
        title="When maintenance is due: the first of its triggers",
        clause="21 CFR 211.67(a), 211.68(a)",
        function=_due,
        inputs=record(
            {
                "done_on": _DAY,
                "kind": one_of("what the work is", tuple(PlanKind)),
                "gmp_impact": one_of("how a fault of the asset reaches the product", tuple(GmpImpact)),
                "stop_days": whole("days after the due day that the asset may still be used"),
            },
            {
                "calendar": record(
                    {"every": whole("interval"), "unit": one_of("of the interval", tuple(CalendarUnit))},
                    {"early": whole("days before"), "late": whole("days of grace")},
                ),
                "meter": record(
                    {"unit": text("unit of the meter"), **_RUN},
                    {"early": decimal("units before"), "late": decimal("units of grace")},
                ),
                "event": record(
                    {"after": whole("times"), "days": list_of("days on which it happened since", _DAY)}
                ),
            },
        ),
        result=record(
            {
                "first": nothing_or(
                    record(
                        {
                            "due_on": _DAY,
                            "opens_on": _DAY,
                            "grace_until": _DAY,
                            "stops_on": _DAY,
                            "by": text("the trigger that comes first"),
                        }
                    )
                ),
                "each": list_of(
                    "each trigger by itself", record({"by": text("trigger"), "due_on": nothing_or(_DAY)})
                ),
            }
        ),
    ),
)
