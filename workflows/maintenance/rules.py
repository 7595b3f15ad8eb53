"""Why a plan, a meter or an extension is refused: each rule a sentence (211.67, 211.68(a))."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from records.maintenance.due import Due
from records.maintenance.meters import LastReading, MeterError, count_on
from records.maintenance.queries import Standing
from records.maintenance.triggers import LONGEST, CalendarTrigger, MeterTrigger, Trigger
from records.numbers import as_text
from records.work_order.states import Demand
from workflows.authority import Actor
from workflows.maintenance.facts import (
    CycleFacts,
    EnrolFacts,
    EventFacts,
    ExtensionFacts,
    MeterFacts,
    NewPlanFacts,
    PlanFacts,
    ReadingFacts,
)
from workflows.naming import number_refusal

MOST_DAYS = 365
"""No lead, window or time until the stop is longer."""
MOST_TIMES = 10_000
LONGEST_EXTENSION = timedelta(days=90)


def plan_can_be_named(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse a code that names no stream."""
    return number_refusal("The code of the plan", facts.code)


def plan_has_assets(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse a plan for nothing, or for what is not registered."""
    if not facts.plan.assets:
        return "A plan names at least one asset."
    unknown = sorted(set(facts.plan.assets) - set(facts.assets))
    if unknown:
        return f"There is no asset {', '.join(unknown)}. Register it first."
    twice = _twice(facts.plan.assets)
    return f"The route names {', '.join(twice)} twice." if twice else None


def plan_has_triggers(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse a plan that nothing makes due, or one whose triggers can't be told apart."""
    if not facts.plan.triggers:
        return "A plan needs a trigger: an interval of the calendar, of a meter, or an event."
    twice = _twice(_key(trigger) for trigger in facts.plan.triggers)
    return f"Two triggers count the same: {', '.join(twice)}. Keep one of them." if twice else None


def triggers_are_sound(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse an interval of nothing, one without end, and a window wider than its interval."""
    found = [sentence for trigger in facts.plan.triggers if (sentence := _unsound(trigger))]
    return " ".join(found) or None


def meters_are_defined(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse to count by a meter that an asset does not have, or by another unit than it has."""
    for trigger in facts.plan.triggers:
        if not isinstance(trigger, MeterTrigger):
            continue
        for asset in facts.plan.assets:
            unit = facts.meters.get((asset, trigger.meter))
            if unit is None:
                return f"{asset} has no meter {trigger.meter}. Define it first."
            if unit != trigger.unit:
                return f"Meter {trigger.meter} of {asset} counts in {unit}, not in {trigger.unit}."
    return None


def numbers_are_sound(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse work of no hours, and times that lie outside a year."""
    if facts.plan.hours <= 0:
        return "The estimated work is more than zero hours."
    if not (0 <= facts.plan.lead_days <= MOST_DAYS and 0 <= facts.plan.stop_days <= MOST_DAYS):
        return f"Lead and days until the stop are 0 to {MOST_DAYS} days."
    return None


def signatures_are_known(facts: NewPlanFacts, _actor: Actor) -> str | None:
    """Refuse a demand that no order could meet."""
    unknown = sorted(set(facts.plan.signatures) - {demand.value for demand in Demand})
    return f"No order asks for the signature {', '.join(unknown)}." if unknown else None


def checker_is_not_the_author(facts: PlanFacts, actor: Actor) -> str | None:
    """Refuse the author as checker: a second person checks independently."""
    if actor.person != facts.record.author:
        return None
    return f"{actor.printed_name} wrote this version; another person checks it."


def approver_is_neither(facts: PlanFacts, actor: Actor) -> str | None:
    """Refuse a person who wrote or checked the version (211.22(c))."""
    if actor.person == facts.record.author:
        return f"{actor.printed_name} wrote this version; another person approves it."
    if actor.person in facts.checkers:
        return f"{actor.printed_name} checked this version; another person approves it."
    return None


def procedure_is_in_force(facts: PlanFacts, _actor: Actor) -> str | None:
    """Refuse a plan whose orders could not be carried out."""
    if facts.procedure is not None:
        return None
    return f"No version of the procedure {facts.plan.procedure} is in force. Make one effective first."


def version_follows(facts: PlanFacts, _actor: Actor) -> str | None:
    """Refuse an older version than the one in force."""
    previous = facts.previous
    if previous is None or previous.version < facts.record.version:
        return None
    return f"{previous.number} is in force already; draft a new version instead."


def meter_is_new(facts: MeterFacts, _actor: Actor) -> str | None:
    """Refuse to define a meter twice."""
    if facts.existing:
        return f"{facts.asset.number} has a meter {facts.new.code} already: {facts.existing.title}."
    return number_refusal("The code of the meter", facts.new.code)


def meter_numbers_are_sound(facts: MeterFacts, _actor: Actor) -> str | None:
    """Refuse a meter that begins again at nothing, or that may count nothing."""
    for number in (facts.new.rollover_at, facts.new.most_per_day):
        if number is not None and number <= 0:
            return f"{as_text(number)} is not more than zero. Leave the field empty where there is no limit."
    return None


def reading_continues(facts: ReadingFacts, _actor: Actor) -> str | None:
    """Refuse a reading that the meter can't show after the last one (C14: meters going backwards)."""
    try:
        count_on(facts.new, last_of(facts), facts.meter.rollover_at, facts.meter.unit)
    except MeterError as error:
        return error.message
    return None


def reading_is_in_order(facts: ReadingFacts, _actor: Actor) -> str | None:
    """Refuse a reading before the last one, or in time to come."""
    if facts.read_at > facts.at:
        return "The time of the reading is still to come; record it when it is read."
    if facts.last and facts.read_at < facts.last.read_at:
        value = f"{as_text(facts.last.value)} {facts.meter.unit}"
        return f"The last reading, {value}, was read later than that. Readings are recorded in their order."
    return None


def late_record_has_a_reason(facts: ReadingFacts | EventFacts, _actor: Actor) -> str | None:
    """Refuse to record on a later day without saying why so late."""
    if facts.is_late and not facts.reason_given:
        return "What is recorded on a later day needs a reason."
    return None


def event_has_happened(facts: EventFacts, _actor: Actor) -> str | None:
    """Refuse an event in time to come."""
    return "That is still to come; record it when it happens." if facts.happened_at > facts.at else None


def asset_is_of_the_plan(facts: EnrolFacts, _actor: Actor) -> str | None:
    """Refuse an asset that the plan does not name, or that it has already."""
    if facts.existing:
        return f"{facts.asset.number} is under plan {facts.plan_version.code} already."
    if facts.asset.number not in facts.plan.assets:
        return f"{facts.plan_version.number} does not name {facts.asset.number}; draft a version that does."
    return None


def work_was_done(facts: EnrolFacts, _actor: Actor) -> str | None:
    """Refuse a first cycle that begins in time to come, or without evidence of the last work."""
    if facts.done_at > facts.at:
        return "The work was last done in time to come. Give the day it was done."
    return None if facts.evidence.strip() else "Name the record that shows when the work was last done."


def meters_were_read(facts: EnrolFacts, _actor: Actor) -> str | None:
    """Refuse to count by a meter that was not read when the work was done."""
    wanted = {one.meter for one in facts.plan.triggers if isinstance(one, MeterTrigger)}
    missing = sorted(wanted - set(facts.counted))
    if not missing:
        return None
    return f"Meter {', '.join(missing)} has no reading up to the day of the last work. Record it first."


def there_is_a_due_date(facts: ExtensionFacts, _actor: Actor) -> str | None:
    """Refuse to move what has no day."""
    return None if facts.due else f"{facts.title} has no due date yet: there is nothing to extend."


def due_date_is_still_to_come(facts: ExtensionFacts, _actor: Actor) -> str | None:
    """Refuse an extension after the due time: what is late stays late (CAL-22, ATK-42)."""
    if facts.due is None or facts.due_at is None or facts.at <= facts.due_at:
        return None
    return f"{facts.title} was due on {facts.due.due_on}. After its due time no date is moved; do the work."


def cycle_was_not_extended(facts: ExtensionFacts, _actor: Actor) -> str | None:
    """Refuse a second extension of the same cycle."""
    if facts.existing is None:
        return None
    return f"This due date was extended to {facts.existing.extended_to} already; it is moved once only."


def extension_goes_forward(facts: ExtensionFacts, _actor: Actor) -> str | None:
    """Refuse a date that moves nothing, or one without measure."""
    if facts.due is None:
        return None
    if facts.new.extended_to <= facts.due.due_on:
        return f"The new date is after {facts.due.due_on}, the day it is due."
    last = facts.due.due_on + LONGEST_EXTENSION
    if facts.new.extended_to > last:
        return f"An extension ends by {last}; a longer interval is a new version of the plan."
    return None


def risk_is_stated(facts: ExtensionFacts, _actor: Actor) -> str | None:
    """Refuse an extension without the basis of its risk."""
    return None if facts.new.risk.strip() else "Say what the risk is and why it is acceptable."


def order_is_wanted(facts: CycleFacts, _actor: Actor) -> str | None:
    """Refuse an order before its time, or a second one for a cycle (C7)."""
    if facts.standing.work_order:
        return f"Work order {facts.standing.work_order} is raised for {facts.title} already."
    if facts.due is None:
        return f"{facts.title} has no due date yet."
    first = order_day(facts.standing, facts.due)
    return f"The order for {facts.title} is raised from {first} on." if facts.today < first else None


def procedure_is_there(facts: CycleFacts, _actor: Actor) -> str | None:
    """Refuse an order that nobody could carry out."""
    if facts.procedure:
        return None
    return f"{facts.title}: no version of the procedure {facts.standing.content.procedure} is in force."


def order_day(standing: Standing, due: Due) -> date:
    """Return the first day on which the order of a cycle is raised."""
    return due.opens_on - timedelta(days=standing.content.lead_days)


def last_of(facts: ReadingFacts) -> LastReading | None:
    """Return the last reading as the arithmetic takes it."""
    last = facts.last
    return LastReading(value=last.value, counted=last.counted, at=last.read_at) if last else None


def _unsound(trigger: Trigger) -> str | None:
    if isinstance(trigger, CalendarTrigger):
        return _unsound_calendar(trigger)
    if isinstance(trigger, MeterTrigger):
        return _unsound_meter(trigger)
    is_sound = 1 <= trigger.after <= MOST_TIMES
    return None if is_sound else f"An event counts 1 to {MOST_TIMES} times, not {trigger.after}."


def _unsound_calendar(trigger: CalendarTrigger) -> str | None:
    most = LONGEST[trigger.unit]
    if not 1 <= trigger.every <= most:
        return f"An interval of the calendar is 1 to {most} {trigger.unit}s, not {trigger.every}."
    is_sound = 0 <= trigger.early <= MOST_DAYS and 0 <= trigger.late <= MOST_DAYS
    return None if is_sound else f"The window of the calendar is 0 to {MOST_DAYS} days."


def _unsound_meter(trigger: MeterTrigger) -> str | None:
    if trigger.every <= 0:
        return f"The interval of meter {trigger.meter} is more than zero."
    if 0 <= trigger.early < trigger.every and 0 <= trigger.late < trigger.every:
        return None
    return f"The window of meter {trigger.meter} is narrower than its interval, and not less than zero."


def _key(trigger: Trigger) -> str:
    if isinstance(trigger, CalendarTrigger):
        return "the calendar"
    return trigger.meter if isinstance(trigger, MeterTrigger) else trigger.event.replace("_", " ")


def _twice(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)
