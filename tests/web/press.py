"""A tablet press with direct impact on the product, and the procedure in force for its maintenance."""

from sqlalchemy import select

from app.procedure.loader import load_master as read_master
from app.writing import write
from records.equipment.states import Axis, GmpImpact
from records.procedure.models import ProcedureVersion
from tests.cast import as_person, signed
from tests.shop import PRESS, procedure_text
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.procedure import commands as masters


def stand_press(service, store, text=""):
    """Register the press and make its procedure effective, by the people whose task it is."""

    def do(user_name, act):
        write(service, store, as_person(user_name), act)

    text = text or procedure_text()
    procedure = read_master(text, "pm-500.yaml")
    do("l.weber", lambda unit: masters.load_master(unit, procedure, "pm-500.yaml", text))
    number = store.scalars(select(ProcedureVersion.number)).one()
    steps = (("l.weber", masters.author_sign), ("r.silva", masters.check), ("h.brandt", masters.approve))
    for who, command in steps:
        content = masters.content_to_sign(store, number)
        store.rollback()
        signed(service, store, who, content, lambda unit: command(unit, number))  # noqa: B023 -- called at once
    do("h.brandt", lambda unit: masters.make_effective(unit, number))
    new = NewAsset(
        number=PRESS,
        title="Rotary tablet press",
        maker="Invented",
        model="TP",
        serial="1",
        gmp_impact=GmpImpact.DIRECT,
    )
    do(
        "k.ito",
        lambda unit: define_equipment(
            unit, NewRole(tag="TP-200", title="Press", equipment_class="tablet press")
        ),
    )
    do("k.ito", lambda unit: register_asset(unit, new))
    do("k.ito", lambda unit: map_asset(unit, PRESS, "TP-200"))
    until = {"clean_until": "2026-12-20T10:00:00.000000Z"}
    for axis, word, detail in (
        (Axis.SERVICE, "available", {}),
        (Axis.QUALIFICATION, "qualified", {}),
        (Axis.CLEANING, "clean", until),
    ):
        state = NewState(axis=axis, value=word, cause="asset", detail=detail)
        do("k.ito", lambda unit: begin_state(unit, PRESS, state))  # noqa: B023 -- called at once
