"""The security administrator's pages: persons, accounts, roles (11.10(d), (g), 11.100(a), 11.300)."""

import pytest
from sqlalchemy import select

from records.personnel.models import Person, RoleGrant
from records.personnel.states import Role
from signatures.models import Account, AccountState
from tests.cast import CAST, ISSUED

NEW = {"printed_name": "N. Newton", "user_name": "n.newton", "password": ISSUED, "number": "P-0100"}
GRANTED = "role.grant"


def _account(store, user_name):
    store.rollback()
    return store.scalars(select(Account).where(Account.user_name_key == user_name)).one()


def _refused(browser, path, fields):
    answer = browser.post(path, fields, json=True)
    return answer.status_code, answer.json["refusals"]


@pytest.fixture
def administrator(browser_of):
    browser = browser_of("s.patel")
    browser.page("/people")
    return browser


@pytest.mark.requirement("P11-10d-1")
def test_list_shows_every_account_with_state_dates_and_roles(administrator):
    text = administrator.page("/people").text

    assert [name for name in (member.name for member in CAST.values()) if name not in text] == []
    assert "K. Ito P-0009 k.ito" in text
    assert "1 to 15 of 15" in text


def test_list_is_searched_and_sorted(administrator):
    found = administrator.page("/people?q=okafor").text
    none = administrator.page("/people?q=_").text
    first, last = (administrator.page(f"/people?sort={sort}").text for sort in ("number", "-number"))

    assert ("J. Okafor" in found, "A. Reyes" in found) == (True, False)
    assert "Nobody found" in none
    assert first.index("P-0001") < first.index("P-0015")
    assert last.index("P-0015") < last.index("P-0001")


def test_list_is_sorted_by_nothing_it_does_not_know(administrator):
    text = administrator.page("/people?sort=password_hash&page=x").text

    assert text.index("A. Reyes") < text.index("X. Stranger")


def test_list_is_paged(administrator):
    assert "Nobody found" in administrator.page("/people?page=2").text


@pytest.mark.requirement("P11-10d-1")
def test_list_is_handed_out_as_a_file_without_a_secret(administrator):
    answer = administrator.get("/people.csv?sort=number")
    lines = answer.text.splitlines()

    assert (answer.mimetype, len(lines)) == ("text/csv", 16)
    assert lines[1] == ("P-0001,S. Patel,s.patel,active,2026-11-02T08:00:00+00:00,Security administrator")
    assert "argon2" not in answer.text


def test_new_person_gets_account_and_role_and_each_is_an_event(administrator, events):
    before = len(events())
    registered = administrator.post("/people", NEW)
    granted = administrator.post("/people/P-0100/roles", {"role": Role.OPERATOR.value})
    page = administrator.follow(granted)

    assert registered.headers["Location"] == "/people/P-0100"
    assert events()[before:] == [
        ("person/P-0100", "person.register"),
        ("account/n.newton", "account.open"),
        ("person/P-0100", GRANTED),
    ]
    assert ("N. Newton" in page.text, "Operator" in page.text) == (True, True)


def test_person_without_a_number_gets_the_next_one(administrator, store):
    answer = administrator.post("/people", {**NEW, "number": ""})

    assert answer.headers["Location"] == "/people/P-0016"
    assert store.scalar(select(Person.printed_name).where(Person.number == "P-0016")) == "N. Newton"


@pytest.mark.requirement("P11-100a")
@pytest.mark.requirement("P11-300a")
@pytest.mark.requirement("ATK-32")
@pytest.mark.parametrize("user_name", ["a.reyes", "A.Reyes", "\uff41.reyes"])
def test_user_name_is_never_given_twice_in_any_writing(administrator, user_name):
    administrator.post("/people/P-0002/account/a.reyes/disable", {"reason": "Left the company."})

    refused = _refused(administrator, "/people", {**NEW, "user_name": user_name})

    assert refused == (409, ["This user name is or was somebody's; user names are never reused."])


@pytest.mark.requirement("P11-10d-1")
@pytest.mark.parametrize("act", ["unlock", "disable"])
def test_account_is_not_found_at_the_address_of_another_person(administrator, store, act):
    answer = administrator.post(f"/people/P-0001/account/a.reyes/{act}", {"reason": "Left."}, json=True)

    assert (answer.status_code, "There is no account a.reyes" in answer.text) == (404, True)
    assert _account(store, "a.reyes").state is AccountState.ACTIVE


