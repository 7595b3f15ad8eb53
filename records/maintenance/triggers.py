"""The triggers of a plan: whichever comes first makes the work due. Pure.

A plan has at most one calendar, one trigger for each meter and one for each kind of event.
"""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from records.maintenance.states import Basis, CalendarUnit, CountedEvent
from records.numbers import as_text, parse_decimal

_DAYS = {CalendarUnit.DAY: 1, CalendarUnit.WEEK: 7}
_MONTHS = {CalendarUnit.MONTH: 1, CalendarUnit.YEAR: 12}
LONGEST = {CalendarUnit.DAY: 3650, CalendarUnit.WEEK: 520, CalendarUnit.MONTH: 120, CalendarUnit.YEAR: 10}
"""The longest interval a calendar may have, in each unit: ten years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarTrigger:
    """Due every so many days, weeks, months or years; its window is in days."""

    every: int
    unit: CalendarUnit
    basis: Basis = Basis.COMPLETED
    early: int = 0
    late: int = 0

    @property
    def words(self) -> str:
        """Return the trigger as a planner says it."""
        interval = f"every {self.unit}" if self.every == 1 else f"every {self.every} {self.unit}s"
        counted = "the day it was due" if self.basis is Basis.SCHEDULED else "the day it was done"
        return f"{interval}, counted from {counted}{_window(str(self.early), str(self.late), 'd')}"

    def day(self, anchor: date, periods: int) -> date:
        """Return the day so many intervals after the anchor; the 31st becomes a shorter month's last day."""
        return days_later(anchor, self.every * periods, self.unit)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterTrigger:
    """Due every so many units of a meter; its window is in the same units."""

    meter: str
    unit: str
    every: Decimal
    early: Decimal = Decimal(0)
    late: Decimal = Decimal(0)

    @property
    def words(self) -> str:
        """Return the trigger as a planner says it."""
        window = _window(as_text(self.early), as_text(self.late), self.unit)
        return f"every {as_text(self.every)} {self.unit} of meter {self.meter}{window}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """Due once something has happened so many times."""

    event: CountedEvent
    after: int

    @property
    def words(self) -> str:
        """Return the trigger as a planner says it."""
        what = self.event.replace("_", " ")
        return f"after each {what}" if self.after == 1 else f"after {self.after} times {what}"


Trigger = CalendarTrigger | MeterTrigger | EventTrigger


def days_later(anchor: date, count: int, unit: CalendarUnit) -> date:
    """Return the day so many units later; where its month is too short, the month's last day."""
    if unit in _DAYS:
        return anchor + timedelta(days=count * _DAYS[unit])
    months = anchor.month - 1 + count * _MONTHS[unit]
    year, month = anchor.year + months // 12, months % 12 + 1
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def calendar_of(triggers: Sequence[Trigger]) -> CalendarTrigger | None:
    """Return the calendar among the triggers of a plan, where it has one."""
    return next((one for one in triggers if isinstance(one, CalendarTrigger)), None)


def to_content(trigger: Trigger) -> dict[str, Any]:
    """Return a trigger as the plan's content keeps it."""
    if isinstance(trigger, CalendarTrigger):
        return {
            "kind": "calendar",
            "every": trigger.every,
            "unit": trigger.unit.value,
            "basis": trigger.basis.value,
            "early": trigger.early,
            "late": trigger.late,
        }
    if isinstance(trigger, MeterTrigger):
        return {
            "kind": "meter",
            "meter": trigger.meter,
            "unit": trigger.unit,
            "every": as_text(trigger.every),
            "early": as_text(trigger.early),
            "late": as_text(trigger.late),
        }
    return {"kind": "event", "event": trigger.event.value, "after": trigger.after}


def from_content(content: Mapping[str, Any]) -> Trigger:
    """Return the trigger that a plan's content keeps."""
    if content["kind"] == "calendar":
        return CalendarTrigger(
            every=int(content["every"]),
            unit=CalendarUnit(content["unit"]),
            basis=Basis(content["basis"]),
            early=int(content["early"]),
            late=int(content["late"]),
        )
    if content["kind"] == "meter":
        return MeterTrigger(
            meter=content["meter"],
            unit=content["unit"],
            every=parse_decimal(content["every"]),
            early=parse_decimal(content["early"]),
            late=parse_decimal(content["late"]),
        )
    return EventTrigger(event=CountedEvent(content["event"]), after=int(content["after"]))


def _window(early: str, late: str, unit: str) -> str:
    return "" if (early, late) == ("0", "0") else f" (window -{early}/+{late} {unit})"
