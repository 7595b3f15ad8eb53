"""Take what a run needs and what it reads: standards, conditions, readings, corrections."""

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from audit.events import Action
from records.calibration.models import CalibrationCondition, CalibrationReading, StandardUse
from records.calibration.queries import certificates_of, chain_of
from records.equipment.calculations import evaluate, plain
from records.equipment.queries import intervals_of
from records.equipment.states import Axis
from records.numbers import NumberError, parse_decimal, parse_quantity
from workflows.calibration import run_lifecycle as lifecycle
from workflows.calibration.run_facts import NewReading, RunFacts, Scanned, facts_of
from workflows.machine import Transition
from workflows.perform import Changes, UnitOfWork, perform

_GOOD_SENSOR = frozenset({"in_cal", "due_soon"})


def use_standard(work: UnitOfWork, number: str, asset: str) -> None:
    """Take a standard for a run, as scanned; its whole chain must be valid now (CAL-7, CAL-25)."""
    facts = facts_of(work, number)
    held = certificates_of(work.session, asset)
    today = work.at.astimezone(ZoneInfo(work.time_zone)).date()
    chain = chain_of(work.session, asset, today, work.at, work.time_zone)
    its_class = held[-1].standard_class if held else None
    facts = replace(facts, standard=Scanned(asset=asset, standard_class=its_class, chain=chain))

    def use(changes: Changes) -> None:
        changes.insert(
            StandardUse,
            Action.CALIBRATION_STANDARD,
            part=number,
            asset=asset,
            standard_class=chain.links[0].standard_class,
            certificate=chain.links[0].certificate,
            chain=[
                {
                    "asset": link.asset,
                    "certificate": link.certificate,
                    "laboratory": link.laboratory,
                    "accreditation": link.accreditation,
                    "calibrated_on": link.calibrated_on.isoformat(),
                    "valid_until": link.valid_until.isoformat(),
                }
                for link in chain.links
            ],
            used_at=work.at,
            used_by=work.actor.person,
        )

    perform(work, lifecycle.USE_STANDARD, facts, use)


def read_condition(work: UnitOfWork, number: str, quantity: str, entered: str, sensor: str) -> None:
    """Record a condition of the environment by a sensor in calibration, such as ``21.4 °C`` (CAL-23)."""
    facts = facts_of(work, number)
    asked = next((one for one in facts.procedure.conditions if one.quantity == quantity), None)
    if asked is None:
        known = ", ".join(one.quantity for one in facts.procedure.conditions)
        msg = f"The procedure asks for no {quantity}. It asks for {known}."
        raise NumberError(msg)
    value = parse_quantity(entered, unit=asked.unit)
    _check_sensor(work, sensor)

    def read(changes: Changes) -> None:
        changes.insert(
            CalibrationCondition,
            Action.CALIBRATION_CONDITION,
            part=number,
            quantity=quantity,
            raw=entered,
            value=value,
            unit=asked.unit,
            sensor=sensor,
            is_within=asked.within.holds(value),
            read_at=work.at,
            read_by=work.actor.person,
        )

    perform(work, lifecycle.READ_CONDITION, facts, read)


def enter_reading(work: UnitOfWork, number: str, new: NewReading) -> CalibrationReading:
    """Record a reading at a point, in the unit of the output."""
    facts = _with_reading(facts_of(work, number), new)
    return _read(work, facts, new, lifecycle.READ)


def correct_reading(work: UnitOfWork, number: str, new: NewReading) -> CalibrationReading:
    """Correct a reading, with a reason; the one before stays on record."""
    facts = _with_reading(facts_of(work, number), new)
    return _read(work, facts, new, lifecycle.CORRECT)


def _with_reading(facts: RunFacts, new: NewReading) -> RunFacts:
    places = {(one.seq, one.repeat): one for one in facts.standing(new.phase)}
    return replace(facts, reading=new, found=places.get((new.seq, new.repeat)))


def _read(work: UnitOfWork, facts: RunFacts, new: NewReading, row: Transition) -> CalibrationReading:
    unit, decimals = facts.function.output_unit, _decimals(facts.function.resolution)
    typed = new.raw.strip()
    entered = f"{typed} {new.unit}".strip()
    value = parse_quantity(entered, unit=unit, decimals=decimals) if typed else parse_decimal(typed)
    read: list[CalibrationReading] = []

    def record(changes: Changes) -> None:
        taken = changes.insert(
            CalibrationReading,
            row.event,
            part=facts.record.number,
            phase=new.phase,
            attempt=facts.attempt,
            seq=new.seq,
            repeat=new.repeat,
            raw=new.raw,
            value=value,
            unit=new.unit,
            read_at=new.read_at or work.at,
            recorded_at=work.at,
            recorded_by=work.actor.person,
            corrects=facts.found.id if facts.found else None,
            reason=work.reason.text if work.reason else None,
        )
        read.append(taken)

    perform(work, row, facts, record)
    return read[0]


def _decimals(resolution: Decimal) -> int:
    return max(0, -int(resolution.normalize().as_tuple().exponent))


def _check_sensor(work: UnitOfWork, sensor: str) -> None:
    """Refuse a sensor that is not in calibration itself (CAL-23)."""
    state = evaluate(intervals_of(work.session, sensor, work.at), work.at, work.time_zone)
    word = state.word(Axis.CALIBRATION)
    if word not in _GOOD_SENSOR:
        msg = f"The sensor {sensor} is {plain(word)}. Read the room with one that is in calibration."
        raise NumberError(msg)
