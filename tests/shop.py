"""A tablet press and the people who maintain it, for tests: orders at every point of their life."""

from datetime import timedelta
from pathlib import Path

from app.procedure.loader import load_master as read_master
from records.equipment.queries import open_interval
from records.equipment.states import Axis, GmpImpact
from records.execution.states import Source
from records.personnel.states import Role
from records.work_order.states import OrderKind
from tests.factories import BRANDT, DUBLIN, DUBOIS, ITO, NOVAK, SILVA, WEBER, Plant, person
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.execution import commands as engine
from workflows.execution import signoff
from workflows.execution.content import step_content
from workflows.execution.given import Given
from workflows.personnel.commands import grant_role, register_person
from workflows.procedure import commands as masters
from workflows.work_order import commands as orders
from workflows.work_order import doing
from workflows.work_order.facts import NewFailure, NewOrder, Planning
from workflows.work_order.owner import executed_order, executing_order

PRESS, BALANCE = "A-0017", "A-0018"
ORDER = "WO-0001"
STREAM = f"work-order/{ORDER}"
PROCEDURE = "PM-500.1"
FILE = Path(__file__).resolve().parents[1] / "app" / "demo" / "masters" / "pm-500.yaml"
PATEL = person("s.patel", "S. Patel", Role.SECURITY_ADMINISTRATOR)
MALIK = person("n.malik", "N. Malik", Role.TECHNICIAN)
READINGS = (
    ("3/1", {"upper": "0.06", "lower": "0.08"}),
    ("4/1", {"play": "0.03"}),
    ("5/1", {"seals": "4"}),
    ("6/1", {"grease": "180"}),
    ("7/1", {"speed_20": "20.1", "speed_40": "40.2", "speed_60": "60.4"}),
    ("8/1", {"force_0": "0.03", "force_10": "10.12", "force_20": "20.25", "force_40": "40.36"}),
    ("9/1", {"zero": "yes"}),
    ("10/1", {"guards": "6"}),
    ("11/1", {"tools": "yes", "parts": "yes", "label": "yes"}),
    ("12/1", {"done": "yes"}),
)
"""What demo.md section 7.3 enters, from the third step on."""


def procedure_text(*changes):
    """The procedure for the press without training and photo, with pieces of its file replaced."""
    text = FILE.read_text(encoding="utf-8").replace("change_control:", "training: none\nchange_control:")
    begin, end = text.index('              - step: "2"'), text.index('      - id: "1B"')
    text = text[:begin] + text[end:]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


