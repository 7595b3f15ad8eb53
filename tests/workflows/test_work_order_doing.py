"""What a technician records beside the steps of an order: time, parts never below zero, failure codes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from records.material.queries import lot_by_number
from records.material.states import LotState
from records.work_order.failure_codes import BY_CLASS, GENERAL, codes_for
from records.work_order.queries import failure_of, labour_of, parts_of
from tests.factories import BRANDT, DUBOIS, ITO, reasons_of
from tests.shop import MALIK, ORDER, STREAM
from workflows.material.commands import define_material, receive_lot, set_lot_status
from workflows.material.contents import lot_content
from workflows.material.facts import NewLot, NewMaterial
from workflows.work_order import commands as orders
from workflows.work_order import doing

pytest_plugins = ("tests.stages",)
SEALS = "26-310"


@pytest.fixture
def seals(shop):
    """Ten punch-bore seals, released."""
    material = NewMaterial(code="P-3107", title="Punch-bore seal", unit="piece", material_class="spare part")
    shop.plant.do(DUBOIS, define_material, material)
    new = NewLot(number=SEALS, material="P-3107", quantity=Decimal(10), unit="piece")
    with shop.plant.act(DUBOIS) as work:
        content = lot_content(receive_lot(work, new))
    with shop.plant.act(BRANDT, signs=content) as work:
        set_lot_status(work, SEALS, LotState.RELEASED)
    shop.started()
    return shop


def balance(shop):
    with shop.plant.read() as session:
        return lot_by_number(session, SEALS).balance


def test_part_is_taken_from_its_lot(seals):
    seals.plant.do(ITO, doing.use_part, ORDER, SEALS, Decimal(4))

    assert balance(seals) == Decimal(6)
    with seals.plant.read() as session:
        assert [(one.material, one.quantity) for one in parts_of(session, STREAM)] == [("P-3107", Decimal(4))]


def test_stock_never_goes_below_zero(seals):
    assert reasons_of(seals.plant.do, ITO, doing.use_part, ORDER, SEALS, Decimal(11)) == [
        "LOT 26-310 holds 10 piece; 11 piece can't be taken from it."
    ]
    assert balance(seals) == Decimal(10)


def test_nothing_and_less_than_nothing_can_not_be_used(seals):
    for quantity in (Decimal(0), Decimal(-1)):
        assert reasons_of(seals.plant.do, ITO, doing.use_part, ORDER, SEALS, quantity)
    assert balance(seals) == Decimal(10)


def test_part_of_a_lot_on_hold_is_not_used(seals):
    with seals.plant.read() as session:
        content = lot_content(lot_by_number(session, SEALS))
    with seals.plant.act(BRANDT, reason="Complaint.", signs=content) as work:
        set_lot_status(work, SEALS, LotState.ON_HOLD)

    assert "on hold" in " ".join(reasons_of(seals.plant.do, ITO, doing.use_part, ORDER, SEALS, Decimal(1)))


def test_time_runs_for_each_person_by_the_servers_clock(shop):
    shop.started()
    shop.plant.do(ITO, doing.start_time, ORDER)
    shop.plant.do(MALIK, doing.start_time, ORDER)
    shop.plant.now += timedelta(hours=2)
    shop.plant.do(ITO, doing.stop_time, ORDER)

    with shop.plant.read() as session:
        mine, other = labour_of(session, STREAM)
    assert mine.stopped_at - mine.started_at == timedelta(hours=2, minutes=2)
    assert other.stopped_at is None


def test_time_is_not_started_twice_nor_stopped_when_it_does_not_run(shop):
    shop.started()
    assert reasons_of(shop.plant.do, ITO, doing.stop_time, ORDER) == [
        "The time of K. Ito does not run. Start it first."
    ]
    shop.plant.do(ITO, doing.start_time, ORDER)
    assert reasons_of(shop.plant.do, ITO, doing.start_time, ORDER) == ["The time of K. Ito runs already."]


def test_work_is_not_done_while_a_time_runs_or_the_failure_is_not_told(shop):
    shop.started()
    shop.plant.do(ITO, doing.start_time, ORDER)
    shop.work_through()
    shop.check()

    assert reasons_of(shop.sign, ITO, orders.finish_order) == [
        "Say what failed: its mode, mechanism and cause.",
        "Stop the time of k.ito first.",
    ]


def test_failure_is_told_in_the_codes_of_its_class(shop):
    shop.started()
    assert reasons_of(shop.tell_failure, mode="XYZ")[0].startswith(
        "XYZ is no mode of this class. Choose one of BRD"
    )
    shop.tell_failure()
    shop.tell_failure(cause="MAI", text="Fitted without grease.")

    with shop.plant.read() as session:
        told = failure_of(session, STREAM)
    assert (told.version, told.words) == (2, "punch seal leaks, mechanical, maintenance")


def test_downtime_does_not_end_before_it_begins(shop):
    shop.started()
    now = shop.plant.now

    assert reasons_of(shop.tell_failure, down_from=now, down_until=now - timedelta(hours=1)) == [
        "The asset can't have been up again before it was down."
    ]


def test_class_without_codes_of_its_own_takes_the_general_ones():
    assert codes_for("autoclave") is codes_for(None) is GENERAL
    assert codes_for("tablet press") is BY_CLASS["tablet press"]
    assert all(set(one.mechanisms) == set(GENERAL.mechanisms) for one in BY_CLASS.values())
