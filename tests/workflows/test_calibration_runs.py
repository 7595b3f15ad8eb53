"""A calibration from its first scan to its verdict, and what each attempt to cut it short is told."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from records.calibration.models import CalibrationReading, CalibrationRun
from records.calibration.queries import all_readings, calibration_run, results_of, standards_in_use
from records.calibration.states import Phase, RunState, RunVerdict, Tier
from records.engine import make_engine
from records.equipment.states import Axis
from records.numbers import NumberError
from records.personnel.states import Role
from records.training.subjects import SubjectKind
from records.work_order.queries import order_by_number
from records.work_order.states import OrderKind
from signatures.models import Signature
from tests.factories import BRANDT, DUBLIN, Plant, reasons_of
from tests.laboratory import (
    CURRENT,
    ITO,
    MALIK,
    ORDER,
    PRESSURE,
    PROCEDURE,
    PT,
    RUN,
    SENSOR,
    STREAM,
    Laboratory,
    certificate,
)
from tests.unit.calibration_cases import AS_FOUND, AS_LEFT, interval
from workflows.calibration import commands as programme
from workflows.calibration import run_commands as runs
from workflows.calibration import taking
from workflows.calibration.run_facts import NewAdjustment
from workflows.equipment.commands import begin_state
from workflows.equipment.facts import NewState
from workflows.training.commands import content_to_record, record_training
from workflows.training.facts import NewSheet, NewTraining
from workflows.work_order import commands as orders
from workflows.work_order.contents import order_content
from workflows.work_order.gathering import order_facts

HALF = ("4.001", "8.002")


@pytest.fixture
def laboratory(sqlite_url):
    engine = make_engine(sqlite_url)
    yield Laboratory(Plant(engine)).set_up()
    engine.dispose()


@pytest.fixture
def on_both(engine):
    return Laboratory(Plant(engine)).set_up()


def run_of(laboratory, number=RUN):
    with laboratory.plant.read() as session:
        return calibration_run(session, number)


def refused_reading(laboratory, *given, **more):
    with pytest.raises(NumberError) as caught:
        laboratory.read(*given, **more)
    return caught.value.message


@pytest.mark.requirement("CAL-12", "CAL-16", "CAL-18", "G-160b4")
def test_transmitter_fails_as_found_passes_as_left_and_keeps_the_error_at_each_point(on_both):
    on_both.calibrated()
    run = run_of(on_both)
    with on_both.plant.read() as session:
        found = results_of(session, RUN, Phase.AS_FOUND)
        left = results_of(session, RUN, Phase.AS_LEFT)
        signed = session.scalars(select(Signature.meaning).where(Signature.part == RUN)).all()
        order = order_by_number(session, ORDER)

    assert (run.state, run.verdict, run.stream) == (
        RunState.COMPLETED,
        RunVerdict.FAIL_ASFOUND_PASS_ASLEFT,
        STREAM,
    )
    assert [str(round(one.percent_of_span, 4)) for one in found][4:6] == ["0.6438", "0.5375"]
    assert [one.applied for one in found][:3] == [Decimal("0.0"), Decimal("1.5"), Decimal("3.0")]
    assert [one.tier for one in found].count(Tier.FAIL) == 2
    assert {one.tier for one in left} == {Tier.WITHIN}
    assert (str(round(found[0].expanded, 7)), str(round(found[0].ratio, 2))) == ("0.0050492", "15.84")
    assert [line["name"] for line in found[0].budget] == [
        "reference",
        "meter",
        "resolution",
        "repeatability",
        "temperature",
    ]
    assert [str(one) for one in signed] == ["calibrated"]
    assert order.has_failed


@pytest.mark.requirement("G-160b4", "CAL-12")
def test_failed_as_found_is_out_of_tolerance_from_the_moment_it_is_locked(on_both):
    on_both.found()

    word, detail = on_both.word(Axis.CALIBRATION)
    assert (word, detail["run"]) == ("oot_open", RUN)
    on_both.adjust()
    on_both.read_all(AS_LEFT, phase=Phase.AS_LEFT)
    on_both.complete()
    assert on_both.word(Axis.CALIBRATION)[0] == "oot_open"
    assert on_both.word(Axis.SERVICE)[0] == "maintenance"


@pytest.mark.requirement("G-160b4", "CAL-22")
def test_pass_is_in_calibration_for_the_interval_of_the_procedure_and_no_day_longer(on_both):
    on_both.found(AS_LEFT)
    on_both.adjust(nothing=True)
    on_both.complete()

    run = run_of(on_both)
    assert (run.verdict, run.due_on) == (RunVerdict.PASS, date(2027, 5, 1))
    assert on_both.word(Axis.CALIBRATION)[1]["due_on"] == "2027-05-01"
    assert on_both.word(Axis.CALIBRATION)[0] == "in_cal"


def test_adjusted_within_its_limits_has_passed_adjusted(laboratory):
    laboratory.calibrated(found=AS_LEFT)

    assert run_of(laboratory).verdict is RunVerdict.PASS_ADJUSTED


def test_error_beyond_the_alert_limit_is_an_alert_and_in_calibration(laboratory):
    readings = ("4.030", *AS_LEFT[1:])
    laboratory.found(readings)
    laboratory.adjust(nothing=True)
    laboratory.complete()

    assert run_of(laboratory).verdict is RunVerdict.ALERT
    assert laboratory.word(Axis.CALIBRATION)[0] == "in_cal"


@pytest.mark.requirement("G-160b4", "CAL-4")
def test_failed_as_left_is_out_of_service(on_both):
    on_both.calibrated(left=AS_FOUND)

    assert (run_of(on_both).verdict, run_of(on_both).due_on) == (RunVerdict.FAIL_ASLEFT, None)
    assert on_both.word(Axis.CALIBRATION)[0] == "oot_open"
    assert on_both.word(Axis.SERVICE)[0] == "out_of_service"


def test_use_restricted_to_the_range_that_passed_is_limited(laboratory):
    laboratory.found(AS_LEFT)
    laboratory.adjust()
    laboratory.read_all(AS_FOUND, phase=Phase.AS_LEFT)
    use = interval("0", "3")

    assert reasons_of(laboratory.complete, use=use) == ["Say why the use is restricted."]
    laboratory.complete(use=use, reason="The line needs no more than 3 bar.")
    word, detail = laboratory.word(Axis.CALIBRATION)
    assert (run_of(laboratory).verdict, word) == (RunVerdict.LIMITED_USE, "limited")
    assert detail["use"] == {"lower": "0", "upper": "3"}


def test_restriction_outside_the_range_or_without_points_is_refused(laboratory):
    laboratory.found(AS_LEFT)
    laboratory.adjust(nothing=True)

    assert (
        "inside the measuring range" in reasons_of(laboratory.complete, use=interval("0", "7"), reason="x")[0]
    )
    assert "Two points or more" in reasons_of(laboratory.complete, use=interval("1", "2"), reason="x")[0]


# as-found


@pytest.mark.requirement("CAL-12", "ATK-42")
def test_nothing_is_adjusted_before_as_found_is_locked_and_nothing_is_read_after(laboratory):
    laboratory.prepared()
    laboratory.read_all(AS_FOUND[:8])

    assert reasons_of(laboratory.adjust) == [
        "Cannot adjust the instrument: calibration CAL-0001 is as found."
    ]
    assert reasons_of(laboratory.plant.do, ITO, runs.lock_as_found, RUN) == [
        "Not read yet: point 9 (0.0 bar down)."
    ]
    laboratory.read(9, "4.014")
    laboratory.plant.do(ITO, runs.lock_as_found, RUN)
    assert reasons_of(laboratory.correct, 5, "20.001") == [
        "The as-found readings are locked; none is added or corrected.",
    ]


@pytest.mark.requirement("CAL-8", "ATK-42")
def test_correction_is_another_row_and_the_one_before_stays(on_both):
    on_both.prepared()
    on_both.read(1, "4.210")
    assert reasons_of(on_both.read, 1, "4.012") == [
        "Point 1 (0.0 bar up) is read already. Correct it with a reason."
    ]
    assert "A reason is needed to correct the reading." in reasons_of(
        on_both.correct, 1, "4.012", reason=None
    )
    on_both.correct(1, "4.012")

    with on_both.plant.read() as session:
        rows = all_readings(session, RUN)
    assert [(row.raw, row.corrects, row.reason) for row in rows] == [
        ("4.210", None, None),
        ("4.012", rows[0].id, "Misread."),
    ]


def test_reading_that_was_never_taken_is_not_corrected(laboratory):
    laboratory.prepared()

    assert reasons_of(laboratory.correct, 3, "12.0") == [
        "Point 3 is not read yet; there is nothing to correct."
    ]


@pytest.mark.requirement("CAL-12")
def test_calibration_without_as_found_takes_a_reason_and_another_person(laboratory):
    laboratory.prepared()

    def waive(actor, reason):
        def shown(session):
            now = laboratory.plant.now
            return runs.content_to_waive(session, RUN, at=now, time_zone=DUBLIN, person=actor.person)

        laboratory.plant.do(actor, runs.waive_as_found, RUN, shown=shown, reason=reason)

    both = replace(ITO, roles=frozenset({Role.TECHNICIAN, Role.QA_REVIEWER}))
    assert reasons_of(waive, both, "It arrived in pieces.") == [
        "K. Ito carries out the calibration; another person approves it."
    ]
    assert "is not authorised" in reasons_of(waive, MALIK, "It arrived in pieces.")[0]
    assert "A reason is needed" in reasons_of(waive, BRANDT, None)[0]
    waive(BRANDT, "It arrived in pieces.")
    laboratory.adjust()
    laboratory.read_all(AS_LEFT, phase=Phase.AS_LEFT)
    laboratory.complete()
    assert (run_of(laboratory).verdict, run_of(laboratory).as_found_waived) == (
        RunVerdict.PASS_ADJUSTED,
        True,
    )


def test_error_beyond_the_adjust_limit_is_adjusted_or_explained(laboratory):
    laboratory.found()

    assert reasons_of(laboratory.adjust, nothing=True) == [
        "Errors lie beyond the adjust limit. Adjust, or say why it is not adjusted."
    ]
    laboratory.adjust(nothing=True, reason="It is scrapped.")
    laboratory.complete()
    assert run_of(laboratory).verdict is RunVerdict.FAIL_ASLEFT


def test_adjustment_says_what_and_both_settings(laboratory):
    laboratory.found()
    new = NewAdjustment(what="span", before="", after="20.000 mA")

    assert reasons_of(laboratory.plant.do, ITO, runs.adjust, RUN, new) == [
        "Say what was adjusted, and its setting before and after."
    ]


def test_each_adjustment_begins_another_attempt_and_the_earlier_readings_stay(laboratory):
    laboratory.found()
    laboratory.adjust()
    laboratory.read_all(AS_FOUND, phase=Phase.AS_LEFT)
    laboratory.adjust()
    assert "Not read yet: point 1" in reasons_of(laboratory.complete)[0]
    laboratory.read_all(AS_LEFT, phase=Phase.AS_LEFT)
    laboratory.complete()

    with laboratory.plant.read() as session:
        attempts = [row.attempt for row in session.scalars(select(CalibrationReading))]
    assert (attempts.count(0), attempts.count(1), attempts.count(2)) == (9, 9, 9)
    assert run_of(laboratory).verdict is RunVerdict.FAIL_ASFOUND_PASS_ASLEFT


def test_as_left_waits_for_the_decision_on_adjustment(laboratory):
    laboratory.found()

    assert reasons_of(laboratory.read, 1, "4.001", phase=Phase.AS_LEFT) == [
        "Record what was adjusted, or that nothing was, before it is read as left."
    ]
    assert reasons_of(laboratory.complete) == [
        "Record what was adjusted, or that nothing was, before the calibration is completed."
    ]


@pytest.mark.parametrize("act", [runs.lock_as_found, "adjust"])
def test_readings_that_the_device_still_keeps_stop_the_lock_and_the_adjustment(laboratory, act):
    laboratory.prepared()
    laboratory.read_all()
    given = (
        (RUN, 2) if act is runs.lock_as_found else (RUN, NewAdjustment(what="a", before="b", after="c"), 2)
    )
    if act == "adjust":
        laboratory.plant.do(ITO, runs.lock_as_found, RUN)
        act = runs.adjust

    assert reasons_of(laboratory.plant.do, ITO, act, *given) == [
        "2 reading(s) on this device are not saved. Wait until they are."
    ]


# units, points


@pytest.mark.parametrize(
    ("raw", "unit", "told"),
    [
        ("4.012", "", "has no unit. Write it with its unit, as 12.10 mA."),
        ("0.012", "bar", "The value is asked for in mA, not in"),
        ("4,012", "mA", "can be read in two ways"),
        ("4.0121", "mA", "has 4 decimals, the resolution is 0.001 mA"),
        ("", "mA", "Enter a number"),
        ("NaN", "mA", "is not a reading"),
    ],
)
def test_reading_that_is_no_number_in_its_unit_is_refused_in_a_sentence(laboratory, raw, unit, told):
    laboratory.prepared()

    assert told in refused_reading(laboratory, 1, raw, unit=unit)


def test_point_that_the_procedure_does_not_have_is_refused(laboratory):
    laboratory.prepared()

    assert reasons_of(laboratory.read, 10, "4.0") == ["The procedure has no point 10, reading 1."]


# standards and the room


@pytest.mark.requirement("CAL-25", "CAL-7")
def test_standard_due_yesterday_is_refused_where_it_is_scanned(on_both):
    on_both.plant.do(
        ITO,
        programme.record_certificate,
        certificate(
            CURRENT,
            "CURRENT",
            "mA",
            "0.003",
            "24",
            certificate="C-OLD",
            calibrated_on=date(2026, 10, 1),
            valid_until=date(2026, 11, 1),
        ),
    )
    on_both.begin()

    assert reasons_of(on_both.scan, RUN, CURRENT) == [
        (
            "A-0902 was valid until 2026-11-01 by certificate C-OLD; it was used on 2026-11-02. "
            "Use another standard (ISO/IEC 17025 6.5)."
        )
    ]


@pytest.mark.requirement("CAL-25")
def test_standard_that_becomes_invalid_is_refused_at_the_next_reading_and_at_signing(laboratory):
    laboratory.found(AS_LEFT)
    laboratory.adjust(nothing=True)
    laboratory.state(PRESSURE, Axis.CALIBRATION, "oot_open")

    assert reasons_of(laboratory.complete) == [
        "A-0901 calibration was out of tolerance when it was used. Use another standard."
    ]


@pytest.mark.requirement("CAL-7")
def test_chain_of_the_standard_is_frozen_into_the_run(laboratory):
    laboratory.prepared()

    with laboratory.plant.read() as session:
        used = standards_in_use(session, RUN)
    assert [link["asset"] for link in used["PRESSURE"].chain] == ["A-0901", "A-0900"]


@pytest.mark.parametrize(
    ("asset", "told"),
    [
        (PT, "is what is calibrated; it can't be its own standard."),
        (SENSOR, "has no certificate: it is no standard."),
        ("A-0900", "is a standard of class REFERENCE; the procedure asks for PRESSURE and CURRENT."),
    ],
)
def test_what_is_no_standard_for_it_is_refused(laboratory, asset, told):
    laboratory.begin()

    assert told in " ".join(reasons_of(laboratory.scan, RUN, asset))


def test_nothing_is_read_before_standards_and_room_are_on_record(laboratory):
    laboratory.begin()

    assert reasons_of(laboratory.read, 1, "4.012") == [
        "Scan a standard of class PRESSURE and CURRENT first.",
        "Record the temperature of the room first.",
    ]
    laboratory.scan()
    laboratory.room()
    laboratory.read(1, "4.012")
    assert reasons_of(laboratory.scan, RUN, CURRENT) == [
        "Readings were taken with the standards scanned. Make the calibration void and begin anew."
    ]


@pytest.mark.requirement("CAL-23")
def test_room_outside_the_procedure_stops_the_readings_until_it_is_read_inside(laboratory):
    laboratory.begin()
    laboratory.scan()
    laboratory.room(temperature="30 °C")

    assert reasons_of(laboratory.read, 1, "4.012") == [
        "The room is outside what the procedure allows: temperature 30 °C. Wait, then record it again."
    ]
    laboratory.room(temperature="25 °C")
    laboratory.read(1, "4.012")


@pytest.mark.requirement("CAL-23")
def test_room_is_read_by_a_sensor_in_calibration_and_in_its_unit(laboratory):
    laboratory.begin()
    with pytest.raises(NumberError, match="The sensor A-0901 is not known"):
        laboratory.room(sensor=PRESSURE)
    with pytest.raises(NumberError, match="asked for in °C, not in"):
        laboratory.room(temperature="70 F")
    with pytest.raises(NumberError, match="asks for no humidity"):
        laboratory.plant.do(ITO, taking.read_condition, RUN, "humidity", "50 %", SENSOR)


@pytest.mark.requirement("CAL-18")
def test_simple_acceptance_with_poor_standards_is_refused_before_the_first_reading(laboratory):
    number = laboratory.procedure(rule_id="ILAC-G8-SIMPLE", minimum_ratio=Decimal(20))
    laboratory.begin(procedure=number)
    laboratory.scan()
    laboratory.room()

    (told,) = reasons_of(laboratory.read, 1, "4.012")
    assert "The test uncertainty ratio is 15.84, below 20" in told


# who, when, by which limits


@pytest.mark.requirement("CAL-24")
def test_technician_without_the_training_does_not_calibrate(laboratory):
    number = laboratory.procedure(qualification="PRESSURE CALIBRATION")
    order = laboratory.order()

    assert reasons_of(laboratory.begin, order, number) == [
        (
            "K. Ito is not trained for PRESSURE CALIBRATION: no training is on record. "
            "Record the training on the page Training (/training)."
        )
    ]
    line = NewTraining(
        person=ITO.person,
        subject_kind=SubjectKind.QUALIFICATION,
        subject="PRESSURE CALIBRATION",
        version=None,
        trained_from=date(2026, 10, 1),
        valid_until=None,
        trainer="L. Weber",
        evidence="List 7",
    )
    sheet = NewSheet(lines=(line,))
    shown = lambda session: content_to_record(session, sheet)  # noqa: E731 -- one use
    laboratory.plant.do(BRANDT, record_training, sheet, shown=shown)
    laboratory.begin(order, number)
    laboratory.scan()
    laboratory.room()
    assert "N. Malik is not trained" in reasons_of(laboratory.read, 1, "4.012", actor=MALIK)[0]


@pytest.mark.requirement("ATK-42")
def test_limits_widened_after_a_failure_do_not_judge_it(laboratory):
    laboratory.found()
    wide = laboratory.function
    assert reasons_of(wide, reason="Wider.", version=1) == [
        "Calibration CAL-0001 of it is under way. Complete it before its limits change."
    ]
    laboratory.adjust(nothing=True, reason="Scrapped.")
    laboratory.complete()
    wide(reason="Wider.", process_tolerance=Decimal(5))
    assert run_of(laboratory).frozen["function"]["process_tolerance"] == "1.00"
    assert run_of(laboratory).verdict is RunVerdict.FAIL_ASLEFT


@pytest.mark.requirement("ATK-42", "CAL-22")
def test_due_date_and_out_of_tolerance_state_are_not_moved_by_hand(laboratory):
    laboratory.found()
    new = NewState(axis=Axis.CALIBRATION, value="in_cal", cause="asset", detail={"due_on": "2029-01-01"})

    assert reasons_of(laboratory.plant.do, ITO, begin_state, PT, new) == [
        "A-1203 is out of tolerance by calibration CAL-0001. Calibrate it anew, or take it out of service."
    ]


@pytest.mark.requirement("ATK-42")
def test_void_run_keeps_its_readings_and_the_state_it_began(laboratory):
    laboratory.found()
    assert "A reason is needed" in reasons_of(laboratory.plant.do, ITO, runs.void_run, RUN)[0]
    laboratory.plant.do(ITO, runs.void_run, RUN, reason="Wrong hose.")
    second = laboratory.prepared(ORDER)
    laboratory.read_all(AS_LEFT, run=second)
    laboratory.plant.do(ITO, runs.lock_as_found, second)
    laboratory.adjust(second, nothing=True)
    laboratory.complete(second)

    with laboratory.plant.read() as session:
        kept = session.scalars(select(CalibrationRun).order_by(CalibrationRun.id)).all()
        readings = all_readings(session, RUN)
    assert [run.verdict for run in kept] == [RunVerdict.VOID, RunVerdict.PASS]
    assert len(readings) == 9
    assert laboratory.word(Axis.CALIBRATION)[0] == "oot_open"


def test_order_for_something_else_or_not_begun_is_refused(laboratory):
    order = laboratory.raised(kind=OrderKind.CORRECTIVE)

    assert reasons_of(laboratory.begin, order) == [
        f"Work order {order} is not for a calibration. Raise one that is.",
        f"Work order {order} is requested. Start it first.",
    ]


def test_second_run_beside_one_under_way_is_refused(laboratory):
    laboratory.begin()

    assert reasons_of(laboratory.begin, ORDER) == [
        "Calibration CAL-0001 of it is under way. Complete it, or make it void first."
    ]


def test_superseded_procedure_is_refused(laboratory):
    laboratory.procedure(interval_days=365)

    assert reasons_of(laboratory.begin, None, PROCEDURE) == [
        "Procedure CP-PT.1 is superseded. Take the version in force."
    ]


def test_implausible_readings_are_flagged_and_not_changed(laboratory):
    exact = ("4.000", "8.000", "12.000", "16.000", "20.000", "16.000", "12.000", "8.000", "4.000")
    laboratory.found(exact)

    flags = run_of(laboratory).as_found_summary["flags"]
    assert flags == ["Every reading equals its nominal value.", "Every reading ends in the digit 0."]


# the order around it


def finish(laboratory):
    def shown(session):
        return order_content(order_facts(session, ORDER, laboratory.plant.now))

    laboratory.plant.do(ITO, orders.finish_order, ORDER, shown=shown)


@pytest.mark.requirement("G-160b4")
def test_calibration_order_is_not_finished_before_a_calibration_in_it_is_signed(laboratory):
    laboratory.found(AS_LEFT)
    laboratory.adjust(nothing=True)
    assert reasons_of(finish, laboratory) == [
        "No calibration in this order is completed and signed. Complete one, or cancel the order."
    ]
    laboratory.complete()
    finish(laboratory)


def test_technician_who_calibrated_does_not_review_the_order(laboratory):
    laboratory.calibrated(found=AS_LEFT)
    finish(laboratory)

    assert reasons_of(laboratory.plant.do, ITO, orders.begin_review, ORDER) != []
    laboratory.plant.do(MALIK, orders.begin_review, ORDER)
