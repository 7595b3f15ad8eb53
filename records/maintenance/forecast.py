"""When work will be due over a span of days, each time taken as done on its due day. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from records.maintenance.due import Baseline, Due, Observed, extended, first_due, rate, rearm, trigger_dues
from records.maintenance.meters import Point
from records.maintenance.triggers import MeterTrigger, Trigger

DEFINITION = "maintenance.forecast/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a forecast goes on from: a plan's triggers, where the cycle began, what is known of the asset."""

    triggers: Sequence[Trigger]
    baseline: Baseline
    observed: Observed
    stop_days: int
    grace: bool
    fixed: Due | None = None
    """What an order raised for the cycle has fixed, where one was."""
    extended_to: date | None = None


def due_now(planned: Planned) -> Due | None:
    """Return what is due in the cycle that runs, before any extension: as fixed, or by the first trigger."""
    if planned.fixed:
        return planned.fixed
    dues = trigger_dues(planned.triggers, planned.baseline, planned.observed, grace=planned.grace)
    return first_due(dues, stop_days=planned.stop_days, grace=planned.grace)


def due_shown(planned: Planned) -> Due | None:
    """Return what is due in the cycle that runs, on the day an extension has moved it to."""
    due = due_now(planned)
    return extended(due, planned.extended_to) if due and planned.extended_to else due


def forecast(planned: Planned, today: date, until: date) -> Iterator[Due]:
    """Yield what is due up to and with a day, in order; what is late is taken as done today."""
    running = planned
    while due := due_now(running):
        shown = due_shown(running) or due
        if shown.due_on > until:
            return
        yield shown
        done_on = max(shown.due_on, today)
        observed = _as_far_as(done_on, running.triggers, running.baseline, running.observed)
        baseline = rearm(running.triggers, running.baseline, observed, due, done_on)
        running = replace(running, baseline=baseline, observed=observed, fixed=None, extended_to=None)


def _as_far_as(day: date, triggers: Sequence[Trigger], baseline: Baseline, observed: Observed) -> Observed:
    """Return each meter read ahead to a day, at the rate it runs; no event has happened since."""
    readings = dict(observed.readings)
    for trigger in triggers:
        if not isinstance(trigger, MeterTrigger):
            continue
        running, last = rate(trigger, baseline, observed), readings.get(trigger.meter)
        if running and last and day > last.on:
            ahead = running.used * (day - last.on).days / running.days
            readings[trigger.meter] = Point(day, last.counted + ahead)
    return Observed(readings=readings)
