"""Orders: planned in the master's range, released by an effective master, one batch each."""

from datetime import timedelta
from decimal import Decimal
from threading import Thread

import pytest

from records.batch.queries import batch_by_number, batch_of_order, order_by_number, orders
from records.batch.states import BatchState, OrderState
from records.errors import RecordNotFoundError
from records.listing import Listing
from records.personnel.states import Role
from tests.factories import BATCH, BRANDT, DUBOIS, MASTER, REYES, person, reasons_of, small_master
from workflows.batch import commands as batches
from workflows.batch.facts import NewOrder
from workflows.procedure import commands as masters

pytest_plugins = ("tests.stages",)
SUPERVISOR = person("t.novak", "T. Novak", Role.SUPERVISOR)


def order_of(quantity="10.000", unit="kg", **more):
    return NewOrder(master=MASTER, quantity=Decimal(quantity), unit=unit, **more)


def state(plant, number="PO-0001"):
    with plant.read() as session:
        return order_by_number(session, number).state


def test_orders_are_numbered_in_their_own_series(mastered):
    numbers = [mastered.do(DUBOIS, batches.plan_order, order_of()).number for _ in range(3)]

    assert numbers == ["PO-0001", "PO-0002", "PO-0003"]


def test_orders_planned_at_the_same_moment_get_numbers_of_their_own(mastered):
    planned = []

    def plan():
        planned.append(mastered.do(DUBOIS, batches.plan_order, order_of()).number)

    threads = [Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(planned) == ["PO-0001", "PO-0002", "PO-0003", "PO-0004"]


def test_order_may_bring_a_number_of_its_own_but_not_a_taken_one(mastered):
    mastered.do(DUBOIS, batches.plan_order, order_of(number="SAP-4711"))

    assert reasons_of(mastered.do, DUBOIS, batches.plan_order, order_of(number="SAP-4711")) == [
        "Order SAP-4711 exists already."
    ]


@pytest.mark.parametrize(
    ("quantity", "unit", "reason"),
    [
        ("4.999", "kg", "The master is written for 5.000 to 10.000 kg; 4.999 kg is outside."),
        ("10.001", "kg", "The master is written for 5.000 to 10.000 kg; 10.001 kg is outside."),
        ("10000", "g", "The master's batch size is in kg, not in g."),
    ],
)
def test_order_outside_the_masters_range_is_refused(mastered, quantity, unit, reason):
    assert reasons_of(mastered.do, DUBOIS, batches.plan_order, order_of(quantity, unit)) == [reason]


def test_order_names_a_master_that_exists(mastered):
    with pytest.raises(RecordNotFoundError):
        mastered.do(DUBOIS, batches.plan_order, NewOrder(master="MBR-1", quantity=Decimal(1), unit="kg"))


@pytest.mark.requirement("P11-10g-1")
def test_operator_plans_no_orders(mastered):
    assert reasons_of(mastered.do, REYES, batches.plan_order, order_of()) == [
        "A. Reyes is not authorised to plan production orders."
    ]


def test_order_is_released_only_by_a_master_in_force(plant):
    plant.approved_master()
    plant.do(DUBOIS, batches.plan_order, order_of())

    assert reasons_of(plant.do, DUBOIS, batches.release_order, "PO-0001") == [
        "Master MBR-0100.1 is not effective now: it is approved."
    ]


def test_order_is_not_released_before_its_masters_date(plant):
    plant.approved_master()
    tomorrow = plant.now + timedelta(days=1)
    plant.do(BRANDT, masters.make_effective, MASTER, tomorrow)
    plant.do(DUBOIS, batches.plan_order, order_of())

    early = reasons_of(plant.do, DUBOIS, batches.release_order, "PO-0001")
    plant.now = tomorrow
    plant.do(DUBOIS, batches.release_order, "PO-0001")

    assert early == ["Master MBR-0100.1 is not effective now: it is effective."]
    assert state(plant) is OrderState.RELEASED


def test_cancelled_order_takes_a_reason_and_makes_no_batch(mastered):
    number = mastered.released_order()

    without = reasons_of(mastered.do, DUBOIS, batches.cancel_order, number)
    mastered.do(DUBOIS, batches.cancel_order, number, reason="No demand.")

    assert without == ["A reason is needed to cancel the order."]
    assert reasons_of(mastered.do, DUBOIS, batches.create_batch, number) == [
        "Cannot create the batch: order PO-0001 is cancelled."
    ]


def test_batch_gets_its_number_when_it_is_created_and_its_order_is_in_progress(mastered):
    number = mastered.released_order()

    batch = mastered.do(SUPERVISOR, batches.create_batch, number)

    with mastered.read() as session:
        made = batch_of_order(session, number)
    assert (batch.number, batch.state, made.stream) == (BATCH, BatchState.CREATED, "batch/BU-0001")
    assert state(mastered) is OrderState.IN_PROGRESS


def test_one_order_makes_one_batch(mastered):
    number = mastered.released_order()
    mastered.do(DUBOIS, batches.create_batch, number)

    assert reasons_of(mastered.do, DUBOIS, batches.create_batch, number) == [
        "Cannot create the batch: order PO-0001 is in progress."
    ]


def test_batch_number_is_never_given_twice(mastered):
    mastered.do(DUBOIS, batches.create_batch, mastered.released_order(), "BU-0007")

    taken = reasons_of(mastered.do, DUBOIS, batches.create_batch, mastered.released_order(), "BU-0007")
    following = mastered.do(DUBOIS, batches.create_batch, "PO-0002")

    assert (taken, following.number) == (["Batch BU-0007 exists already."], "BU-0008")


def test_master_without_numbering_asks_for_a_number(plant):
    plant.effective_master(small_master(("numbering: {prefix: BU-, digits: 4}\n", "")))
    number = plant.released_order()

    assert reasons_of(plant.do, DUBOIS, batches.create_batch, number) == [
        "Master MBR-0100.1 does not say how its batches are numbered. Give a number."
    ]


def test_list_of_orders_is_searched_filtered_sorted_and_paged(mastered):
    for quantity in ("6.000", "7.000", "8.000"):
        mastered.do(DUBOIS, batches.plan_order, order_of(quantity))
    mastered.do(DUBOIS, batches.release_order, "PO-0002")

    with mastered.read() as session:
        searched = orders(session, Listing(search="mbr 0003"))
        filtered = orders(session, Listing(filters={"state": ["released"]}))
        paged = orders(session, Listing(sort="-number", page=2, size=2))

    assert [row.number for row in searched.rows] == ["PO-0003"]
    assert [row.number for row in filtered.rows] == ["PO-0002"]
    assert ([row.number for row in paged.rows], paged.total, paged.pages) == (["PO-0001"], 3, 2)


def test_created_batch_is_found_by_number_only_once_committed(mastered):
    number = mastered.released_order()

    with mastered.act(DUBOIS) as work:
        batches.create_batch(work, number)
        with mastered.read() as session:
            before = batch_by_number(session, BATCH)
    with mastered.read() as session:
        after = batch_by_number(session, BATCH)

    assert (before, after.number) == (None, BATCH)