@pytest.mark.requirement("P11-300a")
def test_look_alike_letters_make_no_user_name(administrator):
    cyrillic = "\u0430.reyes"

    assert _refused(administrator, "/people", {**NEW, "user_name": cyrillic}) == (
        409,
        ["A user name has 3 to 64 of a-z, 0-9, full stop, hyphen and underscore; a letter comes first."],
    )


def test_weak_one_time_password_is_refused(administrator):
    refused = _refused(administrator, "/people", {**NEW, "password": "n.newton"})

    assert refused == (
        422,
        ["A password has at least 12 characters.", "A password does not contain the user name."],
    )


@pytest.mark.requirement("P11-10g-2")
def test_administrator_cannot_grant_herself_a_role(administrator, store):
    refused = _refused(administrator, "/people/P-0001/roles", {"role": Role.QA_REVIEWER.value})

    assert refused == (409, ["Nobody grants a role to themselves; another security administrator does."])
    held = store.scalars(select(RoleGrant.role).where(RoleGrant.person == "P-0001")).all()
    assert held == [Role.SECURITY_ADMINISTRATOR]


def test_role_takes_a_reason_to_be_revoked_and_stays_in_sight(administrator):
    role = {"role": Role.TECHNICIAN.value}
    without = _refused(administrator, "/people/P-0009/roles/revoke", role)
    administrator.post("/people/P-0009/roles/revoke", {**role, "reason": "Moved to planning."})
    page = administrator.page("/people/P-0009")

    assert without == (409, ["A reason is needed to revoke a role."])
    assert (
        "Technician 2026-11-02 08:00:00 UTC+00:00 S. Patel 2026-11-23 10:00:00 UTC+00:00 S. Patel"
        in page.text
    )


@pytest.mark.requirement("P11-10d-1")
@pytest.mark.requirement("ATK-32")
def test_disabled_persons_open_login_is_refused_at_the_next_request(administrator, browser_of, events):
    leaver = browser_of("a.reyes")
    administrator.post("/people/P-0002/account/a.reyes/disable", {"reason": "Left the company."})

    read, written = leaver.get("/"), leaver.post("/acts/note", {"note": "yes"}, json=True)

    assert (read.headers["Location"], written.status_code) == ("/sign-in?next=/", 401)
    assert [action for stream, action in events() if stream == "account/a.reyes"] == [
        "session.login",
        "account.disable",
        "session.logout",
    ]


@pytest.mark.requirement("P11-300d")
def test_locked_account_is_unlocked_by_an_administrator_with_a_reason(administrator, browser_of, store):
    for _ in range(5):
        browser_of().sign_in("k.ito", "wrong")
    locked = administrator.page("/people/P-0009")
    without = _refused(administrator, "/people/P-0009/account/k.ito/unlock", {})
    administrator.post("/people/P-0009/account/k.ito/unlock", {"reason": "Identity checked by phone."})

    account = _account(store, "k.ito")
    assert ("Reason to unlock" in locked.text, without) == (
        True,
        (409, ["A reason is needed to unlock the account."]),
    )
    assert (account.state, account.failures) == (AccountState.ACTIVE, 0)
    assert browser_of().sign_in("k.ito").status_code == 303


def test_last_administrators_account_cannot_be_disabled(administrator):
    refused = _refused(administrator, "/people/P-0001/account/s.patel/disable", {"reason": "Try."})

    assert refused == (
        409,
        [
            "This is your own account; it takes another person.",
            "This is the last security administrator's account; grant the role to somebody else first.",
        ],
    )


def test_page_shows_why_an_act_is_refused(administrator):
    text = administrator.page("/people/P-0001").text

    assert "This is your own account; it takes another person." in text


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize(
    "user_name", [name for name in CAST if name not in {"s.patel", "g.andersson", "x.stranger"}]
)
def test_nobody_else_opens_the_pages_and_the_attempt_is_on_record(browser_of, events, user_name):
    browser = browser_of(user_name)
    before = len(events())

    answer = browser.get("/people")

    assert (answer.status_code, "is not authorised to read persons" in answer.text) == (403, True)
    assert events()[before:] == [("denied/page/people.index", "denied")]


def test_unknown_person_is_not_found(administrator):
    answer = administrator.get("/people/P-9999", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["refusals"]) == (
        404,
        ["There is no person P-9999. Check the number."],
    )
