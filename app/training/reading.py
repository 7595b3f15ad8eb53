"""What the pages of training show: lines on record, who is trained for a master, one sheet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.listing import Asked, Column
from app.people.queries import EVERYBODY, Row, people
from records.procedure.frozen import frozen_procedure
from records.procedure.models import ProcedureVersion
from records.procedure.queries import content_of, version_by_number
from records.procedure.states import ProcedureState
from records.training.models import TrainingRecord, TrainingWithdrawal
from records.training.queries import counting_trainings
from records.training.subjects import Judged, Need, judge, words_of
from signatures.models import AccountState
from workflows.authority import AUTHORITY, Permission
from workflows.execution.training import needs_of

WORKERS = frozenset(
    role
    for permission in (Permission.STEP_PERFORM, Permission.STEP_VERIFY, Permission.STEP_APPROVE)
    for role in AUTHORITY[permission]
)
"""Whose roles let them work by masters at all."""
COLUMNS = (
    Column(label="Person", key="name"),
    Column(label="Number", key="person", narrow=True),
    Column(label="Trained for", key="subject"),
    Column(label="From", key="trained_from", narrow=True),
    Column(label="Until", key="valid_until", narrow=True),
    Column(label="Trainer"),
    Column(label="Evidence"),
    Column(label="Sheet", key="sheet", narrow=True),
    Column(label="Standing", narrow=True),
)
SORTS = ("name", "person", "subject", "trained_from", "valid_until", "sheet")
STANDINGS = [
    ("valid", "valid today"),
    ("coming", "not begun"),
    ("ended", "ended"),
    ("withdrawn", "withdrawn"),
]
FILE_HEAD = (
    "sheet",
    "person",
    "printed_name",
    "kind",
    "subject",
    "version",
    "trained_from",
    "valid_until",
    "trainer",
    "evidence",
    "standing",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of training as lists show it."""

    record: TrainingRecord
    name: str
    standing: str

    @property
    def subject(self) -> str:
        """Return what it is for."""
        return words_of(self.record)

    def cells(self) -> tuple[object, ...]:
        """Return the line as a file has it."""
        one = self.record
        what = (one.subject_kind, one.subject, one.version)
        days = (one.trained_from, one.valid_until)
        return (one.sheet, one.person, self.name, *what, *days, one.trainer, one.evidence, self.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person who may work by masters, and how they stand to each thing a master asks for."""

    row: Row
    judged: Sequence[Judged]

    @property
    def is_trained(self) -> bool:
        """Tell whether everything is met."""
        return all(one.basis for one in self.judged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Who is trained for one version of a master."""

    version: ProcedureVersion
    needs: Sequence[Need]
    rows: Sequence[Standing]

    def file_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield a line for each person and need."""
        for one in self.rows:
            person = one.row.person
            for need in one.judged:
                basis = need.basis
                told = (basis.sheet, basis.valid_until, basis.evidence) if basis else ("", "", "")
                yield (
                    self.version.number,
                    person.number,
                    person.printed_name,
                    need.need.words,
                    "trained" if basis else "not trained",
                    *told,
                    need.why,
                )


MATRIX_HEAD = (
    "master",
    "person",
    "printed_name",
    "asks_for",
    "standing",
    "sheet",
    "valid_until",
    "evidence",
    "why_not",
)


def day_at(at: datetime, time_zone: str) -> date:
    """Return the site's day at a moment."""
    return at.astimezone(ZoneInfo(time_zone)).date()


def lines(session: Session, names: Mapping[str, str], what: Asked, day: date) -> list[Line]:
    """Return the lines asked for, in the order asked for."""
    withdrawn = set(session.scalars(select(TrainingWithdrawal.sheet)))
    wanted = what.chosen.get("standing")
    words = what.search.casefold()
    found = [
        line
        for record in session.scalars(select(TrainingRecord).order_by(TrainingRecord.id))
        if _says((line := _line(record, names, withdrawn, day)), words) and wanted in {None, line.standing}
    ]
    keys = {
        "name": lambda one: one.name,
        "subject": lambda one: one.subject,
        "valid_until": lambda one: one.record.valid_until or date.max,
    }
    key = keys.get(what.sort, lambda one: getattr(one.record, what.sort))
    return sorted(found, key=key, reverse=what.descending)


def masters_to_choose(session: Session) -> list[tuple[str, str]]:
    """Return the versions that people may have to be trained on, the one loaded last first."""
    wanted = select(ProcedureVersion).where(ProcedureVersion.state != ProcedureState.WITHDRAWN)
    rows = session.scalars(wanted.order_by(ProcedureVersion.id.desc()))
    return [(row.number, f"{row.code} v{row.version}: {row.title}") for row in rows]


def matrix(session: Session, number: str, what: Asked, at: datetime, day: date) -> Matrix | None:
    """Return who is trained for a version of a master; None where there is none of that number."""
    version = version_by_number(session, number)
    if version is None:
        return None
    needs = needs_of(frozen_procedure(content_of(session, number).content))
    held = counting_trainings(session)
    rows = [
        Standing(row=row, judged=[judge(need, held.get(row.person.number, ()), day) for need in needs])
        for row in workers(session, at)
    ]
    wanted = what.chosen.get("standing")
    kept = [one for one in rows if wanted is None or one.is_trained == (wanted == "trained")]
    return Matrix(version=version, needs=needs, rows=kept)


def workers(session: Session, at: datetime) -> list[Row]:
    """Return everybody whose roles and account let them work by masters, by name."""
    titles = {role.title for role in WORKERS}
    found = people(session, at, EVERYBODY, size=None).rows
    return [
        row
        for row in found
        if titles & set(row.roles) and row.account and row.account.state is not AccountState.DISABLED
    ]


def _line(record: TrainingRecord, names: Mapping[str, str], withdrawn: set[str], day: date) -> Line:
    return Line(
        record=record,
        name=names.get(record.person, record.person),
        standing=_standing(record, withdrawn, day),
    )


def _standing(record: TrainingRecord, withdrawn: set[str], day: date) -> str:
    if record.sheet in withdrawn:
        return "withdrawn"
    if record.valid_until and record.valid_until < day:
        return "ended"
    return "valid" if record.trained_from <= day else "coming"


def _says(line: Line, words: str) -> bool:
    one = line.record
    told = (line.name, one.person, line.subject, one.trainer, one.evidence, one.sheet)
    return not words or any(words in text.casefold() for text in told)
