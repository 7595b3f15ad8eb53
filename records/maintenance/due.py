"""What is due when: each trigger by itself, the first of them, and what a completed work re-arms. Pure.

Days are the site's. A predicted day is the first one by which the meter will have reached the value, at the
rate it ran since the work was last done.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from math import ceil, floor

from records.equipment.states import GmpImpact
from records.maintenance.meters import Point, Rate
from records.maintenance.states import Basis, DueWord, PlanKind
from records.maintenance.triggers import CalendarTrigger, EventTrigger, MeterTrigger, Trigger, calendar_of
from records.numbers import as_text

DEFINITION = "maintenance.due/1"
SOON = timedelta(days=14)
_FARTHEST = 36500
"""A meter that reaches its value only after so many days gives no date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Where a cycle began: the day, what meters had counted, how often events had happened."""

    on: date
    anchor: date
    """The day the calendar counts from."""
    periods: int = 1
    """How many intervals after its anchor the calendar is due."""
    counted: Mapping[str, Decimal] = field(default_factory=dict)
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """How fast each meter ran in the cycle before: what counts until this one has readings of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What is known of an asset: the last reading of each meter, the days of events since the cycle began."""

    readings: Mapping[str, Point] = field(default_factory=dict)
    events: Mapping[str, Sequence[date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerDue:
    """When one trigger makes the work due; without days where nothing says when."""

    trigger: Trigger
    words: str
    due_on: date | None = None
    opens_on: date | None = None
    grace_until: date | None = None
    is_predicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When the work is due: the first of its triggers, with the narrowest window."""

    due_on: date
    opens_on: date
    grace_until: date
    stops_on: date
    """The last day the asset may be used without the work."""
    by: Trigger
    is_predicted: bool


def has_grace(kind: PlanKind, impact: GmpImpact) -> bool:
    """Tell whether work may be done after its due day: never a calibration that reaches the product."""
    return not (kind is PlanKind.CALIBRATION and impact is GmpImpact.DIRECT)


def trigger_dues(
    triggers: Sequence[Trigger], baseline: Baseline, observed: Observed, *, grace: bool
) -> list[TriggerDue]:
    """Return when each trigger makes the work due, in the plan's order."""
    return [_due_by(trigger, baseline, observed, grace=grace) for trigger in triggers]


def first_due(dues: Sequence[TriggerDue], *, stop_days: int, grace: bool) -> Due | None:
    """Return the first of what is due; of two on one day, the one the plan names first.

    Without grace, the asset stops with its due day, whatever the plan says.
    """
    dated = [one for one in dues if one.due_on]
    if not dated:
        return None
    first = min(dated, key=lambda one: one.due_on or date.max)
    due_on = first.due_on or date.max
    grace_until = min(one.grace_until or due_on for one in dated) if grace else due_on
    stops_on = max(due_on + timedelta(days=stop_days), grace_until) if grace else due_on
    return Due(
        due_on=due_on,
        opens_on=min(one.opens_on or due_on for one in dated),
        grace_until=grace_until,
        stops_on=stops_on,
        by=first.trigger,
        is_predicted=first.is_predicted,
    )


def extended(due: Due, until: date) -> Due:
    """Return a due date moved by a signed extension: no grace is given after it."""
    return replace(due, due_on=until, grace_until=until, stops_on=until, is_predicted=False)


def rearm(
    triggers: Sequence[Trigger],
    baseline: Baseline,
    observed: Observed,
    due: Due | None,
    done_on: date,
) -> Baseline:
    """Return where the next cycle begins: every trigger counts from the day and the readings of the work.

    A calendar of basis *scheduled* counts from the day the work was due, whichever trigger made it due: done
    early, the occurrence is used up (C7); done so late that others were passed, they are used up too. Done
    before its window opened, it counts from the day it was done, so that no gap is longer than planned.
    """
    anchor, periods = done_on, 1
    calendar = calendar_of(triggers)
    if calendar and calendar.basis is Basis.SCHEDULED and due and done_on >= due.opens_on:
        is_on_grid = isinstance(due.by, CalendarTrigger)
        anchor, periods = (baseline.anchor, baseline.periods + 1) if is_on_grid else (due.due_on, 1)
        while calendar.day(anchor, periods) <= done_on:
            periods += 1
    rates = {one.meter: rate(one, baseline, observed) for one in triggers if isinstance(one, MeterTrigger)}
    return Baseline(
        on=done_on,
        anchor=anchor,
        periods=periods,
        counted={meter: point.counted for meter, point in observed.readings.items()},
        rates={meter: found for meter, found in rates.items() if found},
    )


