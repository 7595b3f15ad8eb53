"""Functions with limits, procedures signed by two, standards whose chain is unbroken."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from records.calibration.judging import Certified
from records.calibration.limits import Limits
from records.calibration.models import CalibrationProcedure, InstrumentFunction
from records.calibration.queries import chain_of, latest_function
from records.calibration.states import LimitBasis, ProcedureState
from records.engine import make_engine
from records.equipment.states import Axis
from tests.factories import BRANDT, DUBLIN, REYES, SILVA, Plant, reasons_of
from tests.laboratory import CURRENT, ITO, PRESSURE, PROCEDURE, PT, REFERENCE, Laboratory, certificate
from tests.unit.calibration_cases import interval, transmitter_procedure
from workflows.calibration import commands as programme
from workflows.calibration.facts import NewProcedure

WIDER = Limits(
    basis=LimitBasis.PERCENT_SPAN, reject=Decimal("1.0"), adjust=Decimal("0.25"), alert=Decimal("0.15")
)


@pytest.fixture
def laboratory(sqlite_url):
    engine = make_engine(sqlite_url)
    yield Laboratory(Plant(engine)).set_up()
    engine.dispose()


@pytest.fixture
def on_both(engine):
    return Laboratory(Plant(engine)).set_up()


def chain(laboratory, asset=PRESSURE):
    now = laboratory.plant.now
    with laboratory.plant.read() as session:
        return chain_of(session, asset, now.date(), now, DUBLIN)


def record(laboratory, new, actor=ITO):
    laboratory.plant.do(actor, programme.record_certificate, new)


@pytest.mark.requirement("CAL-17", "G-160b4")
def test_function_is_on_record_with_its_limits_and_what_the_process_needs(on_both):
    with on_both.plant.read() as session:
        row = latest_function(session, PT, "pressure")

    assert (row.version, row.stream) == (1, f"asset/{PT}")
    assert row.content["limits"] == {
        "basis": "percent_span",
        "reject": "0.50",
        "adjust": "0.25",
        "alert": "0.15",
    }
    assert row.content["process_tolerance"] == "1.00"


@pytest.mark.requirement("ATK-42")
def test_changed_limits_are_another_version_with_a_reason(laboratory):
    assert reasons_of(laboratory.function, limits=WIDER) == [
        f"Say why the function pressure of asset {PT} is changed: its earlier versions stay on record."
    ]
    laboratory.function(reason="Maker's new specification.", limits=WIDER)

    with laboratory.plant.read() as session:
        rows = session.scalars(select(InstrumentFunction).order_by(InstrumentFunction.version)).all()
    assert [(row.version, row.content["limits"]["reject"]) for row in rows] == [(1, "0.50"), (2, "1.0")]


@pytest.mark.requirement("G-160b4")
def test_function_without_limits_is_refused(laboratory):
    none = replace(WIDER, alert=Decimal(0))

    assert reasons_of(laboratory.function, name="current", limits=none, reason="New.") == [
        "Reject, adjust and alert limits are above zero (21 CFR 211.160(b)(4))."
    ]


@pytest.mark.requirement("CAL-9", "G-160b4")
def test_procedure_is_in_force_once_two_others_have_signed_it(on_both):
    with on_both.plant.read() as session:
        row = session.scalars(select(CalibrationProcedure)).one()

    assert (row.number, row.state, row.created_by, row.checked_by) == (
        PROCEDURE,
        ProcedureState.EFFECTIVE,
        ITO.person,
        SILVA.person,
    )


def test_next_version_supersedes_the_one_in_force(laboratory):
    laboratory.procedure(interval_days=365)

    with laboratory.plant.read() as session:
        rows = session.scalars(select(CalibrationProcedure).order_by(CalibrationProcedure.id)).all()
    assert [(row.number, row.state.value) for row in rows] == [
        ("CP-PT.1", "superseded"),
        ("CP-PT.2", "effective"),
    ]


def test_procedure_that_nobody_checked_is_not_made_effective(laboratory):
    new = NewProcedure(code="CP-PT", title="Pressure", procedure=transmitter_procedure())
    number = laboratory.plant.do(ITO, programme.write_procedure, new).number

    assert reasons_of(laboratory.sign, BRANDT, programme.make_procedure_effective, number) == [
        "Cannot make the calibration procedure effective: calibration procedure CP-PT.2 is draft."
    ]


@pytest.mark.requirement("CAL-9", "G-160b4")
def test_procedure_without_budget_conditions_or_standards_is_not_written(laboratory):
    bare = transmitter_procedure(budget=(), conditions=(), standards=())
    new = NewProcedure(code="CP-BARE", title="Bare", procedure=bare)

    (told,) = reasons_of(laboratory.plant.do, ITO, programme.write_procedure, new)
    assert "has an uncertainty budget" in told
    assert "conditions of the environment" in told
    assert "class of each standard" in told


@pytest.mark.requirement("CAL-7")
def test_chain_leads_from_the_working_standard_to_the_accredited_laboratory(on_both):
    found = chain(on_both)

    assert [link.asset for link in found.links] == [PRESSURE, REFERENCE]
    assert found.links[-1].accreditation == "ACC-17"
    assert found.refusal is None


@pytest.mark.requirement("CAL-7", "CAL-25")
def test_chain_is_broken_where_the_reference_was_overdue_on_the_day_it_was_used(laboratory):
    record(
        laboratory,
        certificate(
            REFERENCE,
            "REFERENCE",
            "bar",
            "0.0004",
            "10",
            certificate="C-SHORT",
            calibrated_on=date(2026, 2, 1),
            valid_until=date(2026, 5, 31),
        ),
    )

    assert chain(laboratory).refusal == (
        "A-0900 was valid until 2026-05-31 by certificate C-SHORT; it was used on 2026-06-01. "
        "Use another standard (ISO/IEC 17025 6.5)."
    )


@pytest.mark.requirement("CAL-7")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"accreditation": None}, "Name the standard it was calibrated by, or the accreditation"),
        ({"parent": "A-0903"}, "A-0903 has no certificate of its own. Record that one first."),
        ({"parent": CURRENT}, "A-0902 can't be calibrated by itself."),
        ({"ranges": ()}, "A certificate states its expanded uncertainty in one range at least."),
        ({"calibrated_on": date(2027, 1, 1)}, "The day of calibration 2027-01-01 is still to come."),
        ({"valid_until": date(2026, 5, 1)}, "is before the calibration on 2026-06-01."),
        ({"certificate": f"C-{CURRENT}"}, "is on record already."),
        ({"certificate": "C 1/2"}, "can't be used"),
        (
            {
                "ranges": (
                    Certified(
                        expanded=Decimal(0), coverage=Decimal(2), unit="mA", within=interval("0", "24")
                    ),
                )
            },
            "An expanded uncertainty is above zero",
        ),
    ],
)
def test_certificate_that_proves_nothing_is_refused(laboratory, changes, told):
    new = certificate(CURRENT, "CURRENT", "mA", "0.003", "24", **{"certificate": "C-2", **changes})

    assert told in " ".join(reasons_of(record, laboratory, new))


def test_operator_neither_writes_procedures_nor_defines_limits(laboratory):
    new = certificate(CURRENT, "CURRENT", "mA", "0.003", "24", certificate="C-2")

    assert reasons_of(record, laboratory, new, REYES) == [
        "A. Reyes is not authorised to write calibration procedures and record certificates."
    ]
    assert laboratory.word(Axis.CALIBRATION) is None
