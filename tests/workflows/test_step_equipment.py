"""Equipment in steps: judged at the start, frozen into what is signed, seen again at the end (211.188)."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from records.equipment.snapshot import snapshot_digest
from records.equipment.states import Axis, GmpImpact
from records.execution.models import EquipmentObservation, EquipmentUse, ScanAttempt, StepRun
from records.execution.states import ExceptionType, StepState
from records.procedure.outline import outline
from records.procedure.vocabulary import Severity
from tests.factories import BRANDT, SHARMA, reasons_of
from tests.syrup import BALANCE, ITO, METER, SALT, SUGAR, SYRUP, TANK, SyrupPlant, engine_master, issue_syrup
from workflows.batch.execution_owner import executed_batch
from workflows.equipment.commands import define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole
from workflows.execution.content import step_content
from workflows.execution.rules import equipment_is_in_what_is_signed
from workflows.execution.subjects import StepFacts

pytest_plugins = ("tests.stages", "tests.syrup_stages")

OVERDUE = f"PHM-01 ({METER}) calibration is overdue"


def measure(plant):
    """Enter the pH, which takes the meter into use unscanned."""
    plant.give("1.11/1", "ph", "6.0", actor=SHARMA)


# at the start


@pytest.mark.requirement("G-188b2")
@pytest.mark.requirement("FAIL-20")
def test_equipment_is_frozen_into_the_step_as_it_was(syrup):
    measure(syrup)

    use = syrup.one(EquipmentUse, part="1.11/1")
    assert (use.tag, use.asset, use.rule, use.verdict, use.used_by) == (
        "PHM-01",
        METER,
        "measuring",
        "allow",
        "p.sharma",
    )
    assert snapshot_digest(use.snapshot) == use.snapshot_digest


@pytest.mark.requirement("G-188b2")
@pytest.mark.requirement("P11-70-1")
def test_what_is_signed_holds_the_digest_of_the_equipments_state(syrup):
    measure(syrup)
    use = syrup.one(EquipmentUse, part="1.11/1")
    with syrup.read() as session:
        owner = executed_batch(session, SYRUP)
        now = step_content(session, owner, "1.11/1", "Europe/Dublin")
        session.expunge_all()
        changed = session.get(EquipmentUse, use.id)
        changed.snapshot_digest = "other"
        with session.no_autoflush:
            otherwise = step_content(session, owner, "1.11/1", "Europe/Dublin")
        session.rollback()

    assert f"Equipment PHM-01 ({METER}): allow" in now.text.splitlines()
    assert now.digest != otherwise.digest


@pytest.mark.requirement("ATK-41")
@pytest.mark.requirement("G-188b2")
def test_an_instrument_is_in_calibration_to_the_sites_midnight_and_not_a_minute_longer(syrup):
    syrup.now = datetime(2026, 11, 30, 23, 58, tzinfo=UTC)
    measure(syrup)
    in_time = syrup.state("1.11/1")
    syrup.sign("1.11/1", actor=SHARMA)

    assert in_time is StepState.IN_PROGRESS
    assert syrup.now == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    (told,) = syrup.exceptions()
    assert (told.exception_type, told.severity, told.blocks_execution) == (
        ExceptionType.RESOURCE,
        Severity.HIGH,
        True,
    )


@pytest.mark.requirement("ATK-41")
def test_an_instrument_overdue_by_a_minute_is_refused(syrup):
    syrup.now = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)

    attempt = syrup.denied(syrup.give, "1.11/1", "ph", "6.0", actor=SHARMA)

    assert OVERDUE in attempt.reasons
    assert syrup.rows(EquipmentUse) == []
    assert syrup.rows(StepRun) == []


@pytest.mark.requirement("ATK-41")
@pytest.mark.parametrize(
    ("axis", "value"),
    [
        (Axis.SERVICE, "out_of_service"),
        (Axis.SERVICE, "maintenance"),
        (Axis.CLEANING, "dirty"),
        (Axis.QUALITY, "quarantined"),
    ],
)
def test_equipment_that_is_failed_dirty_or_quarantined_starts_no_step(syrup, axis, value):
    syrup.begin(TANK, axis, value)

    reasons = reasons_of(syrup.start_timer, "3.1/1")

    assert len(reasons) == 1
    assert f"TNK-01 ({TANK})" in reasons[0]
    assert syrup.state("3.1/1") is None


@pytest.mark.requirement("ATK-41")
def test_equipment_whose_clean_hold_ran_out_starts_no_step(syrup):
    syrup.begin(TANK, Axis.CLEANING, "clean", clean_until="2026-11-03T12:00:00.000000Z")
    syrup.now = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    (reason,) = reasons_of(syrup.start_timer, "3.1/1")

    assert f"TNK-01 ({TANK})" in reason


@pytest.mark.requirement("ATK-41")
def test_a_role_that_no_asset_holds_starts_no_step(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup)
    spare = NewAsset(
        number="A-0199",
        title="Spare",
        maker="Maker",
        model="M-1",
        serial="S-199",
        gmp_impact=GmpImpact.DIRECT,
    )
    syrup.do(ITO, define_equipment, NewRole(tag="STORE-01", title="Store", equipment_class="store"))
    syrup.do(ITO, register_asset, spare)
    syrup.do(ITO, map_asset, METER, "STORE-01")

    assert reasons_of(measure, syrup) == [
        "No asset holds the role PHM-01. Map one to it before it is used (21 CFR 211.105(b))."
    ]


# scanned


@pytest.mark.requirement("P11-10h-1")
@pytest.mark.requirement("ATK-41")
def test_the_wrong_equipment_scanned_is_refused_and_stays_on_record(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")

    outcome = syrup.scan("2.1/1", "balance", "EQ:TNK-01")

    assert outcome.refused == ("TNK-01 was scanned; this step uses BAL-01.",)
    assert [row.raw for row in syrup.rows(ScanAttempt)] == ["EQ:TNK-01"]
    assert syrup.entries("2.1/1", "balance") == []


@pytest.mark.requirement("ATK-41")
def test_a_scanned_balance_that_is_overdue_is_refused(syrup):
    syrup.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")

    outcome = syrup.scan("2.1/1", "balance", "EQ:BAL-01")

    assert f"BAL-01 ({BALANCE}) calibration is overdue" in outcome.refused[0]
    assert syrup.rows(EquipmentUse, tag="BAL-01") == []


@pytest.mark.requirement("G-188b2")
def test_a_scanned_balance_is_taken_into_use_by_its_scan(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    before = syrup.rows(EquipmentUse)
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")

    assert before == []
    assert [row.tag for row in syrup.rows(EquipmentUse)] == ["BAL-01"]


@pytest.mark.requirement("FAIL-20")
def test_a_step_is_not_closed_before_its_equipment_was_identified(plant):
    syrup = SyrupPlant(plant.engine)
    wanted = "settings: {component: sugar, balance: BAL-01, portions: 2}"
    optional = f"{wanted}\n                fields: [{{name: balance, required: false}}]"
    issue_syrup(syrup, changes=[(wanted, optional)])
    syrup.scan("2.2/1", "lot", f"LOT:{SUGAR}")
    for number in ("1", "2"):
        syrup.give("2.2/1", f"tare.{number}", "0.100")
        syrup.give("2.2/1", f"gross.{number}", "2.100")
        syrup.label("2.2/1", int(number))

    assert reasons_of(syrup.sign, "2.2/1") == ["Scan the equipment first: BAL-01."]


@pytest.mark.requirement("P11-10h-1")
@pytest.mark.requirement("ATK-41")
def test_equipment_that_stands_in_another_room_is_refused(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(
        syrup,
        changes=[
            (
                "{role: PHM-01, title: pH meter, class: pH meter, room: M01}",
                "{role: PHM-01, title: pH meter, class: pH meter, room: D01}",
            )
        ],
    )

    assert reasons_of(measure, syrup) == ["PHM-01 stands in room M01; the master wants it in D01."]


# readings


@pytest.mark.requirement("P11-10h-1")
def test_a_reading_beyond_the_balance_is_kept_and_told(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.050")
    syrup.give("2.1/1", "gross.1", "12.001")

    (told,) = [row for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE]
    assert told.text == (
        f"Gross: 12.001 kg is more than BAL-01 ({BALANCE}) measures; its range ends at 12.000 kg."
    )
    assert syrup.values("2.1/1")["gross.1"] == "12.001"


@pytest.mark.requirement("P11-10h-1")
@pytest.mark.requirement("G-160b4")
def test_a_net_weight_too_small_for_its_balance_is_kept_and_told(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.050")
    before = syrup.exceptions()
    syrup.give("2.1/1", "gross.1", "0.149")

    told = [row.text for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE]
    assert before == []
    assert told == [f"Net: 0.099 kg is less than BAL-01 ({BALANCE}) measures; its range begins at 0.100 kg."]
    assert syrup.values("2.1/1")["net.1"] == "0.099"


COARSE = NewAsset(
    number="A-0198",
    title="Coarse balance",
    maker="Maker",
    model="M-2",
    serial="S-198",
    gmp_impact=GmpImpact.DIRECT,
    range_minimum=Decimal("0.100"),
    range_maximum=Decimal("12.000"),
    range_unit="kg",
    resolution=Decimal("0.005"),
)


def put_in_place(syrup, asset):
    syrup.do(ITO, register_asset, asset)
    syrup.do(ITO, map_asset, asset.number, "BAL-01")
    syrup.begin(asset.number, Axis.SERVICE, "available")
    syrup.begin(asset.number, Axis.CALIBRATION, "in_cal", due_on="2026-11-30")
    syrup.begin(asset.number, Axis.QUALITY, "released")
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")


@pytest.mark.requirement("P11-10h-1")
def test_a_reading_finer_than_the_balance_shows_is_kept_and_told(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(
        syrup,
        changes=[
            ("maximum: 12.000, unit: kg, resolution: 0.001", "maximum: 12.000, unit: kg, resolution: 0.005")
        ],
    )
    put_in_place(syrup, COARSE)
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.100")
    syrup.give("2.1/1", "gross.1", "5.103")

    (told,) = syrup.exceptions()
    assert told.text == ("Gross: 5.103 kg is finer than BAL-01 (A-0198) shows; its resolution is 0.005 kg.")


@pytest.mark.requirement("G-63")
@pytest.mark.requirement("ATK-41")
@pytest.mark.parametrize(
    ("otherwise", "told"),
    [
        ({}, "measures 0.100 to 12.000 kg by 0.005"),
        ({"resolution": Decimal("0.001"), "range_maximum": Decimal(6)}, "measures 0.100 to 6 kg by 0.001"),
        ({"resolution": Decimal("0.001"), "range_minimum": Decimal(1)}, "measures 1 to 12.000 kg by 0.001"),
        ({"resolution": Decimal("0.001"), "range_unit": "g"}, "measures 0.100 to 12.000 g by 0.001"),
        (
            dict.fromkeys(("range_minimum", "range_maximum", "range_unit", "resolution")),
            "has no measuring range on record",
        ),
    ],
)
def test_a_balance_that_does_not_measure_what_the_master_wants_is_refused(syrup, otherwise, told):
    put_in_place(syrup, replace(COARSE, **otherwise))

    outcome = syrup.scan("2.1/1", "balance", "EQ:BAL-01")

    assert outcome.refused == (f"BAL-01 (A-0198) {told}; the master wants 0.100 to 12.000 kg by 0.001.",)
    assert syrup.rows(EquipmentUse) == []


GRAMS = replace(
    COARSE,
    range_minimum=Decimal(100),
    range_maximum=Decimal(12000),
    range_unit="g",
    resolution=Decimal(1),
)


def weigh_on_grams(syrup, gross):
    """Weigh in kilograms on a balance whose range is on record in grams; return what is told of it."""
    put_in_place(syrup, GRAMS)
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.give("2.1/1", "tare.1", "0.050")
    syrup.give("2.1/1", "gross.1", gross)
    return [row.text for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE]


@pytest.mark.requirement("G-63")
@pytest.mark.requirement("P11-10h-1")
@pytest.mark.parametrize(
    ("gross", "told"),
    [
        ("12.000", []),
        ("12.001", ["Gross: 12.001 kg is more than BAL-01 (A-0198) measures; its range ends at 12000 g."]),
        ("0.149", ["Net: 0.099 kg is less than BAL-01 (A-0198) measures; its range begins at 100 g."]),
    ],
)
def test_a_range_in_grams_is_compared_with_a_reading_in_kilograms(syrup, gross, told):
    assert weigh_on_grams(syrup, gross) == told


USES_BALANCE = "                equipment: [{role: BAL-01, rule: measuring}]\n"


@pytest.mark.requirement("P11-10h-1")
def test_a_reading_in_a_unit_that_its_instrument_does_not_measure_is_refused(plant):
    syrup = SyrupPlant(plant.engine)
    field, step = "unit: mbar, decimals: 0", "                title: Vacuum\n"
    issue_syrup(syrup, changes=[(field, f"{field}, instrument: BAL-01"), (step, f"{step}{USES_BALANCE}")])

    (told,) = reasons_of(syrup.give, "1.3/1", "vacuum", "150")

    assert told == (
        f"Vacuum asks for mbar; BAL-01 ({BALANCE}) measures in kg, so the two can't be compared. "
        "Have the instrument's range or the master put right."
    )


@pytest.mark.requirement("G-63")
def test_equipment_of_another_class_than_the_masters_is_refused(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[("title: pH meter, class: pH meter", "title: pH meter, class: electrode")])

    assert reasons_of(measure, syrup) == ["PHM-01 is of the class pH meter; the master wants electrode."]


# before a signature

ASKED = """settings: {independent: true}
                fields: [{name: agreed, label: Agreed, expected: "yes"}]"""
OPTIONAL = """settings: {independent: true}
                equipment: [{role: PHM-01, rule: measuring}]
                fields: [{name: agreed, label: Agreed, expected: "yes", required: false}]"""


@pytest.mark.requirement("G-188b2")
def test_a_signature_that_would_not_cover_the_equipments_state_is_refused(plant):
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[(ASKED, OPTIONAL)])

    reasons = reasons_of(syrup.approve, "1.10/1")
    syrup.give("1.10/1", "agreed", "yes", actor=BRANDT)
    syrup.approve("1.10/1")

    assert reasons == [
        "Enter a value of step 1.10 first: it takes PHM-01 into use, so that you sign its state."
    ]
    assert syrup.state("1.10/1") is StepState.DONE


def test_a_signed_step_that_asks_for_nothing_and_uses_equipment_says_what_its_master_lacks():
    step = outline(engine_master((ASKED, OPTIONAL))).step("1.10")
    facts = StepFacts(
        owner=None,
        step=replace(step, fields=()),
        part="1.10/1",
        title="step 1.10",
        state=StepState.READY,
        waits_for=(),
        record=None,
        current={},
        untaken=["PHM-01"],
        next_requirement=step.signatures[0],
    )

    assert equipment_is_in_what_is_signed(facts, BRANDT) == (
        "Step 1.10 uses PHM-01 and asks for nothing, so its state is not in what would be signed. "
        "Leave the step out; its master must ask for a scan."
    )


# at the end


@pytest.mark.requirement("ATK-41")
@pytest.mark.requirement("G-188b2")
def test_equipment_that_became_dirty_during_the_step_is_told_at_its_end(syrup):
    syrup.start_timer("3.1/1")
    syrup.begin(TANK, Axis.CLEANING, "dirty")
    syrup.in_minutes(8)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    use, seen = syrup.one(EquipmentUse, part="3.1/1"), syrup.one(EquipmentObservation)
    (told,) = syrup.exceptions()
    assert (use.verdict, seen.verdict, seen.use_id, seen.occasion) == (
        "allow",
        "block",
        use.id,
        "end of step",
    )
    assert snapshot_digest(seen.snapshot) == seen.snapshot_digest
    assert (told.exception_type, told.step_part) == (ExceptionType.RESOURCE, "3.1/1")
    assert told.text.startswith(f"At the end of the step: TNK-01 ({TANK})")


@pytest.mark.requirement("ATK-41")
@pytest.mark.requirement("G-63")
def test_a_balance_exchanged_during_the_step_for_a_coarser_one_is_told_at_its_end(syrup):
    syrup.weigh("2.2/1", SUGAR, "2.000", "2.000")
    put_in_place(syrup, COARSE)
    syrup.sign("2.2/1")

    (told,) = syrup.exceptions()
    assert told.text == (
        "At the end of the step: BAL-01 (A-0198) measures 0.100 to 12.000 kg by 0.005; "
        "the master wants 0.100 to 12.000 kg by 0.001."
    )


@pytest.mark.requirement("ATK-41")
def test_nothing_goes_on_until_a_supervisor_assessed_equipment_that_failed(syrup):
    syrup.start_timer("3.1/1")
    syrup.begin(TANK, Axis.CLEANING, "dirty")
    syrup.in_minutes(8)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    assert reasons_of(syrup.give, "1.1/1", "temperature", "22.4") == ["A supervisor must first assess E-1."]


def test_equipment_still_in_order_is_seen_again_and_no_exception(syrup):
    syrup.start_timer("3.1/1")
    syrup.in_minutes(10)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    assert [row.verdict for row in syrup.rows(EquipmentObservation)] == ["allow"]
    assert syrup.exceptions() == []


@pytest.mark.requirement("G-188b2")
def test_what_is_learnt_later_changes_nothing_that_was_frozen(syrup):
    measure(syrup)
    before = syrup.one(EquipmentUse, part="1.11/1").snapshot
    syrup.begin(METER, Axis.CALIBRATION, "oot_open")
    syrup.wait(days=1)

    assert syrup.one(EquipmentUse, part="1.11/1").snapshot == before
    assert "oot_open" not in before
