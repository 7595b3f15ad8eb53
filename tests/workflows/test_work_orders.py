"""Work orders: from a request to a signed return to service, every gate on the way, none from a form."""

from datetime import timedelta

import pytest

from records.equipment.queries import asset_by_number
from records.equipment.states import Axis, GmpImpact
from records.work_order.queries import order_by_number
from records.work_order.states import Demand, OrderKind, SourceKind, WorkOrderState
from signatures.meaning import Meaning
from tests.factories import BRANDT, DUBOIS, ITO, NOVAK, REYES, person, reasons_of
from tests.shop import MALIK, ORDER, PRESS, PROCEDURE, Shop
from workflows.batch import commands as batches
from workflows.batch.execution_owner import executing_batch
from workflows.equipment.logbook import logbook
from workflows.execution import exception_commands
from workflows.execution.commands import correct_value
from workflows.execution.given import Given
from workflows.work_order import commands as orders
from workflows.work_order.facts import NewOrder, Planning
from workflows.work_order.gathering import order_facts
from workflows.work_order.owner import executing_order

pytest_plugins = ("tests.stages",)


def order_of(shop, number=ORDER):
    with shop.plant.read() as session:
        return order_by_number(session, number)


def from_plan(**more):
    given = {
        "order_kind": OrderKind.PREVENTIVE,
        "asset": PRESS,
        "title": "PM at 500 h",
        "source_kind": SourceKind.PLAN,
    }
    return NewOrder(**{**given, "plan_version": "PM-500.1", "master": PROCEDURE, **more})


def test_request_goes_through_every_hand_to_its_close(shop):
    number = shop.requested(REYES)
    assert (number, order_of(shop).state) == (ORDER, WorkOrderState.REQUESTED)
    shop.scheduled(number)
    shop.start()
    assert shop.word(Axis.SERVICE) == "maintenance"
    shop.work_through()
    shop.tell_failure()
    shop.check()
    shop.sign(ITO, orders.finish_order)
    shop.plant.do(NOVAK, orders.begin_review, ORDER)
    shop.sign(NOVAK, orders.review_order)

    order = order_of(shop)
    assert (order.state, order.done_at is not None) == (WorkOrderState.CLOSED, True)
    assert shop.word(Axis.SERVICE) == "available"


@pytest.mark.requirement("G-67a")
def test_press_is_dirty_after_maintenance_until_it_is_cleaned(shop):
    shop.closed()

    assert shop.word(Axis.CLEANING) == "dirty"


@pytest.mark.requirement("G-182")
def test_log_of_the_asset_tells_its_maintenance_and_who_checked_it(shop):
    shop.closed()
    with shop.plant.read() as session:
        book = logbook(session, asset_by_number(session, PRESS))
    of_order = [line for line in book.lines if line.record == f"work-order/{ORDER}"]

    assert [line.what for line in of_order] == [
        "Service: maintenance",
        "Cleaning: dirty",
        "Service: available",
    ]
    assert of_order[0].person == "k.ito"
    assert of_order[0].checked_by == ("K. Ito (work done)", "T. Novak (work reviewed)")
    assert book.gaps == ()


def test_asset_that_maintenance_leaves_as_clean_stays_clean(shop):
    number = shop.requested()
    shop.plant.do(DUBOIS, orders.triage_order, number)
    planning = Planning(master=PROCEDURE, lock_out=False, leaves_dirty=False)
    shop.plant.do(DUBOIS, orders.plan_order, number, planning)
    shop.schedule(number)
    shop.start()

    assert shop.word(Axis.CLEANING) == "clean"


def test_closed_order_stays_closed_and_is_followed_by_another(shop):
    shop.closed()

    for command in (orders.hold_order, orders.resume_order, orders.return_order, orders.triage_order):
        assert "work order WO-0001 is closed" in " ".join(
            reasons_of(shop.plant.do, ITO, command, ORDER, reason="x")
        )
    follow = shop.requested(source_kind=SourceKind.FOLLOW_UP, source=f"work-order/{ORDER}")
    assert order_of(shop, follow).source == f"work-order/{ORDER}"


def test_follow_up_of_nothing_is_refused(shop):
    new = NewOrder(
        order_kind=OrderKind.CORRECTIVE,
        asset=PRESS,
        title="Again",
        source_kind=SourceKind.FOLLOW_UP,
        source="work-order/WO-9",
    )
    assert reasons_of(shop.plant.do, ITO, orders.raise_order, new) == [
        "There is no work order work-order/WO-9 to follow."
    ]


