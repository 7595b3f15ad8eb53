"""Equipment pages: state in plain words, why it may not be used, its log, and who may record what."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.writing import write
from audit.events import Action
from records.equipment.models import AssetMapping, Equipment, PhysicalAsset, StateInterval
from records.equipment.queries import asset_in_role, readiness
from records.equipment.states import Axis, GmpImpact
from records.execution.models import EquipmentUse
from records.procedure.sections import AxisRule, EquipmentRule
from tests.bare_batch import add_batch, add_use
from tests.cast import as_person
from tests.web.conftest import NOW
from workflows.equipment.commands import begin_state, define_equipment, map_asset, register_asset
from workflows.equipment.facts import NewAsset, NewRole, NewState
from workflows.perform import Changes

DUBLIN = "Europe/Dublin"
BALANCE = NewAsset(
    number="A-0003",
    title="Floor balance 300 kg",
    maker="Waage",
    model="FB-300",
    serial="S-7741",
    gmp_impact=GmpImpact.DIRECT,
    range_minimum=Decimal("1.000"),
    range_maximum=Decimal("300.000"),
    range_unit="kg",
    resolution=Decimal("0.001"),
)
IN_ORDER = (
    ("k.ito", NewState(axis=Axis.SERVICE, value="available", cause="WO-5501")),
    ("k.ito", NewState(axis=Axis.QUALIFICATION, value="qualified", cause="PQ-14")),
    (
        "k.ito",
        NewState(
            axis=Axis.CALIBRATION,
            value="in_cal",
            cause="CC-2026-118",
            detail={"due_on": "2026-11-23", "certificate": "CC-2026-118"},
        ),
    ),
    ("k.ito", NewState(axis=Axis.CLEANING, value="not_applicable", cause="SOP-12")),
    ("h.brandt", NewState(axis=Axis.QUALITY, value="released", cause="PQ-14")),
)
MEASURING = EquipmentRule(
    name="measuring", axes=(AxisRule(axis="calibration", states=("in_cal", "due_soon")),)
)
STATE = {"axis": "cleaning", "value": "dirty", "cause": "batch/TB-0771 2.11/1"}


@pytest.fixture
def acting(app, store):
    """A function that carries out a command as somebody, without a browser."""

    def act(user_name, command):
        return write(app.extensions["countersign"], store, as_person(user_name), command)

    return act


@pytest.fixture
def balance(acting):
    """A floor balance in its role, in order for any use until the end of today."""

    def stand(unit):
        define_equipment(unit, NewRole(tag="BAL-014", title="Floor balance", equipment_class="balance"))
        register_asset(unit, BALANCE)
        map_asset(unit, "A-0003", "BAL-014")

    acting("k.ito", stand)
    for user_name, state in IN_ORDER:
        acting(user_name, lambda unit, state=state: begin_state(unit, "A-0003", state))


def rows_of(page):
    return [attrs["href"] for attrs in page.all("a") if attrs.get("href", "").startswith("/equipment/A-")]


@pytest.mark.requirement("G-160b4")
@pytest.mark.usefixtures("balance")
def test_page_tells_that_equipment_is_in_order_and_until_when(browser_of):
    page = browser_of("a.reyes").page("/equipment/A-0003")

    assert [
        words in page.text
        for words in (
            "In order for any use.",
            "In calibration",
            "2026-11-23 23:59:59 UTC+00:00",
            "certificate: CC-2026-118",
            "1.000 to 300.000 kg",
        )
    ] == [True] * 5


@pytest.mark.requirement("G-160b4", "ATK-41")
@pytest.mark.usefixtures("balance")
def test_page_tells_why_overdue_equipment_may_not_be_used(browser_of, clock):
    browser = browser_of("a.reyes")
    clock.at = datetime(2026, 11, 24, tzinfo=UTC)
    browser.sign_in("a.reyes")

    page = browser.page("/equipment/A-0003")

    assert (
        "Cannot be used: BAL-014 (A-0003) calibration is overdue since 2026-11-23 23:59 (Europe/Dublin); "
        "the rule in order wants in calibration, due soon or not applicable (21 CFR 211.160(b)(4))."
    ) in page.text
    assert "recorded as in cal" in page.text


def test_asset_nothing_is_known_of_is_not_in_order(acting, browser_of):
    acting("k.ito", lambda unit: register_asset(unit, BALANCE))

    page = browser_of("g.andersson").page("/equipment/A-0003")

    assert "A-0003 service is not known; the rule in order wants available or in use." in page.text


@pytest.mark.requirement("G-105a")
@pytest.mark.usefixtures("balance")
def test_state_is_recorded_on_the_page_by_who_may(browser_of, events):
    browser = browser_of("a.reyes")
    browser.page("/equipment/A-0003")

    answer = browser.post("/equipment/A-0003/states", STATE)

    assert (answer.status_code, events()[-2:]) == (
        303,
        [("asset/A-0003", "asset.state.end"), ("asset/A-0003", "asset.state.begin")],
    )
    assert "cleaning is dirty since 2026-11-23 10:00 (Europe/Dublin)" in browser.follow(answer).text


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.usefixtures("balance")
def test_state_that_a_person_may_not_record_is_refused_and_put_on_record(browser_of, events):
    browser = browser_of("a.reyes")
    browser.page("/equipment/A-0003")
    form = {"axis": "calibration", "value": "in_cal", "cause": "x", "due_on": "2027-11-23"}

    answer = browser.post("/equipment/A-0003/states", form)

    assert (answer.status_code, events()[-1]) == (409, ("denied/asset/A-0003", "denied"))
    assert "A. Reyes is not authorised to manage equipment and its states." in answer.text


@pytest.mark.parametrize(
    ("user_name", "axes"),
    [
        ("a.reyes", ["begin-cleaning", "begin-content"]),
        ("k.ito", [f"begin-{axis}" for axis in Axis if axis is not Axis.QUALITY]),
        ("h.brandt", ["begin-quality"]),
        ("g.andersson", []),
    ],
)
@pytest.mark.usefixtures("balance")
def test_page_offers_only_what_a_person_may_record(browser_of, user_name, axes):
    page = browser_of(user_name).page("/equipment/A-0003")

    offered = [attrs["id"] for attrs in page.all("dialog") if attrs.get("id", "").startswith("begin-")]
    assert offered == axes


@pytest.mark.usefixtures("balance")
def test_page_offers_no_word_that_only_the_clock_may_say(browser_of):
    page = browser_of("k.ito").page("/equipment/A-0003")

    offered = {attrs.get("value") for attrs in page.all("option")}
    assert offered & {"due_soon", "overdue", "hold_expired", "requalification_due"} == set()


@pytest.mark.requirement("G-160b4")
@pytest.mark.usefixtures("balance")
def test_new_calibration_is_recorded_with_its_due_day_and_warning_in_site_time(browser_of, store):
    browser = browser_of("k.ito")
    browser.page("/equipment/A-0003")
    form = {
        "axis": "calibration",
        "value": "in_cal",
        "cause": "CC-2027-001",
        "due_on": "2027-07-01",
        "warn_at": "2027-06-15T08:00",
    }

    browser.post("/equipment/A-0003/states", form)

    newest = store.scalars(select(StateInterval).order_by(StateInterval.id.desc()).limit(1)).one()
    assert newest.detail == {"due_on": "2027-07-01", "warn_at": "2027-06-15T07:00:00.000000Z"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"axis": "colour"}, "Aspect can't be used: Must be one of: "),
        ({"cause": ""}, "Record behind it is needed."),
        ({"clean_until": "tomorrow"}, "Good until is no time; write it as 2026-11-23T14:30."),
        ({"clean_until": "2027-03-28T01:30"}, "Good until is a time that the site's clocks skip."),
        ({"operator": "me"}, "Operator is no field of this form."),
    ],
)
@pytest.mark.usefixtures("balance")
def test_form_that_can_not_be_understood_is_refused_with_a_sentence(browser_of, changes, sentence):
    browser = browser_of("a.reyes")
    browser.page("/equipment/A-0003")

    answer = browser.post("/equipment/A-0003/states", {**STATE, **changes})

    assert (answer.status_code, sentence in answer.text.replace("&#39;", "'")) == (422, True)


@pytest.mark.usefixtures("balance")
def test_state_sent_twice_is_recorded_once(browser_of, store):
    browser = browser_of("a.reyes")
    browser.page("/equipment/A-0003")
    before = len(store.scalars(select(StateInterval)).all())
    store.rollback()

    for _ in range(2):
        browser.post("/equipment/A-0003/states", STATE, key="the-same")

    assert len(store.scalars(select(StateInterval)).all()) - before == 1


def test_technician_registers_defines_and_maps(browser_of, store):
    browser = browser_of("k.ito")
    browser.page("/equipment/new")
    asset = {
        "number": "A-0040",
        "title": "pH meter",
        "maker": "Elektrod",
        "model": "P4",
        "serial": "77",
        "gmp_impact": "direct",
    }
    role = {"tag": "PHM-04", "title": "pH meter", "equipment_class": "pH meter", "level": "unit"}

    statuses = [
        browser.post("/equipment", asset).status_code,
        browser.post("/equipment/roles", role).status_code,
        browser.post("/equipment/A-0040/role", {"tag": "PHM-04"}).status_code,
    ]

    assert (statuses, asset_in_role(store, "PHM-04", NOW).name) == ([303] * 3, "PHM-04 (A-0040)")


@pytest.mark.parametrize(
    ("path", "form", "kind"),
    [
        ("/equipment", {"number": "A-1"}, PhysicalAsset),
        ("/equipment/roles", {"tag": "X"}, Equipment),
        ("/equipment/A-0003/role", {"tag": "X"}, AssetMapping),
    ],
)
@pytest.mark.usefixtures("balance")
def test_operator_registers_nothing(browser_of, store, path, form, kind):
    browser = browser_of("a.reyes")
    browser.page("/equipment")
    before = len(store.scalars(select(kind)).all())
    store.rollback()

    assert browser.post(path, form).status_code == 403
    assert len(store.scalars(select(kind)).all()) == before


def fleet(acting):
    def stand(unit):
        for number in range(60):
            register_asset(unit, _numbered(number))

    acting("k.ito", stand)


def _numbered(number):
    values = {name: getattr(BALANCE, name) for name in NewAsset.__dataclass_fields__}
    title = "=HYPERLINK(1)" if number == 7 else f"Pump {60 - number:02}"
    return NewAsset(**{**values, "number": f"A-1{number:03}", "title": title, "serial": f"S{number}"})


def test_list_pages_sorts_and_searches(acting, browser_of):
    fleet(acting)
    browser = browser_of("a.reyes")

    first, second = browser.page("/equipment"), browser.page("/equipment?sort=number&page=2")
    by_title, found = browser.page("/equipment?sort=-title"), browser.page("/equipment?q=pump+59")

    assert (len(rows_of(first)), len(rows_of(second))) == (50, 10)
    assert "1 to 50 of 60" in first.text
    assert (rows_of(by_title)[0], rows_of(found)) == ("/equipment/A-1000", ["/equipment/A-1001"])


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("ready=yes", ["/equipment/A-0003"]),
        ("ready=no", ["/equipment/A-1000"]),
        ("calibration=in_cal", ["/equipment/A-0003"]),
        ("calibration=unknown", ["/equipment/A-1000"]),
        ("cleaning=dirty", []),
        ("q=S-7741", ["/equipment/A-0003"]),
        ("q=bal-014", ["/equipment/A-0003"]),
        ("sort=nonsense&page=-3", ["/equipment/A-0003", "/equipment/A-1000"]),
    ],
)
@pytest.mark.usefixtures("balance")
def test_list_is_narrowed_by_state_role_and_serial(acting, browser_of, query, numbers):
    acting("k.ito", lambda unit: register_asset(unit, _numbered(0)))

    assert rows_of(browser_of("a.reyes").page(f"/equipment?{query}")) == numbers


def test_exported_list_is_whole_and_starts_no_formula(acting, browser_of):
    fleet(acting)

    answer = browser_of("g.andersson").get("/equipment.csv?sort=number")

    lines = answer.text.splitlines()
    assert (answer.mimetype, len(lines), lines[8].split(",")[:2]) == (
        "text/csv",
        61,
        ["A-1007", "'=HYPERLINK(1)"],
    )


@pytest.mark.requirement("P11-10g-1")
def test_operator_exports_nothing(browser_of):
    assert browser_of("a.reyes").get("/equipment.csv").status_code == 403


@pytest.fixture
def used(balance, acting, store):  # noqa: ARG001 -- the balance must stand before it is used
    """A use of the balance by a step, with its state frozen; its number."""

    def use(unit):
        found = readiness(unit.session, "BAL-014", MEASURING, unit.at, DUBLIN)
        return Changes(unit, "batch/TB-0771").insert(
            EquipmentUse,
            Action.EQUIPMENT_USE,
            part="1.3/1",
            tag="BAL-014",
            asset="A-0003",
            rule="measuring",
            verdict=found.judgement.verdict.value,
            snapshot=found.snapshot,
            snapshot_digest=found.digest,
            used_at=unit.at,
            used_by=unit.actor.person,
        )

    number = acting("a.reyes", use).id
    store.rollback()
    return number


@pytest.mark.requirement("G-188b2")
def test_use_shows_the_state_as_it_was_frozen_whatever_came_later(used, acting, browser_of):
    failed = NewState(axis=Axis.CALIBRATION, value="oot_open", cause="WO-5560")
    acting("k.ito", lambda unit: begin_state(unit, "A-0003", failed))

    page = browser_of("h.brandt").page(f"/equipment/A-0003/uses/{used}")

    assert [
        words in page.text
        for words in (
            "The frozen text still has the digest that the step's record holds.",
            "batch/TB-0771 1.3/1",
            "due on: 2026-11-23",
            "S-7741",
        )
    ] == [True, True, True, True]
    assert page.text.count("Out of tolerance") == 1  # in the navigation alone


def test_use_of_another_asset_is_not_found(used, browser_of):
    assert browser_of("h.brandt").get(f"/equipment/A-0004/uses/{used}").status_code == 404


@pytest.mark.requirement("G-182")
@pytest.mark.usefixtures("used")
def test_log_shows_uses_and_states_in_the_servers_sequence(browser_of):
    page = browser_of("g.andersson").page("/equipment/A-0003/log")

    found = [
        page.text.index(words) for words in ("Registered", "Took the role", "Calibration:", "Used as BAL-014")
    ]
    assert found == sorted(found)
    assert "Its sequence has no holes." in page.text


@pytest.mark.requirement("G-182")
@pytest.mark.usefixtures("used")
def test_log_of_a_day_leaves_the_other_days_away(browser_of):
    page = browser_of("g.andersson").page("/equipment/A-0003/log?from=2026-11-24&until=2026-11-30")

    assert "Nothing in this span" in page.text


@pytest.mark.requirement("G-105a")
@pytest.mark.usefixtures("balance")
def test_question_what_was_where_is_answered(acting, browser_of):
    holds = NewState(
        axis=Axis.CONTENT, value="holds", cause="batch/TB-0771 2.2/1", detail={"batch": "TB-0771"}
    )
    acting("a.reyes", lambda unit: add_batch(unit, "TB-0771", unit.at))
    acting("a.reyes", lambda unit: add_use(unit, "TB-0771", "2.2/1", "BAL-014", "A-0003"))
    acting("a.reyes", lambda unit: begin_state(unit, "A-0003", holds))
    browser = browser_of("a.reyes")

    then = browser.page("/equipment/at?name=BAL-014&at=2026-11-23T10:00")
    before = browser.page("/equipment/at?name=BAL-014&at=2026-11-23T09:59")
    unclear = browser.page("/equipment/at?name=BAL-014&at=noon")

    assert [
        "batch: TB-0771" in then.text,
        "Nothing found" in before.text,
        "noon is no time" in unclear.text,
    ] == ([True] * 3)


@pytest.mark.usefixtures("balance")
def test_tree_of_roles_shows_what_holds_them(browser_of):
    page = browser_of("a.reyes").page("/equipment/roles")

    assert "BAL-014 Floor balance unit held by A-0003 Floor balance 300 kg" in page.text


@pytest.mark.usefixtures("balance")
def test_chart_shows_each_aspect_and_the_words_time_brought(browser_of, clock):
    clock.move(days=2)

    page = browser_of("a.reyes").page("/equipment/A-0003?days=7")

    shown = ["Service: available", "Calibration: in calibration", "Calibration: overdue"]
    assert (len(page.all("svg", role="img")), [words in page.text for words in shown]) == (1, [True] * 3)


@pytest.mark.parametrize("path", ["/equipment/A-0404", "/equipment/A-0404/log", "/equipment/A-0003/uses/1"])
def test_equipment_that_is_not_there_is_not_found(browser_of, path):
    assert browser_of("a.reyes").get(path).status_code == 404
