"""Acts on a calibration run: begin, scan, read, correct, lock, adjust, complete, void."""

from flask import url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.calibration.schemas import (
    AdjustForm,
    BeginForm,
    CompleteForm,
    ConditionForm,
    LockForm,
    ReadingForm,
    StandardForm,
    use_of,
)
from app.calibration.views import pages
from app.forms import ReasonedForm, SignedForm, load
from app.http import plain_work, run
from app.signing import signed_work
from workflows.authority import Permission
from workflows.calibration import run_commands as runs
from workflows.calibration import taking
from workflows.calibration.run_facts import NewAdjustment, NewReading, NewRun
from workflows.out_of_tolerance.from_calibration import lock_and_open_case


@pages.post("/calibration/orders/<string:number>/runs")
@requires(Permission.CALIBRATION_PERFORM)
def begin(number: str) -> Response:
    """Begin a run in a work order."""
    form = load(BeginForm())
    new = NewRun(order=number, function=form["function"], procedure=form["procedure"])
    return run(
        plain_work(form),
        lambda unit: runs.begin_run(unit, new).number,
        then=lambda begun: url_for("calibration.show", number=begun),
        said="Begun. Its limits and procedure are frozen.",
    )


@pages.post("/calibration/runs/<string:number>/standards")
@requires(Permission.CALIBRATION_PERFORM)
def scan(number: str) -> Response:
    """Take a standard that was scanned."""
    form = load(StandardForm())
    return run(
        plain_work(form), lambda unit: taking.use_standard(unit, number, form["asset"]), then=_page(number)
    )


@pages.post("/calibration/runs/<string:number>/conditions")
@requires(Permission.CALIBRATION_PERFORM)
def condition(number: str) -> Response:
    """Record a condition of the room."""
    form = load(ConditionForm())
    entered = f"{form['value']} {form['unit']}"
    return run(
        plain_work(form),
        lambda unit: taking.read_condition(unit, number, form["quantity"], entered, form["sensor"]),
        then=_page(number),
    )


@pages.post("/calibration/runs/<string:number>/readings")
@requires(Permission.CALIBRATION_PERFORM)
def enter(number: str) -> Response:
    """Record a reading at a point; the page stays, so that the next point can be read at once.

    The page's address says the point besides, so that a device tells its unsent readings apart.
    """
    form = load(ReadingForm())
    new = NewReading(**{name: form[name] for name in ("phase", "seq", "repeat", "raw", "unit", "read_at")})
    return run(
        plain_work(form), lambda unit: taking.enter_reading(unit, number, new), then=None, said="Saved."
    )


@pages.post("/calibration/runs/<string:number>/corrections")
@requires(Permission.CALIBRATION_PERFORM)
def correct(number: str) -> Response:
    """Correct a reading, with the reason."""
    form = load(ReadingForm())
    new = NewReading(**{name: form[name] for name in ("phase", "seq", "repeat", "raw", "unit", "read_at")})
    return run(plain_work(form), lambda unit: taking.correct_reading(unit, number, new), then=_page(number))


@pages.post("/calibration/runs/<string:number>/lock")
@requires(Permission.CALIBRATION_PERFORM)
def lock(number: str) -> Response:
    """Lock the as-found readings."""
    form = load(LockForm())
    return run(
        plain_work(form),
        lambda unit: lock_and_open_case(unit, number, form["unsaved"]),
        then=_page(number),
        said="Locked and judged. None of them changes any more.",
    )


@pages.post("/calibration/runs/<string:number>/waive")
@requires(Permission.CALIBRATION_APPROVE)
def waive(number: str) -> Response:
    """Approve that as-found could not be had."""
    return run(
        signed_work(load(SignedForm())),
        lambda unit: runs.waive_as_found(unit, number),
        then=_page(number),
        said="Approved and signed.",
    )


@pages.post("/calibration/runs/<string:number>/adjustments")
@requires(Permission.CALIBRATION_PERFORM)
def adjust(number: str) -> Response:
    """Record an adjustment, or that there was none."""
    form = load(AdjustForm())
    told = NewAdjustment(what=form["what"], before=form["before"], after=form["after"])
    new = told if form["do"] == "adjust" else None
    return run(
        plain_work(form), lambda unit: runs.adjust(unit, number, new, form["unsaved"]), then=_page(number)
    )


@pages.post("/calibration/runs/<string:number>/complete")
@requires(Permission.CALIBRATION_PERFORM)
def complete(number: str) -> Response:
    """Complete a run, signed."""
    form = load(CompleteForm())
    return run(
        signed_work(form),
        lambda unit: runs.complete_run(unit, number, use_of(form), form["unsaved"]),
        then=_page(number),
        said="Completed and signed.",
    )


@pages.post("/calibration/runs/<string:number>/void")
@requires(Permission.CALIBRATION_PERFORM)
def void(number: str) -> Response:
    """Make a run void, with the reason."""
    return run(
        plain_work(load(ReasonedForm())),
        lambda unit: runs.void_run(unit, number),
        then=_page(number),
        said="Void. Its readings stay on record.",
    )


def _page(number: str) -> str:
    return url_for("calibration.show", number=number)
