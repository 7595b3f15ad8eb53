"""Pages of orders, batches and dispositions: planned, issued, carried on, decided by market (211.188)."""

import csv
import io

import pytest
from sqlalchemy import select

from records.batch.models import Batch, Disposition, ProductionOrder
from records.batch.states import BatchState, OrderState
from records.procedure.vocabulary import Severity
from tests.factories import BATCH, BRANDT, small_master
from tests.web.conftest import Page
from tests.web.intruder import alter
from workflows.review import commands as reviews

pytest_plugins = ("tests.web.cast_plant",)
PAGE = f"/batches/{BATCH}"
DISPOSITION = f"{PAGE}/disposition"


@pytest.fixture
def stage():
    return "mastered"


@pytest.fixture
def store_url(record_stores, stage, tmp_path):
    return record_stores.copy(stage, tmp_path)


def _batch(store):
    store.rollback()
    return store.scalars(select(Batch).where(Batch.number == BATCH)).one()


def _open_acts(page):
    return {attrs["data-opens"].removeprefix("sign-") for attrs in page.all("a") if "data-opens" in attrs}


def _sign(browser, address, dialog, **fields):
    """Sign in the dialog of a page that holds several: each posts what it showed."""
    html = browser.get(address).text
    form = Page(html[html.index(f'id="{dialog}"') :])
    action = next(attrs["action"] for attrs in form.all("form"))
    return browser.sign(action, form, json=True, **fields)


def _plan(browser, **fields):
    browser.page("/production-orders/new")
    order = {"master": "MBR-0100.1", "quantity": "10.000", "unit": "kg", **fields}
    return browser.post("/production-orders", order, json=True)


@pytest.mark.requirement("G-188a")
def test_planner_plans_releases_and_creates_a_batch_by_an_effective_master(browser_of, store):
    planner = browser_of("c.dubois")
    planned = _plan(planner, due_on="2026-12-01")
    order = planned.json["location"]
    planner.page(order)

    released = planner.post(f"{order}/release", json=True)
    created = planner.post(f"{order}/batch", json=True)

    assert [answer.json["location"] for answer in (planned, released, created)] == [
        "/production-orders/PO-0001",
        "/production-orders/PO-0001",
        PAGE,
    ]
    assert store.scalars(select(ProductionOrder)).one().state is OrderState.IN_PROGRESS
    assert _batch(store).state is BatchState.CREATED
    assert "Batch BU-0001 Created" in planner.page(order).text


def test_picker_offers_only_masters_in_force_with_the_sizes_they_are_written_for(browser_of, cast_plant):
    cast_plant.load(small_master(("MBR-0100", "MBR-0200")))

    page = browser_of("c.dubois").page("/production-orders/new")

    offered = [attrs["value"] for attrs in page.all("option") if attrs.get("value", "").startswith("MBR-")]
    assert offered == ["MBR-0100.1"]
    assert "MBR-0100 v1 Buffer solution, 10 kg: 5.000 to 10.000 kg" in page.text


@pytest.mark.parametrize(
    ("quantity", "status", "reason"),
    [
        ("12.000", 409, "The master is written for 5.000 to 10.000 kg; 12.000 kg is outside."),
        ("12,5", 422, None),
        ("1e400", 422, None),
    ],
)
def test_order_outside_the_range_or_with_no_number_is_refused(browser_of, store, quantity, status, reason):
    answer = _plan(browser_of("c.dubois"), quantity=quantity)

    assert answer.status_code == status
    assert answer.json["refusals"][0].startswith(reason or "Quantity")
    assert store.scalars(select(ProductionOrder)).all() == []


def test_released_order_is_cancelled_only_with_a_reason(browser_of, cast_plant, store):
    cast_plant.released_order()
    planner = browser_of("c.dubois")
    planner.page("/production-orders/PO-0001")

    without = planner.post("/production-orders/PO-0001/cancel", json=True)
    given = planner.post("/production-orders/PO-0001/cancel", {"reason": "Not needed."}, json=True)

    assert without.json["refusals"] == ["A reason is needed to cancel the order."]
    assert (given.status_code, store.scalars(select(ProductionOrder)).one().state) == (
        200,
        OrderState.CANCELLED,
    )