def test_order_on_an_asset_that_is_not_there_says_what_to_do(shop):
    new = NewOrder(order_kind=OrderKind.CORRECTIVE, asset="A-9999", title="It squeals")

    assert reasons_of(shop.plant.do, ITO, orders.raise_order, new) == [
        "There is no asset A-9999. Scan its label, or check the number."
    ]


def test_window_that_ends_before_it_opens_is_refused(shop):
    now = shop.plant.now
    new = from_plan(window_opens_at=now, due_at=now - timedelta(days=1))

    assert reasons_of(shop.plant.do, ITO, orders.raise_order, new) == [
        "The window must open before the work is due, and the work be due before its hard stop."
    ]


def test_request_cannot_bring_procedure_or_signatures(shop):
    new = NewOrder(order_kind=OrderKind.CORRECTIVE, asset=PRESS, title="x", signatures={Demand.PERFORMER})

    assert reasons_of(shop.plant.do, ITO, orders.raise_order, new) == [
        "Procedure and signatures come from a plan version, or from the planner; not from a request."
    ]


def test_order_of_a_plan_is_planned_and_keeps_every_signature_its_version_asks_for(shop):
    order = shop.plant.do(DUBOIS, orders.raise_order, from_plan(signatures={Demand.QUALITY}))

    assert order.state is WorkOrderState.PLANNED
    assert order.signatures == ["performer", "quality", "quality_on_fail", "reviewer"]
    shop.schedule(ORDER)
    shop.start()
    shop.work_through()
    shop.sign(ITO, orders.finish_order)
    shop.plant.do(NOVAK, orders.begin_review, ORDER)
    shop.sign(NOVAK, orders.review_order)
    assert order_of(shop).state is WorkOrderState.QA_REVIEW
    shop.sign(BRANDT, orders.accept_order)
    assert order_of(shop).state is WorkOrderState.CLOSED


def test_plan_that_asks_for_less_does_not_take_a_signature_away(shop):
    order = shop.plant.do(DUBOIS, orders.raise_order, from_plan(signatures=()))

    assert order.signatures == ["performer", "quality_on_fail", "reviewer"]


def test_order_of_a_plan_keeps_its_procedure(shop):
    shop.plant.do(DUBOIS, orders.raise_order, from_plan())
    planning = Planning(master="MBR-0100.1", lock_out=False, leaves_dirty=True)
    shop.plant.effective_master()

    assert "Plan PM-500.1 names PM-500.1; change the plan, not its order." in reasons_of(
        shop.plant.do, DUBOIS, orders.plan_order, ORDER, planning
    )


def test_production_master_is_no_procedure_of_maintenance(shop):
    number = shop.requested()
    shop.plant.do(DUBOIS, orders.triage_order, number)
    planning = Planning(master=shop.plant.effective_master(), lock_out=False, leaves_dirty=True)

    assert reasons_of(shop.plant.do, DUBOIS, orders.plan_order, number, planning) == [
        "MBR-0100.1 is a procedure of production, not of maintenance."
    ]


def test_direct_impact_asks_for_the_quality_unit(plant):
    shop = Shop(plant).set_up(impact=GmpImpact.DIRECT)
    shop.under_review()
    shop.sign(NOVAK, orders.review_order)

    assert order_of(shop).state is WorkOrderState.QA_REVIEW
    assert "quality" in order_of(shop).signatures
    shop.sign(BRANDT, orders.accept_order)
    assert shop.word(Axis.SERVICE) == "available"


def test_reading_out_of_limits_asks_for_the_quality_unit(shop):
    shop.started()
    shop.lock_out()
    shop.enter("3/1", "upper", "0.12")
    with shop.plant.read() as session:
        facts = order_facts(session, ORDER, shop.plant.now)

    assert facts.needs_quality
    assert any("3/1 upper: 0.12" in one for one in facts.failures)


def test_work_is_not_done_with_a_step_or_reading_open(shop):
    shop.started()

    assert reasons_of(shop.sign, ITO, orders.finish_order) == [
        "Still to be done: step 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.",
        "Say what failed: its mode, mechanism and cause.",
        "Verify that A-0017 works after the repair, and record it.",
    ]


