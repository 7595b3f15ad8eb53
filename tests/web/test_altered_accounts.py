"""A password or a role written into the store by hand neither signs in nor acts and is on record (ATK-01)."""

import pytest
from sqlalchemy import select

from app.http import EXTENSION
from audit.models import DeniedAttempt
from signatures.models import Account, Signature
from tests.cast import PASSWORD
from tests.web.acts import STREAM
from tests.web.conftest import Browser
from tests.web.intruder import alter

REFUSED = "What is stored of the account {} and its person is not what the audit trail tells"
GRANT = (
    "INSERT INTO role_grant (person, role, granted_at, granted_by, stream, rev) VALUES "
    "('P-0002', 'security_administrator', '2026-11-01T00:00:00.000000Z', 'P-0009', 'person/P-0002', 1)"
)
KNOWN = "four-red-herrings-9"


@pytest.fixture
def with_known_password(app, store_url):
    """A function that gives H. Brandt's account a password the intruder knows."""

    def write():
        known = app.extensions[EXTENSION].passwords.hash(KNOWN)
        statement = f"UPDATE account SET password_hash = '{known}' WHERE user_name = 'h.brandt'"  # noqa: S608 -- the test's own
        alter(store_url, "account", statement)

    return write


def denied(store):
    store.rollback()
    rows = store.scalars(select(DeniedAttempt).order_by(DeniedAttempt.id))
    return [(row.stream, row.act) for row in rows]


@pytest.mark.requirement("ATK-01", "P11-300d")
def test_password_written_into_the_store_signs_nobody_in(app, with_known_password, store, events):
    with_known_password()

    answers = [Browser(app).sign_in("h.brandt", password) for password in (KNOWN, PASSWORD)]

    assert [answer.status_code for answer in answers] == [409, 403]
    assert REFUSED.format("h.brandt") in answers[0].text
    assert denied(store) == [("denied/account/h.brandt", "identify")] * 2
    assert events() == [("denied/account/h.brandt", "integrity.failed")] * 2
    assert store.scalar(select(Account.failures).where(Account.user_name == "h.brandt")) == 0


@pytest.mark.requirement("ATK-01", "P11-10g-1")
def test_role_written_into_the_store_does_nothing(browser_of, store_url, store, events):
    reyes = browser_of("a.reyes")
    reyes.page("/acts")
    alter(store_url, "role_grant", GRANT)

    act = reyes.post("/people/P-0003/roles", {"role": "qa_reviewer"}, json=True)
    signed = reyes.sign("/acts/sign", reyes.page("/acts"), json=True, user_name="a.reyes")

    for answer in (act, signed):
        assert answer.status_code == 409
        assert REFUSED.format("a.reyes") in answer.json["refusals"][0]
    assert denied(store) == [("denied/account/a.reyes", "identify")] * 2
    assert [action for _stream, action in events()][-2:] == ["integrity.failed"] * 2
    assert store.scalars(select(Signature).where(Signature.stream == STREAM)).all() == []


@pytest.mark.requirement("ATK-01")
def test_second_person_whose_account_was_altered_vouches_for_nothing(browser_of, with_known_password):
    reyes = browser_of("a.reyes")
    page = reyes.page("/acts")
    with_known_password()

    answer = reyes.sign("/acts/second", page, json=True, user_name="h.brandt", password=KNOWN)

    assert (answer.status_code, REFUSED.format("h.brandt") in answer.json["refusals"][0]) == (409, True)


def test_person_whose_account_was_altered_can_still_sign_out(browser_of, with_known_password, events):
    brandt = browser_of("h.brandt")
    with_known_password()

    answer = brandt.post("/sign-out")

    assert (answer.status_code, brandt.get("/acts").status_code) == (303, 303)
    assert events()[-1] == ("denied/account/h.brandt", "integrity.failed")
