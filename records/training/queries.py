"""Read training: a person's, everybody's, one sheet's."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from records.errors import RecordNotFoundError
from records.training.models import TrainingRecord, TrainingSheet, TrainingWithdrawal

_COUNTING = (
    select(TrainingRecord)
    .outerjoin(TrainingWithdrawal, TrainingWithdrawal.sheet == TrainingRecord.sheet)
    .where(TrainingWithdrawal.id.is_(None))
    .order_by(TrainingRecord.id)
)
_OF_PERSON = _COUNTING.where(TrainingRecord.person == bindparam("person"))


def trainings_of(session: Session, person: str) -> Sequence[TrainingRecord]:
    """Return a person's training on record now, withdrawn sheets left out."""
    return session.scalars(_OF_PERSON, {"person": person}).all()


def counting_trainings(session: Session) -> dict[str, list[TrainingRecord]]:
    """Return everybody's training on record now, by person."""
    found: dict[str, list[TrainingRecord]] = {}
    for one in session.scalars(_COUNTING):
        found.setdefault(one.person, []).append(one)
    return found


def training_sheet(session: Session, number: str) -> TrainingSheet:
    """Return a sheet by its number; raises RecordNotFoundError."""
    sheet = session.scalar(select(TrainingSheet).where(TrainingSheet.number == number))
    if sheet is None:
        raise RecordNotFoundError(TrainingSheet.kind, number)
    return sheet


def lines_of(session: Session, number: str) -> Sequence[TrainingRecord]:
    """Return the lines of a sheet in their order."""
    wanted = select(TrainingRecord).where(TrainingRecord.sheet == number).order_by(TrainingRecord.id)
    return session.scalars(wanted).all()


def withdrawal_of(session: Session, number: str) -> TrainingWithdrawal | None:
    """Return the withdrawal of a sheet, or None where it counts."""
    return session.scalar(select(TrainingWithdrawal).where(TrainingWithdrawal.sheet == number))