@pytest.mark.parametrize("stage", ["created"])
@pytest.mark.requirement("G-188a")
def test_issue_shows_both_digests_and_is_signed(browser_of, store):
    supervisor = browser_of("t.novak")
    digest = _batch(store).recipe_digest

    page = supervisor.page(PAGE)
    answer = supervisor.sign(f"{PAGE}/issue", page, json=True, user_name="t.novak")

    assert page.text.count(digest) >= 3
    assert f"Digest of master MBR-0100.1: {digest}" in page.text
    assert "Accurate reproduction" in page.text
    assert (answer.json, _batch(store).state) == ({"location": PAGE}, BatchState.ISSUED)
    assert "T. Novak (P-0005) Issued: I checked this batch record" in supervisor.page(PAGE).text


@pytest.mark.parametrize(
    ("stage", "state", "needed"),
    [
        ("created", "Created", "Issue the batch record. QA reviewer or Supervisor."),
        ("issued", "Issued", "Step 1.1 salt: ready. Operator."),
        ("executed", "Running", "Complete production. Supervisor."),
        ("completed", "Production complete", "Begin the review. QA reviewer."),
        ("with_exceptions", "Under review", "Decide on 3 exceptions. QA reviewer."),
        ("reviewed", "Disposition pending", "Decide for EU. Qualified Person who did none of the work."),
    ],
)
def test_page_says_who_is_needed_next(browser_of, state, needed):
    text = browser_of("a.reyes").page(PAGE).text

    assert (f"{state} Print" in text or f"{state} Execute" in text, needed in text) == (True, True)


@pytest.mark.parametrize("stage", ["issued"])
def test_completion_is_greyed_with_the_open_steps_for_those_whose_role_completes(browser_of):
    page, operators = browser_of("t.novak").page(PAGE), browser_of("a.reyes").page(PAGE)

    assert _open_acts(page) == {"end"}
    assert "Complete production" not in operators.text
    assert "Cannot complete production: batch BU-0001 is issued." in page.text
    assert "Steps still open: 1.1/1, 1.2/1, 1.3/1, 1.4/1, 1.5/1, 1.6/1." in page.text


@pytest.mark.parametrize("stage", ["executed"])
def test_supervisor_holds_resumes_and_completes(browser_of, store):
    supervisor = browser_of("t.novak")
    supervisor.page(PAGE)
    held = supervisor.post(f"{PAGE}/hold", {"reason": "Power cut."}, json=True)
    while_held = _batch(store).state
    resumed = supervisor.post(f"{PAGE}/resume", {"reason": "Power is back."}, json=True)

    completed = supervisor.sign(f"{PAGE}/complete", supervisor.page(PAGE), json=True, user_name="t.novak")

    assert [answer.status_code for answer in (held, resumed, completed)] == [200, 200, 200]
    assert (while_held, _batch(store).state) == (BatchState.HELD, BatchState.PRODUCTION_COMPLETE)
    assert (
        "T. Novak, 2026-11-23 10:00:00 UTC+00:00 Europe/Dublin , completed"
        in supervisor.page("/batches").text
    )


@pytest.mark.parametrize("stage", ["issued"])
@pytest.mark.requirement("G-188b11", "P11-50b")
def test_supervisor_ends_a_batch_that_failed_and_its_pages_say_how_each_step_ended(browser_of, store):
    supervisor = browser_of("t.novak")
    reason = "The mixer broke down."
    ended = _sign(supervisor, PAGE, "sign-end", reason=reason, user_name="t.novak")

    page = supervisor.page(PAGE)
    assert (ended.json, _batch(store).state) == ({"location": PAGE}, BatchState.ABORTED)
    assert f"E-1: The batch was ended. Reason: {reason}" in page.text
    assert "T. Novak (P-0005) Ended: I end the production of this batch for good" in page.text
    assert "Begin the review; the batch can only be rejected. QA reviewer." in page.text
    assert (
        "Not executed: batch ended. Reason: The mixer broke down."
        in supervisor.page(f"{PAGE}/record/1.1/1").text
    )
    assert "6 of 6 steps closed" in page.text
    floor = supervisor.page(f"{PAGE}/execute").text
    assert ("not executed: batch ended" in floor, "completes production" in floor) == (True, False)
    tasks = browser_of("h.brandt").page("/").text
    assert "Begin the review of an ended batch" in tasks


