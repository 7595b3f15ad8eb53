"""Material pages: a lot's status and why it may not be used, its books, its trace, its signed release."""

from datetime import date
from decimal import Decimal

import pytest

from app.writing import write
from records.genealogy.models import EdgeKind
from records.material.queries import lot_by_number
from records.material.states import LotState, MovementKind
from tests.cast import PASSWORD, as_person
from workflows.edges import Link, link_within
from workflows.material.commands import define_material, receive_lot
from workflows.material.facts import NewLot, NewMaterial
from workflows.material.movements import lock_lots, move_within
from workflows.perform import Changes

PARA = NewMaterial(code="MAT-PARA", title="Paracetamol", unit="kg", material_class="component")
RECEIPT = {
    "material": "MAT-PARA",
    "number": "26-014",
    "quantity": "300.000",
    "unit": "kg",
    "supplier": "Farbenkraft",
    "supplier_lot": "F-9931",
    "expires_on": "2027-11-30",
    "attributes": "assay = 99.6\nlod = 0.2",
}


@pytest.fixture
def acting(app, store):
    """A function that carries out a command as somebody, without a browser."""

    def act(user_name, command):
        result = write(app.extensions["countersign"], store, as_person(user_name), command)
        store.rollback()
        return result

    return act


@pytest.fixture
def lot(acting):
    """Lot 26-014 in quarantine."""

    def receive(unit):
        define_material(unit, PARA)
        new = NewLot(
            number="26-014",
            material="MAT-PARA",
            quantity=Decimal("300.000"),
            unit="kg",
            supplier="Farbenkraft",
            expires_on=date(2027, 11, 30),
        )
        receive_lot(unit, new)

    acting("c.dubois", receive)


def released(browser_of):
    browser = browser_of("h.brandt")
    page = browser.page("/lots/26-014")
    browser.sign("/lots/26-014/release", page, user_name="h.brandt")


@pytest.mark.requirement("G-184")
def test_received_lot_stands_in_quarantine_with_what_it_came_with(acting, browser_of, store):
    acting("c.dubois", lambda unit: define_material(unit, PARA))
    browser = browser_of("c.dubois")
    browser.page("/lots/new")

    page = browser.follow(browser.post("/lots", RECEIPT))

    lot = lot_by_number(store, "26-014")
    assert (lot.state, lot.balance, lot.attributes, lot.expires_on) == (
        LotState.QUARANTINE,
        Decimal("300.000"),
        {"assay": "99.6", "lod": "0.2"},
        date(2027, 11, 30),
    )
    assert "Cannot be used: LOT 26-014 has the status quarantine; it must be released." in page.text


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"quantity": "300,5"}, 422, 'Quantity can\'t be used: "300,5" has a comma.'),
        ({"quantity": "1e400"}, 422, "has an exponent"),
        ({"quantity": ""}, 422, "Quantity is needed."),
        ({"unit": "g"}, 409, "MAT-PARA is kept in kg, not in g."),
        ({"attributes": "assay 99.6"}, 422, 'Results holds the line "assay 99.6";'),
        ({"expires_on": "soon"}, 422, "Last day of use is no date. Write it as 2026-12-31."),
        ({"number": "26/014"}, 409, "The lot number '26/014' can't be used"),
    ],
)
def test_lot_that_can_not_be_used_is_not_received(acting, browser_of, store, changes, status, sentence):
    acting("c.dubois", lambda unit: define_material(unit, PARA))
    browser = browser_of("c.dubois")
    browser.page("/lots/new")

    answer = browser.post("/lots", {**RECEIPT, **changes})

    words = answer.text.replace("&#39;", "'").replace("&#34;", '"')
    assert (answer.status_code, sentence in words, lot_by_number(store, "26-014")) == (status, True, None)