def standing(due: Due | None, today: date) -> DueWord:
    """Return how a due date stands on a day."""
    if due is None:
        return DueWord.NO_DATE
    if today > due.due_on:
        after = DueWord.OVERDUE if today <= due.stops_on else DueWord.STOPPED
        return DueWord.GRACE if today <= due.grace_until else after
    if today == due.due_on:
        return DueWord.DUE_TODAY
    if today >= due.opens_on:
        return DueWord.WINDOW_OPEN
    return DueWord.SOON if due.due_on - today <= SOON else DueWord.LATER


def rate(trigger: MeterTrigger, baseline: Baseline, observed: Observed) -> Rate | None:
    """Return how fast a meter runs: since the work was done, before that in the cycle before."""
    last, began = observed.readings.get(trigger.meter), baseline.counted.get(trigger.meter)
    days = (last.on - baseline.on).days if last else 0
    if last is None or began is None or days <= 0:
        return baseline.rates.get(trigger.meter)
    used = last.counted - began
    return Rate(used, days) if used > 0 else None


def _due_by(trigger: Trigger, baseline: Baseline, observed: Observed, *, grace: bool) -> TriggerDue:
    if isinstance(trigger, CalendarTrigger):
        return _by_calendar(trigger, baseline, grace=grace)
    if isinstance(trigger, MeterTrigger):
        return _by_meter(trigger, baseline, observed, grace=grace)
    return _by_event(trigger, observed)


def _by_calendar(trigger: CalendarTrigger, baseline: Baseline, *, grace: bool) -> TriggerDue:
    due_on = trigger.day(baseline.anchor, baseline.periods)
    return TriggerDue(
        trigger=trigger,
        words=f"by the calendar on {due_on}",
        due_on=due_on,
        opens_on=due_on - timedelta(days=trigger.early),
        grace_until=due_on + timedelta(days=trigger.late if grace else 0),
    )


def _by_meter(trigger: MeterTrigger, baseline: Baseline, observed: Observed, *, grace: bool) -> TriggerDue:
    began, unit = baseline.counted.get(trigger.meter), trigger.unit
    last = observed.readings.get(trigger.meter)
    if began is None or last is None:
        return TriggerDue(trigger=trigger, words=f"meter {trigger.meter} has no reading")
    used = last.counted - began
    words = f"{as_text(used)} of {as_text(trigger.every)} {unit}"
    running = rate(trigger, baseline, observed)
    exact = running.days_to(trigger.every) if running else None
    if running is None or exact is None or exact > _FARTHEST:
        return TriggerDue(trigger=trigger, words=f"{words}; no rate to predict a day by")
    due_on = baseline.on + timedelta(days=ceil(exact))
    late = floor(running.days_to(trigger.every + trigger.late)) if grace else 0
    return TriggerDue(
        trigger=trigger,
        words=f"{words} at {as_text(running.each_day())} {unit}/d: day {ceil(exact)}",
        due_on=due_on,
        opens_on=baseline.on + timedelta(days=_days_until_open(trigger, running)),
        grace_until=max(due_on, baseline.on + timedelta(days=late)),
        is_predicted=used < trigger.every,
    )


def _days_until_open(trigger: MeterTrigger, running: Rate) -> int:
    return max(0, ceil(running.days_to(max(trigger.every - trigger.early, Decimal(0)))))


def _by_event(trigger: EventTrigger, observed: Observed) -> TriggerDue:
    days = observed.events.get(trigger.event, ())
    words = f"{len(days)} of {trigger.after} times {trigger.event.replace('_', ' ')}"
    if len(days) < trigger.after:
        return TriggerDue(trigger=trigger, words=words)
    due_on = days[trigger.after - 1]
    return TriggerDue(trigger=trigger, words=words, due_on=due_on, opens_on=due_on, grace_until=due_on)
