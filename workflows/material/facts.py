"""What material commands are given, and what their rules look at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from records.material.models import Container, Material, MaterialLot
from records.material.states import LotState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMaterial:
    """A material to be defined; `unit` is the unit its lots are kept in."""

    code: str
    title: str
    unit: str
    material_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    """A lot to be received or produced, in its material's unit (211.184(a)).

    `attributes` are results that a master's formula may use, as decimal text: ``{"assay": "99.6"}``.
    """

    number: str
    material: str
    quantity: Decimal
    unit: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    supplier: str | None = None
    supplier_lot: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A container to be filled for one batch (211.101(b)): of what, for what, how much, in which step."""

    batch: str
    part: str
    component: str
    portion: str
    net: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A container to be charged: into which batch, as which component, in which step."""

    label: str
    batch: str
    component: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialFacts:
    """A material about to be defined."""

    new: NewMaterial
    existing: Material | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"material {self.new.code}"

    @property
    def stream(self) -> str:
        """Return the material's stream."""
        return f"material/{self.new.code}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLotFacts:
    """A lot about to come into being."""

    new: NewLot
    material: Material | None
    existing: MaterialLot | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"lot {self.new.number}"

    @property
    def stream(self) -> str:
        """Return the lot's stream."""
        return f"lot/{self.new.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotFacts:
    """A lot, at a moment in the site's time."""

    record: MaterialLot
    at: datetime
    time_zone: str
    undecided_batch: str | None = None
    """The batch that put the lot out and has no disposition yet; the lot is decided with it."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"lot {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the lot's stream."""
        return self.record.stream

    @property
    def state(self) -> LotState:
        """Return the lot's quality status."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentFacts(LotFacts):
    """A lot whose balance is about to be adjusted by a signed quantity."""

    change: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeFacts:
    """A container about to be charged, with the lot it was filled from as it stands now."""

    charge: Charge
    container: Container | None
    lot: MaterialLot | None
    at: datetime
    time_zone: str