@pytest.mark.parametrize("stage", ["created"])
def test_end_is_greyed_with_its_reason_before_the_batch_is_issued(browser_of):
    supervisor, operator = browser_of("t.novak").page(PAGE), browser_of("a.reyes").page(PAGE)

    assert "Cannot end the batch: batch BU-0001 is created." in supervisor.text
    assert "End the batch" not in operator.text


@pytest.mark.parametrize("stage", ["executed"])
@pytest.mark.requirement("D11-12.2")
def test_page_read_before_somebody_else_acted_is_refused(browser_of, store):
    first, second = browser_of("t.novak"), browser_of("h.brandt")
    seen = first.page(PAGE).field("expected_rev")
    second.page(PAGE)
    second.post(f"{PAGE}/hold", {"reason": "Look at it."})
    second.post(f"{PAGE}/resume", {"reason": "It is fine."})

    answer = first.post(f"{PAGE}/hold", {"reason": "Power cut.", "expected_rev": seen}, json=True)

    assert answer.json["refusals"] == [
        "The record has changed since you read it. Read it again, then decide."
    ]
    assert _batch(store).state is BatchState.RUNNING


@pytest.mark.parametrize("stage", ["with_exceptions"])
@pytest.mark.requirement("A11-8.1/8.2")
@pytest.mark.requirement("P11-10e-3")
def test_values_changed_since_first_entry_are_counted_listed_and_marked(browser_of):
    browser = browser_of("g.andersson")

    summary, steps = browser.page(PAGE).text, browser.page(f"{PAGE}/record?show=changed").text
    step = browser.page(f"{PAGE}/record/1.3/1").text

    assert "3 values changed since first entry" in summary
    assert "1.3/1 Weight 10.002 kg 10.020 kg 1 Misread the display." in summary
    assert ("1 to 2 of 2" in steps, "Δ 2 changed since first entry" in steps) == (True, True)
    assert "was 10.002 kg A. Reyes, 2026-11-20" in step
    assert "now 10.020 kg" in step
    assert "Reason: Misread the display." in step


@pytest.mark.parametrize("stage", ["with_exceptions"])
@pytest.mark.requirement("P11-50b")
@pytest.mark.requirement("P11-70-2")
@pytest.mark.parametrize(
    ("tab", "standing", "lapsed"),
    [
        (
            "record/1.3/1",
            "T. Novak (P-0005) Verified: I checked this step",
            "Void The content of 1.3/1 changed.",
        ),
        (
            "signatures",
            "T. Novak (P-0005) Supervisor 2026-11-20 07:33:00 UTC+00:00 Europe/Dublin Verified:",
            "Void",
        ),
        ("record", "T. Novak, 2026-11-20 07:33:00 Europe/Dublin (UTC+0000), Verified:", None),
        ("exceptions", "T. Novak (P-0005) Value accepted: I know", None),
    ],
)
def test_signatures_stand_in_full_wherever_signed_data_is_read(browser_of, tab, standing, lapsed):
    text = browser_of("g.andersson").page(f"{PAGE}/{tab}").text

    assert standing in text
    assert lapsed is None or lapsed in text


