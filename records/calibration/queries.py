"""Reads of calibration: functions, procedures, standards and their chain, runs and what they found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.calibration.judging import Certified
from records.calibration.models import (
    CalibrationAdjustment,
    CalibrationCondition,
    CalibrationProcedure,
    CalibrationProcedureContent,
    CalibrationReading,
    CalibrationResult,
    CalibrationRun,
    InstrumentFunction,
    StandardCertificate,
    StandardUse,
)
from records.calibration.states import Phase, ProcedureState, RunState
from records.calibration.transfer import Interval
from records.days import last_instant
from records.equipment.calculations import evaluate, plain
from records.equipment.queries import intervals_of
from records.equipment.states import Axis
from records.errors import RecordNotFoundError

_UNUSABLE = {
    Axis.CALIBRATION: frozenset({"oot_open", "overdue"}),
    Axis.SERVICE: frozenset({"out_of_service", "retired"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """From a standard up to the accredited laboratory, and why it is broken where it is (CAL-7)."""

    links: tuple[StandardCertificate, ...]
    refusal: str | None


def latest_function(session: Session, asset: str, name: str) -> InstrumentFunction | None:
    """Return the version of a function in force, or None where there is none of that name."""
    return session.scalars(
        select(InstrumentFunction)
        .where(InstrumentFunction.asset == asset, InstrumentFunction.name == name)
        .order_by(InstrumentFunction.version.desc())
        .limit(1)
    ).one_or_none()


def functions_of(session: Session, asset: str) -> list[InstrumentFunction]:
    """Return the version in force of each function of an asset, by name."""
    latest = (
        select(func.max(InstrumentFunction.id))
        .where(InstrumentFunction.asset == asset)
        .group_by(InstrumentFunction.name)
    )
    return list(
        session.scalars(
            select(InstrumentFunction)
            .where(InstrumentFunction.id.in_(latest))
            .order_by(InstrumentFunction.name)
        )
    )


def calibration_procedure(session: Session, number: str) -> CalibrationProcedure:
    """Return a version of a procedure; raises RecordNotFoundError."""
    found = session.scalars(
        select(CalibrationProcedure).where(CalibrationProcedure.number == number)
    ).one_or_none()
    if found is None:
        raise RecordNotFoundError(CalibrationProcedure.kind, number)
    return found


def content_of_procedure(session: Session, number: str) -> CalibrationProcedureContent:
    """Return what a version of a procedure says."""
    return session.scalars(
        select(CalibrationProcedureContent).where(CalibrationProcedureContent.procedure == number)
    ).one()


def effective_version(session: Session, code: str) -> CalibrationProcedure | None:
    """Return the version of a procedure in force, or None where none is."""
    return session.scalars(
        select(CalibrationProcedure).where(
            CalibrationProcedure.code == code, CalibrationProcedure.state == ProcedureState.EFFECTIVE
        )
    ).one_or_none()


def certificates_of(session: Session, asset: str) -> list[StandardCertificate]:
    """Return the certificates of a standard, the one in force last."""
    return list(
        session.scalars(
            select(StandardCertificate)
            .where(StandardCertificate.asset == asset)
            .order_by(StandardCertificate.calibrated_on, StandardCertificate.id)
        )
    )


def certified(certificate: StandardCertificate) -> list[Certified]:
    """Return what a certificate states, range by range."""
    return [
        Certified(
            expanded=Decimal(one["expanded"]),
            coverage=Decimal(one["coverage"]),
            unit=one["unit"],
            within=Interval(lower=Decimal(one["lower"]), upper=Decimal(one["upper"])),
        )
        for one in certificate.ranges
    ]


def chain_of(session: Session, asset: str, day: date, at: datetime, time_zone: str) -> Chain:
    """Return a standard's chain as it stood on a day, each link judged on the day it was used (CAL-25).

    `at` is the moment the standard itself is used; a parent is judged on the day it calibrated its child.
    """
    links: list[StandardCertificate] = []
    above: str | None = asset
    while above is not None:
        wanted = above
        if any(link.asset == wanted for link in links):
            return Chain(links=tuple(links), refusal=f"{wanted} stands in its own chain of calibration.")
        found = [one for one in certificates_of(session, wanted) if one.calibrated_on <= day]
        if not found:
            sentence = (
                f"{wanted} had no certificate on {day}. Record the one it had, or use another standard."
            )
            return Chain(links=tuple(links), refusal=sentence)
        link = found[-1]
        links.append(link)
        moment = at if wanted == asset else last_instant(day, time_zone)
        if broken := _link_refusal(session, link, day, moment, time_zone):
            return Chain(links=tuple(links), refusal=broken)
        above = link.parent
        day = link.calibrated_on
    last = links[-1]
    if not last.accreditation:
        sentence = (
            f"The chain of {asset} ends at {last.asset}: certificate {last.certificate} names no "
            f"accreditation and no standard above it (ISO/IEC 17025 6.5)."
        )
        return Chain(links=tuple(links), refusal=sentence)
    return Chain(links=tuple(links), refusal=None)


def calibration_run(session: Session, number: str) -> CalibrationRun:
    """Return a run; raises RecordNotFoundError."""
    found = session.scalars(select(CalibrationRun).where(CalibrationRun.part == number)).one_or_none()
    if found is None:
        raise RecordNotFoundError(CalibrationRun.kind, number)
    return found


def runs_of_order(session: Session, order: str) -> list[CalibrationRun]:
    """Return the runs of a work order, the first first; a void one stays (ATK-42)."""
    return list(
        session.scalars(
            select(CalibrationRun).where(CalibrationRun.order_number == order).order_by(CalibrationRun.id)
        )
    )


def open_run_of(session: Session, asset: str, function: str) -> CalibrationRun | None:
    """Return the run of a function that is under way."""
    return session.scalars(
        select(CalibrationRun).where(
            CalibrationRun.asset == asset,
            CalibrationRun.function == function,
            CalibrationRun.state.in_((RunState.AS_FOUND, RunState.ADJUSTING)),
        )
    ).one_or_none()


def last_completed(session: Session, asset: str, function: str) -> CalibrationRun | None:
    """Return the last completed run of a function."""
    return session.scalars(
        select(CalibrationRun)
        .where(
            CalibrationRun.asset == asset,
            CalibrationRun.function == function,
            CalibrationRun.state == RunState.COMPLETED,
        )
        .order_by(CalibrationRun.completed_at.desc(), CalibrationRun.id.desc())
        .limit(1)
    ).one_or_none()


def standards_in_use(session: Session, run: str) -> dict[str, StandardUse]:
    """Return the standard that counts for each class in a run."""
    rows = session.scalars(select(StandardUse).where(StandardUse.part == run).order_by(StandardUse.id))
    return {row.standard_class: row for row in rows}


def conditions_read(session: Session, run: str) -> dict[str, CalibrationCondition]:
    """Return the reading of each condition that counts in a run."""
    rows = session.scalars(
        select(CalibrationCondition).where(CalibrationCondition.part == run).order_by(CalibrationCondition.id)
    )
    return {row.quantity: row for row in rows}


def all_readings(session: Session, run: str) -> list[CalibrationReading]:
    """Return every reading of a run, corrected ones too, in the order recorded."""
    return list(
        session.scalars(
            select(CalibrationReading).where(CalibrationReading.part == run).order_by(CalibrationReading.id)
        )
    )


def standing(readings: Sequence[CalibrationReading], phase: Phase, attempt: int) -> list[CalibrationReading]:
    """Return those readings of an attempt that no correction has replaced, by point and repeat."""
    replaced = {one.corrects for one in readings}
    kept = [
        one for one in readings if (one.phase, one.attempt) == (phase, attempt) and one.id not in replaced
    ]
    return sorted(kept, key=lambda one: (one.seq, one.repeat))


def certificate_of(session: Session, asset: str, certificate: str) -> StandardCertificate:
    """Return a certificate of a standard by its number."""
    return session.scalars(
        select(StandardCertificate).where(
            StandardCertificate.asset == asset, StandardCertificate.certificate == certificate
        )
    ).one()


def adjustments_of(session: Session, run: str) -> list[CalibrationAdjustment]:
    """Return the adjustments of a run, the first first."""
    return list(
        session.scalars(
            select(CalibrationAdjustment)
            .where(CalibrationAdjustment.part == run)
            .order_by(CalibrationAdjustment.id)
        )
    )


def results_of(session: Session, run: str, phase: Phase) -> list[CalibrationResult]:
    """Return what was found at each point of a run: the error e(x), in the procedure's order."""
    return list(
        session.scalars(
            select(CalibrationResult)
            .where(CalibrationResult.part == run, CalibrationResult.phase == phase)
            .order_by(CalibrationResult.seq)
        )
    )