class Shop:
    """Acts on the orders of one store."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant

    def set_up(self, *changes, impact: GmpImpact = GmpImpact.INDIRECT) -> "Shop":
        plant = self.plant
        for who in (ITO, MALIK):
            plant.do(PATEL, register_person, who.printed_name, who.person)
            plant.do(PATEL, grant_role, who.person, Role.TECHNICIAN)
        self.effective_procedure(*changes)
        plant.do(ITO, define_equipment, NewRole(tag="TP-200", title="Press", equipment_class="tablet press"))
        new = NewAsset(
            number=PRESS,
            title="Rotary tablet press",
            maker="Invented",
            model="TP",
            serial="1",
            gmp_impact=impact,
            firmware="3.1",
        )
        plant.do(ITO, register_asset, new)
        plant.do(ITO, map_asset, PRESS, "TP-200")
        self.state(Axis.SERVICE, "available")
        self.state(Axis.QUALIFICATION, "qualified")
        until = (plant.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        self.state(Axis.CLEANING, "clean", clean_until=until)
        self.state(Axis.QUALITY, "released", actor=BRANDT)
        return self

    def effective_procedure(self, *changes) -> None:
        number = self.plant.load(read_master(procedure_text(*changes), "pm-500.yaml"))
        for who, command in ((WEBER, masters.author_sign), (SILVA, masters.check), (BRANDT, masters.approve)):
            self.plant.sign_master(who, command, number)
        self.plant.do(BRANDT, masters.make_effective, number)

    def state(self, axis, value, *, actor=ITO, reason=None, **detail):
        new = NewState(axis=axis, value=value, cause="asset", detail=detail)
        self.plant.do(actor, begin_state, PRESS, new, reason=reason)

    def requested(self, actor=ITO, **more) -> str:
        given = {"order_kind": OrderKind.CORRECTIVE, "asset": PRESS, "title": "It squeals", **more}
        return self.plant.do(actor, orders.raise_order, NewOrder(**given)).number

    def planned(self, number=None, **more) -> str:
        number = number or self.requested(**more)
        self.plant.do(DUBOIS, orders.triage_order, number)
        planning = Planning(master=PROCEDURE, lock_out=True, leaves_dirty=True)
        self.plant.do(DUBOIS, orders.plan_order, number, planning)
        return number

    def scheduled(self, number=None, **more) -> str:
        number = self.planned(number, **more)
        self.schedule(number)
        return number

    def schedule(self, number, assignee="k.ito", actor=DUBOIS):
        self.plant.do(actor, orders.schedule_order, number, assignee, self.plant.now + timedelta(hours=1))

    def start(self, number=ORDER, scanned=PRESS, actor=ITO):
        self.plant.do(actor, orders.start_order, number, scanned)

    def started(self, number=None, **more) -> str:
        number = self.scheduled(number, **more)
        self.start(number)
        return number

    def enter(self, part, name, raw, *, number=ORDER, actor=ITO):
        source = Source.SCAN if raw.startswith("EQ:") else Source.MANUAL
        with self.plant.act(actor) as work:
            engine.enter_value(work, executing_order(work, number), part, name, Given(raw=raw, source=source))

    def perform(self, part, *, number=ORDER, actor=ITO):
        with self.plant.act(actor) as work:
            signoff.perform_step(work, executing_order(work, number), part)

    def sign_step(self, command, part, *, number=ORDER, actor=ITO):
        with self.plant.read() as session:
            content = step_content(session, executed_order(session, number), part, DUBLIN)
        with self.plant.act(actor, signs=content) as work:
            command(work, executing_order(work, number), part)

    def lock_out(self, number=ORDER):
        """Carry out the first step."""
        for name, raw in (("tp_200", "EQ:TP-200"), ("locked", "yes"), ("dead", "yes"), ("air", "yes")):
            self.enter("1/1", name, raw, number=number)
        self.perform("1/1", number=number)

    def work_through(self, number=ORDER, **other):
        """Carry out every step as demo.md tells it, with other values where they are given."""
        self.lock_out(number)
        for part, values in READINGS:
            for name, raw in values.items():
                self.enter(part, name, other.get(name, raw), number=number)
            self.perform(part, number=number)

    def tell_failure(self, number=ORDER, **more):
        new = NewFailure(**{"mode": "SEA", "mechanism": "MEC", "cause": "WEA", **more})
        self.plant.do(ITO, doing.tell_failure, number, new)

    def check(self, number=ORDER, *, has_passed=True, actor=ITO):
        with self.plant.act(actor) as work:
            orders.record_check(work, number, "Ran 10 minutes at 60 rpm", has_passed=has_passed)

    def assess(self, number=ORDER, *, is_needed, actor=BRANDT):
        with self.plant.act(actor, reason="Same part, same maker.") as work:
            orders.assess_requalification(work, number, is_needed=is_needed)

    def sign(self, actor, command, number=ORDER, reason=None):
        at = self.plant.now
        shown = lambda session: orders.content_to_sign(session, number, at)  # noqa: E731 -- read at the act
        self.plant.do(actor, command, number, reason=reason, shown=shown)

    def done(self, number=None, **more) -> str:
        number = self.started(number, **more)
        self.work_through(number)
        self.tell_failure(number)
        self.check(number)
        self.sign(ITO, orders.finish_order, number)
        return number

    def under_review(self, number=None, **more) -> str:
        number = self.done(number, **more)
        self.plant.do(NOVAK, orders.begin_review, number)
        return number

    def closed(self, number=None, **more) -> str:
        number = self.under_review(number, **more)
        self.sign(NOVAK, orders.review_order, number)
        return number

    def word(self, axis, asset=PRESS):
        with self.plant.read() as session:
            return open_interval(session, asset, axis).value
