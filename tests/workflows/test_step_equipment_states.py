"""What a step does to its equipment stands on the asset's own axes, in the same transaction (211.105)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from records.equipment.models import StateInterval
from records.equipment.states import Axis
from records.execution.models import EquipmentObservation, EquipmentUse
from records.execution.states import ExceptionType
from records.procedure.models import ProcedureVersion
from records.times import to_text
from tests.factories import REYES, SHARMA, reasons_of
from tests.syrup import (
    BALANCE,
    KETTLE,
    METER,
    OKAFOR,
    SALT,
    STREAM,
    SYRUP,
    TANK,
    SyrupPlant,
    another_batch,
    issue_syrup,
)
from workflows.equipment.commands import change_state_within, lock_assets
from workflows.equipment.facts import NewState
from workflows.execution.commands import enter_value
from workflows.execution.given import Given
from workflows.perform import Changes, RefusedError

pytest_plugins = ("tests.stages", "tests.syrup_stages")

HOLDS = {"batch": SYRUP, "product": "SYR-10", "phase": "Mix and hold"}
BOILS = HOLDS | {"phase": "Boil"}


def standing(plant, asset, axis):
    """The word and detail in force on an axis."""
    with plant.read() as session:
        found = session.scalars(
            select(StateInterval).where(
                StateInterval.asset == asset, StateInterval.axis == axis, StateInterval.to_at.is_(None)
            )
        ).one_or_none()
    return (found.value, found.detail) if found else None


def words(plant, asset, axis):
    """Every word an axis has had, in order."""
    return [row.value for row in plant.rows(StateInterval, asset=asset, axis=axis)]


def other_batch(syrup):
    with syrup.read() as session:
        master = session.scalars(select(ProcedureVersion.number)).one()
    return another_batch(syrup, master)


def boil(syrup, batch=SYRUP, *, actor=OKAFOR):
    """Enter the boiling, which takes the kettle into use unscanned."""
    syrup.at_step(enter_value, "9.3/1", "done", Given(raw="yes"), actor=actor, batch=batch)


def put_into(syrup, asset, word, batch):
    """Change what an asset holds behind the back of the batch that used it."""
    new = NewState(axis=Axis.CONTENT, value=word, cause=f"batch/{batch} 3.1/1", detail={"batch": batch})
    with syrup.act(REYES) as work:
        locked = lock_assets(work.session, [asset])[asset]
        change_state_within(Changes(work, locked.stream), work, locked, new)


def boil_again(syrup):
    """Correct the boiling after it was completed, and complete it again."""
    syrup.amend("9.3/1", "done", "yes", actor=OKAFOR, reason="Boiled again.")
    syrup.complete_step("9.3/1", actor=OKAFOR)


def clean_kettle(syrup):
    """Clean the kettle, signed and verified."""
    syrup.give("9.1/1", "done", "yes")
    syrup.sign("9.1/1")
    syrup.verify("9.1/1")


# in use


@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("G-182")
def test_equipment_is_in_use_by_its_step_until_the_step_ends(syrup):
    syrup.start_timer("3.1/1")
    during = standing(syrup, TANK, Axis.SERVICE)
    syrup.in_minutes(10)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    assert during == ("in_use", {"steps": [f"{STREAM} 3.1/1"]})
    assert standing(syrup, TANK, Axis.SERVICE) == ("available", {})


def test_a_balance_used_by_two_steps_at_once_is_in_use_until_both_end(syrup):
    syrup.scan("2.1/1", "lot", f"LOT:{SALT}")
    syrup.scan("2.1/1", "balance", "EQ:BAL-01")
    syrup.weigh("2.2/1", "26-102", "2.000", "2.000")
    both = standing(syrup, BALANCE, Axis.SERVICE)
    syrup.sign("2.2/1")
    one = standing(syrup, BALANCE, Axis.SERVICE)

    assert both == ("in_use", {"steps": [f"{STREAM} 2.1/1", f"{STREAM} 2.2/1"]})
    assert one == ("in_use", {"steps": [f"{STREAM} 2.1/1"]})


def test_a_step_left_out_lets_go_of_its_equipment(syrup):
    syrup.start_timer("3.1/1")
    syrup.leave_out("3.1/1")

    assert standing(syrup, TANK, Axis.SERVICE) == ("available", {})


def test_an_asset_taken_out_of_service_during_the_step_stays_out(syrup):
    syrup.start_timer("3.1/1")
    with pytest.raises(RefusedError) as refused:
        syrup.begin(TANK, Axis.SERVICE, "out_of_service")
    syrup.begin(TANK, Axis.SERVICE, "out_of_service", reason="The motor stopped.")
    syrup.in_minutes(8)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    used = f"{TANK} is in use by {STREAM} 3.1/1."
    assert refused.value.reasons == [f"{used} Give the reason why it is out of service now."]
    assert standing(syrup, TANK, Axis.SERVICE) == ("out_of_service", {})
    assert [row.exception_type for row in syrup.exceptions()] == [ExceptionType.RESOURCE]


def test_a_step_that_only_looks_at_equipment_changes_nothing_of_it(syrup):
    clean_kettle(syrup)
    before = len(syrup.rows(StateInterval, asset=KETTLE))
    syrup.scan("9.2/1", "ket_01", "EQ:KET-01")
    syrup.sign("9.2/1")

    assert len(syrup.rows(StateInterval, asset=KETTLE)) == before
    assert [use.tag for use in syrup.rows(EquipmentUse, part="9.2/1")] == ["KET-01"]


def test_a_refused_step_leaves_no_trace_on_the_axes(syrup):
    syrup.begin(TANK, Axis.CLEANING, "dirty")
    before = len(syrup.rows(StateInterval))

    reasons = reasons_of(syrup.start_timer, "3.1/1")

    assert len(reasons) == 1
    assert len(syrup.rows(StateInterval)) == before


# content, and dirty after use


@pytest.mark.requirement("G-105a")
def test_what_touches_product_holds_the_batch_from_its_first_use(syrup):
    syrup.start_timer("3.1/1")

    assert standing(syrup, TANK, Axis.CONTENT) == ("holds", HOLDS)
    assert standing(syrup, TANK, Axis.CLEANING)[0] == "clean"


@pytest.mark.requirement("G-105a")
def test_an_instrument_holds_nothing(syrup):
    syrup.give("1.11/1", "ph", "6.0", actor=SHARMA)

    assert standing(syrup, METER, Axis.CONTENT) is None
    assert standing(syrup, METER, Axis.SERVICE) == ("in_use", {"steps": [f"{STREAM} 1.11/1"]})


@pytest.mark.requirement("G-67a")
@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("ATK-41")
def test_equipment_is_dirty_and_empty_after_the_operations_that_use_it_and_starts_no_other_batch(syrup):
    other = other_batch(syrup)
    clean_kettle(syrup)
    boil(syrup)
    during = standing(syrup, KETTLE, Axis.CONTENT)
    syrup.complete_step("9.3/1", actor=OKAFOR)
    before = (standing(syrup, KETTLE, Axis.CONTENT), standing(syrup, KETTLE, Axis.CLEANING)[0])
    syrup.scan("9.2/1", "ket_01", "EQ:KET-01")
    syrup.sign("9.2/1")
    syrup.verify("9.2/1")

    assert during == ("holds", BOILS)
    assert before == (("holds", BOILS), "clean")
    assert standing(syrup, KETTLE, Axis.CONTENT) == ("empty", {})
    assert standing(syrup, KETTLE, Axis.CLEANING) == ("dirty", {"batch": SYRUP, "product": "SYR-10"})
    (reason,) = reasons_of(boil, syrup, other)
    assert reason.startswith(f"KET-01 ({KETTLE}) cleaning is dirty since ")


@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("ATK-41")
def test_equipment_that_holds_another_batch_starts_no_step(syrup):
    other = other_batch(syrup)
    boil(syrup)
    since = syrup.now

    told = f"KET-01 ({KETTLE}) holds batch {SYRUP} since {since:%Y-%m-%d %H:%M} (Europe/Dublin)"
    assert reasons_of(boil, syrup, other) == [f"{told}; empty and clean it first (21 CFR 211.105(a))."]


def test_the_batch_that_an_asset_holds_goes_on_using_it(syrup):
    syrup.start_timer("3.1/1")
    syrup.in_minutes(10)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")
    syrup.weighed()
    syrup.scan("2.3/1", "vessel", "EQ:TNK-01")

    assert standing(syrup, TANK, Axis.CONTENT) == ("holds", HOLDS | {"phase": "Charge"})


@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("ATK-41")
def test_equipment_that_became_another_batchs_during_the_step_is_told_at_its_end(syrup):
    other = other_batch(syrup)
    syrup.start_timer("3.1/1")
    put_into(syrup, TANK, "holds", other)
    since = syrup.now
    syrup.in_minutes(9)
    syrup.stop_timer("3.1/1")
    syrup.complete_step("3.1/1")

    (told,) = syrup.exceptions()
    held = f"TNK-01 ({TANK}) holds batch {other} since {since:%Y-%m-%d %H:%M} (Europe/Dublin)"
    assert (told.exception_type, told.step_part) == (ExceptionType.RESOURCE, "3.1/1")
    assert told.text == f"At the end of the step: {held}; empty and clean it first (21 CFR 211.105(a))."


@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("ATK-41")
def test_another_batch_in_the_equipment_is_told_when_the_step_is_signed_again(syrup):
    other = other_batch(syrup)
    boil(syrup)
    syrup.complete_step("9.3/1", actor=OKAFOR)
    put_into(syrup, KETTLE, "holds", other)
    since = syrup.now
    boil_again(syrup)

    told = [row.text for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE]
    held = f"KET-01 ({KETTLE}) holds batch {other} since {since:%Y-%m-%d %H:%M} (Europe/Dublin)"
    assert told == [
        f"When the step was signed again: {held}; empty and clean it first (21 CFR 211.105(a)).",
    ]


@pytest.mark.requirement("G-105a")
def test_equipment_emptied_before_another_batch_took_it_is_no_exception_when_signed_again(syrup):
    other = other_batch(syrup)
    boil(syrup)
    syrup.complete_step("9.3/1", actor=OKAFOR)
    put_into(syrup, KETTLE, "empty", other)
    put_into(syrup, KETTLE, "holds", other)
    boil_again(syrup)

    assert [row for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE] == []


# by hand

IN_USE = f"{TANK} is in use by {STREAM} 3.1/1."
BEFORE = f"Complete or leave out the step before {TANK} is cleaned."
HELD = f"{TANK} holds batch {SYRUP}, which is under way."


@pytest.mark.requirement("G-67a")
@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("ATK-41")
@pytest.mark.parametrize(
    ("axis", "value", "detail", "told"),
    [
        (
            Axis.CONTENT,
            "empty",
            {},
            [f"{HELD} Complete or leave out its steps that use {TANK}; then it is empty."],
        ),
        (
            Axis.CONTENT,
            "holds",
            {"batch": "SY-0002"},
            [
                f"{HELD} Complete or leave out its steps that use {TANK}; then it is empty.",
                f"No step of batch SY-0002 has used {TANK}. Scan {TANK} in the step that uses it.",
            ],
        ),
        (
            Axis.CLEANING,
            "clean",
            {"clean_until": "2026-12-31T00:00:00.000000Z"},
            [
                f"{TANK} holds batch {SYRUP}; it can't be clean. Empty it first (21 CFR 211.105(a)).",
                f"{IN_USE} {BEFORE}",
            ],
        ),
        (Axis.CLEANING, "in_cleaning", {}, [f"{IN_USE} {BEFORE}"]),
        (
            Axis.SERVICE,
            "available",
            {},
            [f"{IN_USE} It is available when the step is completed or left out."],
        ),
    ],
)
def test_no_hand_says_otherwise_of_what_a_running_batch_uses(syrup, axis, value, detail, told):
    other_batch(syrup)
    syrup.start_timer("3.1/1")
    before = [standing(syrup, TANK, one) for one in Axis]

    with pytest.raises(RefusedError) as refused:
        syrup.begin(TANK, axis, value, **detail)

    assert refused.value.reasons == told
    assert [standing(syrup, TANK, one) for one in Axis] == before


# corrections


@pytest.mark.requirement("G-105a")
def test_a_correction_after_the_end_takes_nothing_into_use_again(syrup):
    syrup.give("1.11/1", "ph", "6.0", actor=SHARMA)
    syrup.sign("1.11/1", actor=SHARMA)
    syrup.amend("1.11/1", "ph", "6.1", actor=SHARMA)
    syrup.sign("1.11/1", actor=SHARMA)

    assert words(syrup, METER, Axis.SERVICE) == ["available", "in_use", "available"]
    assert [row.occasion for row in syrup.rows(EquipmentObservation)] == ["end of step"]


@pytest.mark.requirement("G-105a")
def test_signing_again_after_the_asset_went_on_to_other_work_is_no_exception(syrup):
    syrup.give("1.11/1", "ph", "6.0", actor=SHARMA)
    syrup.sign("1.11/1", actor=SHARMA)
    syrup.begin(METER, Axis.SERVICE, "maintenance")
    syrup.amend("1.11/1", "ph", "6.1", actor=SHARMA)
    syrup.sign("1.11/1", actor=SHARMA)

    assert [row for row in syrup.exceptions() if row.exception_type is ExceptionType.RESOURCE] == []


@pytest.mark.requirement("G-105a")
@pytest.mark.requirement("G-182")
def test_a_scan_corrected_to_other_equipment_undoes_the_first_use(plant):
    syrup = SyrupPlant(plant.engine)
    wanted = "title: Moisture, text: Measure., fields: ["
    issue_syrup(
        syrup, changes=[(wanted, f"{wanted}{{name: vessel, kind: scan, label: Vessel, what: equipment}}, ")]
    )
    syrup.scan("4.1/1", "vessel", "EQ:TNK-01")
    wrong = standing(syrup, TANK, Axis.SERVICE)
    syrup.amend("4.1/1", "vessel", "EQ:KET-01")

    assert wrong == ("in_use", {"steps": [f"{STREAM} 4.1/1"]})
    assert standing(syrup, TANK, Axis.SERVICE) == ("available", {})
    assert standing(syrup, KETTLE, Axis.SERVICE) == ("in_use", {"steps": [f"{STREAM} 4.1/1"]})
    assert [row.tag for row in syrup.rows(EquipmentUse)] == ["TNK-01", "KET-01"]
    assert [row.occasion for row in syrup.rows(EquipmentObservation)] == ["scanned by mistake"]


# cleaning


@pytest.mark.requirement("G-67b")
@pytest.mark.requirement("G-182")
def test_a_step_that_cleans_makes_its_equipment_clean_once_it_is_closed(syrup):
    syrup.begin(KETTLE, Axis.CLEANING, "dirty")
    syrup.give("9.1/1", "done", "yes")
    during = standing(syrup, KETTLE, Axis.CLEANING)
    syrup.sign("9.1/1")
    ended_at = syrup.now
    signed = standing(syrup, KETTLE, Axis.CLEANING)
    syrup.verify("9.1/1")

    until = to_text(ended_at + timedelta(hours=24))
    assert (during, signed) == (("in_cleaning", {}), ("in_cleaning", {}))
    assert standing(syrup, KETTLE, Axis.CLEANING) == (
        "clean",
        {"clean_until": until, "product_family": "syrups"},
    )
    assert standing(syrup, KETTLE, Axis.CONTENT) == ("empty", {})


@pytest.mark.requirement("G-67b")
def test_a_cleaning_corrected_after_it_was_verified_counts_only_when_verified_again(syrup):
    clean_kettle(syrup)
    clean = standing(syrup, KETTLE, Axis.CLEANING)
    syrup.amend("9.1/1", "done", "yes")
    corrected = standing(syrup, KETTLE, Axis.CLEANING)
    syrup.sign("9.1/1")
    syrup.verify("9.1/1")

    assert corrected == ("in_cleaning", {})
    assert standing(syrup, KETTLE, Axis.CLEANING) == clean


def test_a_cleaning_left_out_half_way_leaves_dirty(syrup):
    syrup.give("9.1/1", "done", "yes")
    syrup.leave_out("9.1/1")

    assert standing(syrup, KETTLE, Axis.CLEANING) == ("dirty", {})


def test_a_cleaning_verified_after_its_hold_ran_out_leaves_dirty(syrup):
    syrup.give("9.1/1", "done", "yes")
    syrup.sign("9.1/1")
    syrup.wait(hours=24)
    syrup.verify("9.1/1")

    assert standing(syrup, KETTLE, Axis.CLEANING) == ("dirty", {})


@pytest.mark.requirement("G-67b")
@pytest.mark.requirement("ATK-41")
@pytest.mark.parametrize(
    ("detail", "told"),
    [({"product_family": "creams"}, "was cleaned for creams"), ({}, "was cleaned for no family of products")],
)
def test_a_cleaning_for_another_family_of_products_is_refused(syrup, detail, told):
    syrup.begin(KETTLE, Axis.CLEANING, "clean", clean_until="2026-12-31T00:00:00.000000Z", **detail)

    outcome = syrup.scan("9.2/1", "ket_01", "EQ:KET-01")

    assert outcome.refused == (f"KET-01 ({KETTLE}) {told}; this step wants it cleaned for syrups.",)


@pytest.mark.requirement("G-67b")
@pytest.mark.requirement("ATK-41")
def test_a_cleaning_longer_ago_than_the_step_allows_is_refused(syrup):
    clean_kettle(syrup)
    since = syrup.now
    syrup.wait(hours=12, minutes=-1)
    in_time = syrup.scan("9.2/1", "ket_01", "EQ:KET-01")
    other = other_batch(syrup)

    late = syrup.at_step(enter_value, "9.2/1", "ket_01", Given(raw="EQ:KET-01"), batch=other)

    told = f"KET-01 ({KETTLE}) was cleaned {since:%Y-%m-%d %H:%M} (Europe/Dublin)"
    assert in_time.refused == ()
    assert late.refused == (f"{told}; this step allows 12 hours. Clean it again.",)
