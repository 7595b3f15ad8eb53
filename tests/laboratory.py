"""A transmitter, its standards and the people who calibrate it, for tests: the demo's PT-1203A."""

from datetime import date, timedelta
from decimal import Decimal

from records.calibration.judging import Certified
from records.calibration.states import Phase
from records.equipment.queries import open_interval
from records.equipment.states import Axis, GmpImpact
from records.personnel.states import Role
from records.work_order.states import OrderKind
from tests.factories import BRANDT, DUBLIN, DUBOIS, SILVA, Plant, person
from tests.unit.calibration_cases import AS_FOUND, AS_LEFT, interval, transmitter, transmitter_procedure
from workflows.calibration import commands as programme
from workflows.calibration import run_commands as runs
from workflows.calibration import taking
from workflows.calibration.facts import NewCertificate, NewProcedure
from workflows.calibration.run_facts import NewAdjustment, NewReading, NewRun
from workflows.equipment.commands import begin_state, register_asset
from workflows.equipment.facts import NewAsset, NewState
from workflows.personnel.commands import grant_role, register_person
from workflows.work_order import commands as orders
from workflows.work_order.facts import NewOrder, Planning

PATEL = person("s.patel", "S. Patel", Role.SECURITY_ADMINISTRATOR)
ITO = person("k.ito", "K. Ito", Role.TECHNICIAN)
MALIK = person("n.malik", "N. Malik", Role.TECHNICIAN)
PT, PRESSURE, CURRENT, REFERENCE, SENSOR = "A-1203", "A-0901", "A-0902", "A-0900", "A-0903"
ORDER, RUN, PROCEDURE = "WO-0001", "CAL-0001", "CP-PT.1"
STREAM = f"work-order/{ORDER}"


def certificate(asset, standard_class, unit, expanded, upper, **changes):
    """A certificate of an accredited laboratory, valid for the whole of the tests' year."""
    given = {
        "asset": asset,
        "standard_class": standard_class,
        "certificate": f"C-{asset}",
        "laboratory": "Invented Metrology",
        "accreditation": "ACC-17",
        "calibrated_on": date(2026, 6, 1),
        "valid_until": date(2027, 5, 31),
        "parent": None,
        "ranges": (
            Certified(
                expanded=Decimal(expanded), coverage=Decimal(2), unit=unit, within=interval("0", upper)
            ),
        ),
    }
    return NewCertificate(**{**given, **changes})


