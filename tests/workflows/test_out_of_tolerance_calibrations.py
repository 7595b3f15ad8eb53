"""A calibration failed as found opens its case by itself, and the end of the case ends the state (CAL-21)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from records.calibration.indication import PointError
from records.engine import make_engine
from records.equipment.states import Axis
from records.out_of_tolerance.calculations import checked_curve
from records.out_of_tolerance.models import ImpactFinding, OutOfTolerance
from records.out_of_tolerance.queries import case_by_number
from records.out_of_tolerance.states import ErrorBasis
from tests.factories import BRANDT, Plant
from tests.laboratory import ITO, PRESSURE, PT, RUN, Laboratory
from tests.unit.calibration_cases import AS_LEFT
from workflows.calibration import run_commands as runs
from workflows.out_of_tolerance import commands
from workflows.out_of_tolerance.facts import NewCase
from workflows.out_of_tolerance.from_calibration import lock_and_open_case

CASE = "OOT-0001"


@pytest.fixture
def laboratory(sqlite_url):
    engine = make_engine(sqlite_url)
    yield Laboratory(Plant(engine)).set_up()
    engine.dispose()


def lock(laboratory, readings=None, run=RUN, order=None):
    run = laboratory.prepared(order)
    laboratory.read_all(*([readings] if readings else []), run=run)
    laboratory.plant.do(ITO, lock_and_open_case, run)
    return run


def case_of(laboratory, number=CASE):
    with laboratory.plant.read() as session:
        return case_by_number(session, number)


def close(laboratory):
    def shown(session):
        return commands.case_content(commands.case_facts(session, CASE))

    laboratory.plant.do(BRANDT, commands.close_case, CASE, shown=shown)


@pytest.mark.requirement("CAL-21", "G-160b4")
def test_transmitter_failed_as_found_opens_a_case_with_its_errors_in_bar(laboratory):
    lock(laboratory)

    case = case_of(laboratory)
    points = {p["applied"]: Decimal(p["error"]) for p in case.curve["points"]}
    assert (case.asset, case.curve["unit"], case.curve["basis"]) == (PT, "bar", "absolute")
    assert points == {
        "0.0": Decimal("0.0045"),
        "1.5": Decimal("0.011625"),
        "3.0": Decimal("0.020625"),
        "4.5": Decimal("0.02925"),
        "6.0": Decimal("0.038625"),
    }
    assert case.evidence == "Calibration CAL-0001, pressure, as found, in WO-0001"
    assert case.last_good_at < case.found_at


@pytest.mark.requirement("CAL-21")
def test_case_begins_at_the_last_good_calibration(laboratory):
    lock(laboratory, AS_LEFT)
    laboratory.adjust(nothing=True)
    good = laboratory.complete().completed_at
    lock(laboratory, run="CAL-0002")

    case = case_of(laboratory)
    assert (case.last_good_at, case.last_good) == (good, "Calibration CAL-0001")


@pytest.mark.requirement("CAL-21", "CAL-7")
def test_failed_standard_reaches_the_calibrations_it_was_taken_for(laboratory):
    lock(laboratory, AS_LEFT)
    laboratory.adjust(nothing=True)
    laboratory.complete()
    plant = laboratory.plant
    new = NewCase(
        asset=PRESSURE,
        evidence="Dropped; read 0.02 bar too much afterwards",
        curve=checked_curve(
            ErrorBasis.ABSOLUTE, "bar", [PointError(applied=Decimal(3), error=Decimal("0.02"))]
        ),
        last_good_at=plant.now - timedelta(days=30),
        last_good="C-A-0901",
        found_at=plant.now,
    )
    plant.do(ITO, commands.open_case, new)

    with plant.read() as session:
        (finding,) = session.scalars(select(ImpactFinding)).all()
    assert (finding.record, finding.effect, finding.exception) == ("work-order/WO-0001", "not_judged", None)
    assert [(use["part"], use["asset"], use["tag"]) for use in finding.uses] == [(RUN, PT, "PRESSURE")]


def test_calibration_that_passes_opens_no_case(laboratory):
    lock(laboratory, AS_LEFT)

    assert case_of(laboratory) is None


@pytest.mark.requirement("CAL-21", "G-160b4")
def test_adjusted_instrument_is_in_calibration_once_its_case_is_closed_and_not_before(laboratory):
    lock(laboratory)
    laboratory.adjust()
    laboratory.read_all(AS_LEFT, phase=runs.Phase.AS_LEFT)
    due = laboratory.complete().due_on
    before = laboratory.word(Axis.CALIBRATION)[0]
    close(laboratory)

    word, detail = laboratory.word(Axis.CALIBRATION)
    assert (before, word, detail["due_on"], detail["run"]) == ("oot_open", "in_cal", due.isoformat(), RUN)


def test_instrument_not_yet_left_good_stays_out_of_tolerance_when_its_case_closes(laboratory):
    lock(laboratory)
    close(laboratory)

    assert laboratory.word(Axis.CALIBRATION)[0] == "oot_open"
    with laboratory.plant.read() as session:
        assert session.query(ImpactFinding).count() == 0
        assert session.query(OutOfTolerance).one().state == "closed"
