"""What the end of a case does to its instrument: back into calibration, where its last run left it good."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.calibration.judging import is_good
from records.calibration.queries import calibration_run, last_completed
from records.calibration.states import RunVerdict
from records.equipment.models import PhysicalAsset
from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.out_of_tolerance.models import OutOfTolerance
from records.out_of_tolerance.states import CaseState
from workflows.equipment.commands import change_state_within
from workflows.equipment.facts import NewState
from workflows.perform import Changes, UnitOfWork

_OUT = "oot_open"


def end_state_within(changes: Changes, work: UnitOfWork, asset: PhysicalAsset, case: OutOfTolerance) -> None:
    """Bring an instrument back into calibration once its last case ends, where its last run left it good."""
    standing = open_interval(work.session, asset.number, Axis.CALIBRATION)
    if standing is None or standing.value != _OUT or _is_in_another_case(work.session, case):
        return
    run = calibration_run(work.session, standing.detail["run"]) if "run" in standing.detail else None
    last = last_completed(work.session, asset.number, run.function) if run else None
    if last is None or last.due_on is None or last.verdict is None:
        return
    if not is_good(last.verdict) and last.verdict is not RunVerdict.FAIL_ASFOUND_PASS_ASLEFT:
        return
    detail = {"run": last.number, "work_order": last.order_number, "due_on": last.due_on.isoformat()}
    new = NewState(axis=Axis.CALIBRATION, value="in_cal", cause=f"{case.stream}", detail=detail)
    change_state_within(changes, work, asset, new)


def _is_in_another_case(session: Session, case: OutOfTolerance) -> bool:
    others = select(OutOfTolerance.id).where(
        OutOfTolerance.asset == case.asset,
        OutOfTolerance.state == CaseState.OPEN,
        OutOfTolerance.number != case.number,
    )
    return session.scalar(others.limit(1)) is not None
