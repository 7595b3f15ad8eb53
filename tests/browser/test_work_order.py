"""A work order from its request to its close, played by people in browsers; the technician's is a tablet."""

# ruff: noqa: F811 -- fixtures of tests/web/conftest.py

from threading import Thread

import pytest
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.work_order.models import WorkOrder
from records.work_order.states import WorkOrderState
from tests.browser.person import Album, sit_down
from tests.shop import PRESS, READINGS
from tests.web.conftest import (  # noqa: F401 -- fixtures
    MovableClock,
    app,
    cast_store,
    clock,
    keys_dir,
    store,
    store_url,
)
from tests.web.press import stand_press

ORDER = "/work-orders/WO-0001"
NUMBERS = {name: value for _part, values in READINGS for name, value in values.items() if value != "yes"}


class _Quiet(WSGIRequestHandler):
    def log(self, *_args):
        """Leave the test's output alone."""


@pytest.fixture
def seat(app, store, browser, clock, request):
    """A function that seats a person at a browser of their own; any complaint of one fails the test."""
    stand_press(app.extensions["countersign"], store)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    folder = request.config.getoption("--journey-pictures")
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
    album, seated = Album(folder), {}

    def sit(user_name):
        if user_name not in seated:
            address, touch = f"http://127.0.0.1:{server.server_port}", user_name in {"k.ito", "a.reyes"}
            seated[user_name] = sit_down(browser, address, user_name, clock, album, is_touch=touch)
        return seated[user_name]

    yield sit
    for person in seated.values():
        person.page.context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    complaints = {person.user_name: person.complaints for person in seated.values() if person.complaints}
    assert complaints == {}


def requested(operator):
    operator.go(f"/work-orders/new?asset={PRESS}")
    operator.page.fill("[name=title]", "Squeals at 40 rpm")
    operator.keep("request")
    operator.follow("#request button.button-primary")


def planned(planner):
    planner.go("/work-orders")
    planner.keep("list")
    planner.go(ORDER)
    planner.keep("triage")
    planner.follow("form[action$='/triage'] button")
    planner.page.select_option("[name=master]", "PM-500.1")
    planner.page.check("[name=lock_out]")
    planner.keep("plan")
    planner.follow("#plan button[type=submit]")
    planner.page.select_option("[name=assignee]", "P-0009")
    planner.page.fill("[name=scheduled_at]", "2026-11-23T12:00")
    planner.keep("schedule")
    planner.follow("#schedule button[type=submit]")


def work_through(technician):
    """Do what each page asks for, until every step is closed."""
    technician.go(f"{ORDER}/execute")
    while technician.part:
        technician.keep(f"step-{technician.part.replace('/', '-')}")
        if technician.there(".scan-tile"):
            technician.scan("EQ:TP-200")
        elif technician.there(".number-value"):
            name = technician.value_of("#step-form [name=name]")
            technician.give_number(NUMBERS[name])
        elif technician.there(".big-choice"):
            technician.choose("yes")
        else:
            technician.follow(".action-confirm")


def done(technician):
    technician.go(ORDER)
    technician.keep("start")
    technician.page.fill("[name=scanned]", PRESS)
    technician.follow("#start button[type=submit]")
    technician.keep("started")
    technician.follow("form[action$='/time/start'] button")
    work_through(technician)
    technician.keep("all-steps-closed")
    technician.go(ORDER)
    technician.follow("form[action$='/time/stop'] button")
    for name, code in (("mode", "SEA"), ("mechanism", "MEC"), ("cause", "WEA")):
        technician.page.select_option(f"#failure [name={name}]", code)
    technician.keep("failure")
    technician.follow("#failure button[type=submit]")
    technician.page.fill("#check-what", "Ran 10 minutes at 60 rpm without a sound")
    technician.press('#check input[value="yes"]')
    technician.keep("check")
    technician.follow("#check button[type=submit]")
    technician.keep("ready-to-sign")
    technician.sign("sign-finish")
    technician.keep("work-done")


@pytest.mark.requirement("G-67a")
def test_work_order_goes_from_its_request_to_its_close(seat, store):
    requested(seat("a.reyes"))
    planned(seat("c.dubois"))
    done(seat("k.ito"))
    supervisor, quality = seat("t.novak"), seat("h.brandt")
    supervisor.go(ORDER)
    supervisor.follow("form[action$='/begin-review'] button")
    supervisor.keep("technical-review")
    supervisor.sign("sign-review")
    quality.go(ORDER)
    quality.keep("quality-review")
    quality.sign("sign-accept")
    quality.keep("closed")

    store.rollback()
    assert store.scalars(select(WorkOrder.state)).one() is WorkOrderState.CLOSED
    assert open_interval(store, PRESS, Axis.CLEANING).value == "dirty"