@pytest.mark.requirement("CAL-1")
def test_repair_needs_a_passed_verification_after_it(shop):
    shop.started()
    shop.work_through()
    shop.tell_failure()
    assert reasons_of(shop.sign, ITO, orders.finish_order) == [
        "Verify that A-0017 works after the repair, and record it."
    ]
    shop.check(has_passed=False)
    assert reasons_of(shop.sign, ITO, orders.finish_order) == [
        "The verification after the repair did not pass: Ran 10 minutes at 60 rpm. Repair and verify again."
    ]
    shop.check()
    shop.plant.do(ITO, orders.record_change, ORDER, "Seal P-3107")
    assert reasons_of(shop.sign, ITO, orders.finish_order) == [
        "Seal P-3107 was changed after the last verification. Verify again."
    ]
    shop.check()
    shop.sign(ITO, orders.finish_order)
    assert order_of(shop).state is WorkOrderState.WORK_DONE


def changed(shop, firmware=None):
    shop.started()
    shop.work_through()
    shop.tell_failure()
    shop.plant.do(ITO, orders.record_change, ORDER, "Force amplifier", firmware)
    shop.check()
    shop.sign(ITO, orders.finish_order)
    shop.plant.do(NOVAK, orders.begin_review, ORDER)


@pytest.mark.requirement("A15-3")
def test_changed_part_needs_an_assessment_of_the_qualified_state_before_use(shop):
    changed(shop)

    assert reasons_of(shop.sign, NOVAK, orders.review_order)[0] == (
        "Requalification assessment required: Force amplifier changed. Say whether A-0017 needs it."
    )
    assert reasons_of(shop.assess, is_needed=False, actor=ITO) == [
        "K. Ito did some of this work; another person assesses it."
    ]
    shop.assess(is_needed=False, actor=NOVAK)
    shop.sign(NOVAK, orders.review_order)
    assert (shop.word(Axis.SERVICE), shop.word(Axis.QUALIFICATION)) == ("available", "qualified")


@pytest.mark.requirement("A15-3")
def test_asset_that_is_to_be_requalified_stays_out_of_service(shop):
    changed(shop, firmware="3.2")
    shop.assess(is_needed=True, actor=NOVAK)
    shop.sign(NOVAK, orders.review_order)

    assert (shop.word(Axis.SERVICE), shop.word(Axis.QUALIFICATION)) == ("out_of_service", "suspended")
    refused = reasons_of(shop.state, Axis.SERVICE, "available")
    assert refused[0].startswith("A-0017 is suspended since work order WO-0001; record its requalification")
    shop.state(Axis.QUALIFICATION, "qualified")
    shop.state(Axis.SERVICE, "available")
    with shop.plant.read() as session:
        assert order_facts(session, ORDER, shop.plant.now).asset.firmware == "3.2"


def test_nothing_changed_leaves_nothing_to_assess(shop):
    shop.under_review()

    assert reasons_of(shop.assess, is_needed=True, actor=BRANDT) == [
        "No part or firmware of A-0017 was changed: there is nothing to assess."
    ]


@pytest.mark.requirement("CAL-1")
def test_nobody_takes_an_asset_out_of_the_hands_of_maintenance_by_hand(shop):
    shop.started()

    assert reasons_of(shop.state, Axis.SERVICE, "available") == [
        "A-0017 is in the hands of work order WO-0001. Its close returns it to service."
    ]


def test_reviewer_is_another_person_whatever_account_is_used(shop):
    shop.done()
    second = person("k.ito", "K. Ito", *NOVAK.roles, account="k.ito.2")

    assert reasons_of(shop.plant.do, second, orders.begin_review, ORDER) == [
        "K. Ito did some of this work; another person reviews it."
    ]
    shop.plant.do(MALIK, orders.begin_review, ORDER)
    assert order_of(shop).state is WorkOrderState.TECHNICAL_REVIEW


def test_returned_work_is_signed_again_by_performer_and_reviewer(shop):
    shop.under_review()
    shop.plant.do(NOVAK, orders.return_order, ORDER, reason="Read the tachometer again.")
    with shop.plant.act(ITO, reason="Misread.") as work:
        correct_value(work, executing_order(work, ORDER), "4/1", "play", Given(raw="0.04"))
    with shop.plant.read() as session:
        assert Meaning.WORK_DONE not in order_facts(session, ORDER, shop.plant.now).work.signed
    shop.perform("4/1")
    shop.sign(ITO, orders.finish_order)
    assert order_of(shop).state is WorkOrderState.WORK_DONE


