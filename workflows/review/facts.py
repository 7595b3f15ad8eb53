"""What reviewers' commands are given, and what their rules look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.batch.models import Batch
from records.execution.models import BatchException
from records.execution.states import ExceptionState
from records.review.models import Investigation, InvestigationText
from records.review.states import InvestigationState
from workflows.batch.facts import RecordFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class NewText:
    """What an investigation says now; each of `other_batches` has `number`, `why` and `affected`."""

    cause: str
    conclusion: str
    follow_up: str
    other_batches: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What one reviewer has still to open, by name, in the order of the record."""

    exceptions: tuple[str, ...]
    items: tuple[str, ...]
    """Things no rule judges, such as ``entry/17``."""
    trail: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return everything left, to be opened in this order."""
        return (*self.exceptions, *self.items, *self.trail)


@dataclass(frozen=True, kw_only=True)
class ReviewFacts(RecordFacts):
    """A batch whose review a person is about to sign, and what of its record they have not opened."""

    unread: Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionFacts:
    """An exception about to be decided on, and who did the work of its batch."""

    record: BatchException
    hands: Collection[str]

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"exception {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the batch's stream."""
        return self.record.stream

    @property
    def state(self) -> ExceptionState:
        """Return where the exception stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvestigationFacts:
    """An investigation about to be opened."""

    number: str
    batch: Batch
    heading: str
    exceptions: Sequence[BatchException]
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"investigation {self.number}"

    @property
    def stream(self) -> str:
        """Return the investigation's stream."""
        return f"{Investigation.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestigationFacts:
    """An investigation, its text as it counts now, and everybody who wrote or signed it."""

    record: Investigation
    text: InvestigationText
    writers: Collection[str]
    own_batch_named: bool = False
    """Whether a text about to be written names the batch investigated as another one."""
    unknown: Sequence[str] = ()
    """Batches that a text about to be written adds, and that are not there."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"investigation {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the investigation's stream."""
        return self.record.stream

    @property
    def state(self) -> InvestigationState:
        """Return where the investigation stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev
