"""Every route by every person: open to those who may, refused and on record for everybody else."""

import pytest
from werkzeug.routing import AnyConverter, IntegerConverter

from app.auth import requires
from tests.cast import CAST
from workflows.authority import AUTHORITY, Permission

LEAVES = {"account.sign_out", "account.lock_now"}
"""They end what the walk needs."""
ANSWERED = {200, 303, 404, 409, 422}
PERSONS = [name for name, member in CAST.items() if member.roles]


def _routes(app):
    """Yield endpoint, permission, method, address of every guarded route, for a record that is not there."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission is None or rule.endpoint in LEAVES:
            continue
        values = {name: _placeholder(converter) for name, converter in rule._converters.items()}
        method = "POST" if "POST" in rule.methods else "GET"
        yield rule.endpoint, permission, method, adapter.build(rule.endpoint, values, method)


def _placeholder(converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "none-such"


def _status(browser, method, address):
    answer = browser.get(address) if method == "GET" else browser.post(address, {}, json=True)
    return answer.status_code


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize("user_name", PERSONS)
def test_routes_open_to_those_who_may_and_to_nobody_else(app, browser_of, events, user_name):
    browser = browser_of(user_name)
    wrong = []
    for endpoint, permission, method, address in _routes(app):
        may = bool(set(CAST[user_name].roles) & AUTHORITY[permission])
        before = len(events())
        status = _status(browser, method, address)
        new = events()[before:]
        fits = status in ANSWERED and set(new) <= _refusals_of(new) if may else status == 403
        told = may or new == [(f"denied/page/{endpoint}", "denied")]
        if not (fits and told):
            wrong.append((method, address, status, new))

    assert wrong == []


def _refusals_of(new):
    """An empty form or a missing record changes nothing: a refusal is told, or a list that left."""
    return {event for event in new if event[1] == "denied" or event[0].endswith(".csv")}


@pytest.mark.requirement("P11-10g-1")
def test_walk_covers_pages_of_more_than_one_permission(app):
    permissions = {permission for _endpoint, permission, _method, _address in _routes(app)}

    assert {Permission.RECORD_READ, Permission.PERSON_MANAGE, Permission.SELF_MANAGE} <= permissions


def test_route_is_closed_to_a_login_that_nobody_has(app):
    @app.get("/closed")
    @requires(Permission.RECORD_READ)
    def closed():
        return "inside"

    answer = app.test_client().get("/closed")

    assert (answer.status_code, "inside" in answer.text) == (303, False)
