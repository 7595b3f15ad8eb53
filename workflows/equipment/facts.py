"""What equipment commands are given, and what their rules look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from records.equipment.models import AssetMapping, Equipment, PhysicalAsset, StateInterval
from records.equipment.states import Axis, EquipmentLevel, GmpImpact


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """A role to be defined in the production tree."""

    tag: str
    title: str
    equipment_class: str
    level: EquipmentLevel = EquipmentLevel.UNIT
    parent: str | None = None
    room: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """An asset to be registered; range and resolution are in `range_unit`."""

    number: str
    title: str
    maker: str
    model: str
    serial: str
    gmp_impact: GmpImpact
    range_minimum: Decimal | None = None
    range_maximum: Decimal | None = None
    range_unit: str | None = None
    resolution: Decimal | None = None
    firmware: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewState:
    """A state to begin on one axis.

    `detail` holds what the word rests on. Limits: `due_on` (last day, site time) or `due_at`, `warn_at` and
    `clean_until` (last instants, UTC text). `cause` names the record behind it, as ``batch/TB-0771 1.2/1``.
    `from_at` is given only for a state that began earlier than it is recorded.
    """

    axis: Axis
    value: str
    cause: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    from_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFacts:
    """A role about to be defined."""

    new: NewRole
    existing: Equipment | None
    parent: Equipment | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"role {self.new.tag}"

    @property
    def stream(self) -> str:
        """Return the role's stream."""
        return f"equipment/{self.new.tag}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAssetFacts:
    """An asset about to be registered."""

    new: NewAsset
    existing: PhysicalAsset | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"asset {self.new.number}"

    @property
    def stream(self) -> str:
        """Return the asset's stream."""
        return f"asset/{self.new.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetFacts:
    """A registered asset."""

    record: PhysicalAsset
    at: datetime
    reason_given: bool
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"asset {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the asset's stream."""
        return self.record.stream

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingFacts(AssetFacts):
    """An asset about to take a role: the role, the mappings that end thereby, and when others last ended."""

    tag: str
    role: Equipment | None
    ending: tuple[AssetMapping, ...]
    free_since: datetime | None
    """When the last mapping of the role or of the asset ended that is closed already."""
    service: str | None
    from_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFacts(AssetFacts):
    """A state about to begin: the new one, and the open interval of its axis."""

    new: NewState
    open_interval: StateInterval | None
    time_zone: str
    batch_exists: bool = False
    """Whether the batch that the state's detail names is on record."""
    qualification: str | None = None
    """The word that stands on the qualification axis."""
    content: StateInterval | None = None
    """What stands on the content axis, whichever axis is about to change."""
    running: frozenset[str] = frozenset()
    """Those of the batch held, the batch named and the batches at work on it that are under way."""
    steps: tuple[str, ...] = ()
    """The steps of running batches that use the asset now, such as ``batch/TB-0771 1.2/1``."""
    is_used_by_named: bool = False
    """Whether a step of the batch that the state's detail names has used the asset."""

    @property
    def from_at(self) -> datetime:
        """Return when the state begins: now, unless an earlier time is stated."""
        return self.new.from_at or self.at

    @property
    def held_batch(self) -> str | None:
        """Return the batch that the asset holds until now."""
        if self.content is None or self.content.value != "holds":
            return None
        return str(self.content.detail.get("batch"))

    @property
    def named_batch(self) -> str | None:
        """Return the batch that the asset is said to hold from now on."""
        batch = self.new.detail.get("batch")
        return str(batch) if self.new.axis is Axis.CONTENT and self.new.value == "holds" and batch else None