@pytest.mark.requirement("G-101c", "P11-50a1", "P11-50b")
@pytest.mark.usefixtures("lot")
def test_quality_unit_releases_a_lot_by_signing_what_the_page_showed(browser_of, store, events):
    browser = browser_of("h.brandt")
    page = browser.page("/lots/26-014")

    answer = browser.sign("/lots/26-014/release", page, user_name="h.brandt")

    assert (answer.status_code, lot_by_number(store, "26-014").state) == (303, LotState.RELEASED)
    assert events()[-2:] == [("lot/26-014", "lot.status"), ("lot/26-014", "sig.apply")]
    shown = browser.follow(answer).text
    assert (
        "H. Brandt (P-0007) Approved: I approve this content for use. 2026-11-23 10:00:00 UTC+00:00" in shown
    )


@pytest.mark.requirement("P11-200a1")
@pytest.mark.usefixtures("lot")
def test_release_takes_user_name_and_password(browser_of, store):
    browser = browser_of("h.brandt")
    page = browser.page("/lots/26-014")

    statuses = [
        browser.sign("/lots/26-014/release", page).status_code,
        browser.sign("/lots/26-014/release", page, user_name="h.brandt", password="not mine").status_code,
    ]

    assert (statuses, lot_by_number(store, "26-014").state) == ([409, 403], LotState.QUARANTINE)


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.usefixtures("lot")
def test_operator_decides_nothing_about_a_lot(browser_of, store):
    browser = browser_of("a.reyes")
    page = browser.page("/lots/26-014")
    decisions = ("test", "hold", "reject")

    statuses = [browser.post(f"/lots/26-014/{act}", {"reason": "x"}).status_code for act in decisions]

    assert (statuses, lot_by_number(store, "26-014").state) == ([403] * 3, LotState.QUARANTINE)
    assert "A. Reyes is not authorised to decide the status of lots." in page.text
    assert page.all("input", name="seen_content") == []


@pytest.mark.usefixtures("lot")
def test_lot_is_tested_held_and_rejected_with_reasons(browser_of, store):
    browser = browser_of("h.brandt")
    browser.page("/lots/26-014")

    answers = [
        browser.post("/lots/26-014/test").status_code,
        browser.post("/lots/26-014/hold").status_code,
        browser.post("/lots/26-014/hold", {"reason": "Torn drum"}).status_code,
        browser.post("/lots/26-014/reject", {"reason": "Foreign particles"}).status_code,
    ]

    assert (answers, lot_by_number(store, "26-014").state) == ([303, 409, 303, 303], LotState.REJECTED)


@pytest.mark.usefixtures("lot")
def test_decision_on_a_page_that_is_no_longer_current_is_refused(browser_of):
    browser = browser_of("h.brandt")
    browser.page("/lots/26-014")
    browser.post("/lots/26-014/test")

    answer = browser.post("/lots/26-014/hold", {"reason": "Torn drum", "expected_rev": "1"})

    assert (answer.status_code, "The record has changed since you read it." in answer.text) == (409, True)


@pytest.mark.requirement("G-184")
@pytest.mark.usefixtures("lot")
def test_page_shows_movements_trace_and_what_no_record_explains(acting, browser_of):
    released(browser_of)

    def consume(unit):
        row = lock_lots(unit.session, ["26-014"])["26-014"]
        cause = "batch/TB-0771 1.3/1"
        changes = Changes(unit, "batch/TB-0771")
        move_within(changes, unit, row, MovementKind.CONSUME, Decimal("250.000"), cause)
        quantity = Decimal("249.500")
        link = Link(
            edge=EdgeKind.CONSUMES, source="batch/TB-0771", target="lot/26-014", quantity=quantity, unit="kg"
        )
        link_within(changes, unit, link)

    acting("a.reyes", consume)
    browser = browser_of("g.andersson")

    page, traced = browser.page("/lots/26-014"), browser.page("/lots/26-014/trace")

    assert [
        "0.500 kg was taken and is in no record." in page.text,
        "-250.000 kg 50.000 kg batch/TB-0771 1.3/1 A. Reyes" in page.text,
        "lot/26-014 batch/TB-0771 consumes 249.500 kg" in traced.text,
    ] == [True] * 3


