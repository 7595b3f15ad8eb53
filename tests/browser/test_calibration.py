"""A technician's tablet: readings by keyboard with a live bar, a network that goes away, what then waits."""

# ruff: noqa: F811 -- fixtures of tests/web and tests/browser/test_execution.py

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from records.calibration.queries import all_readings
from tests.browser.test_execution import PHONE, address, open_as  # noqa: F401 -- fixtures
from tests.laboratory import ORDER, PROCEDURE, RUN
from tests.unit.calibration_cases import AS_FOUND
from tests.web.bench import laboratory  # noqa: F401 -- fixture
from tests.web.conftest import app, cast_store, clock, keys_dir, store, store_url  # noqa: F401 -- fixtures

PATH = f"/calibration/runs/{RUN}"
READINGS = re.compile(r"/readings\?")


def picture(page, name):
    """Keep a picture for a person to look at, where a folder is named."""
    if folder := os.environ.get("CALIBRATION_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def field(page, seq):
    return page.locator(f"#v-as_found-{seq}-1")


def stored(laboratory):
    with laboratory.plant.read() as session:
        return [row.raw for row in all_readings(session, RUN)]


@pytest.fixture
def tablet(laboratory, open_as):
    laboratory.prepared()
    return open_as("k.ito", PATH)


def test_readings_are_typed_one_after_the_other_and_the_error_is_seen_before_it_is_saved(tablet, laboratory):
    first = tablet.locator("#as_found-1-1")
    field(tablet, 1).focus()
    tablet.keyboard.type("4.012")
    expect(first.locator("[data-live-error]")).to_have_text("0.012 mA, 0.0750 % of span: within limits")
    tablet.keyboard.press("Enter")
    expect(field(tablet, 2)).to_be_focused()
    expect(first.locator("[data-stored-said]")).to_have_text("Saved")

    for seq, raw in enumerate(AS_FOUND[1:], 2):
        tablet.keyboard.type(raw)
        said = tablet.locator(f"#as_found-{seq}-1 [data-live-error]")
        if seq == 5:
            expect(said).to_have_text("0.103 mA, 0.6438 % of span: beyond the reject limit")
            picture(tablet, "live")
        tablet.keyboard.press("Enter")
    expect(tablet.locator("[data-stored-said]", has_text="Saved")).to_have_count(9)
    assert sorted(stored(laboratory)) == sorted(AS_FOUND)
    tablet.get_by_role("button", name="Lock the as-found readings").click()
    expect(tablet.locator("#found-results")).to_contain_text("FAIL")
    picture(tablet, "locked")
    assert Axe().run(tablet).response["violations"] == []


def test_error_exactly_on_a_limit_is_inside_it_in_the_preview_too(tablet):
    said = tablet.locator("#as_found-1-1 [data-live-error]")
    for raw, words in (
        ("4.080", "0.080 mA, 0.5000 % of span: beyond the adjust limit"),
        ("4.081", "0.081 mA, 0.5063 % of span: beyond the reject limit"),
        ("3.920", "-0.080 mA, -0.5000 % of span: beyond the adjust limit"),
        ("4.024", "0.024 mA, 0.1500 % of span: within limits"),
    ):
        field(tablet, 1).fill(raw)
        expect(said).to_have_text(words)


@pytest.mark.requirement("CAL-12")
def test_readings_without_a_network_survive_a_reload_say_not_saved_and_stop_the_lock(tablet, laboratory):
    tablet.route(READINGS, lambda route: route.abort())
    field(tablet, 1).focus()
    for raw in AS_FOUND[:2]:
        tablet.keyboard.type(raw)
        tablet.keyboard.press("Enter")
    lock = tablet.get_by_role("button", name="Lock the as-found readings")
    expect(lock).to_be_disabled()
    expect(tablet.locator("[data-saved-text]")).to_contain_text("Not saved (2)")
    tablet.on("dialog", lambda dialog: dialog.accept())

    tablet.reload()
    expect(field(tablet, 1)).to_have_value("4.012")
    expect(field(tablet, 2)).to_have_value("8.031")
    expect(tablet.locator("[data-saved-text]")).to_contain_text("Not saved (2)")
    expect(lock).to_be_disabled()
    expect(tablet.locator("#lock-form")).to_contain_text("2 entries are not saved. Wait until they are.")
    picture(tablet, "unsaved")
    assert stored(laboratory) == []

    tablet.unroute(READINGS)
    expect(tablet.locator("[data-saved-text]")).to_contain_text("Saved", timeout=40_000)
    expect(lock).to_be_enabled()
    assert stored(laboratory) == ["4.012", "8.031"]


def test_page_fits_a_phone(laboratory, open_as):
    laboratory.prepared()
    page = open_as("k.ito", PATH, PHONE)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "phone")


@pytest.mark.parametrize(
    ("name", "path", "user_name"),
    [
        ("instruments", "/calibration", "h.brandt"),
        ("standards", "/calibration/standards", "k.ito"),
        ("procedures", "/calibration/procedures", "k.ito"),
        ("procedure", f"/calibration/procedures/{PROCEDURE}", "h.brandt"),
        ("order", f"/calibration/orders/{ORDER}", "k.ito"),
        ("new-function", "/calibration/functions/new", "h.brandt"),
        ("new-procedure", "/calibration/procedures/new", "l.weber"),
        ("new-certificate", "/calibration/standards/new", "k.ito"),
        ("signed", PATH, "k.ito"),
    ],
)
def test_page_has_nothing_that_keeps_anybody_out(laboratory, open_as, name, path, user_name):
    laboratory.calibrated()
    page = open_as(user_name, path)

    picture(page, name)
    assert Axe().run(page).response["violations"] == []
