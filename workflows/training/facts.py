"""What the rules about training look at: a sheet about to be recorded, or one about to be withdrawn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from records.identity import RecordName
from records.training.models import TrainingSheet, TrainingWithdrawal
from records.training.subjects import SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTraining:
    """One line of a new sheet."""

    person: str
    subject_kind: SubjectKind
    subject: str
    version: str | None
    trained_from: date
    valid_until: date | None
    trainer: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSheet:
    """What an authorised person wants to record at once."""

    lines: tuple[NewTraining, ...]
    source_name: str | None = None


@dataclass(slots=True, kw_only=True)
class NewSheetFacts:
    """A sheet about to be recorded; `record` is there once it is."""

    number: str
    new: NewSheet
    names: Mapping[str, str]
    """The printed name of everybody who works here, by number."""
    masters: Collection[tuple[str, str]]
    """Code and version of every master loaded."""
    record: TrainingSheet | None = None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"training sheet {self.number}"

    @property
    def stream(self) -> str:
        """Return the sheet's stream."""
        return str(RecordName(TrainingSheet.kind, self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFacts:
    """A sheet on record, and its withdrawal where it has one."""

    record: TrainingSheet
    withdrawal: TrainingWithdrawal | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"training sheet {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the sheet's stream."""
        return self.record.stream
