"""A batch of syrup in which every kind of step is ready at once, for tests of the step engine.

The stages of `engine.yaml` wait for nobody, so a test begins at the step it is about.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.procedure.loader import load_master
from app.trail.verification import Store, verify
from audit.models import DeniedAttempt, audit_event
from records.equipment.states import Axis, GmpImpact
from records.execution.models import BatchException, Entry, StepRun, TimeLimit, Verification
from records.execution.states import Source
from records.material.models import Container, LotMovement, MaterialLot
from records.material.states import LotState
from records.personnel.states import Role
from records.procedure.definition import Procedure
from signatures.models import Signature, SignatureVoid
from tests.factories import (
    BRANDT,
    DUBLIN,
    DUBOIS,
    LINDQVIST,
    NOVAK,
    REYES,
    Plant,
    person,
)
from workflows.authority import SYSTEM, Actor
from workflows.batch import commands as batches
from workflows.batch.execution_owner import executed_batch, executing_batch, executing_batch_of_stream
from workflows.batch.facts import NewOrder
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.execution import commands as engine
from workflows.execution import exception_commands, signoff
from workflows.execution.content import skip_content, step_content, value_acceptance_content
from workflows.execution.files import FileGiven, attach_file, replace_file
from workflows.execution.given import Given, Outcome
from workflows.execution.picture import Picture, StepView
from workflows.execution.portion_labels import print_portion
from workflows.execution.queries import picture_of
from workflows.execution.sweep import breach_overdue, overdue_streams
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.perform import Content, RefusedError, UnitOfWork, record_denied

SYRUP = "SY-0001"
STREAM = f"batch/{SYRUP}"
ENGINE_MASTER = Path(__file__).with_name("engine.yaml").read_text(encoding="utf-8")
SALT, SUGAR, AROMA = "26-101", "26-102", "26-103"
BALANCE, TANK, METER, KETTLE = "A-0101", "A-0102", "A-0103", "A-0104"

ITO = person("k.ito", "K. Ito", Role.TECHNICIAN)
OKAFOR = person("j.okafor", "J. Okafor", Role.OPERATOR)
REYES_ALSO = person("a.reyes", "A. Reyes", Role.VERIFIER, Role.SUPERVISOR, account="a.reyes.2")
"""The second account of a person: it holds the verifier's role, and is no second person."""
BOTH = person("b.both", "B. Both", Role.OPERATOR, Role.VERIFIER, Role.SUPERVISOR)
"""A person who may perform and may verify."""

_LOTS = (
    (SALT, "MAT-NACL", {"assay": "100.0"}),
    (SUGAR, "MAT-SUC", {}),
    (AROMA, "MAT-ARO", {}),
)
_ASSETS = (
    (BALANCE, "BAL-01", "balance", "D01", "12.000", "0.001"),
    (TANK, "TNK-01", "tank", "M01", None, None),
    (METER, "PHM-01", "pH meter", "M01", None, None),
    (KETTLE, "KET-01", "kettle", "M01", None, None),
)


def engine_master(*changes: tuple[str, str]) -> Procedure:
    """The master of the syrup with pieces of its file replaced; each piece must stand there once."""
    text = ENGINE_MASTER
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return load_master(text, "engine.yaml")


