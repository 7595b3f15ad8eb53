"""Maintenance in a real browser: a meter read on a tablet, an extension signed, pages without barriers."""

# ruff: noqa: F811 -- fixtures of tests/web and tests/browser/test_execution.py

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_execution import PHONE, address, open_as  # noqa: F401 -- fixtures
from tests.cast import PASSWORD
from tests.shop import PRESS
from tests.web.conftest import app, browser_of, cast_store, clock, keys_dir, store_url  # noqa: F401 -- fixtures
from tests.web.test_maintenance_pages import UNDER, VERSION, day, planned, press  # noqa: F401 -- fixtures

pytest_plugins = ("tests.web.cast_plant",)
pytestmark = pytest.mark.usefixtures("planned")


@pytest.fixture
def record_stores(cast_store, keys_dir, tmp_path):
    """Stores by this module's own keys: those shared between modules belong to the first one's."""
    from tests.web.cast_plant import RecordStores  # noqa: PLC0415 -- a plugin, not to be imported before pytest does

    return RecordStores(cast_store, keys_dir, tmp_path)


METER = f"/meters/{PRESS}/run-hours"
MONTH = f"/maintenance/calendar?month={day(5)[:7]}"
PAGES = ("/maintenance", MONTH, "/plans", "/plans/new?code=PM-500", VERSION, UNDER, "/meters", METER)


def test_reading_is_typed_on_a_tablet_and_refused_where_it_goes_back(open_as):
    tablet = open_as("k.ito", METER)
    tablet.fill("[name=value]", "12000")
    tablet.click("#reading-form button.button-primary")
    tablet.get_by_text("a meter does not run backwards").first.wait_for()
    tablet.goto(METER)
    tablet.fill("[name=value]", "12890.5")
    tablet.click("#reading-form button.button-primary")
    tablet.get_by_text("As displayed; the last was 12890.5.").wait_for()


@pytest.mark.requirement("CAL-22")
def test_extension_is_signed_after_it_was_looked_at(open_as):
    brandt = open_as("h.brandt", UNDER)
    brandt.fill("[name=extended_to]", day(20))
    brandt.fill("[name=risk]", "Cam wear 0.06 of 0.10 mm at the last work.")
    brandt.click("#extension-form button.button-primary")
    brandt.fill("[name=user_name]", "h.brandt")
    brandt.fill("[name=password]", PASSWORD)
    brandt.click("form.sign-form button.button-primary")
    brandt.get_by_text("moved once only").wait_for()


def test_pages_have_no_barriers_and_fit_a_phone(open_as):
    page = open_as("c.dubois", "/maintenance")
    for path in PAGES:
        page.goto(path)
        assert Axe().run(page).response["violations"] == [], path
        page.set_viewport_size(PHONE)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
