"""Spans the server keeps: when they begin, warn, end, and what a breach leaves behind (211.111).

A breach is recorded at the moment it happens by the worker's sweep, and at the latest by the act that ends
the span. The last moment allowed is inclusive; the first instant after it is a breach.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from audit.events import Action
from records.execution.models import TimeLimit
from records.execution.queries import running_limits
from records.execution.states import LimitState
from records.procedure.vocabulary import Severity
from workflows.execution.exceptions import open_exception, time_finding
from workflows.execution.state import Execution
from workflows.perform import Changes

VERIFICATION_WITHIN = timedelta(minutes=10)
"""How long a second person may take before the wait itself is an exception."""
_SEVERITY = {
    "verification": Severity.LOW,
    "recurrence": Severity.LOW,
    "timer": Severity.MEDIUM,
    "hold_time": Severity.HIGH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span to keep: what it is called, and its earliest, warning and latest moments."""

    part: str
    kind: str
    label: str
    started_at: datetime
    earliest_at: datetime | None = None
    warn_at: datetime | None = None
    latest_at: datetime | None = None


def begin_limit(changes: Changes, execution: Execution, span: Span) -> None:
    """Let a span begin to run."""
    changes.insert(
        TimeLimit,
        Action.LIMIT_START,
        stream=execution.owner.stream,
        step_part=span.part,
        limit_kind=span.kind,
        label=span.label,
        state=LimitState.RUNNING,
        started_at=span.started_at,
        earliest_at=span.earliest_at,
        warn_at=span.warn_at,
        latest_at=span.latest_at,
        ended_at=None,
    )


def end_limits(changes: Changes, execution: Execution, part: str, kind: str, at: datetime) -> None:
    """End the spans of one kind on a part; one that ends too late is breached first."""
    for limit in running_limits(execution.work.session, execution.owner.stream, part):
        if limit.limit_kind == kind:
            _end(changes, execution, limit, at)


def end_every_limit(changes: Changes, execution: Execution, at: datetime) -> None:
    """End whatever span still runs in the record; one that ends too late is breached first."""
    for limit in running_limits(execution.work.session, execution.owner.stream):
        _end(changes, execution, limit, at)


def _end(changes: Changes, execution: Execution, limit: TimeLimit, at: datetime) -> None:
    if limit.state is LimitState.RUNNING and limit.latest_at is not None and at > limit.latest_at:
        breach_limit(changes, execution, limit)
    changes.update(limit, Action.LIMIT_END, state=LimitState.ENDED, ended_at=at)


def breach_limit(changes: Changes, execution: Execution, limit: TimeLimit) -> None:
    """Record that a span ran past its last moment, with the exception it amounts to."""
    changes.update(limit, Action.LIMIT_BREACH, state=LimitState.BREACHED)
    latest = limit.latest_at
    sentence = f"{limit.label}: the last moment allowed was {latest:%Y-%m-%d %H:%M:%S} UTC."
    severity = _SEVERITY.get(limit.limit_kind, Severity.MEDIUM)
    open_exception(changes, execution, time_finding(limit.step_part, sentence, severity))


def span_of_minutes(  # noqa: PLR0913, PLR0917 -- a span is made of these
    part: str,
    kind: str,
    label: str,
    started_at: datetime,
    minimum: Decimal | None,
    maximum: Decimal | None,
    warn_percent: int = 80,
) -> Span:
    """Return a span given in minutes from its start, warning at a share of the maximum."""
    warn = None if maximum is None else maximum * warn_percent / 100
    return Span(
        part=part,
        kind=kind,
        label=label,
        started_at=started_at,
        earliest_at=_after(started_at, minimum),
        warn_at=_after(started_at, warn),
        latest_at=_after(started_at, maximum),
    )


def minutes_between(start: datetime, end: datetime) -> Decimal:
    """Return elapsed minutes, exact to the microsecond."""
    microseconds = (end - start) // timedelta(microseconds=1)
    return Decimal(microseconds) / Decimal(60_000_000)


def _after(start: datetime, minutes: Decimal | None) -> datetime | None:
    if minutes is None:
        return None
    return start + timedelta(microseconds=int(minutes * 60_000_000))