@pytest.mark.usefixtures("lot")
def test_balance_is_adjusted_with_a_reason(browser_of, store):
    browser = browser_of("c.dubois")
    browser.page("/lots/26-014")

    statuses = [
        browser.post("/lots/26-014/adjust", {"change": "-0.5"}).status_code,
        browser.post("/lots/26-014/adjust", {"change": "-300.001", "reason": "Count"}).status_code,
        browser.post("/lots/26-014/adjust", {"change": "-0.5", "reason": "Count"}).status_code,
    ]

    assert (statuses, lot_by_number(store, "26-014").balance) == ([409, 409, 303], Decimal("299.500"))


def lots_on(page):
    return [
        attrs["href"]
        for attrs in page.all("a")
        if attrs.get("href", "").startswith("/lots/2") and "?" not in attrs["href"]
    ]


@pytest.fixture
def warehouse(acting):
    """Sixty lots of two materials."""

    def receive(unit):
        define_material(unit, PARA)
        define_material(unit, NewMaterial(code="MAT-MCC", title="MCC", unit="kg", material_class="component"))
        for number in range(60):
            new = NewLot(
                number=f"26-{number:03}",
                material="MAT-MCC" if number % 20 == 0 else "MAT-PARA",
                quantity=Decimal(100 + number),
                unit="kg",
                supplier="100% Pure_Co" if number == 5 else None,
                expires_on=date(2027, 1, 1 + number % 28),
            )
            receive_lot(unit, new)

    acting("c.dubois", receive)


@pytest.mark.parametrize(
    ("query", "lots"),
    [
        ("material=MAT-MCC", ["/lots/26-000", "/lots/26-020", "/lots/26-040"]),
        ("material=MAT-MCC&sort=-number", ["/lots/26-040", "/lots/26-020", "/lots/26-000"]),
        ("material=MAT-MCC&sort=expires", ["/lots/26-000", "/lots/26-040", "/lots/26-020"]),
        ("q=100%25+pure_", ["/lots/26-005"]),
        ("q=_", ["/lots/26-005"]),
        ("state=released", []),
        ("state=nonsense&q=26-059", ["/lots/26-059"]),
    ],
)
@pytest.mark.usefixtures("warehouse")
def test_lots_are_searched_narrowed_and_sorted(browser_of, query, lots):
    assert lots_on(browser_of("a.reyes").page(f"/lots?{query}")) == lots


@pytest.mark.usefixtures("warehouse")
def test_lots_are_shown_fifty_a_page(browser_of):
    browser = browser_of("a.reyes")

    pages = [browser.page("/lots"), browser.page("/lots?page=2"), browser.page("/lots?page=9")]

    assert [len(lots_on(page)) for page in pages] == [50, 10, 0]


@pytest.mark.usefixtures("warehouse")
def test_lots_are_exported_whole(browser_of):
    answer = browser_of("g.andersson").get("/lots.csv?q=26-05&sort=-number")

    lines = answer.text.splitlines()
    assert (answer.status_code, len(lines), lines[1].split(",")[:6]) == (
        200,
        11,
        ["26-059", "MAT-PARA", "quarantine", "159", "159", "kg"],
    )


def test_planner_defines_a_material_and_an_operator_does_not(browser_of):
    form = {"code": "MAT-TALC", "title": "Talc", "unit": "kg", "material_class": "component"}
    planner, operator = browser_of("c.dubois"), browser_of("a.reyes")
    planner.page("/materials")
    operator.page("/materials")

    refused = operator.post("/materials", form).status_code
    page = planner.follow(planner.post("/materials", form))

    assert (refused, "MAT-TALC Talc component kg" in page.text) == (403, True)


def test_lot_that_is_not_there_is_not_found(browser_of):
    browser = browser_of("a.reyes")

    assert [browser.get(path).status_code for path in ("/lots/26-404", "/lots/26-404/trace")] == [404, 404]


@pytest.mark.usefixtures("lot")
def test_password_of_the_cast_is_never_on_the_page(browser_of):
    browser = browser_of("h.brandt")
    page = browser.page("/lots/26-014")
    answer = browser.sign("/lots/26-014/release", page, user_name="h.brandt")

    assert PASSWORD not in browser.follow(answer).text
