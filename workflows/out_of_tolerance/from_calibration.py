"""A calibration failed as found opens its case in the same transaction, or is not locked (CAL-21)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.arithmetic import exact_arithmetic
from records.calibration.function import function_of
from records.calibration.indication import PointError
from records.calibration.models import CalibrationResult, CalibrationRun
from records.calibration.queries import calibration_run, last_completed, results_of
from records.calibration.states import Direction, Phase, Tier
from records.equipment.models import StateInterval
from records.equipment.states import Axis
from records.out_of_tolerance.calculations import ErrorCurve, checked_curve
from records.out_of_tolerance.models import OutOfTolerance
from records.out_of_tolerance.states import ErrorBasis
from workflows.calibration.run_commands import lock_as_found
from workflows.out_of_tolerance.commands import open_case
from workflows.out_of_tolerance.facts import NewCase
from workflows.perform import UnitOfWork


def lock_and_open_case(work: UnitOfWork, number: str, unsaved: int = 0) -> OutOfTolerance | None:
    """Lock what a run found; where it failed, open the case with every record it reaches, all or nothing."""
    lock_as_found(work, number, unsaved)
    run = calibration_run(work.session, number)
    found = results_of(work.session, number, Phase.AS_FOUND)
    if all(point.tier is not Tier.FAIL for point in found):
        return None
    return open_case(work, _case(work.session, run, found, work.at))


def evidence_of_run(run: CalibrationRun) -> str:
    """Return how a case names the run that showed the error."""
    return f"Calibration {run.number}, {run.function}, as found, in {run.order_number}"


def as_found_curve(run: CalibrationRun, found: Sequence[CalibrationResult]) -> ErrorCurve:
    """Return the errors of a run in the unit of what is measured, of its rising points where it has such.

    The error of the output is carried to the input by the slope between the neighbouring points, which for a
    linear transfer is that of the whole range.
    """
    function = function_of(run.frozen["function"])
    rising = [one for one in found if one.direction is Direction.UP] or list(found)
    points = sorted({one.applied: one for one in rising}.values(), key=lambda one: one.applied)
    last = len(points) - 1
    errors = []
    for place, point in enumerate(points):
        low, high = points[max(0, place - 1)], points[min(last, place + 1)]
        with exact_arithmetic():
            rise = high.nominal - low.nominal
            error = (
                point.error * (high.applied - low.applied) / rise if rise else point.error / function.slope
            )
        errors.append(PointError(applied=point.applied, error=error))
    return checked_curve(ErrorBasis.ABSOLUTE, function.input_unit, errors)


def _case(session: Session, run: CalibrationRun, found: Sequence[CalibrationResult], at: datetime) -> NewCase:
    since, told = _last_good(session, run)
    return NewCase(
        asset=run.asset,
        evidence=evidence_of_run(run),
        curve=as_found_curve(run, found),
        last_good_at=min(since, at - timedelta(microseconds=1)),  # the window is never empty
        last_good=told,
        found_at=at,
    )


def _last_good(session: Session, run: CalibrationRun) -> tuple[datetime, str]:
    """Return when the function was last known good: its last completed run, else where its states begin."""
    last = last_completed(session, run.asset, run.function)
    if last is not None and last.completed_at is not None:
        return last.completed_at, f"Calibration {last.number}"
    timeline = select(StateInterval).where(StateInterval.asset == run.asset).order_by(StateInterval.from_at)
    states = session.scalars(timeline).all()
    good = [one for one in states if one.axis is Axis.CALIBRATION and one.value == "in_cal"]
    if good:
        return good[-1].from_at, f"In calibration by {good[-1].detail.get('certificate') or good[-1].cause}"
    return (states[0].from_at if states else run.started_at), "No earlier result is on record"