@pytest.mark.parametrize("stage", ["with_exceptions"])
@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("exceptions", "26.1 °C is above the action limit (20.0 to 25.0 °C)."),
        ("materials", "Sodium chloride MAT-NACL 10.000 kg 10.000 kg 26-001 10.000 kg, released now"),
        ("materials", "BU-0001 9.950 kg"),
        ("equipment", "No equipment was used yet"),
        ("files", "No file is attached"),
        ("trail", "Value corrected"),
    ],
)
def test_tab_shows_its_part_of_the_record(browser_of, tab, words):
    assert words in browser_of("h.brandt").page(f"{PAGE}/{tab}").text


@pytest.mark.parametrize("stage", ["with_exceptions"])
@pytest.mark.parametrize("path", ["/batches/TB-9999", f"{PAGE}/record/9.9/1"])
def test_what_is_not_there_is_told(browser_of, path):
    assert browser_of("a.reyes").get(path).status_code == 404


@pytest.mark.parametrize("stage", ["issued"])
def test_list_is_searched_by_number_product_state_and_day_and_exported(browser_of, cast_plant):
    cast_plant.created_batch("MBR-0100.1")
    browser = browser_of("t.novak")

    def numbers(query):
        page = browser.page(f"/batches?{query}")
        return sorted(
            {attrs["href"][9:] for attrs in page.all("a") if attrs["href"].startswith("/batches/BU")}
        )

    found = {
        query: numbers(query) for query in ("", "q=bu-0002", "q=buffer+solution", "state=issued", "q=nothing")
    }
    found |= {query: numbers(query) for query in ("since=2026-11-23", "until=2026-11-22", "product=BUF-10")}
    rows = list(csv.DictReader(io.StringIO(browser.get("/batches.csv?sort=number").text)))

    both = ["BU-0001", "BU-0002"]
    assert found == {
        "": both,
        "q=bu-0002": ["BU-0002"],
        "q=buffer+solution": both,
        "state=issued": ["BU-0001"],
        "q=nothing": [],
        "since=2026-11-23": ["BU-0002"],
        "until=2026-11-22": ["BU-0001"],
        "product=BUF-10": both,
    }
    assert [(row["number"], row["state"]) for row in rows] == [("BU-0001", "issued"), ("BU-0002", "created")]


def test_list_is_paged_and_sorted_newest_first(browser_of, cast_plant):
    for _ in range(51):
        cast_plant.created_batch("MBR-0100.1", "5.000")
    browser = browser_of("t.novak")

    first, second = browser.page("/batches"), browser.page("/batches?page=2")

    assert ("1 to 50 of 51" in first.text, "BU-0051" in first.text, "BU-0001" in first.text) == (
        True,
        True,
        False,
    )
    assert ("51 to 51 of 51" in second.text, "BU-0001" in second.text) == (True, True)


def test_empty_list_says_what_to_do(browser_of):
    assert (
        "No batch here Batches are made from production orders."
        in browser_of("t.novak").page("/batches").text
    )


def test_day_that_is_none_is_refused(browser_of):
    assert browser_of("t.novak").get("/batches?since=yesterday").status_code == 422


