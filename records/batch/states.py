"""Where production orders and batches stand (batch-records section 4)."""

from enum import StrEnum


class OrderState(StrEnum):
    """States of a production order."""

    PLANNED = "planned"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """States of a batch, from its frozen control recipe to its disposition."""

    CREATED = "created"
    ISSUED = "issued"
    RUNNING = "running"
    HELD = "held"
    ABORTED = "aborted"
    """Ended before production was complete: it is reviewed, and can only be rejected."""
    PRODUCTION_COMPLETE = "production_complete"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    DISPOSITION_PENDING = "disposition_pending"
    RELEASED = "released"
    REJECTED = "rejected"


class Decision(StrEnum):
    """What was decided for one market."""

    RELEASED = "released"
    CERTIFIED = "certified"
    REJECTED = "rejected"


EXECUTABLE = frozenset({BatchState.ISSUED, BatchState.RUNNING})
"""States in which steps can be carried out."""
CORRECTABLE = EXECUTABLE | {BatchState.PRODUCTION_COMPLETE, BatchState.RETURNED}
"""States in which an entry can still be corrected by the people who made it."""
CLOSED = frozenset({BatchState.RELEASED, BatchState.REJECTED})
