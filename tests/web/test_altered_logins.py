"""A login rewritten in the store acts for nobody: it is ended, and told with an alarm (ATK-01)."""

import pytest
from sqlalchemy import select

from app.models import LoginSession
from audit.models import audit_event
from records.engine import make_engine
from tests.web import acts
from tests.web.conftest import Browser

SWAPPED = "UPDATE login_session SET account = 's.patel', person = 'P-0001'"
UNLOCKED = "UPDATE login_session SET locked_at = NULL"
STRETCHED = "UPDATE login_session SET signing_last_at = '2026-11-23T18:00:00.000000Z', signings = 1"
RESTARTED = "UPDATE login_session SET started_at = '2026-11-23T18:00:00.000000Z'"
AWAKE = "UPDATE login_session SET last_act_at = '2026-11-23T18:00:00.000000Z'"
RAISED = "UPDATE login_session SET ended_at = NULL"
BARE = "UPDATE login_session SET mac = NULL"


def rewrite(url, statement):
    intruder = make_engine(url)
    with intruder.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0
    intruder.dispose()


def told(url):
    """What the trail and the table of logins tell: the last event, and whether every login is ended."""
    engine = make_engine(url)
    wanted = select(audit_event.c.stream, audit_event.c.action).order_by(audit_event.c.id.desc()).limit(1)
    with engine.connect() as connection:
        last = tuple(connection.execute(wanted).one())
        over = [ended is not None for ended in connection.scalars(select(LoginSession.ended_at))]
    engine.dispose()
    return last, all(over)


@pytest.mark.requirement("ATK-01", "P11-10d-1", "P11-200a3")
def test_altered_login_is_signed_out_and_told(served, engine_url):
    for statement, account in (
        (SWAPPED, "s.patel"),
        (STRETCHED, "a.reyes"),
        (RESTARTED, "a.reyes"),
        (AWAKE, "a.reyes"),
        (BARE, "a.reyes"),
    ):
        browser = Browser(served)
        browser.sign_in("a.reyes")
        assert browser.get("/acts").status_code == 200

        rewrite(engine_url, statement)
        answer = browser.get("/acts")

        assert (statement, answer.headers["Location"]) == (statement, "/sign-in?next=/acts")
        assert told(engine_url) == ((f"denied/account/{account}", "integrity.failed"), True)
        rewrite(engine_url, "DELETE FROM login_session")


@pytest.mark.requirement("ATK-01", "P11-200a1ii")
@pytest.mark.parametrize(("left", "undone"), [("/lock", UNLOCKED), ("/sign-out", RAISED)])
def test_lock_or_end_undone_in_the_store_lets_nobody_on(served, engine_url, left, undone):
    browser = Browser(served)
    browser.sign_in("a.reyes")
    cookie = browser.client.get_cookie("countersign").value
    browser.post(left)
    browser.client.set_cookie("countersign", cookie)

    rewrite(engine_url, undone)

    assert browser.get("/acts").headers["Location"] == "/sign-in?next=/acts"
    assert told(engine_url) == (("denied/account/a.reyes", "integrity.failed"), True)


@pytest.mark.requirement("ATK-01")
def test_login_altered_during_a_request_does_nothing(browser_of, store_url, events, monkeypatch):
    """The row is read again, locked, in the transaction that acts."""
    browser = browser_of("a.reyes")
    browser.page("/acts")
    seen = acts.load

    def load_late(form):
        rewrite(store_url, SWAPPED)
        return seen(form)

    monkeypatch.setattr(acts, "load", load_late)
    answer = browser.post("/acts/note", {"note": "yes"}, json=True)

    assert answer.status_code == 409
    assert events()[-1] == ("denied/account/s.patel", "integrity.failed")
    assert ("person/P-0009", "person.change") not in events()