class SyrupPlant(Plant):
    """The plant with its batch of syrup: every act on its steps, a minute after the act before."""

    # acts on steps

    def at_step(
        self,
        command: Callable[..., Any],
        part: str,
        *given: Any,
        actor: Actor = REYES,
        reason: str | None = None,
        shown: Callable[[Session], Content] | None = None,
        batch: str = SYRUP,
        **more: Any,
    ) -> Any:
        """Let a person run one command of the engine on a step."""

        def act(work: UnitOfWork) -> Any:
            return command(work, executing_batch(work, batch), part, *given, **more)

        return self.do(actor, act, reason=reason, shown=shown)

    def give(
        self,
        part: str,
        name: str,
        raw: str,
        *,
        actor: Actor = REYES,
        source: Source = Source.MANUAL,
        reason: str | None = None,
        complete: bool = False,
    ) -> Outcome:
        """Enter a first value; a dotted name is one sample of several."""
        given = Given(raw=raw, source=source)
        return self.at_step(
            engine.enter_value, part, name, given, actor=actor, reason=reason, complete=complete
        )

    def fill_in(self, part: str, *, actor: Actor = REYES, **values: str) -> None:
        """Enter several values, one act each; two underscores stand for the dot of a sample."""
        for name, raw in values.items():
            self.give(part, name.replace("__", "."), raw, actor=actor)

    def scan(self, part: str, name: str, raw: str, *, actor: Actor = REYES) -> Outcome:
        """Scan a code into a field."""
        return self.give(part, name, raw, actor=actor, source=Source.SCAN)

    def amend(
        self, part: str, name: str, raw: str, *, actor: Actor = REYES, reason: str | None = "Misread."
    ) -> Outcome:
        """Correct a value."""
        return self.at_step(engine.correct_value, part, name, Given(raw=raw), actor=actor, reason=reason)

    def complete_step(self, part: str, *, actor: Actor = REYES) -> None:
        """Complete a step by an identified entry."""
        self.at_step(signoff.perform_step, part, actor=actor)

    def sign(self, part: str, *, actor: Actor = REYES) -> None:
        """Sign a step as performed."""
        self._signed(signoff.perform_step, part, actor)

    def verify(self, part: str, *, actor: Actor = LINDQVIST) -> None:
        """Sign a step as verified."""
        self._signed(signoff.verify_step, part, actor)

    def approve(self, part: str, *, actor: Actor = BRANDT) -> None:
        """Sign a step as approved."""
        self._signed(signoff.approve_step, part, actor)

    def disagree(self, part: str, *, actor: Actor = LINDQVIST, reason: str | None = "I read 11.8.") -> None:
        """Refuse to vouch for a step."""
        self._signed(signoff.refuse_step, part, actor, reason)

    def leave_out(self, part: str, *, actor: Actor = NOVAK, reason: str | None = "No sample left.") -> None:
        """Leave a step out."""

        def shown(session: Session) -> Content:
            return skip_content(executed_batch(session, SYRUP), part)

        self.at_step(signoff.skip_step, part, actor=actor, reason=reason, shown=shown)

    def attach(self, part: str, name: str, *, actor: Actor = REYES) -> None:
        """Attach a photo."""
        given = FileGiven(sha256="0" * 64, media_type="image/jpeg", size=1000, file_name="tank.jpg")
        self.at_step(attach_file, part, name, given, actor=actor)

    def replace_photo(
        self, part: str, name: str, digit: str = "1", *, actor: Actor = REYES, **more: Any
    ) -> None:
        """Put another photo in the place of one, with a reason."""
        given = FileGiven(sha256=digit * 64, media_type="image/jpeg", size=2000, file_name="sharp.jpg")
        reason = more.pop("reason", "The first one is blurred.")
        self.at_step(replace_file, part, name, given, actor=actor, reason=reason, **more)

    def start_timer(self, part: str, *, actor: Actor = REYES) -> None:
        """Start a step's timer."""
        self.at_step(engine.start_timer, part, "elapsed", actor=actor)

    def stop_timer(self, part: str, *, actor: Actor = REYES) -> None:
        """Stop a step's timer."""
        self.at_step(engine.stop_timer, part, "elapsed", actor=actor)

    def assess(self, number: str, *, actor: Actor = NOVAK) -> None:
        """Assess an exception."""
        self.at_step(exception_commands.assess_exception, number, actor=actor, reason="Looked at.")

    def take_as_true(self, number: str, *, actor: Actor = NOVAK) -> None:
        """Accept an out-of-limit value as the true one."""

        def shown(session: Session) -> Content:
            wanted = select(BatchException).where(BatchException.number == number)
            return value_acceptance_content(session.scalars(wanted).one())

        self.at_step(
            exception_commands.accept_value, number, actor=actor, reason="Measured twice.", shown=shown
        )

    def _signed(
        self, command: Callable[..., None], part: str, actor: Actor, reason: str | None = None
    ) -> None:
        shown = self.content_of(part)
        self.at_step(command, part, actor=actor, reason=reason, shown=lambda _session: shown)

    def content_of(self, part: str) -> Content:
        """What a dialog shows of a step now."""
        with self.read() as session:
            return step_content(session, executed_batch(session, SYRUP), part, DUBLIN)

    # whole steps

    def pressure(self, raw: str = "11.0") -> None:
        """Fill in the step that is performed and verified."""
        self.fill_in("1.2/1", pressure=raw, gauge="PG-12")

    def signed_pressure(self, raw: str = "11.0") -> None:
        """Sign that step as performed."""
        self.pressure(raw)
        self.sign("1.2/1")

    def verified_pressure(self, raw: str = "11.0") -> None:
        """Have that step verified: it is done."""
        self.signed_pressure(raw)
        self.verify("1.2/1")

    def weigh(self, part: str, lot: str, *nets: str) -> None:
        """Weigh every portion of a component into a labelled container; the tare is a tenth of a kilogram."""
        self.scan(part, "lot", f"LOT:{lot}")
        self.scan(part, "balance", "EQ:BAL-01")
        for number, net in enumerate(nets, start=1):
            gross = Decimal(net) + Decimal("0.100")
            self.give(part, f"tare.{number}", "0.100")
            self.give(part, f"gross.{number}", f"{gross:f}")
            self.label(part, number)

    def label(self, part: str, number: int) -> None:
        """Print the label of a portion and confirm that it is on its container."""
        with self.act(REYES) as work:
            print_portion(work, executing_batch(work, SYRUP), part, number)
        self.give(part, f"label.{number}", "yes")

    def weighed(self) -> None:
        """Weigh salt and sugar, signed and verified."""
        for part, lot, net in (("2.1/1", SALT, "5.000"), ("2.2/1", SUGAR, "2.000")):
            self.weigh(part, lot, net, net)
            self.sign(part)
            self.verify(part)

    # time

    def sweep(self) -> int:
        """Let the worker look for what has run out, now; return how many breaches it recorded."""
        with self.read() as session:
            streams = overdue_streams(session, self.now)
        found = 0
        for stream in streams:
            with self.working(SYSTEM) as work:
                found += breach_overdue(work, stream, executing_batch_of_stream)
        return found

    @contextmanager
    def working(self, actor: Actor):
        """Run an act without letting time go on."""
        self.now -= timedelta(minutes=1)
        with self.act(actor) as work:
            yield work

    def wait(self, **span: float) -> None:
        """Let time go by."""
        self.now += timedelta(**span)

    def in_minutes(self, minutes: float) -> None:
        """Let the next act happen so many minutes after the act before."""
        self.now += timedelta(minutes=minutes - 1)

    # equipment and lots

    def begin(self, asset: str, axis: Axis, value: str, *, reason: str | None = None, **detail: str) -> None:
        """Begin a state of an asset."""
        actor = BRANDT if axis is Axis.QUALITY else ITO
        new = NewState(axis=axis, value=value, cause="test", detail=detail)
        self.do(actor, begin_state, asset, new, reason=reason)

    def set_status(self, lot: str, status: LotState) -> None:
        """Decide a lot's status for the quality unit."""
        with self.read() as session:
            content = lot_content(session.scalars(select(MaterialLot).where(MaterialLot.number == lot)).one())
        with self.act(BRANDT, reason="Test results.", signs=content) as work:
            set_lot_status(work, lot, status)

    def receive(self, number: str, material: str, **more: Any) -> None:
        """Receive a lot of 100 kg and release it."""
        new = NewLot(number=number, material=material, quantity=Decimal("100.000"), unit="kg", **more)
        self.do(DUBOIS, receive_lot, new)
        self.set_status(number, LotState.RELEASED)

    # what is on record

    def rows(self, model: type, **where: Any) -> list[Any]:
        """The rows of a table in the order they were added."""
        with self.read() as session:
            return list(session.scalars(select(model).filter_by(**where).order_by(model.id)))

    def one(self, model: type, **where: Any) -> Any:
        """The only row there is."""
        (row,) = self.rows(model, **where)
        return row

    def entries(self, part: str, *names: str) -> list[Any]:
        """The entries of a step, or of some of its fields."""
        return [row for row in self.rows(Entry, part=part) if not names or row.field in names]

    def values(self, part: str) -> dict[str, str]:
        """The current values of a step."""
        replaced = {row.supersedes for row in self.rows(Entry, part=part)}
        return {row.field: row.value for row in self.rows(Entry, part=part) if row.id not in replaced}

    def state(self, part: str) -> str | None:
        """The stored state of a step; None where it was not begun."""
        return next((run.state for run in self.rows(StepRun, part=part)), None)

    def view(self, part: str) -> StepView:
        """Where a step stands."""
        step, _slash, occurrence = part.partition("/")
        return self._picture().by_key[step, occurrence]

    def passes(self, step: str) -> list[str]:
        """The occurrences of a step that were begun or are due."""
        return [view.occurrence for view in self._picture().views if view.place.step.number == step]

    def _picture(self) -> Picture:
        with self.read() as session:
            return picture_of(session, executed_batch(session, SYRUP))

    def exceptions(self) -> list[Any]:
        """The exceptions of the batch in their order."""
        return self.rows(BatchException, stream=STREAM)

    def told(self) -> list[tuple[str, str]]:
        """Rule and sentence of each exception."""
        return [(row.rule.partition(" (")[0], row.text) for row in self.exceptions()]

    def standing(self, part: str) -> list[tuple[str, str]]:
        """Meaning and signer of the part's signatures that still stand."""
        void = {row.signature_id for row in self.rows(SignatureVoid)}
        return [(row.meaning, row.signer) for row in self.rows(Signature, part=part) if row.id not in void]

    def limits(self, kind: str) -> list[Any]:
        """The time limits of one kind."""
        return self.rows(TimeLimit, limit_kind=kind)

    def requests(self, part: str) -> list[tuple[str, str]]:
        """Act and state of each request to a second person about a step."""
        return [(row.act, row.state) for row in self.rows(Verification, step_part=part)]

    def balance(self, lot: str) -> Decimal:
        """A lot's balance, which must be what its movements add up to."""
        moved = sum((row.quantity for row in self.rows(LotMovement, lot=lot)), Decimal(0))
        found = self.one(MaterialLot, number=lot).balance
        assert found == moved
        return found

    def containers(self) -> dict[str, Any]:
        """The containers of the batch by label."""
        return {row.label: row for row in self.rows(Container, batch=SYRUP)}

    def actions(self, stream: str = STREAM) -> list[str]:
        """The actions of a record's events in their order."""
        with self.read() as session:
            wanted = select(audit_event.c.action).where(audit_event.c.stream == stream)
            return list(session.scalars(wanted.order_by(audit_event.c.seq)))

    def denied(
        self, act: Callable[..., Any], *given: Any, actor: Actor = REYES, **more: Any
    ) -> DeniedAttempt:
        """Put a refused act on record as the application does, and return what the record says of it."""
        with pytest.raises(RefusedError) as caught:
            act(*given, actor=actor, **more)
        with self.act(actor) as work:
            record_denied(work, caught.value, submitted=str(given))
        return self.rows(DeniedAttempt)[-1]

    def findings(self, folder: Path) -> list[str]:
        """What verification finds in the whole store."""
        url = self.engine.url.render_as_string(hide_password=False)
        with self.act(REYES) as work:
            ledger = work.ledger
            work.session.rollback()
        report = verify(Store(url=url, ledger=ledger, files=folder), processes=1)
        return [finding.sentence for finding in report.result.findings.kept]


