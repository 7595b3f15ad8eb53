"""Set the demo site up: its people, equipment, materials and lots, each by the person whose task it is."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from app.demo.cast import ADMINISTRATOR, CAST, Member
from app.demo.obligations import bind_cast, train_cast
from app.demo.plant import (
    AREAS,
    DUE_SOON,
    OVERDUE,
    PLENTY,
    STOCK,
    THINGS,
    Stock,
    Thing,
    cleaned_for,
    gmp_impact,
)
from app.demo.stage import Stage
from app.procedure.loader import load_master
from records.equipment.states import Axis, EquipmentLevel
from records.material.queries import lot_by_number
from records.material.states import LotState
from records.procedure.definition import Procedure
from records.procedure.sections import FormulaItem
from records.times import to_text
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.perform import Content, UnitOfWork
from workflows.personnel.commands import change_password, grant_role, open_account, register_person
from workflows.procedure import commands as masters
from workflows.site.commands import set_site

MASTERS = Path(__file__).with_name("masters")
TABLETS, INJECTION, YOGHURT = "mbr-0042.yaml", "mbr-0107.yaml", "mmr-0311.yaml"
PRESS = "pm-500.yaml"
_AUTHOR, _CHECKER, _QUALITY, _TECHNICIAN = "l.weber", "r.silva", "h.brandt", "k.ito"


def settle_in(stage: Stage, password: str) -> None:
    """Register the site and its people; all change the password they were issued and sign the policy."""
    stage.by_software(lambda work: set_site(work, "alder-ridge", "Alder Ridge", holds_demo_data=True))
    hashed = stage.service.passwords.hash(password)
    for member in CAST:
        first = member.user_name == ADMINISTRATOR
        join = partial(_join, member=member, hashed=hashed)
        stage.by_software(join) if first else stage.do(ADMINISTRATOR, join)
        stage.wait(minutes=1)
    for member in CAST:
        own = partial(change_password, user_name=member.user_name, password_hash=hashed)
        stage.do(member.user_name, own)
        stage.enters(member.user_name, password)
        stage.actors.pop(member.user_name)
    bind_cast(stage)


def read_master(file_name: str) -> tuple[Procedure, str]:
    """Return a master of the demo and the text of its file."""
    text = (MASTERS / file_name).read_text(encoding="utf-8")
    return load_master(text, file_name), text


def approve_master(stage: Stage, file_name: str) -> str:
    """Take a master from its file to effective: author, checker, quality unit; train people on it."""
    procedure, text = read_master(file_name)
    number = stage.do(_AUTHOR, lambda work: masters.load_master(work, procedure, file_name, text).number)
    for who, command in (
        (_AUTHOR, masters.author_sign),
        (_CHECKER, masters.check),
        (_QUALITY, masters.approve),
    ):
        stage.wait(hours=3)
        if command is masters.check and procedure.test_cases:
            stage.do(who, partial(masters.run_cases, number=number))
        stage.do(
            who,
            partial(command, number=number),
            shown=lambda session: masters.content_to_sign(session, number),
        )
    stage.wait(hours=1)
    train_cast(stage, procedure)
    stage.do(_QUALITY, lambda work: masters.make_effective(work, number))
    return str(number)


def install_equipment(stage: Stage, loaded_on: date) -> None:
    """Define the areas and roles, register the assets, map them and begin their states."""
    for area in AREAS:
        new = NewRole(
            tag=area, title=f"Area {area}", equipment_class="area", level=EquipmentLevel.AREA, parent=None
        )
        stage.do(_TECHNICIAN, partial(define_equipment, new=new))
    for index, thing in enumerate(THINGS, start=1):
        _install(stage, thing, f"A-{index:04d}", loaded_on)


def clean(stage: Stage, tags: tuple[str, ...], cause: str) -> None:
    """Clean equipment, after a batch or by plan: in cleaning, then clean for ten days."""
    for value, minutes in (("in_cleaning", 90), ("clean", 1)):
        for tag in tags:
            detail = _clean(stage, tag) if value == "clean" else {}
            new = NewState(axis=Axis.CLEANING, value=value, cause=cause, detail=detail)
            stage.do("j.okafor", partial(begin_state, number=asset_of(tag), new=new))
        stage.wait(minutes=minutes)


def asset_of(tag: str) -> str:
    """Return the number of the asset that holds a role for the whole demo."""
    index = next(index for index, thing in enumerate(THINGS, start=1) if thing.tag == tag)
    return f"A-{index:04d}"


def stock_up(stage: Stage, procedure: Procedure, loaded_on: date, first: int) -> dict[str, str]:
    """Define product and components, receive the components' lots and let the quality unit release them.

    Returns the released lot of each component, by its id and by its material.
    """
    lots: dict[str, str] = {}
    if procedure.product and procedure.batch_size:
        made = NewMaterial(
            code=procedure.product.code,
            title=procedure.product.name,
            unit=procedure.batch_size.unit,
            material_class="product",
        )
        stage.do("c.dubois", lambda work: define_material(work, made))
    for index, item in enumerate(procedure.formula):
        material = NewMaterial(
            code=item.material, title=item.name, unit=item.unit, material_class=item.role.value
        )
        stage.do("c.dubois", partial(define_material, new=material))
        listed = [stock for stock in STOCK if stock.material == item.id]
        for stock in listed or [Stock(f"26-{first + index}", item.id, str(PLENTY))]:
            _receive(stage, stock, item, loaded_on)
            if stock.is_released and stock.days_left > 0:
                lots[item.id] = lots[item.material] = stock.number
    return lots


def _join(work: UnitOfWork, member: Member, hashed: str) -> None:
    register_person(work, member.printed_name, member.number)
    open_account(work, member.number, member.user_name, hashed)
    for role in member.roles:
        grant_role(work, member.number, role)


def _install(stage: Stage, thing: Thing, number: str, loaded_on: date) -> None:
    low, high, unit, step = thing.range or (None, None, None, None)
    role = NewRole(
        tag=thing.tag,
        title=thing.title,
        equipment_class=thing.equipment_class,
        parent=thing.area,
        room=thing.room,
    )
    asset = NewAsset(
        number=number,
        title=thing.title,
        maker="Halden Works",
        model=f"HW {thing.tag}",
        serial=f"{number[2:]}-{len(thing.title):02d}7",
        gmp_impact=gmp_impact(thing.tag),
        range_minimum=Decimal(low) if low else None,
        range_maximum=Decimal(high) if high else None,
        range_unit=unit,
        resolution=Decimal(step) if step else None,
        firmware="2.4" if thing.range else None,
    )
    stage.do(_TECHNICIAN, lambda work: define_equipment(work, role))
    stage.do(_TECHNICIAN, lambda work: register_asset(work, asset))
    stage.do(_TECHNICIAN, lambda work: map_asset(work, number, thing.tag))
    for new in _first_states(stage, thing, loaded_on):
        who = _QUALITY if new.axis is Axis.QUALITY else _TECHNICIAN
        stage.do(who, partial(begin_state, number=number, new=new))


def _first_states(stage: Stage, thing: Thing, loaded_on: date) -> list[NewState]:
    due_on = loaded_on + timedelta(days={OVERDUE: -3, DUE_SOON: 12}.get(thing.tag, 120))
    warn_at = to_text(stage.now + timedelta(days={OVERDUE: 20, DUE_SOON: 0}.get(thing.tag, 90)))
    calibration = {"due_on": due_on.isoformat(), "warn_at": warn_at}
    requalification = {"due_on": (loaded_on + timedelta(days=400)).isoformat()}
    cause = "start of the demo"
    return [
        NewState(axis=Axis.SERVICE, value="available", cause=cause),
        NewState(axis=Axis.QUALIFICATION, value="qualified", cause=cause, detail=requalification),
        NewState(axis=Axis.CALIBRATION, value="in_cal", cause=cause, detail=calibration),
        NewState(
            axis=Axis.CLEANING,
            value="clean" if thing.is_cleaned else "not_applicable",
            cause=cause,
            detail=_clean(stage, thing.tag) if thing.is_cleaned else {},
        ),
        NewState(axis=Axis.QUALITY, value="released", cause=cause),
        NewState(axis=Axis.CONTENT, value="empty", cause=cause),
    ]


def _clean(stage: Stage, tag: str) -> dict[str, str]:
    """Return the detail of a cleaning just done: clean for ten days, for the area's family of products."""
    return {"clean_until": to_text(stage.now + timedelta(days=10))} | cleaned_for(tag)


def _receive(stage: Stage, stock: Stock, item: FormulaItem, loaded_on: date) -> None:
    new = NewLot(
        number=stock.number,
        material=item.material,
        quantity=Decimal(stock.quantity),
        unit=item.unit,
        attributes=stock.attributes,
        supplier=stock.supplier,
        supplier_lot=f"{stock.supplier[:2].upper()}{stock.number.replace('-', '')}",
        expires_on=loaded_on + timedelta(days=stock.days_left),
    )
    stage.do("c.dubois", lambda work: receive_lot(work, new))
    stage.wait(minutes=10)
    if stock.is_released:
        stage.do(
            _QUALITY,
            lambda work: set_lot_status(work, stock.number, LotState.RELEASED),
            shown=lambda session: _lot_shown(session, stock.number),
        )


def _lot_shown(session: Session, number: str) -> Content:
    lot = lot_by_number(session, number)
    if lot is None:
        msg = f"Lot {number} was just received."
        raise ValueError(msg)
    return lot_content(lot)
