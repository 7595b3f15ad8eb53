"""What commands about orders and batches are given, and what their rules look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from records.batch.evidence import Evidence
from records.batch.models import Batch, ControlRecipe, ProductionOrder
from records.batch.states import BatchState, OrderState
from records.material.models import Material
from records.material.states import LotState
from records.procedure.definition import Procedure
from records.procedure.models import ProcedureContent, ProcedureVersion
from records.review.states import InvestigationState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """A production order to be planned; without a number it gets the next one."""

    master: str
    quantity: Decimal
    unit: str
    due_on: date | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrderFacts:
    """An order about to be planned, and the master it names."""

    new: NewOrder
    number: str
    existing: ProductionOrder | None
    procedure: Procedure
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"order {self.number}"

    @property
    def stream(self) -> str:
        """Return the order's stream."""
        return f"{ProductionOrder.kind}/{self.number}"

    @property
    def quantity(self) -> Decimal:
        """Return the quantity ordered."""
        return self.new.quantity

    @property
    def unit(self) -> str:
        """Return the unit of the quantity."""
        return self.new.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order, its master, and the number of the batch about to be made from it."""

    record: ProductionOrder
    master: ProcedureVersion
    procedure: Procedure
    at: datetime
    batch_number: str | None = None
    batch_with_number: Batch | None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"order {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the order's stream."""
        return self.record.stream

    @property
    def state(self) -> OrderState:
        """Return where the order stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev

    @property
    def quantity(self) -> Decimal:
        """Return the quantity ordered."""
        return self.record.quantity

    @property
    def unit(self) -> str:
        """Return the unit of the quantity."""
        return self.record.unit


@dataclass(frozen=True, kw_only=True)
class BatchFacts:
    """A batch, where no rule looks further than its state and what it waits for."""

    record: Batch
    awaited: Mapping[str, str] = field(default_factory=dict)
    """Work orders that must end before the work goes on, with the exception each was raised from."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"batch {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the batch's stream."""
        return self.record.stream

    @property
    def state(self) -> BatchState:
        """Return where the batch stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev


@dataclass(frozen=True, kw_only=True)
class IssueFacts(BatchFacts):
    """A batch about to be issued, with both texts that must be the same."""

    recipe: ControlRecipe
    master: ProcedureVersion
    content: ProcedureContent


@dataclass(frozen=True, kw_only=True)
class RecordFacts(BatchFacts):
    """A batch with everything its record says: what completing, reviewing and disposing look at."""

    evidence: Evidence
    open_parts: Sequence[str]
    investigations: Mapping[str, InvestigationState]
    record_digest: str
    """The digest of the whole record's content as it is now."""
    output: Decimal | None
    """The quantity produced, where the master publishes it."""
    product: Material | None
    """The material that the output lot is of, where it is defined."""


@dataclass(frozen=True, kw_only=True)
class DispositionFacts(RecordFacts):
    """A batch about to be decided on for one market."""

    market: str
    lot_state: LotState | None
    """The quality status of the output lot, where there is one."""
    integrity: Sequence[str]
    """What the integrity check of the batch's stream found; empty where it found nothing."""
