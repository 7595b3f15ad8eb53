"""Define meters, record their readings and the events that count: in their order, never backwards."""

from datetime import datetime
from typing import Any

from audit.events import Action
from records.days import local_day
from records.equipment.models import PhysicalAsset
from records.errors import RecordNotFoundError
from records.maintenance.meters import NewReading, count_on, runs_too_fast
from records.maintenance.models import MaintenanceEvent, Meter, MeterReading
from records.maintenance.queries import last_reading, meter_of
from records.maintenance.states import CountedEvent
from workflows.equipment.commands import lock_assets
from workflows.maintenance import lifecycle
from workflows.maintenance.facts import EventFacts, MeterFacts, NewMeter, ReadingFacts
from workflows.maintenance.rules import last_of
from workflows.perform import Changes, UnitOfWork, perform

METER = "meter"


def define_meter(work: UnitOfWork, number: str, new: NewMeter) -> Meter:
    """Define a meter of an asset."""
    asset = _asset(work, number)
    facts = MeterFacts(asset=asset, at=work.at, new=new, existing=meter_of(work.session, number, new.code))
    defined: list[Meter] = []

    def define(changes: Changes) -> None:
        row = changes.insert(
            Meter,
            Action.METER_DEFINE,
            asset=number,
            code=new.code,
            title=new.title,
            unit=new.unit,
            rollover_at=new.rollover_at,
            most_per_day=new.most_per_day,
            defined_at=work.at,
            defined_by=work.actor.person,
        )
        defined.append(row)

    perform(work, lifecycle.DEFINE_METER, facts, define)
    return defined[0]


def record_reading(
    work: UnitOfWork, number: str, code: str, new: NewReading, read_at: datetime | None = None
) -> MeterReading:
    """Record what a meter shows; a rollover or another meter is said, never guessed."""
    facts = _reading_facts(work, number, code, new, read_at or work.at)
    recorded: list[MeterReading] = []

    def record(changes: Changes) -> None:
        row = changes.insert(
            MeterReading, Action.METER_READ, **_reading(facts), recorded_by=work.actor.person
        )
        recorded.append(row)

    perform(work, lifecycle.READ_METER, facts, record)
    return recorded[0]


def record_event(
    work: UnitOfWork, number: str, event: CountedEvent, cause: str, happened_at: datetime | None = None
) -> MaintenanceEvent:
    """Record something that happened to an asset and counts towards its maintenance."""
    happened = happened_at or work.at
    facts = EventFacts(
        asset=_asset(work, number),
        at=work.at,
        reason_given=_reason_given(work),
        event=event,
        happened_at=happened,
        is_late=_is_late(work, happened),
    )
    recorded: list[MaintenanceEvent] = []

    def record(changes: Changes) -> None:
        row = changes.insert(
            MaintenanceEvent,
            Action.ASSET_EVENT,
            asset=number,
            event=event,
            happened_at=happened,
            cause=cause,
            recorded_at=work.at,
            recorded_by=work.actor.person,
        )
        recorded.append(row)

    perform(work, lifecycle.RECORD_EVENT, facts, record)
    return recorded[0]


def _reading_facts(
    work: UnitOfWork, number: str, code: str, new: NewReading, read_at: datetime
) -> ReadingFacts:
    asset = _asset(work, number)
    meter = meter_of(work.session, number, code)
    if meter is None:
        raise RecordNotFoundError(METER, f"{code} of {number}")
    return ReadingFacts(
        asset=asset,
        at=work.at,
        reason_given=_reason_given(work),
        meter=meter,
        new=new,
        last=last_reading(work.session, number, code),
        read_at=read_at,
        is_late=_is_late(work, read_at),
    )


def _reading(facts: ReadingFacts) -> dict[str, Any]:
    """Return the columns of a reading: what it shows, what it makes the count, and the flag."""
    last, meter = last_of(facts), facts.meter
    counted = count_on(facts.new, last, meter.rollover_at, meter.unit)
    too_fast = last is not None and runs_too_fast(
        counted - last.counted, last.at, facts.read_at, meter.most_per_day
    )
    return {
        "asset": facts.asset.number,
        "meter": meter.code,
        "value": facts.new.value,
        "reading_kind": facts.new.kind,
        "old_final": facts.new.old_final,
        "counted": counted,
        "is_implausible": too_fast,
        "read_at": facts.read_at,
        "recorded_at": facts.at,
    }


def _asset(work: UnitOfWork, number: str) -> PhysicalAsset:
    return lock_assets(work.session, [number])[number]


def _is_late(work: UnitOfWork, at: datetime) -> bool:
    return local_day(at, work.time_zone) < local_day(work.at, work.time_zone)


def _reason_given(work: UnitOfWork) -> bool:
    return bool(work.reason and work.reason.text.strip())