def issue_syrup(plant: Plant, *, changes: Iterable[tuple[str, str]] = ()) -> None:
    """Make everything a batch of syrup needs, and issue it."""
    _stock(plant)
    _equip(plant)
    master = plant.effective_master(engine_master(*changes))
    another_batch(plant, master)


def another_batch(plant: Plant, master: str) -> str:
    """Plan, create and issue one more batch; return its number."""
    order = plant.do(
        DUBOIS, batches.plan_order, NewOrder(master=master, quantity=Decimal("10.000"), unit="kg")
    ).number
    plant.do(DUBOIS, batches.release_order, order)
    number = plant.do(DUBOIS, batches.create_batch, order).number
    plant.issue(number)
    return number


def _stock(plant: Plant) -> None:
    for number, material, attributes in _LOTS:
        plant.do(
            DUBOIS,
            define_material,
            NewMaterial(code=material, title=material, unit="kg", material_class="component"),
        )
        new = NewLot(
            number=number, material=material, quantity=Decimal("100.000"), unit="kg", attributes=attributes
        )
        content = lot_content(plant.do(DUBOIS, receive_lot, new))
        with plant.act(BRANDT, signs=content) as work:
            set_lot_status(work, number, LotState.RELEASED)


def _equip(plant: Plant) -> None:
    for number, tag, kind, room, maximum, resolution in _ASSETS:
        asset = NewAsset(
            number=number,
            title=tag,
            maker="Maker",
            model="M-1",
            serial=f"S-{number}",
            gmp_impact=GmpImpact.DIRECT,
            range_minimum=Decimal("0.100") if maximum else None,
            range_maximum=Decimal(maximum) if maximum else None,
            range_unit="kg" if maximum else None,
            resolution=Decimal(resolution) if resolution else None,
        )
        plant.do(ITO, define_equipment, NewRole(tag=tag, title=tag, equipment_class=kind, room=room))
        plant.do(ITO, register_asset, asset)
        plant.do(ITO, map_asset, number, tag)
        for axis, value, detail in (
            (Axis.SERVICE, "available", {}),
            (Axis.CALIBRATION, "in_cal", {"due_on": "2026-11-30"}),
            (Axis.CLEANING, "clean", {"clean_until": "2026-12-31T00:00:00.000000Z"}),
        ):
            plant.do(ITO, begin_state, number, NewState(axis=axis, value=value, cause="start", detail=detail))
        released = NewState(axis=Axis.QUALITY, value="released", cause="start")
        plant.do(BRANDT, begin_state, number, released)
