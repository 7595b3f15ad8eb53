"""What maintenance does to the axes of its asset: into its hands, and back to service (211.67, 211.68)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from records.equipment.models import PhysicalAsset, StateInterval
from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.execution.models import StepRun
from records.execution.states import OPEN
from records.work_order.queries import others_under_way
from workflows.equipment.commands import change_state_within
from workflows.equipment.facts import NewState
from workflows.perform import Changes, UnitOfWork
from workflows.work_order.facts import OrderFacts


@dataclass(frozen=True, slots=True)
class OnAsset:
    """What an act on an order does to its asset: the changes it owes, and the asset, locked."""

    changes: Changes
    work: UnitOfWork
    facts: OrderFacts
    asset: PhysicalAsset


_NOT_CLEANED = frozenset({None, "not_applicable"})


def take_into_maintenance(act: OnAsset) -> None:
    """Put an asset into the hands of maintenance; the steps that were using it are remembered."""
    standing = open_interval(act.work.session, act.asset.number, Axis.SERVICE)
    kept = {"steps": standing.detail["steps"]} if _steps_at_work(standing) and standing else {}
    _become(act, Axis.SERVICE, "maintenance", _detail(act.facts) | kept)
    make_dirty(act)


def make_dirty(act: OnAsset) -> None:
    """Leave dirty what maintenance had its hands in, unless the order says that it does not."""
    standing = open_interval(act.work.session, act.asset.number, Axis.CLEANING)
    if act.facts.record.leaves_dirty and (standing.value if standing else None) not in _NOT_CLEANED:
        _become(act, Axis.CLEANING, "dirty", _detail(act.facts))


def return_to_service(act: OnAsset) -> None:
    """Give an asset back: dirty where it was opened, out of service where it is to be requalified first."""
    make_dirty(act)
    if act.facts.needs_requalification:
        _become(act, Axis.QUALIFICATION, "suspended", _detail(act.facts))
        _become(act, Axis.SERVICE, "out_of_service", _detail(act.facts))
        return
    standing = open_interval(act.work.session, act.asset.number, Axis.SERVICE)
    if (
        standing is None
        or standing.value != "maintenance"
        or others_under_way(act.work.session, act.facts.record)
    ):
        return
    steps = [step for step in _steps_at_work(standing) if _is_open(act.work, step)]
    word = "in_use" if steps else "available"
    _become(act, Axis.SERVICE, word, {"steps": steps} if steps else _detail(act.facts))


def leave_out_of_service(act: OnAsset) -> None:
    """Leave an asset whose work was begun and then cancelled out of service."""
    _become(act, Axis.SERVICE, "out_of_service", _detail(act.facts))


def _become(act: OnAsset, axis: Axis, value: str, detail: dict[str, Any]) -> None:
    new = NewState(axis=axis, value=value, cause=act.facts.stream, detail=detail)
    change_state_within(act.changes, act.work, act.asset, new)


def _detail(facts: OrderFacts) -> dict[str, Any]:
    return {"work_order": facts.record.number}


def _steps_at_work(standing: StateInterval | None) -> list[str]:
    return list(standing.detail.get("steps", ())) if standing else []


def _is_open(work: UnitOfWork, step: str) -> bool:
    """Tell whether a step that used the asset, such as ``batch/FB-0413 4.1/1``, is still under way."""
    stream, _space, part = step.partition(" ")
    wanted = select(StepRun.state).where(StepRun.stream == stream, StepRun.part == part)
    return work.session.scalar(wanted) in OPEN
