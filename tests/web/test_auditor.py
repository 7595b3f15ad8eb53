"""What an auditor sees: every page that is read, people among them, and no button that is not theirs."""

from collections import deque
from urllib.parse import urldefrag, urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from records.personnel.states import Role
from tests.web.conftest import Page
from workflows.authority import AUTHORITY

pytest_plugins = ("tests.web.cast_plant",)
BEGINNINGS = ("/", "/people", "/training", "/policy", "/masters", "/lots", "/equipment", "/investigations")
BEGINNINGS += ("/batches", "/trail", "/materials", "/verifier")


@pytest.fixture
def store_url(record_stores, tmp_path):
    return record_stores.copy("executed", tmp_path)


def guarded(app, address, method):
    """The permission of the view behind an address; None where there is none, or none is asked for."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(urlsplit(address).path, method)
    except HTTPException:
        return None
    return getattr(app.view_functions[endpoint], "permission", None)


def forbidden(app, page):
    """Links and buttons of a page that the auditor's role does not carry."""
    links = [(attrs["href"], "GET") for attrs in page.all("a") if attrs.get("href", "").startswith("/")]
    sends = [
        (attrs["action"], "POST") for attrs in page.all("form") if attrs.get("method", "").lower() == "post"
    ]
    asked = [(address, guarded(app, address, method)) for address, method in links + sends]
    return [
        address for address, permission in asked if permission and Role.AUDITOR not in AUTHORITY[permission]
    ]


def linked(page):
    """The pages a page leads to, without how their lists are narrowed or sorted."""
    found = (urldefrag(attrs["href"]).url for attrs in page.all("a") if attrs.get("href", "").startswith("/"))
    return [address for address in found if "?" not in address and not address.startswith("/static")]


@pytest.mark.requirement("P11-10b-1", "P11-10g-1")
def test_auditor_walks_every_page_and_finds_no_link_or_button_that_is_refused(app, browser_of):
    browser, wrong = browser_of("g.andersson"), []
    waiting, known = deque(BEGINNINGS), set(BEGINNINGS)
    while waiting and len(known) < 400:
        address = waiting.popleft()
        answer = browser.client.get(address)
        if answer.status_code != 200:
            wrong.append((address, answer.status_code))
        elif answer.mimetype == "text/html":
            page = Page(answer.text)
            wrong += [(address, there) for there in forbidden(app, page)]
            new = [there for there in linked(page) if there not in known]
            known.update(new)
            waiting.extend(dict.fromkeys(new))

    assert wrong == []
    assert {"/people/P-0002", "/verifier"} <= known


@pytest.mark.requirement("P11-10d-1")
def test_auditor_reads_people_roles_and_accounts_and_no_secret(browser_of):
    page = browser_of("g.andersson").page("/people/P-0002")

    assert "Operator" in page.text
    assert "a.reyes" in page.text
    assert not [form for form in page.all("form") if form["action"].startswith("/people")]
    assert "argon2" not in page.text
