"""What commands of maintenance are given, and what their rules look at."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from records.equipment.models import PhysicalAsset
from records.maintenance.due import Due
from records.maintenance.meters import NewReading
from records.maintenance.models import (
    Extension,
    Meter,
    MeterReading,
    PlannedAsset,
    PlanVersion,
)
from records.maintenance.plan import Plan
from records.maintenance.queries import Standing
from records.maintenance.states import CountedEvent, PlanState
from records.procedure.models import ProcedureVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlanFacts:
    """A version of a plan about to be drafted."""

    code: str
    version: int
    plan: Plan
    assets: Collection[str]
    """Those of its assets that are registered."""
    meters: Mapping[tuple[str, str], str]
    """The unit of each meter of its assets."""
    state: None = None

    @property
    def number(self) -> str:
        """Return the number it will have."""
        return f"{self.code}.{self.version}"

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"plan {self.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return f"{PlanVersion.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFacts:
    """A version of a plan with the persons who signed it, and the version it would replace."""

    record: PlanVersion
    plan: Plan
    checkers: Collection[str]
    previous: PlanVersion | None
    procedure: ProcedureVersion | None
    """The version in force of the master that its orders are carried out by."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"plan {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the version's stream."""
        return self.record.stream

    @property
    def state(self) -> PlanState:
        """Return where the version stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMeter:
    """A meter to be defined."""

    code: str
    title: str
    unit: str
    rollover_at: Decimal | None = None
    most_per_day: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfAsset:
    """Something about an asset, in its stream."""

    asset: PhysicalAsset
    at: datetime
    reason_given: bool = False
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"asset {self.asset.number}"

    @property
    def stream(self) -> str:
        """Return the asset's stream."""
        return self.asset.stream


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterFacts(OfAsset):
    """A meter about to be defined."""

    new: NewMeter
    existing: Meter | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFacts(OfAsset):
    """A reading about to be recorded."""

    meter: Meter
    new: NewReading
    last: MeterReading | None
    read_at: datetime
    is_late: bool
    """Whether it is recorded on a later day than it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts(OfAsset):
    """An event about to be recorded."""

    event: CountedEvent
    happened_at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolFacts(OfAsset):
    """An asset about to be put under a plan."""

    number: str
    plan_version: PlanVersion
    plan: Plan
    existing: PlannedAsset | None
    done_at: datetime
    evidence: str
    counted: Mapping[str, Decimal]
    """What each meter had counted when the work was done."""

    @property
    def stream(self) -> str:
        """Return the stream of the asset under the plan."""
        return f"{PlannedAsset.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExtension:
    """A due date to be moved, with the basis of the risk."""

    extended_to: date
    risk: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionFacts:
    """A due date about to be extended."""

    record: PlannedAsset
    standing: Standing
    due: Due | None
    existing: Extension | None
    new: NewExtension
    at: datetime
    due_at: datetime | None
    """The last instant of the due day."""
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"{self.standing.plan} of {self.standing.asset}"

    @property
    def stream(self) -> str:
        """Return the stream of the asset under the plan."""
        return self.record.stream


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleFacts:
    """An asset under a plan whose order is about to be raised, or whose next cycle begins."""

    record: PlannedAsset
    standing: Standing
    due: Due | None
    today: date
    procedure: str | None
    """The number of the master in force."""
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"{self.standing.plan} of {self.standing.asset}"

    @property
    def stream(self) -> str:
        """Return the stream of the asset under the plan."""
        return self.record.stream
