"""What batches under way do with an asset, for the rules of states begun by hand (211.105(a))."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.models import Batch
from records.batch.states import EXECUTABLE, BatchState
from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.execution.models import EquipmentUse
from workflows.equipment.facts import StateFacts

_UNDER_WAY = EXECUTABLE | {BatchState.HELD}


def with_what_runs(session: Session, facts: StateFacts) -> StateFacts:
    """Add what the asset holds, which batches under way have to do with it, and their steps at work on it."""
    number = facts.record.number
    qualification = open_interval(session, number, Axis.QUALIFICATION)
    facts = replace(
        facts,
        content=open_interval(session, number, Axis.CONTENT),
        qualification=qualification.value if qualification else None,
    )
    service = open_interval(session, number, Axis.SERVICE)
    at_work = service.detail.get("steps", ()) if service and service.value == "in_use" else ()
    named = {batch for batch in (facts.held_batch, facts.named_batch) if batch}
    running = _running(session, named | {_batch_of(step) for step in at_work})
    return replace(
        facts,
        running=running,
        steps=tuple(step for step in at_work if _batch_of(step) in running),
        is_used_by_named=_has_used(session, facts.named_batch, number),
    )


def _running(session: Session, numbers: set[str]) -> frozenset[str]:
    found = select(Batch.number).where(Batch.number.in_(numbers), Batch.state.in_(_UNDER_WAY))
    return frozenset(session.scalars(found))


def _has_used(session: Session, batch: str | None, asset: str) -> bool:
    if batch is None:
        return False
    used = select(EquipmentUse.id).where(
        EquipmentUse.stream == f"{Batch.kind}/{batch}", EquipmentUse.asset == asset
    )
    return session.scalar(used.limit(1)) is not None


def _batch_of(step: str) -> str:
    """Return the batch of a step at work, as in ``batch/TB-0771 1.2/1``."""
    return step.partition(" ")[0].removeprefix(f"{Batch.kind}/")