class Laboratory:
    """Acts on the instruments of one store."""

    def __init__(self, plant: Plant, technician: str = ITO.person) -> None:
        self.plant = plant
        self.technician = technician

    def set_up(self, **changes) -> "Laboratory":
        """People, assets, a function with limits, a procedure in force, standards with certificates."""
        for who in (ITO, MALIK):
            self.plant.do(PATEL, register_person, who.printed_name, who.person)
            self.plant.do(PATEL, grant_role, who.person, Role.TECHNICIAN)
        return self.furnish(**changes)

    def furnish(self, **changes) -> "Laboratory":
        """Assets, a function with limits, a procedure in force, standards with certificates."""
        for number in (PT, PRESSURE, CURRENT, REFERENCE, SENSOR):
            self.asset(number)
        self.state(SENSOR, Axis.CALIBRATION, "in_cal", due_on="2027-06-30")
        self.function()
        self.procedure(**changes)
        self.plant.do(
            ITO,
            programme.record_certificate,
            certificate(REFERENCE, "REFERENCE", "bar", "0.0004", "10", calibrated_on=date(2026, 1, 10)),
        )
        self.plant.do(
            ITO,
            programme.record_certificate,
            certificate(PRESSURE, "PRESSURE", "bar", "0.0012", "10", parent=REFERENCE),
        )
        self.plant.do(ITO, programme.record_certificate, certificate(CURRENT, "CURRENT", "mA", "0.003", "24"))
        return self

    def asset(self, number) -> None:
        new = NewAsset(
            number=number,
            title=f"Instrument {number}",
            maker="Invented",
            model="X",
            serial=number,
            gmp_impact=GmpImpact.DIRECT,
        )
        self.plant.do(ITO, register_asset, new)
        self.state(number, Axis.SERVICE, "available")

    def state(self, number, axis, value, **detail) -> None:
        new = NewState(axis=axis, value=value, cause="asset", detail=detail)
        self.plant.do(ITO, begin_state, number, new)

    def word(self, axis, number=PT):
        with self.plant.read() as session:
            found = open_interval(session, number, axis)
            return (found.value, found.detail) if found else None

    def function(self, reason=None, **changes):
        new = transmitter(**changes)
        return self.plant.do(
            BRANDT,
            programme.define_function,
            new,
            reason=reason,
            shown=lambda session: programme.content_of_function(session, new),
        )

    def procedure(self, code="CP-PT", **changes) -> str:
        new = NewProcedure(
            code=code, title="Pressure transmitters", procedure=transmitter_procedure(**changes)
        )
        number = self.plant.do(ITO, programme.write_procedure, new).number
        self.sign(SILVA, programme.check_procedure, number)
        self.sign(BRANDT, programme.make_procedure_effective, number)
        return number

    def sign(self, actor, command, number) -> None:
        self.plant.do(
            actor, command, number, shown=lambda session: programme.content_to_sign(session, number)
        )

    # a work order and its run

    def raised(self, asset=PT, kind=OrderKind.CALIBRATION) -> str:
        """An order that somebody has asked for."""
        new = NewOrder(order_kind=kind, asset=asset, title="Calibrate")
        return self.plant.do(ITO, orders.raise_order, new).number

    def order(self, asset=PT) -> str:
        """A calibration order in progress."""
        number = self.raised(asset)
        self.plant.do(DUBOIS, orders.triage_order, number)
        planning = Planning(master=None, lock_out=False, leaves_dirty=False)
        self.plant.do(DUBOIS, orders.plan_order, number, planning)
        begins = self.plant.now + timedelta(hours=1)
        self.plant.do(DUBOIS, orders.schedule_order, number, self.technician, begins)
        self.plant.do(ITO, orders.start_order, number, asset)
        return number

    def begin(self, order=None, procedure=PROCEDURE, actor=ITO) -> str:
        new = NewRun(order=order or self.order(), function="pressure", procedure=procedure)
        return self.plant.do(actor, runs.begin_run, new).number

    def scan(self, run=RUN, *assets) -> None:
        for asset in assets or (PRESSURE, CURRENT):
            self.plant.do(ITO, taking.use_standard, run, asset)

    def room(self, run=RUN, temperature="21.4 °C", sensor=SENSOR) -> None:
        self.plant.do(ITO, taking.read_condition, run, "temperature", temperature, sensor)

    def prepared(self, order=None) -> str:
        """A run ready for its first reading."""
        run = self.begin(order)
        self.scan(run)
        self.room(run)
        return run

    def read(self, seq, raw, *, run=RUN, phase=Phase.AS_FOUND, unit="mA", actor=ITO):
        new = NewReading(phase=phase, seq=seq, repeat=1, raw=raw, unit=unit)
        return self.plant.do(actor, taking.enter_reading, run, new)

    def correct(self, seq, raw, *, run=RUN, phase=Phase.AS_FOUND, reason="Misread."):
        new = NewReading(phase=phase, seq=seq, repeat=1, raw=raw, unit="mA")
        return self.plant.do(ITO, taking.correct_reading, run, new, reason=reason)

    def read_all(self, readings=AS_FOUND, *, run=RUN, phase=Phase.AS_FOUND) -> None:
        for seq, raw in enumerate(readings, 1):
            self.read(seq, raw, run=run, phase=phase)

    def found(self, readings=AS_FOUND, order=None) -> str:
        """A run whose as-found is locked."""
        run = self.prepared(order)
        self.read_all(readings, run=run)
        self.plant.do(ITO, runs.lock_as_found, run)
        return run

    def adjust(self, run=RUN, reason=None, *, nothing=False) -> None:
        new = None if nothing else NewAdjustment(what="span", before="20.103 mA", after="20.000 mA")
        self.plant.do(ITO, runs.adjust, run, new, reason=reason)

    def complete(self, run=RUN, *, use=None, reason=None, actor=ITO):
        def shown(session):
            return runs.content_to_complete(
                session,
                run,
                at=self.plant.now + timedelta(minutes=1),
                time_zone=DUBLIN,
                person=actor.person,
                use=use,
            )

        return self.plant.do(actor, runs.complete_run, run, use, shown=shown, reason=reason)

    def calibrated(self, found=AS_FOUND, left=AS_LEFT) -> str:
        """A run from its first reading to its signature, adjusted."""
        run = self.found(found)
        self.adjust(run)
        self.read_all(left, run=run, phase=Phase.AS_LEFT)
        self.complete(run)
        return run
