"""The pages of maintenance: plans signed, meters read, what is due, its calendar, its extension."""

import csv
import io
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.http import EXTENSION
from app.maintenance.generating import raise_due_orders
from records.engine import make_engine
from records.equipment.states import GmpImpact
from tests.factories import ITO
from tests.shop import PRESS, Shop
from tests.web.conftest import NOW, Page
from workflows.equipment.commands import register_asset
from workflows.equipment.facts import NewAsset

pytest_plugins = ("tests.web.cast_plant",)
pytestmark = pytest.mark.usefixtures("planned")

PLAN = {
    "code": "PM-500",
    "title": "Tablet press: 500 hours",
    "kind": "preventive",
    "assets": PRESS,
    "procedure": "PM-500",
    "meter": "run-hours",
    "meter_every": "500",
    "meter_early": "50",
    "meter_late": "25",
    "calendar_every": "90",
    "calendar_unit": "day",
    "calendar_basis": "completed",
    "event": "tooling_changeover",
    "event_after": "3",
    "hours": "4.5",
    "stop_days": "7",
    "lock_out": "true",
}
METER = {"asset": PRESS, "code": "run-hours", "title": "Run hours", "unit": "h", "most_per_day": "24"}
VERSION = "/plans/PM-500/versions/1"
UNDER = f"/plans/PM-500/assets/{PRESS}"


@pytest.fixture
def press(cast_plant):
    """The press and the procedure it is maintained by."""
    Shop(cast_plant).effective_procedure()
    new = NewAsset(
        number=PRESS, title="Rotary press", maker="X", model="TP", serial="1", gmp_impact=GmpImpact.INDIRECT
    )
    cast_plant.do(ITO, register_asset, new)
    return cast_plant


def said(answer):
    return Page(answer.text).text


def local(days, hour=9):
    """A time of the site so many days before now, as its forms take it."""
    return (NOW - timedelta(days=days)).strftime(f"%Y-%m-%dT{hour:02}:00")


@pytest.fixture
def planned(press, browser_of):
    """The press under its plan: 466 hours in the 68 days since the work was last done."""
    planner = browser_of("c.dubois")
    assert planner.post("/meters", METER).status_code == 303
    answer = planner.post("/plans", PLAN)
    assert answer.headers["Location"] == VERSION
    silva, brandt = browser_of("r.silva"), browser_of("h.brandt")
    assert silva.sign(f"{VERSION}/check", silva.page(VERSION), user_name="r.silva").status_code == 303
    assert brandt.sign(f"{VERSION}/approve", brandt.page(VERSION), user_name="h.brandt").status_code == 303
    ito = browser_of("k.ito")
    for value, days in (("12418.0", 68), ("12611.5", 40), ("12793.0", 13), ("12884.0", 0)):
        reading = {"value": value, "read_at": local(days, 7), "reason": "From the logbook"}
        assert ito.post(f"/meters/{PRESS}/run-hours", reading).status_code == 303
    enrol = {"asset": PRESS, "done_at": local(68), "evidence": "WO-0900"}
    assert planner.post("/plans/PM-500/assets", enrol).status_code == 303
    return press


def day(days):
    return (NOW + timedelta(days=days)).date().isoformat()


def test_plan_shows_its_triggers_in_words_and_which_comes_first(browser_of):
    reyes = browser_of("a.reyes")
    plan, asset = reyes.page(VERSION).text, reyes.page(UNDER).text

    assert "every 500 h of meter run-hours (window -50/+25 h)" in plan
    assert "every 90 days, counted from the day it was done" in plan
    assert f"466.0 of 500 h at 6.853 h/d: day 73, predicted {day(5)} Comes first" in asset
    assert f"by the calendar on {day(22)} {day(22)}" in asset
    assert "0 of 3 times tooling changeover no day yet" in asset


def test_due_list_finds_sorts_and_hands_out_what_is_due(browser_of):
    brandt = browser_of("h.brandt")
    page = brandt.page("/maintenance?q=press&state=window_open&kind=preventive&impact=indirect&sort=-due")
    none = brandt.page("/maintenance?state=overdue")
    rows = list(csv.DictReader(io.StringIO(brandt.get("/maintenance.csv").text)))

    assert (f"{PRESS} Rotary press PM-500" in page.text, "Window open" in page.text) == (True, True)
    assert "Nothing matches what you asked for." in none.text
    assert [(row["asset"], row["due"], row["state"]) for row in rows] == [(PRESS, day(5), "window open")]


@pytest.mark.requirement("G-68a")
def test_due_list_of_a_past_day_is_told_as_such(browser_of):
    reyes = browser_of("a.reyes")
    past = reyes.page(f"/maintenance?as_of={day(-3)}")
    later = reyes.page("/maintenance?as_of=2999-01-01")
    wrong = reyes.page("/maintenance?as_of=yesterday")

    assert (f"As it was known on {day(-3)}" in past.text, "No asset is under a plan yet." in past.text) == (
        True,
        True,
    )
    assert "As it was known" not in later.text + wrong.text


def test_calendar_shows_the_month_and_hands_out_a_year(browser_of):
    brandt = browser_of("h.brandt")
    month = brandt.page(f"/maintenance/calendar?month={day(5)[:7]}")
    odd = brandt.page("/maintenance/calendar?month=0000-13")
    rows = list(csv.DictReader(io.StringIO(brandt.get("/maintenance/calendar.csv").text)))

    assert f"{PRESS} PM-500" in month.text
    assert "4.5 h estimated" in month.text
    assert "Forecast" in odd.text
    assert [row["due"] for row in rows][:2] == [day(5), day(5 + 73)]


