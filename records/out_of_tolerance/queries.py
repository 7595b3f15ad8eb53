"""Read cases, what they reach, and the values and uses of an instrument in a span of time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Text, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from records.calibration.models import CalibrationRun, StandardUse
from records.execution.facts import ValueFact, split_part
from records.execution.models import Entry, EquipmentObservation, EquipmentUse
from records.listing import Listing, Page, page_of
from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance

_AT_ONCE = 500
"""Records asked about in one statement."""


def cases(session: Session, listing: Listing) -> Page[OutOfTolerance]:
    """Return one page of the list of cases."""
    columns = {
        "number": OutOfTolerance.number,
        "asset": OutOfTolerance.asset,
        "state": OutOfTolerance.state,
        "evidence": OutOfTolerance.evidence,
        "last_good_at": OutOfTolerance.last_good_at,
        "found_at": OutOfTolerance.found_at,
        "aware_at": OutOfTolerance.aware_at,
    }
    return page_of(session, OutOfTolerance, listing, columns)


def case_by_number(session: Session, number: str) -> OutOfTolerance | None:
    """Return a case, or None where there is none of that number."""
    return session.scalars(select(OutOfTolerance).where(OutOfTolerance.number == number)).one_or_none()


def case_by_evidence(session: Session, asset: str, evidence: str) -> OutOfTolerance | None:
    """Return the case of an asset that was opened on this evidence, or None where none was."""
    wanted = select(OutOfTolerance).where(OutOfTolerance.asset == asset, OutOfTolerance.evidence == evidence)
    return session.scalars(wanted.order_by(OutOfTolerance.id).limit(1)).one_or_none()


def findings_of(session: Session, case: str) -> Sequence[ImpactFinding]:
    """Return every record that a case reaches, in the order found."""
    wanted = select(ImpactFinding).where(ImpactFinding.case_number == case)
    return session.scalars(wanted.order_by(ImpactFinding.id)).all()


def findings_on(session: Session, record: str) -> Sequence[ImpactFinding]:
    """Return the findings of all cases on one record: what is known now beside what was known then."""
    wanted = select(ImpactFinding).where(ImpactFinding.record == record)
    return session.scalars(wanted.order_by(ImpactFinding.id)).all()


def decisions_of(session: Session, streams: Collection[str]) -> Mapping[tuple[str, str], FindingDecision]:
    """Return the decision that counts on each finding of these cases, by stream and finding number."""
    wanted = select(FindingDecision).where(FindingDecision.stream.in_(streams))
    rows = session.scalars(wanted.order_by(FindingDecision.version))
    return {(row.stream, row.finding): row for row in rows}


def undecided_counts(session: Session, numbers: Collection[str]) -> Mapping[str, int]:
    """Return how many findings of each of these cases are not decided."""
    decided = select(FindingDecision.id).where(
        FindingDecision.stream == ImpactFinding.stream, FindingDecision.finding == ImpactFinding.number
    )
    wanted = (
        select(ImpactFinding.case_number, func.count())
        .where(ImpactFinding.case_number.in_(numbers), ~decided.exists())
        .group_by(ImpactFinding.case_number)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def uses_between(session: Session, asset: str, start: datetime, end: datetime) -> Sequence[EquipmentUse]:
    """Return each use of an asset that touches a span of time, both ends included."""
    seen = (
        select(EquipmentObservation.use_id, func.max(EquipmentObservation.observed_at).label("last"))
        .group_by(EquipmentObservation.use_id)
        .subquery()
    )
    wanted = (
        select(EquipmentUse)
        .outerjoin(seen, seen.c.use_id == EquipmentUse.id)
        .where(
            EquipmentUse.asset == asset,
            EquipmentUse.used_at <= end,
            or_(EquipmentUse.used_at >= start, seen.c.last.is_(None), seen.c.last >= start),
        )
        .order_by(EquipmentUse.id)
    )
    return session.scalars(wanted).all()


def runs_by_standard(
    session: Session, standard: str, start: datetime, end: datetime
) -> list[tuple[StandardUse, CalibrationRun]]:
    """Return each calibration that took a standard in a span of time, both ends included, oldest first."""
    wanted = (
        select(StandardUse, CalibrationRun)
        .join(CalibrationRun, CalibrationRun.part == StandardUse.part)
        .where(StandardUse.asset == standard, StandardUse.used_at >= start, StandardUse.used_at <= end)
        .order_by(StandardUse.id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def current_values(session: Session, streams: Sequence[str]) -> Mapping[str, list[ValueFact]]:
    """Return all values that count of these records, by stream, in the order they were made."""
    found: dict[str, list[ValueFact]] = defaultdict(list)
    for stream, fact in _current(session, streams):
        found[stream].append(fact)
    return found


def _current(session: Session, streams: Sequence[str]) -> Iterator[tuple[str, ValueFact]]:
    later = aliased(Entry)
    columns = select(
        Entry.stream,
        Entry.id,
        Entry.part,
        Entry.field,
        Entry.kind,
        Entry.variable,
        Entry.value,
        Entry.judged,
        type_coerce(Entry.limits, Text),
    )
    for first in range(0, len(streams), _AT_ONCE):
        wanted = (
            columns.outerjoin(later, later.supersedes == Entry.id)
            .where(Entry.stream.in_(streams[first : first + _AT_ONCE]), later.id.is_(None))
            .order_by(Entry.id)
        )
        for stream, entry_id, part, field, kind, variable, value, judged, detail in session.execute(wanted):
            yield stream, ValueFact(entry_id, *split_part(part), field, kind, variable, value, judged, detail)
