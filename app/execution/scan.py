"""A code scanned while nothing waits for one: it opens the thing."""

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.auth import requires
from app.execution.ladder import step_url
from app.execution.places import BATCHES, turn_to
from app.execution.reading import Floor, floor_of
from app.execution.turns import Turn, turn_of
from app.execution.views import pages
from app.forms import FormError
from app.http import now, read_session
from app.names import record_address
from records.equipment.queries import asset_by_number, asset_in_role
from records.errors import RecordNotFoundError
from records.material.gs1 import Gs1Label, is_gs1, read_gs1
from records.material.queries import container_by_label, lot_by_number, lots_on_label
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.authority import Permission
from workflows.execution.picture import StepView
from workflows.execution.scans import PREFIXES

CODE = "code"


@pages.get("/scan")
@requires(Permission.RECORD_READ)
def scan() -> Response:
    """Go to what a code stands for: a step that waits for it, a container, a lot, equipment."""
    code, batch = request.args.get("code", "").strip(), request.args.get("batch", "")
    turn_to(request.args.get("place", ""))
    if not code:
        raise FormError(["Nothing was scanned. Scan the code again."])
    address = _address(code, floor_of(batch) if batch else None)
    if not address:
        raise RecordNotFoundError(CODE, code[:64])
    return redirect(address, 303)


def _address(code: str, floor: Floor | None) -> str:
    """Return the page of what a code names; within a batch the step that can take it comes first."""
    if is_gs1(code):
        return _of_label(read_gs1(code, now().date()))
    kind, name = _read(code)
    waiting = next((view for view in _doable(floor) if floor and _takes(view, kind, name)), None)
    if floor and waiting:
        return step_url(floor, waiting)
    session = read_session()
    container = container_by_label(session, name) if kind in {None, ScanKind.CONTAINER} else None
    if container:
        return url_for("execution.label", records=BATCHES, number=container.batch, label=container.label)
    if kind in {None, ScanKind.LOT} and lot_by_number(session, name):
        return record_address(f"lot/{name}")
    if kind is ScanKind.PERSON:
        return record_address(f"person/{name}")
    asset = _asset(session, name) if kind in {None, ScanKind.EQUIPMENT} else None
    return record_address(f"asset/{asset}") if asset else ""


def _of_label(label: Gs1Label) -> str:
    """Return the page of the container or lot that a GS1 label names."""
    session = read_session()
    container = container_by_label(session, label.serial) if label.serial else None
    if container:
        return url_for("execution.label", records=BATCHES, number=container.batch, label=container.label)
    lots = lots_on_label(session, label.lot, None) if label.lot else []
    return record_address(f"lot/{lots[0].number}") if len(lots) == 1 else ""


def _read(code: str) -> tuple[ScanKind | None, str]:
    """Return what kind of thing a code says it is of, and the name behind its prefix."""
    for kind, prefix in PREFIXES.items():
        if code.upper().startswith(prefix):
            return kind, code[len(prefix) :].strip()
    return None, code


def _doable(floor: Floor | None) -> list[StepView]:
    """Return the steps of the batch that the person who scans may do now."""
    if floor is None:
        return []
    return [view for view in floor.execution.picture.open_views if turn_of(floor, view) <= Turn.READY]


def _takes(view: StepView, kind: ScanKind | None, name: str) -> bool:
    """Tell whether a step asks for exactly this thing."""
    return any(
        field.kind is FieldKind.SCAN and field.expected == name and (kind is None or field.scan_of is kind)
        for field in view.place.step.fields
    )


def _asset(session: Session, name: str) -> str:
    if asset_by_number(session, name):
        return name
    holder = asset_in_role(session, name, now())
    return holder.asset.number if holder else ""
