"""Where a work order stands, what kind it is, where it comes from, who must sign it."""

from enum import StrEnum


class WorkOrderState(StrEnum):
    """From a request to its close; a closed order is never reopened, only followed by another."""

    REQUESTED = "requested"
    TRIAGED = "triaged"
    PLANNED = "planned"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    WORK_DONE = "work_done"
    TECHNICAL_REVIEW = "technical_review"
    QA_REVIEW = "qa_review"
    CLOSED = "closed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


UNDER_WAY = frozenset(
    {
        WorkOrderState.IN_PROGRESS,
        WorkOrderState.ON_HOLD,
        WorkOrderState.WORK_DONE,
        WorkOrderState.TECHNICAL_REVIEW,
        WorkOrderState.QA_REVIEW,
    }
)
"""States in which the asset is in the hands of maintenance."""
ENDED = frozenset({WorkOrderState.CLOSED, WorkOrderState.REJECTED, WorkOrderState.CANCELLED})
"""States that no order leaves."""


class OrderKind(StrEnum):
    """What an order is for."""

    CORRECTIVE = "corrective"
    PREVENTIVE = "preventive"
    INSPECTION = "inspection"
    CALIBRATION = "calibration"


DIRTIES = frozenset({OrderKind.CORRECTIVE, OrderKind.PREVENTIVE})
"""Kinds after which an asset is dirty unless its planner says why not."""


class Priority(StrEnum):
    """How soon; the words sort by their meaning where a list is filtered."""

    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class SourceKind(StrEnum):
    """What an order was raised from."""

    REQUEST = "request"
    PLAN = "plan"
    EXCEPTION = "exception"
    FINDING = "finding"
    FOLLOW_UP = "follow_up"


class Demand(StrEnum):
    """Whose signature an order needs before it is closed."""

    PERFORMER = "performer"
    REVIEWER = "reviewer"
    QUALITY = "quality"
    QUALITY_ON_FAIL = "quality_on_fail"


ALWAYS = frozenset({Demand.PERFORMER, Demand.REVIEWER, Demand.QUALITY_ON_FAIL})
"""What every order needs; a plan version adds to it, nothing takes away."""