def _link_refusal(
    session: Session, link: StandardCertificate, day: date, at: datetime, time_zone: str
) -> str | None:
    if day > link.valid_until:
        return (
            f"{link.asset} was valid until {link.valid_until} by certificate {link.certificate}; it was used "
            f"on {day}. Use another standard (ISO/IEC 17025 6.5)."
        )
    state = evaluate(intervals_of(session, link.asset, at), at, time_zone)
    for axis, words in _UNUSABLE.items():
        if state.word(axis) in words:
            return (
                f"{link.asset} {axis} was {plain(state.word(axis))} when it was used. Use another standard."
            )
    return None


def procedures(session: Session) -> list[CalibrationProcedure]:
    """Return every version of every procedure, by number and version."""
    return list(
        session.scalars(
            select(CalibrationProcedure).order_by(CalibrationProcedure.code, CalibrationProcedure.version)
        )
    )


def all_functions(session: Session) -> list[InstrumentFunction]:
    """Return the version in force of every function, by asset and name."""
    latest = select(func.max(InstrumentFunction.id)).group_by(
        InstrumentFunction.asset, InstrumentFunction.name
    )
    return list(
        session.scalars(
            select(InstrumentFunction)
            .where(InstrumentFunction.id.in_(latest))
            .order_by(InstrumentFunction.asset, InstrumentFunction.name)
        )
    )


def completed_runs(session: Session) -> dict[tuple[str, str], CalibrationRun]:
    """Return the last completed run of every function, by asset and name."""
    rows = session.scalars(
        select(CalibrationRun)
        .where(CalibrationRun.state == RunState.COMPLETED)
        .order_by(CalibrationRun.completed_at, CalibrationRun.id)
    )
    return {(row.asset, row.function): row for row in rows}


def all_certificates(session: Session) -> list[StandardCertificate]:
    """Return the certificate in force of every standard, by asset."""
    rows = session.scalars(
        select(StandardCertificate).order_by(StandardCertificate.calibrated_on, StandardCertificate.id)
    )
    latest = {row.asset: row for row in rows}
    return [latest[asset] for asset in sorted(latest)]
