"""Work order pages: a request, its planning, the work, the reviews; nobody does another's part."""

import pytest
from sqlalchemy import select

from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.work_order.models import WorkOrder
from records.work_order.states import WorkOrderState
from tests.shop import PRESS, READINGS
from tests.web.press import stand_press

ORDER = "/work-orders/WO-0001"
STEPS = (("1/1", {"tp_200": "EQ:TP-200", "locked": "yes", "dead": "yes", "air": "yes"}), *READINGS)
RETURNED = "Closed. The asset is out of the hands of maintenance."


@pytest.fixture
def shop(app, store):
    """A press with direct impact on the product, and the procedure in force for it."""
    stand_press(app.extensions["countersign"], store)
    return store


def order_of(store):
    store.rollback()
    return store.scalars(select(WorkOrder)).one()


def word(store, axis):
    store.rollback()
    return open_interval(store, PRESS, axis).value


def request(browser, **more):
    return browser.post("/work-orders", {"asset": "EQ:TP-200", "title": "Squeals at 40 rpm", **more})


def scheduled(browser_of):
    request(browser_of("a.reyes"))
    planner = browser_of("c.dubois")
    planner.post(f"{ORDER}/triage")
    planner.post(f"{ORDER}/plan", {"master": "PM-500.1", "lock_out": "true", "leaves_dirty": "true"})
    answer = planner.post(f"{ORDER}/schedule", {"assignee": "P-0009", "scheduled_at": "2026-11-23T12:00"})
    assert answer.status_code == 303, answer.text


def work_through(technician):
    for part, values in STEPS:
        for name, value in values.items():
            source = "scan" if value.startswith("EQ:") else "manual"
            given = {"name": name, "value": value, "value_source": source, "complete": "1"}
            answer = technician.post(f"{ORDER}/steps/{part}/values", given)
            assert answer.status_code == 303, answer.text


@pytest.mark.requirement("G-67a")
def test_order_goes_by_its_pages_from_a_request_to_its_close(browser_of, shop):
    scheduled(browser_of)
    technician = browser_of("k.ito")
    assert "Scan A-0017" in technician.page(ORDER).text
    technician.post(f"{ORDER}/start", {"scanned": "EQ:TP-200"})
    assert word(shop, Axis.SERVICE) == "maintenance"
    first = technician.follow(technician.get(f"{ORDER}/execute"))
    assert "Isolate and verify zero energy" in first.text
    work_through(technician)
    assert "The technician signs the work as done" in technician.page(f"{ORDER}/execute").text
    technician.post(f"{ORDER}/failure", {"mode": "NOI", "mechanism": "MEC", "cause": "WEA"})
    technician.post(f"{ORDER}/checks", {"what": "Ran 10 minutes at 60 rpm", "passed": "yes"})
    answer = technician.sign(f"{ORDER}/finish", technician.page(ORDER), user_name="k.ito")
    assert answer.status_code == 303, answer.text

    supervisor = browser_of("t.novak")
    supervisor.post(f"{ORDER}/begin-review")
    assert supervisor.sign(f"{ORDER}/review", supervisor.page(ORDER), user_name="t.novak").status_code == 303
    assert order_of(shop).state is WorkOrderState.QA_REVIEW
    quality = browser_of("h.brandt")
    answer = quality.sign(f"{ORDER}/accept", quality.page(ORDER), user_name="h.brandt")
    assert RETURNED in quality.follow(answer).text
    assert order_of(shop).state is WorkOrderState.CLOSED
    assert (word(shop, Axis.SERVICE), word(shop, Axis.CLEANING)) == ("available", "dirty")


@pytest.mark.usefixtures("shop")
def test_request_says_what_it_needs_and_keeps_what_was_typed(browser_of):
    answer = browser_of("a.reyes").post("/work-orders", {"asset": "A-4711", "title": "Squeals"})

    assert answer.status_code == 409
    assert "There is no asset A-4711. Scan its label, or check the number." in answer.text


def test_request_form_can_bring_no_signatures_and_no_procedure(browser_of, shop):
    for field in ("signatures", "master", "plan_version"):
        assert request(browser_of("a.reyes"), **{field: "performer"}).status_code == 422
    assert shop.scalars(select(WorkOrder)).all() == []


@pytest.mark.usefixtures("shop")
def test_planner_sees_what_to_plan_and_others_why_not(browser_of):
    request(browser_of("a.reyes"))

    assert "Accept the request" in browser_of("c.dubois").page(ORDER).text
    refused = browser_of("a.reyes").page(ORDER).text
    assert "A. Reyes is not authorised to plan work orders." in refused
    assert browser_of("a.reyes").post(f"{ORDER}/triage").status_code == 403


