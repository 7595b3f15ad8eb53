"""Change materials and lots; each view loads a form and runs one command."""

from flask import url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.forms import ReasonedForm, SignedForm, load
from app.http import plain_work, run
from app.material.schemas import AdjustmentForm, LotForm, MaterialForm
from app.material.views import pages
from app.signing import signed_work
from records.material.states import LotState
from workflows.authority import Permission
from workflows.material.commands import adjust_lot, define_material, receive_lot, set_lot_status
from workflows.material.facts import NewLot, NewMaterial


@pages.post("/materials")
@requires(Permission.LOT_RECEIVE)
def define() -> Response:
    """Define a material."""
    form = load(MaterialForm())
    new = NewMaterial(
        code=form["code"],
        title=form["title"],
        unit=form["unit"],
        material_class=form["material_class"],
    )
    then = url_for("material.index")
    return run(plain_work(form), lambda unit: define_material(unit, new), then=then, said="Defined.")


@pages.post("/lots")
@requires(Permission.LOT_RECEIVE)
def receive() -> Response:
    """Receive a lot into quarantine."""
    form = load(LotForm())
    new = NewLot(
        number=form["number"],
        material=form["material"],
        quantity=form["quantity"],
        unit=form["unit"],
        attributes=form.get("attributes", {}),
        supplier=form.get("supplier"),
        supplier_lot=form.get("supplier_lot"),
        expires_on=form.get("expires_on"),
    )
    then = url_for("material.lot", number=new.number)
    return run(
        plain_work(form), lambda unit: receive_lot(unit, new), then=then, said="Received into quarantine."
    )


@pages.post("/lots/<string:number>/release")
@requires(Permission.LOT_DISPOSE)
def release(number: str) -> Response:
    """Release a lot; user name and password are always asked for."""
    form = load(SignedForm())
    return run(
        signed_work(form, all_components=True),
        lambda unit: set_lot_status(unit, number, LotState.RELEASED),
        then=url_for("material.lot", number=number),
        said="Released.",
    )


@pages.post("/lots/<string:number>/test")
@requires(Permission.LOT_DISPOSE)
def test(number: str) -> Response:
    """Put a lot under test."""
    return _decide(number, LotState.UNDER_TEST, "Under test.")


@pages.post("/lots/<string:number>/hold")
@requires(Permission.LOT_DISPOSE)
def hold(number: str) -> Response:
    """Hold a lot."""
    return _decide(number, LotState.ON_HOLD, "Held.")


@pages.post("/lots/<string:number>/reject")
@requires(Permission.LOT_DISPOSE)
def reject(number: str) -> Response:
    """Reject a lot."""
    return _decide(number, LotState.REJECTED, "Rejected.")


@pages.post("/lots/<string:number>/adjust")
@requires(Permission.LOT_RECEIVE)
def adjust(number: str) -> Response:
    """Adjust a lot's balance."""
    form = load(AdjustmentForm())
    return run(
        plain_work(form),
        lambda unit: adjust_lot(unit, number, form["change"]),
        then=url_for("material.lot", number=number),
        said="Balance adjusted.",
    )


def _decide(number: str, status: LotState, said: str) -> Response:
    form = load(ReasonedForm())
    return run(
        plain_work(form),
        lambda unit: set_lot_status(unit, number, status),
        then=url_for("material.lot", number=number),
        said=said,
    )
