"""Change equipment: register, define, map, begin a state; each view loads a form and runs one command."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from app.auth import requires
from app.equipment.schemas import AssetForm, MappingForm, RoleForm, StateForm
from app.equipment.views import pages
from app.forms import load
from app.http import plain_work, run
from records.times import to_text
from workflows.authority import Permission
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState

_TIMES = ("warn_at", "clean_until")
_TEXTS = ("certificate", "product_family", "batch", "phase", "deviation")


@pages.post("/equipment")
@requires(Permission.EQUIPMENT_MANAGE)
def register() -> Response:
    """Register an asset."""
    form = load(AssetForm())
    new = NewAsset(**_fields_of(NewAsset, form))
    then = url_for("equipment.show", number=new.number)
    return run(plain_work(form), lambda unit: register_asset(unit, new), then=then, said="Registered.")


@pages.post("/equipment/roles")
@requires(Permission.EQUIPMENT_MANAGE)
def define() -> Response:
    """Define a role."""
    form = load(RoleForm())
    new = NewRole(**_fields_of(NewRole, form))
    then = url_for("equipment.roles")
    return run(plain_work(form), lambda unit: define_equipment(unit, new), then=then, said="Defined.")


@pages.post("/equipment/<string:number>/role")
@requires(Permission.EQUIPMENT_MANAGE)
def take_role(number: str) -> Response:
    """Put an asset into a role."""
    form = load(MappingForm())
    return run(
        plain_work(form),
        lambda unit: map_asset(unit, number, form["tag"], form.get("began_at")),
        then=url_for("equipment.show", number=number),
        said=f"{number} holds the role {form['tag']} now.",
    )


@pages.post("/equipment/<string:number>/states")
@requires(Permission.RECORD_READ)
def begin(number: str) -> Response:
    """Begin a state; who may, the axis decides."""
    form = load(StateForm())
    new = NewState(
        axis=form["axis"],
        value=form["value"],
        cause=form["cause"],
        detail=_detail(form),
        from_at=form.get("began_at"),
    )
    return run(
        plain_work(form),
        lambda unit: begin_state(unit, number, new),
        then=url_for("equipment.show", number=number),
        said="Recorded.",
    )


def _detail(form: Mapping[str, Any]) -> dict[str, str]:
    """Return what the word rests on, of what the form gives."""
    detail = {name: form[name] for name in _TEXTS if name in form}
    detail |= {name: to_text(form[name]) for name in _TIMES if name in form}
    return detail | ({"due_on": form["due_on"].isoformat()} if "due_on" in form else {})


def _fields_of(kind: type[NewAsset | NewRole], form: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: form[field.name] for field in fields(kind) if field.name in form}
