"""The start page."""

import pytest

from tests.cast import CAST


@pytest.mark.parametrize("user_name", [name for name in CAST if name != "x.stranger"])
def test_start_page_leads_where_the_roles_lead(browser_of, user_name):
    page = browser_of(user_name).page("/")
    links = [attrs["href"] for attrs in page.all("a") if "href" in attrs]

    assert CAST[user_name].name in page.text
    assert ("/people" in links) == (user_name == "s.patel")


@pytest.mark.requirement("P11-300d")
def test_locked_account_is_on_the_security_administrators_start_page_and_on_no_other(browser_of):
    for _ in range(5):
        browser_of().sign_in("k.ito", "wrong")
    words = "The account k.ito is locked after failed attempts."

    seen = {name: words in browser_of(name).page("/").text for name in ("s.patel", "h.brandt")}

    assert seen == {"s.patel": True, "h.brandt": False}
