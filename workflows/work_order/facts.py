"""What commands on work orders are given, and what their rules look at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from records.equipment.models import PhysicalAsset
from records.equipment.states import GmpImpact
from records.execution.models import BatchException
from records.material.models import MaterialLot
from records.procedure.models import ProcedureVersion
from records.procedure.vocabulary import Severity
from records.work_order.failure_codes import FailureCodes
from records.work_order.models import (
    AssetChange,
    FailureReport,
    Labour,
    OrderProcedure,
    PartUse,
    Requalification,
    ReturnCheck,
    WorkOrder,
)
from records.work_order.states import Demand, OrderKind, Priority, SourceKind

_LIGHT = frozenset({Severity.INFO, Severity.LOW})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order to be raised.

    One that comes from a plan names its version, the procedure and the signatures that version asks for: it
    is planned at once. Times are instants; `source` names the record it comes from, ``batch/FB-0413 E-1``.
    """

    order_kind: OrderKind
    asset: str
    title: str
    description: str = ""
    priority: Priority = Priority.NORMAL
    source_kind: SourceKind = SourceKind.REQUEST
    source: str | None = None
    plan_version: str | None = None
    master: str | None = None
    signatures: Collection[Demand] = ()
    lock_out: bool = False
    leaves_dirty: bool | None = None
    """None where the kind of order says it."""
    window_opens_at: datetime | None = None
    due_at: datetime | None = None
    hard_stop_at: datetime | None = None
    number: str | None = None
    """None takes the next number of the series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What a planner decides: by which procedure, behind a lock or not, cleaned afterwards or not."""

    master: str | None
    lock_out: bool
    leaves_dirty: bool
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrderFacts:
    """An order about to be raised."""

    new: NewOrder
    number: str
    existing: WorkOrder | None
    asset: PhysicalAsset | None
    asset_service: str | None
    """The word on the asset's service axis."""
    version: ProcedureVersion | None
    source_order: WorkOrder | None
    exception: BatchException | None
    state: None = None

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"work order {self.number}"

    @property
    def stream(self) -> str:
        """Return the stream of its record."""
        return f"{WorkOrder.kind}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done on an order, as far as it is recorded."""

    procedure: OrderProcedure | None = None
    values: Sequence[Mapping[str, Any]] = ()
    """The values that count, in the order of their parts."""
    exceptions: Sequence[BatchException] = ()
    open_steps: Sequence[str] = ()
    hands: Collection[str] = ()
    """Persons who did any of the work."""
    changes: Sequence[AssetChange] = ()
    checks: Sequence[ReturnCheck] = ()
    assessments: Sequence[Requalification] = ()
    labour: Sequence[Labour] = ()
    parts: Sequence[PartUse] = ()
    failure: FailureReport | None = None
    signed: Collection[str] = ()
    """Meanings of the signatures over the whole record that still stand."""
    is_calibrated: bool = False
    """Whether a calibration in the order is completed and signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """An order, its asset, and what was done."""

    record: WorkOrder
    asset: PhysicalAsset
    at: datetime
    work: Work = field(default_factory=Work)
    version: ProcedureVersion | None = None
    """The procedure named for it."""
    scanned: str | None = None
    """What was scanned where the work is to begin."""
    assignee: str | None = None
    """Whom the work is about to be given to."""
    assignee_may: bool = True
    """Whether the person it is given to may carry it out."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"work order {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the stream of its record."""
        return self.record.stream

    @property
    def state(self) -> Any:  # noqa: ANN401 -- a word of WorkOrderState
        """Return where it stands."""
        return self.record.state

    @property
    def rev(self) -> int:
        """Return the revision a page showed."""
        return self.record.rev

    @property
    def demands(self) -> frozenset[Demand]:
        """Return whose signatures it needs."""
        return frozenset(Demand(word) for word in self.record.signatures)

    @property
    def grave(self) -> list[BatchException]:
        """Return the exceptions that weigh more than a mistyped value or a note."""
        return [one for one in self.work.exceptions if one.severity not in _LIGHT]

    @property
    def failures(self) -> list[str]:
        """Return what was found out of limits, in sentences."""
        found = [
            f"{one['part']} {one['field']}: {one['value']}"
            for one in self.work.values
            if one["judged"] == "action"
        ]
        found += [f"{one.number}: {one.text}" for one in self.grave]
        found += [f"{one.what}: not passed" for one in self.work.checks if not one.has_passed]
        return found + (["Found out of limits."] if self.record.has_failed else [])

    @property
    def needs_quality(self) -> bool:
        """Tell whether the quality unit signs before the order is closed."""
        by_demand = Demand.QUALITY in self.demands
        on_fail = Demand.QUALITY_ON_FAIL in self.demands and bool(self.failures)
        return by_demand or on_fail or self.asset.gmp_impact is GmpImpact.DIRECT

    @property
    def needs_requalification(self) -> bool:
        """Tell whether the asset waits for a requalification once the order is closed."""
        return bool(self.work.assessments) and self.work.assessments[-1].is_needed


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFailure:
    """What failed, how and why: codes of the asset's class, and words beside them."""

    mode: str
    mechanism: str
    cause: str
    text: str = ""
    down_from: datetime | None = None
    down_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureFacts(OrderFacts):
    """An order about to get a failure in codes, and the codes there are."""

    new: NewFailure
    codes: FailureCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFacts(OrderFacts):
    """An order about to take a part from a lot."""

    lot: MaterialLot
    quantity: Decimal
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabourFacts(OrderFacts):
    """An order on which a person's time is about to be started or stopped."""

    running: Labour | None