def test_work_begins_at_the_asset_of_the_order(shop):
    shop.scheduled()

    assert reasons_of(shop.start, ORDER, "A-0018") == [
        "A-0018 was scanned. This order is for A-0017: scan that one."
    ]
    assert shop.word(Axis.SERVICE) == "available"


def test_label_of_the_role_begins_the_work_too(shop):
    shop.scheduled()
    shop.start(ORDER, "EQ:TP-200")

    assert order_of(shop).state is WorkOrderState.IN_PROGRESS


def test_order_on_hold_takes_no_values_until_it_goes_on(shop):
    shop.started()
    assert reasons_of(shop.plant.do, ITO, orders.hold_order, ORDER) == [
        "A reason is needed to put the work on hold."
    ]
    shop.plant.do(ITO, orders.hold_order, ORDER, reason="Waiting for the seal.")
    assert "No work on work order WO-0001: it is on hold." in reasons_of(shop.enter, "1/1", "locked", "yes")
    shop.plant.do(ITO, orders.resume_order, ORDER)
    shop.enter("1/1", "locked", "yes")


def test_work_is_given_only_to_who_may_do_it(shop):
    shop.planned()

    assert reasons_of(shop.schedule, ORDER, "a.reyes") == [
        "a.reyes is not authorised to carry out work orders."
    ]


def test_cancelled_after_its_start_the_asset_is_out_of_service(shop):
    shop.started()
    shop.plant.do(ITO, orders.hold_order, ORDER, reason="No spare.")
    shop.sign(DUBOIS, orders.cancel_order, reason="The press is replaced.")

    assert order_of(shop).state is WorkOrderState.CANCELLED
    assert shop.word(Axis.SERVICE) == "out_of_service"


def test_cancelling_takes_a_signature_and_a_reason(shop):
    shop.requested()

    assert reasons_of(shop.plant.do, DUBOIS, orders.cancel_order, ORDER) == [
        "A reason is needed to cancel the work order.",
        "A signature is needed to cancel the work order.",
    ]


def test_asset_stays_in_maintenance_while_another_order_has_it(shop):
    shop.under_review()
    other = shop.started()
    shop.sign(NOVAK, orders.review_order)

    assert shop.word(Axis.SERVICE) == "maintenance"
    assert order_of(shop, other).state is WorkOrderState.IN_PROGRESS


def raised_from_exception(plant):
    shop = Shop(plant).set_up()
    plant.report("Pump 7 doses low")
    number = shop.requested(source_kind=SourceKind.EXCEPTION, source="batch/BU-0001 E-1")
    return shop, number


def test_batch_waits_for_the_order_raised_from_its_exception(issued):
    shop, number = raised_from_exception(issued)
    waits = "The work goes on once work order WO-0001 (E-1) is closed."

    issued.stock()
    assert waits in reasons_of(issued.enter, "1.1/1", "lot_salt", "26-001")
    with issued.act(NOVAK, reason="Looked at.") as work:
        exception_commands.assess_exception(work, executing_batch(work, "BU-0001"), "E-1")
    assert waits in reasons_of(issued.enter, "1.1/1", "lot_salt", "26-001")
    shop.closed(number)
    issued.enter("1.1/1", "lot_salt", "26-001")


def test_held_batch_is_not_resumed_before_its_order_is_closed(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    shop, number = raised_from_exception(issued)
    issued.do(NOVAK, batches.hold_batch, "BU-0001", reason="Pump 7")

    assert reasons_of(issued.do, NOVAK, batches.resume_batch, "BU-0001", reason="Done") == [
        "The work goes on once work order WO-0001 (E-1) is closed."
    ]
    shop.plant.do(DUBOIS, orders.reject_order, number, reason="It is another pump.")
    issued.do(NOVAK, batches.resume_batch, "BU-0001", reason="Done")


def test_order_from_an_exception_that_is_not_there_is_refused(issued):
    shop = Shop(issued).set_up()
    new = NewOrder(
        order_kind=OrderKind.CORRECTIVE,
        asset=PRESS,
        title="x",
        source_kind=SourceKind.EXCEPTION,
        source="batch/BU-0001 E-7",
    )

    assert reasons_of(shop.plant.do, ITO, orders.raise_order, new) == [
        "There is no exception batch/BU-0001 E-7. Check the number."
    ]