# disposition


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("G-22a")
@pytest.mark.requirement("A11-15")
@pytest.mark.parametrize(
    ("person", "open_acts"),
    [
        ("h.brandt", {"release-US", "reject-US"}),
        ("d.moreau", {"certify-EU", "refuse_certification-EU"}),
        ("t.novak", set()),
        ("a.reyes", set()),
        ("s.patel", set()),
    ],
)
def test_each_market_is_open_only_to_its_own_decider(browser_of, person, open_acts):
    assert _open_acts(browser_of(person).page(DISPOSITION)) == open_acts


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("G-22a")
@pytest.mark.requirement("A11-15")
def test_batch_is_released_by_the_quality_unit_certified_by_the_qualified_person_and_then_locked(
    browser_of, store
):
    quality, qualified = browser_of("h.brandt"), browser_of("d.moreau")
    fit = {"reason": "Fit for use."}

    released = _sign(quality, DISPOSITION, "sign-release-US", user_name="h.brandt", **fit)
    between = _batch(store).state
    certified = _sign(qualified, DISPOSITION, "sign-certify-EU", user_name="d.moreau", **fit)

    page = quality.page(DISPOSITION)
    assert [answer.json for answer in (released, certified)] == [{"location": DISPOSITION}] * 2
    assert (between, _batch(store).state) == (BatchState.DISPOSITION_PENDING, BatchState.RELEASED)
    assert "Locked 2026-11-23 10:00 UTC" in page.text
    assert (
        "H. Brandt (P-0007) Released: I release this batch for distribution in the market named." in page.text
    )
    assert "D. Moreau (P-0008) Certified: I certify, as Qualified Person," in page.text
    assert (_open_acts(page), page.all("form", action=f"{DISPOSITION}/US/release")) == (set(), [])


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("P11-200a1")
def test_decision_takes_user_name_and_password_in_any_case(browser_of, store):
    quality = browser_of("h.brandt")

    answer = _sign(quality, DISPOSITION, "sign-release-US", reason="Fit.")

    assert answer.json["refusals"] == [
        "This is your first signing since a pause: give your user name and your password.",
        "This signature always takes your user name and your password.",
    ]
    assert store.scalars(select(Disposition)).all() == []


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("A11-15")
@pytest.mark.parametrize(
    ("person", "act", "status"),
    [
        ("h.brandt", "certify", 403),
        ("h.brandt", "release", 409),
        ("d.moreau", "release", 403),
        ("t.novak", "release", 403),
    ],
)
def test_nobody_but_a_qualified_person_decides_for_the_eu(browser_of, store, person, act, status):
    browser = browser_of(person)
    address = f"{DISPOSITION}/EU/{act}"

    answer = _sign_other(browser, address) if status == 409 else browser.post(address, json=True)

    assert answer.status_code == status
    assert store.scalars(select(Disposition)).all() == []


def _sign_other(browser, address):
    """Post what the dialog of the US showed to the address of the EU."""
    html = browser.get(DISPOSITION).text
    form = Page(html[html.index('id="sign-release-US"') :])
    return browser.sign(address, form, json=True, user_name="h.brandt", reason="Fit.")


