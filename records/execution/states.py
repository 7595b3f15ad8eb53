"""Where steps, verifications, time limits and exceptions stand (batch-records sections 4 and 5)."""

from enum import StrEnum


class StepState(StrEnum):
    """States of a step run; `not_ready`, `waiting` and `ready` are derived, never stored."""

    NOT_READY = "not_ready"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    AWAITING_VERIFICATION = "awaiting_verification"
    AWAITING_APPROVAL = "awaiting_approval"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    """The branch was not taken; the decision and the data behind it are kept."""
    SKIPPED = "skipped"
    """Left out with a reason and an authorised signature."""
    NOT_FINISHED = "not_finished"
    """Begun, and closed as it stood because the batch was ended."""
    NOT_EXECUTED = "not_executed"
    """Never begun: the batch was ended before."""


OPEN = frozenset({StepState.IN_PROGRESS, StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL})
ENDED = frozenset({StepState.NOT_FINISHED, StepState.NOT_EXECUTED})
"""Closed with the batch, by nobody's work on the step."""
CLOSED = frozenset({StepState.DONE, StepState.NOT_APPLICABLE, StepState.SKIPPED}) | ENDED


class Source(StrEnum):
    """Where a value came from (11.10(h))."""

    MANUAL = "manual"
    SCAN = "scan"
    DEVICE = "device"
    CALCULATION = "calculation"
    SERVER = "server"


class Judged(StrEnum):
    """What the limits say of a value."""

    NONE = "none"
    IN_LIMITS = "in_limits"
    ALERT = "alert"
    ACTION = "action"


class RequestState(StrEnum):
    """States of a request to a second person."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RECALLED = "recalled"


class LimitState(StrEnum):
    """States of a time limit kept by the server."""

    RUNNING = "running"
    ENDED = "ended"
    BREACHED = "breached"


class ExceptionType(StrEnum):
    """What kind of thing went otherwise than the master says."""

    CRITICAL_VALUE = "critical_value"
    VALUE = "value"
    RESOURCE = "resource"
    PROCESS = "process"
    TIME = "time"
    IDENTITY = "identity"
    INTEGRITY = "integrity"
    INCOMPLETE = "incomplete"
    NOTE = "note"


class ExceptionState(StrEnum):
    """From opened to closed: assessed on the floor, decided by the quality unit."""

    OPEN = "open"
    ASSESSED = "assessed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    ESCALATED = "escalated"
    CLOSED = "closed"


DECIDED = frozenset({ExceptionState.ACCEPTED, ExceptionState.CLOSED})
"""States in which an exception no longer stands in the way of a release."""