@pytest.mark.usefixtures("shop")
def test_procedure_is_chosen_among_those_in_force_for_maintenance(browser_of):
    request(browser_of("a.reyes"))
    planner = browser_of("c.dubois")
    planner.post(f"{ORDER}/triage")

    assert "PM-500.1" in planner.page(ORDER).text
    assert planner.post(f"{ORDER}/plan", {"master": "PM-9.1"}).status_code == 404
    assert "Name the procedure by which the work is done." in planner.post(f"{ORDER}/plan").text


@pytest.mark.usefixtures("shop")
def test_list_is_searched_filtered_and_handed_out_as_a_file(browser_of):
    request(browser_of("a.reyes"))
    request(browser_of("a.reyes"), title="Oil on the floor", priority="high")
    browser = browser_of("h.brandt")

    assert "WO-0002" in browser.page("/work-orders?priority=high").text
    assert "WO-0001" not in browser.page("/work-orders?priority=high").text
    assert "Squeals" in browser.page("/work-orders?q=squeals").text
    assert (
        browser.get("/work-orders.csv?q=oil")
        .text.splitlines()[1]
        .startswith("WO-0002,Oil on the floor,A-0017")
    )


def test_wrong_asset_does_not_begin_the_work(browser_of, shop):
    scheduled(browser_of)
    answer = browser_of("k.ito").post(f"{ORDER}/start", {"scanned": "A-0001"})

    assert "This order is for A-0017: scan that one." in answer.text
    assert word(shop, Axis.SERVICE) == "available"


@pytest.mark.requirement("A15-3")
def test_changed_firmware_is_assessed_on_the_page_before_the_quality_unit_signs(browser_of, shop):
    scheduled(browser_of)
    technician = browser_of("k.ito")
    technician.post(f"{ORDER}/start", {"scanned": PRESS})
    work_through(technician)
    technician.post(f"{ORDER}/changes", {"what": "Control unit", "firmware": "4.0"})
    technician.post(f"{ORDER}/failure", {"mode": "NOI", "mechanism": "MEC", "cause": "WEA"})
    technician.post(f"{ORDER}/checks", {"what": "Ran 10 minutes", "passed": "yes"})
    technician.sign(f"{ORDER}/finish", technician.page(ORDER), user_name="k.ito")
    supervisor = browser_of("t.novak")
    supervisor.post(f"{ORDER}/begin-review")
    supervisor.sign(f"{ORDER}/review", supervisor.page(ORDER), user_name="t.novak")
    quality = browser_of("h.brandt")

    assert "Requalification assessment required: Control unit changed." in quality.page(ORDER).text
    quality.post(f"{ORDER}/assessments", {"needed": "yes", "reason": "A new control unit."})
    quality.sign(f"{ORDER}/accept", quality.page(ORDER), user_name="h.brandt")
    assert (word(shop, Axis.SERVICE), word(shop, Axis.QUALIFICATION)) == ("out_of_service", "suspended")


def test_order_on_hold_is_resumed_from_its_steps(browser_of, shop):
    scheduled(browser_of)
    technician = browser_of("k.ito")
    technician.post(f"{ORDER}/start", {"scanned": PRESS})
    technician.post(f"{ORDER}/hold", {"reason": "The seal is not there."})

    page = technician.follow(technician.get(f"{ORDER}/execute"))
    assert "The work order is on hold." in page.text
    assert "The seal is not there." in page.text
    technician.post(f"{ORDER}/resume", {"reason": "It came."})
    assert order_of(shop).state is WorkOrderState.IN_PROGRESS


def test_time_and_failure_are_recorded_on_the_page(browser_of, shop, clock):
    scheduled(browser_of)
    technician = browser_of("k.ito")
    technician.post(f"{ORDER}/start", {"scanned": PRESS})
    technician.post(f"{ORDER}/time/start")
    clock.move(minutes=3)
    technician.post(f"{ORDER}/time/stop")
    given = {"mode": "SEA", "mechanism": "MEC", "cause": "WEA", "down_from": "2026-11-23T09:00"}
    technician.post(f"{ORDER}/failure", given)

    page = technician.page(ORDER)
    assert "punch seal leaks, mechanical, expected wear" in page.text
    assert "Time: K. Ito" in page.text
    refused = technician.post(f"{ORDER}/parts", {"lot": "LOT:26-999", "quantity": "4"})
    assert refused.status_code == 404
    assert order_of(shop).state is WorkOrderState.IN_PROGRESS
