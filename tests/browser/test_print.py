"""Pages of lots, equipment and people on paper: whole, headed by who printed them, nothing pressed."""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import expect

from tests.browser.test_execution import address, open_as  # noqa: F401 -- fixtures
from tests.web.conftest import app, cast_store, keys_dir, store  # noqa: F401 -- fixtures
from tests.web.floor import clock, hands, stage, stages, standing_at, store_url  # noqa: F401 -- fixtures

A4 = {"width": 688, "height": 1000}


@standing_at("1.2a/1")
@pytest.mark.requirement("P11-10b-1")
def test_lot_asset_log_and_person_print_whole_with_who_printed_them(open_as):
    for user_name, path, holds in (
        ("h.brandt", "/lots/26-001", "Movements, the latest first"),
        ("h.brandt", "/equipment/A-0001", "State by aspect"),
        ("h.brandt", "/equipment/A-0001/log", "Log of use, cleaning and state"),
        ("s.patel", "/people/P-0002", "Roles held and held before"),
    ):
        page = open_as(user_name, path, A4)
        page.emulate_media(media="print")

        expect(page.get_by_text(holds).first).to_be_visible()
        expect(page.locator(".print-head")).to_contain_text(f"from {path}, countersign")
        assert page.locator("button:visible, .bar:visible, input:visible, textarea:visible").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
        assert len(pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True))).pages) >= 1
