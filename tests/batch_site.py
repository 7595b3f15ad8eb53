"""A site with lots, equipment, effective masters and issued batches; and hands to work on them.

`Hands` acts for persons of the cast by commands, so that a test begins where its own story does.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.demo.obligations import training_on
from app.demo.pictures import overprint
from app.files import FileStore
from app.procedure.loader import load_master
from app.service import Service
from app.training.reading import WORKERS
from app.writing import write
from records.batch.models import Batch
from records.equipment.states import Axis, GmpImpact
from records.execution.states import Source
from records.material.states import LotState
from records.procedure.definition import Procedure
from records.procedure.outline import steps
from records.procedure.sections import BatchSize
from records.procedure.vocabulary import ComponentRole
from tests.cast import CAST, as_person, signing
from workflows.batch.commands import content_to_issue, create_batch, issue_batch, plan_order, release_order
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.batch.facts import NewOrder
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.execution import commands, signoff
from workflows.execution.content import step_content
from workflows.execution.files import FileGiven, attach_file
from workflows.execution.given import Given
from workflows.execution.portion_labels import print_portion
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.perform import Content, Reason
from workflows.procedure import commands as masters
from workflows.training.commands import content_to_record, record_training

READY = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
DUBLIN = "Europe/Dublin"
MASTERS = Path(__file__).resolve().parents[1] / "app" / "demo" / "masters"
_PRODUCTION = {"planner": "c.dubois", "supervisor": "t.novak", "quality": "h.brandt", "technician": "k.ito"}


@dataclass(frozen=True)
class Hands:
    """Acts of the cast on one store, each committed by itself."""

    service: Service
    session: Session

    def act(self, user_name, act, *, signs: Content | None = None, reason=""):
        intent = replace(as_person(user_name), reason=Reason(code="stated", text=reason) if reason else None)

        def signed(unit):
            if signs:
                unit.signing = signing(user_name, signs, unit.at)
            return act(unit)

        return write(self.service, self.session, intent, signed)

    # what the tests do at a step

    def enter(self, user_name, batch, part, **values):
        """Type values in their order; the dot in a name is written with two underscores."""
        for name, raw in values.items():
            self._enter(user_name, batch, part, name.replace("__", "."), raw)

    def scan(self, user_name, batch, part, **values):
        for name, raw in values.items():
            self._enter(user_name, batch, part, name.replace("__", "."), raw, Source.SCAN)

    def _enter(self, user_name, batch, part, name, raw, source=Source.MANUAL):
        given = Given(raw=raw, source=source)
        self.act(
            user_name,
            lambda unit: commands.enter_value(
                unit, executing_batch(unit, batch), part, name, given, complete=True
            ),
        )

    def print_label(self, user_name, batch, part, number):
        self.act(user_name, lambda unit: print_portion(unit, executing_batch(unit, batch), part, number))

    def photo(self, user_name, batch, part, name):
        files = FileStore(self.service.settings.files_dir)
        kept = files.keep(overprint(batch, name, self.service.clock()), "photo.jpg")
        given = FileGiven(kept.sha256, kept.media_type, kept.size, kept.file_name)
        self.act(
            user_name,
            lambda unit: attach_file(unit, executing_batch(unit, batch), part, name, given),
        )

    def start(self, user_name, batch, part, name="elapsed"):
        self.act(user_name, lambda unit: commands.start_timer(unit, executing_batch(unit, batch), part, name))

    def stop(self, user_name, batch, part, name="elapsed"):
        self.act(
            user_name,
            lambda unit: commands.stop_timer(unit, executing_batch(unit, batch), part, name, complete=True),
        )

    def perform(self, user_name, batch, part):
        self._vouch(user_name, batch, part, signoff.perform_step)

    def verify(self, user_name, batch, part):
        self._vouch(user_name, batch, part, signoff.verify_step)

    def approve(self, user_name, batch, part):
        self._vouch(user_name, batch, part, signoff.approve_step)

    def _vouch(self, user_name, batch, part, command):
        content = step_content(self.session, executed_batch(self.session, batch), part, DUBLIN)
        self.session.rollback()
        self.act(user_name, lambda unit: command(unit, executing_batch(unit, batch), part), signs=content)

    def finish(self, batch, part, *, by="a.reyes", second="m.lindqvist"):
        """Sign a step as performed, and as verified."""
        self.perform(by, batch, part)
        self.verify(second, batch, part)


def stand_site(service: Service, session: Session, *names: str) -> dict[str, str]:
    """Make what the masters named need, and a batch of each; return the batch numbers by file."""
    hands = Hands(service, session)
    return {name: _make_batch(hands, name) for name in names}


def furnish(hands: Hands, name: str) -> tuple[str, BatchSize]:
    """Make what a master needs, and publish it; return its number and the size of its batches."""
    path = MASTERS / f"{name}.yaml"
    procedure = load_master(path.read_bytes(), path.name)
    _stock(hands, procedure)
    _equip(hands, procedure)
    size, product = procedure.batch_size, procedure.product
    new = NewMaterial(code=product.code, title=product.name, unit=size.unit, material_class="product")
    hands.act(_PRODUCTION["planner"], lambda unit: define_material(unit, new))
    return _publish(hands, procedure, path), size


def _make_batch(hands: Hands, name: str) -> str:
    master, size = furnish(hands, name)
    order = hands.act(
        _PRODUCTION["planner"],
        lambda unit: plan_order(unit, NewOrder(master=master, quantity=size.quantity, unit=size.unit)).number,
    )
    hands.act(_PRODUCTION["planner"], lambda unit: release_order(unit, order))
    number = hands.act(_PRODUCTION["planner"], lambda unit: create_batch(unit, order).number)
    content = content_to_issue(hands.session, number)
    hands.session.rollback()
    hands.act(_PRODUCTION["supervisor"], lambda unit: issue_batch(unit, number), signs=content)
    assert hands.session.query(Batch).filter_by(number=number).one().state == "issued"
    return number


def _publish(hands: Hands, procedure: Procedure, path: Path) -> str:
    number = hands.act(
        "l.weber",
        lambda unit: masters.load_master(unit, procedure, path.name, path.read_text(encoding="utf-8")).number,
    )
    for user_name, command in (
        ("l.weber", masters.author_sign),
        ("r.silva", masters.check),
        ("h.brandt", masters.approve),
    ):
        if command is masters.check:
            hands.act(user_name, lambda unit: masters.run_cases(unit, number))
        content = masters.content_to_sign(hands.session, number)
        hands.session.rollback()
        hands.act(user_name, lambda unit: command(unit, number), signs=content)  # noqa: B023 -- called at once
    hands.act("h.brandt", lambda unit: masters.make_effective(unit, number))
    _train(hands, procedure)
    return number


def _train(hands: Hands, procedure: Procedure) -> None:
    """Record the training of the cast on a master; nobody records their own."""
    workers = [member.number for member in CAST.values() if WORKERS & set(member.roles)]
    own, at = CAST["h.brandt"].number, hands.service.clock()
    for user_name, persons in (("h.brandt", [one for one in workers if one != own]), ("t.novak", [own])):
        sheet = training_on(procedure, persons, at)
        content = content_to_record(hands.session, sheet)
        hands.session.rollback()
        hands.act(user_name, lambda unit: record_training(unit, sheet), signs=content)  # noqa: B023 -- called at once


def _stock(hands: Hands, procedure: Procedure) -> None:
    """Release one lot of each formula item: 26-001 for the first, with assay and loss on drying."""
    for index, item in enumerate(procedure.formula, start=1):
        kind = "packaging" if item.role is ComponentRole.PACKAGING else "component"
        new = NewMaterial(code=item.material, title=item.name, unit=item.unit, material_class=kind)
        hands.act(_PRODUCTION["planner"], lambda unit: define_material(unit, new))  # noqa: B023 -- called at once
        lot = NewLot(
            number=f"26-{index:03}" if procedure.header.code != "MBR-9000" else f"26-9{index:02}",
            material=item.material,
            quantity=item.quantity * 3,
            unit=item.unit,
            attributes={"assay": "99.6", "lod": "0.2"},
            supplier="Chemical Works",
        )
        content = hands.act(_PRODUCTION["planner"], lambda unit: lot_content(receive_lot(unit, lot)))  # noqa: B023 -- called at once
        hands.act(
            _PRODUCTION["quality"],
            lambda unit: set_lot_status(unit, lot.number, LotState.RELEASED),  # noqa: B023 -- called at once
            signs=content,
        )


def _equip(hands: Hands, procedure: Procedure) -> None:
    """Put an asset into each role, in order on every axis."""
    for index, role in enumerate(procedure.equipment, start=1):
        number, span = f"A-{index:04}", role.range
        asset = NewAsset(
            number=number,
            title=role.title,
            maker="Maker",
            model="M-1",
            serial=f"S-{index}",
            gmp_impact=GmpImpact.DIRECT,
            range_minimum=span.minimum if span else None,
            range_maximum=span.maximum if span else None,
            range_unit=span.unit if span else None,
            resolution=span.resolution if span else None,
        )
        new = NewRole(tag=role.role, title=role.title, equipment_class=role.equipment_class, room=role.room)

        def install(unit):
            define_equipment(unit, new)  # noqa: B023 -- called at once
            register_asset(unit, asset)  # noqa: B023 -- called at once
            map_asset(unit, number, role.role)  # noqa: B023 -- called at once
            for axis, value, detail in _IN_ORDER:
                begin_state(unit, number, NewState(axis=axis, value=value, cause="start", detail=detail))  # noqa: B023 -- called at once

        hands.act(_PRODUCTION["technician"], install)
        for user_name, axis, value, detail in (
            (_PRODUCTION["technician"], Axis.CLEANING, "clean", _cleaned_for(procedure)),
            (_PRODUCTION["quality"], Axis.QUALITY, "released", {}),
        ):
            state = NewState(axis=axis, value=value, cause="start", detail=detail)
            hands.act(user_name, lambda unit: begin_state(unit, number, state))  # noqa: B023 -- called at once


def _cleaned_for(procedure: Procedure) -> dict[str, str]:
    """Clean for months, for the family of products that the master's cleaning checks want."""
    families = [step.setting("product_family") for step in steps(procedure)]
    family = next((one for one in families if one), None)
    until = {"clean_until": "2027-01-31T00:00:00.000000Z"}
    return until | ({"product_family": family} if family else {})


_IN_ORDER = (
    (Axis.SERVICE, "available", {}),
    (Axis.QUALIFICATION, "qualified", {}),
    (Axis.CALIBRATION, "in_cal", {"due_on": "2027-06-30"}),
)