@pytest.mark.parametrize("stage", ["with_exceptions"])
@pytest.mark.requirement("ATK-44")
@pytest.mark.requirement("FAIL-04")
def test_everything_in_the_way_of_a_release_is_told_at_once(browser_of, store):
    quality = browser_of("h.brandt")
    text = quality.page(DISPOSITION).text

    answer = quality.post(f"{DISPOSITION}/US/release", json=True)

    reasons = (
        "Cannot release: Cannot release the batch: batch BU-0001 is under review. "
        "Exceptions not decided: E-1, E-2, E-3. The audit trail has not been reviewed. "
        "The record has not been reviewed."
    )
    assert reasons in text
    assert answer.status_code == 422
    assert store.scalars(select(Disposition)).all() == []


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("ATK-44")
@pytest.mark.requirement("P11-10a-1")
def test_record_that_fails_its_integrity_check_is_not_released(browser_of, store_url):
    alter(store_url, "entry", "UPDATE entry SET value = '22.5' WHERE value = '22.4'")
    quality = browser_of("h.brandt")

    page = quality.page(DISPOSITION)

    assert "The integrity check of batch/BU-0001 failed:" in page.text
    assert _open_acts(page) == {"reject-US"}


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("ATK-44")
@pytest.mark.parametrize(
    ("table", "statement", "record"),
    [
        ("procedure_content", "UPDATE procedure_content SET source = source || ' '", "master/"),
        ("material_lot", "UPDATE material_lot SET state = 'released', balance = '1'", "lot/"),
        ("production_order", "UPDATE production_order SET quantity = '1'", "order/"),
        ("denied_attempt", "DELETE FROM denied_attempt", f"denied/batch/{BATCH}"),
    ],
)
def test_batch_is_not_released_when_a_record_it_rests_on_was_altered(
    browser_of, store_url, table, statement, record
):
    quality = browser_of("h.brandt")
    quality.post(f"{PAGE}/begin-review")
    alter(store_url, table, statement)

    page = quality.page(DISPOSITION)

    assert f"The integrity check of batch/{BATCH} failed: {record}" in page.text
    assert _open_acts(page) == {"reject-US"}


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("ATK-01")
def test_decision_written_into_the_store_by_hand_is_shown_unsigned_and_decided_on_by_nobody(
    browser_of, store_url
):
    columns = "part, market, decision, comment, decided_by, decided_at, stream, rev"
    at = "2026-11-23T10:00:00.000000Z"
    values = f"'disposition/US', 'US', 'released', '', 'h.brandt', '{at}', 'batch/{BATCH}', 1"
    alter(store_url, "disposition", f"INSERT INTO disposition ({columns}) VALUES ({values})")  # noqa: S608 -- the test's own

    texts = [browser_of("d.moreau").page(path).text for path in (PAGE, DISPOSITION)]

    assert ["Disposition for US Not signed." in text for text in texts] == [True, True]
    assert f"The integrity check of batch/{BATCH} failed: batch/{BATCH}: disposition" in texts[1]


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("ATK-04")
def test_act_on_a_record_whose_last_event_is_gone_is_refused_in_a_sentence(browser_of, store_url, store):
    of = f"FROM audit_event WHERE stream = 'batch/{BATCH}'"
    alter(store_url, "audit_event", f"DELETE {of} AND seq = (SELECT max(seq) {of})")
    quality = browser_of("h.brandt")
    form = quality.page(DISPOSITION)

    answer = quality.sign(f"{DISPOSITION}/US/reject", form, user_name="h.brandt", reason="It was altered.")

    told = f"The audit trail of batch/{BATCH} has lost its last event, so nothing can be added to it."
    assert (answer.status_code, told in answer.text) == (409, True)
    assert _batch(store).state is BatchState.DISPOSITION_PENDING


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("P11-70-2")
def test_decision_on_a_record_that_changed_meanwhile_is_refused(browser_of, cast_plant, store):
    quality = browser_of("h.brandt")
    html = quality.get(DISPOSITION).text
    form = Page(html[html.index('id="sign-release-US"') :])
    cast_plant.do(BRANDT, reviews.raise_exception, BATCH, "Found late.", Severity.LOW)

    answer = quality.sign(f"{DISPOSITION}/US/release", form, json=True, user_name="h.brandt", reason="Fit.")

    assert answer.json["refusals"] == [
        "Exceptions not decided: E-1.",
        "The record has changed since its audit trail was reviewed. Review it again.",
        "The record has changed since it was reviewed. Review it again.",
        "The content has changed since it was shown to you. Read it again, then sign.",
    ]
    assert store.scalars(select(Disposition)).all() == []


@pytest.mark.parametrize("stage", ["reviewed"])
def test_rejection_takes_a_reason_and_closes_the_batch(browser_of, store):
    quality = browser_of("h.brandt")

    without = _sign(quality, DISPOSITION, "sign-reject-US", user_name="h.brandt")
    given = _sign(quality, DISPOSITION, "sign-reject-US", user_name="h.brandt", reason="Contaminated.")

    page = quality.page(DISPOSITION).text
    assert without.json["refusals"] == ["A reason is needed to reject the batch."]
    assert (given.status_code, _batch(store).state) == (200, BatchState.REJECTED)
    assert "No decision was made for EU." in page
    assert "Rejected Contaminated." in page


@pytest.mark.parametrize("stage", ["reviewed"])
@pytest.mark.requirement("ATK-46")
def test_changes_of_the_signers_roles_stand_beside_the_decision(browser_of):
    text = browser_of("g.andersson").page(DISPOSITION).text

    assert "T. Novak Supervisor 2026-11-02 08:00:00 UTC+00:00 S. Patel" in text


def test_day_at_the_end_of_the_calendar_is_refused_by_a_sentence(browser_of):
    answer = browser_of("a.reyes").get("/batches?until=9999-12-31")

    assert (answer.status_code, "its year is between 1900 and 9000" in answer.text) == (422, True)
