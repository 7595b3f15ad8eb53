"""The start page."""

import pytest

from tests.cast import CAST
from tests.shop import PRESS
from tests.web.press import stand_press


@pytest.mark.parametrize("user_name", [name for name in CAST if name != "x.stranger"])
def test_start_page_leads_where_the_roles_lead(browser_of, user_name):
    page = browser_of(user_name).page("/")
    links = [attrs["href"] for attrs in page.all("a") if "href" in attrs]

    assert CAST[user_name].name in page.text
    assert ("/people" in links) == (user_name in {"s.patel", "g.andersson"})


@pytest.mark.requirement("P11-300d")
def test_locked_account_is_on_the_security_administrators_start_page_and_on_no_other(browser_of):
    for _ in range(5):
        browser_of().sign_in("k.ito", "wrong")
    words = "The account k.ito is locked after failed attempts."

    seen = {name: words in browser_of(name).page("/").text for name in ("s.patel", "h.brandt")}

    assert seen == {"s.patel": True, "h.brandt": False}


def test_start_page_shows_the_work_order_that_waits_for_a_planner_and_for_nobody_else(app, browser_of, store):
    stand_press(app.extensions["countersign"], store)
    browser_of("a.reyes").post("/work-orders", {"asset": PRESS, "title": "Squeals at 40 rpm"})

    assert "Accept or reject the request" in browser_of("c.dubois").page("/").text
    assert "WO-0001" not in browser_of("k.ito").page("/").text