@pytest.mark.requirement("G-67a")
def test_due_orders_are_raised_by_a_button_once(browser_of):
    planner = browser_of("c.dubois")
    planner.page("/maintenance")
    first = planner.follow(planner.post("/maintenance/orders", {}))
    second = planner.follow(planner.post("/maintenance/orders", {}))

    assert ("Raised: WO-0001." in first.text, "No order was due." in second.text) == (True, True)
    assert "has fixed the due date" in planner.page(UNDER).text


@pytest.mark.requirement("CAL-22")
def test_extension_is_looked_at_signed_and_shown_with_its_risk(browser_of):
    brandt = browser_of("h.brandt")
    brandt.page(UNDER)
    given = {"extended_to": day(20), "risk": "Wear 0.06 of 0.10 mm at the last work."}
    look = brandt.post(f"{UNDER}/extension", {"do": "look", **given})
    signed = brandt.sign(f"{UNDER}/extension", Page(look.text), user_name="h.brandt", do="sign", **given)
    shown = brandt.page(UNDER).text
    again = brandt.post(f"{UNDER}/extension", {"do": "look", **given})

    assert "Extended: I accept the risk stated, for the quality unit" in said(look)
    assert (signed.status_code, f"{day(5)} {day(20)} Wear 0.06" in shown) == (303, True)
    assert "Extended to" in shown
    assert "moved once only" in shown
    assert again.status_code == 200


def test_extension_without_its_risk_is_refused_with_what_is_missing(browser_of):
    brandt = browser_of("h.brandt")
    brandt.page(UNDER)
    answer = brandt.post(f"{UNDER}/extension", {"do": "look", "extended_to": "soon", "risk": " "})

    assert answer.status_code == 422
    assert "Basis of the risk is needed." in said(answer)
    assert "New date is no date." in said(answer)


def test_meter_that_would_run_backwards_is_refused_and_read_again(browser_of):
    ito = browser_of("k.ito")
    page = ito.page(f"/meters/{PRESS}/run-hours")
    refused = ito.post(f"/meters/{PRESS}/run-hours", {"value": "12883.9", "kind": "reading"})
    comma = ito.post(f"/meters/{PRESS}/run-hours", {"value": "12,884"})

    assert "As displayed; the last was 12884.0." in page.text
    assert (refused.status_code, "a meter does not run backwards" in said(refused)) == (409, True)
    assert (comma.status_code, "can be read in two ways" in said(comma)) == (422, True)
    assert "12884.0 h" in browser_of("a.reyes").page("/meters?q=run&sort=-value").text


def test_changeover_counts_towards_the_plan(browser_of):
    ito = browser_of("k.ito")
    ito.page(UNDER)
    answer = ito.post(f"{UNDER}/events", {"event": "tooling_changeover", "cause": "batch/TB-0771"})

    assert "1 of 3 times tooling changeover" in ito.follow(answer).text


def test_plan_that_cannot_work_is_refused_with_every_reason(browser_of):
    planner = browser_of("c.dubois")
    planner.page("/plans/new")
    answer = planner.post("/plans", {**PLAN, "assets": "A-0000", "event_after": "0", "hours": "0"})

    assert answer.status_code == 409
    for sentence in ("There is no asset A-0000.", "1 to 10000 times, not 0.", "more than zero hours"):
        assert sentence in said(answer)


def test_next_version_begins_from_the_one_in_force(browser_of):
    page = browser_of("c.dubois").page("/plans/new?code=PM-500")

    assert (page.field("meter_every"), page.field("calendar_every"), page.field("hours")) == (
        "500",
        "90",
        "4.5",
    )


def test_plans_are_listed_and_handed_out(browser_of):
    brandt = browser_of("h.brandt")
    page = brandt.page("/plans?q=tablet&state=effective&plan_kind=preventive&sort=-drafted_at")

    assert "PM-500 v1" in page.text
    assert brandt.get("/plans.csv").text.splitlines()[1].startswith("PM-500.1,")
    assert "PM-500 v1" not in brandt.page("/plans?state=retired").text


def test_trail_leads_to_plans_and_to_assets_under_them(browser_of):
    brandt = browser_of("h.brandt")
    brandt.page("/trail?q=plan")
    led = brandt.get("/maintenance/assets/PA-0001")

    assert led.headers["Location"] == UNDER
    assert f'href="{VERSION}"' in brandt.get("/trail?q=plan.state").text
    assert brandt.get("/maintenance/assets/PA-0009").status_code == 404


@pytest.fixture
def open_store(store_url):
    engine = make_engine(store_url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def test_worker_raises_what_is_due_once_with_no_person_acting(app, open_store, events):
    service = app.extensions[EXTENSION]
    first, second = raise_due_orders(service, open_store), raise_due_orders(service, open_store)

    assert (first.raised, second.raised, second.refused) == (["WO-0001"], [], [])
    assert ("planned-asset/PA-0001", "plan.fix") in events()


def test_record_found_altered_is_not_tried_again_and_stops_no_other(app, open_store):
    altered = {"planned-asset/PA-0001"}

    assert raise_due_orders(app.extensions[EXTENSION], open_store, altered).raised == []
