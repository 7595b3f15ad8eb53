"""What commands about an instrument out of tolerance are given, and what their rules look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.equipment.models import PhysicalAsset
from records.execution.models import EquipmentUse
from records.out_of_tolerance.calculations import ErrorCurve
from records.out_of_tolerance.models import FindingDecision, ImpactFinding, OutOfTolerance
from records.out_of_tolerance.states import CaseState, Decision, Distribution, Effect
from records.times import to_text


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """An instrument found out of tolerance: what showed it, the errors as found, and the window."""

    asset: str
    evidence: str
    curve: ErrorCurve
    last_good_at: datetime
    last_good: str
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One record that an instrument's error reaches, worked out and not yet written."""

    record: str
    effect: Effect
    uses: Sequence[Mapping[str, Any]]
    values: Sequence[Mapping[str, Any]]
    released_at: datetime | None
    is_batch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What is decided of one finding; the reason given with the act is the rationale."""

    decision: Decision
    distribution: Distribution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCaseFacts:
    """A case about to be opened."""

    new: NewCase
    number: str
    asset: PhysicalAsset | None
    at: datetime
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"case {self.number}"

    @property
    def stream(self) -> str:
        """Return the case's stream."""
        return f"{OutOfTolerance.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case with every finding, the decisions that count, and what it reaches that is not listed."""

    record: OutOfTolerance
    findings: Sequence[ImpactFinding]
    decisions: Mapping[str, FindingDecision]
    """By the finding's number."""
    unlisted: Collection[str] = ()
    """Records that used the instrument in the window and have no finding yet."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"case {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the case's stream."""
        return self.record.stream

    @property
    def state(self) -> CaseState:
        """Return where the case stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """One finding about to be decided on, and who did the work of the record it is about."""

    case: OutOfTolerance
    finding: ImpactFinding
    new: NewDecision
    versions: int
    """How many decisions there are already."""
    hands: Collection[str]

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"finding {self.finding.number} of {self.case.number}"

    @property
    def stream(self) -> str:
        """Return the case's stream."""
        return self.case.stream

    @property
    def state(self) -> CaseState:
        """Return where the case stands."""
        return self.case.state

    @property
    def part(self) -> str:
        """Return the part of the case that the finding is."""
        return self.finding.part

    @property
    def record(self) -> ImpactFinding:
        """Return the row that a signature names."""
        return self.finding


def use_told(use: EquipmentUse) -> Mapping[str, Any]:
    """Return a use as the finding keeps it."""
    return {
        "part": use.part,
        "tag": use.tag,
        "asset": use.asset,
        "used_at": to_text(use.used_at),
        "verdict": use.verdict,
        "snapshot_digest": use.snapshot_digest,
    }
