"""Look for time limits that have run out: a breach is recorded when it happens (211.111)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.execution.models import TimeLimit
from records.execution.states import LimitState
from workflows.execution import lifecycle
from workflows.execution.owner import Owner
from workflows.execution.state import Execution
from workflows.execution.subjects import OwnerFacts
from workflows.execution.time_limits import breach_limit
from workflows.perform import Changes, UnitOfWork, perform


def overdue_streams(session: Session, at: datetime) -> Sequence[str]:
    """Return the records with a limit past its last moment and not yet breached."""
    return session.scalars(
        select(TimeLimit.stream)
        .where(TimeLimit.state == LimitState.RUNNING, TimeLimit.latest_at < at)
        .distinct()
        .order_by(TimeLimit.stream)
    ).all()


def breach_overdue(work: UnitOfWork, stream: str, owner_of: Callable[[UnitOfWork, str], Owner]) -> int:
    """Record every breach of one record's limits that is due now; return how many there were."""
    owner = owner_of(work, stream)
    limits = work.session.scalars(
        select(TimeLimit)
        .where(
            TimeLimit.stream == stream, TimeLimit.state == LimitState.RUNNING, TimeLimit.latest_at < work.at
        )
        .with_for_update()
        .execution_options(populate_existing=True)
        .order_by(TimeLimit.id)
    ).all()
    for limit in limits:
        execution = Execution.load(work, owner, limit.step_part)
        perform(work, lifecycle.BREACH, OwnerFacts(owner=owner), _breaching(execution, limit))
    return len(limits)


def _breaching(execution: Execution, limit: TimeLimit) -> Callable[[Changes], None]:
    return lambda changes: breach_limit(changes, execution, limit)
