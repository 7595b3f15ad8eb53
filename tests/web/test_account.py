"""Sign in and out, lock, unlock, change one's password; idle, absolute and failure limits."""

import time

import pytest
from sqlalchemy import event, select

from app.extensions import db
from app.models import LoginSession
from audit.models import audit_event
from signatures.models import Account, AccountState
from tests.cast import CAST, ISSUED, PASSWORD
from tests.web.conftest import Browser, Page

NEW = "four-loud-herons-7"
NOT_RIGHT = "The user name or the password is not right, or the account is locked."


def test_person_signs_in_and_out_and_both_are_events(browser_of, events):
    browser = browser_of("a.reyes")

    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/").headers["Location"].startswith("/sign-in")
    assert events() == [("account/a.reyes", "session.login"), ("account/a.reyes", "session.logout")]


def test_signed_out_token_opens_nothing_any_more(app, browser_of):
    browser, thief = browser_of("a.reyes"), Browser(app)
    cookie = browser.client.get_cookie("countersign")
    browser.post("/sign-out")

    thief.client.set_cookie("countersign", cookie.value)

    assert thief.get("/").status_code == 303


@pytest.mark.requirement("P11-300a")
@pytest.mark.parametrize("written", ["A.REYES", " a.reyes ", "\uff41.reyes"])
def test_user_name_is_the_same_in_other_case_and_width(browser_of, written):
    assert browser_of().sign_in(written).status_code == 303


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/account/password", "/account/password"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\n/elsewhere.example", "/"),
        ("/batches\r\nSet-Cookie: countersign=x", "/"),
        ("/batches?search=TB-0771", "/batches?search=TB-0771"),
    ],
)
def test_sign_in_goes_on_to_a_page_of_ours_and_never_to_another_site(browser_of, asked, opened):
    browser = browser_of()
    browser.get("/sign-in")

    answer = browser.post("/sign-in", {"user_name": "a.reyes", "password": PASSWORD, "next": asked})

    assert answer.headers["Location"] == opened


def test_page_asked_for_without_a_login_is_remembered(browser_of):
    answer = browser_of().get("/account/password")

    assert answer.headers["Location"] == "/sign-in?next=/account/password"


@pytest.mark.requirement("P11-300d")
def test_wrong_password_unknown_name_and_locked_account_get_the_same_answer(browser_of, store):
    answers = []
    for user_name, password in (("a.reyes", "wrong"), ("nobody.here", "wrong"), ("x.stranger", PASSWORD)):
        browser = browser_of()
        answer = browser.sign_in(user_name, password)
        answers.append((answer.status_code, NOT_RIGHT in answer.text))
    for _ in range(5):
        browser_of().sign_in("k.ito", "wrong")
    locked = browser_of().sign_in("k.ito", PASSWORD)

    assert answers == [(403, True)] * 3
    assert (locked.status_code, NOT_RIGHT in locked.text) == (403, True)
    assert store.scalar(select(Account.state).where(Account.user_name_key == "k.ito")) is AccountState.LOCKED


def test_unknown_name_takes_as_long_as_a_wrong_password(browser_of):
    def seconds(user_name):
        browser = browser_of()
        browser.get("/sign-in")
        began = time.perf_counter()
        browser.post("/sign-in", {"user_name": user_name, "password": "wrong"})
        return time.perf_counter() - began

    known = min(seconds(user_name) for user_name in ("a.reyes", "j.okafor", "t.novak"))
    unknown = min(seconds(user_name) for user_name in ("nobody.one", "nobody.two", "nobody.three"))

    assert unknown > known / 2


@pytest.mark.requirement("P11-300d")
def test_fifth_failure_in_a_row_over_sign_in_and_signing_locks(browser_of, events, store):
    browser = browser_of("h.brandt")
    page = browser.page("/acts")
    for _ in range(2):
        browser.sign("/acts/sign", page, password="wrong", user_name="h.brandt")
    for _ in range(3):
        browser_of().sign_in("h.brandt", "wrong")

    account = store.scalars(select(Account).where(Account.user_name_key == "h.brandt")).one()
    actions = [action for stream, action in events() if stream == "account/h.brandt"]

    assert (account.state, account.failures) == (AccountState.LOCKED, 5)
    assert actions == ["session.login", *["account.fail"] * 5, "account.lock"]
    assert browser.get("/").status_code == 303, "the login open elsewhere ends with the account"


def test_right_password_ends_the_row_of_failures(browser_of, store):
    for _ in range(4):
        browser_of().sign_in("a.reyes", "wrong")
    browser_of("a.reyes")

    failures = store.scalar(select(Account.failures).where(Account.user_name_key == "a.reyes"))

    assert failures == 0


def test_failed_attempt_never_writes_what_was_typed(browser_of, store):
    browser_of().sign_in("a.reyes", "a-secret-typed-wrong")
    browser_of().sign_in("a-password-typed-as-name", "x")

    bodies = " ".join(store.scalars(select(audit_event.c.body)))

    assert [word in bodies for word in ("a-secret-typed-wrong", "a-password-typed-as-name")] == [False, False]


def test_password_hashes_are_in_no_event(browser_of, store):
    browser_of("a.reyes")
    bodies = " ".join(store.scalars(select(audit_event.c.body)))

    assert ("$argon2" in bodies, '"/password_hash"' in bodies) == (False, True)


def test_person_who_holds_no_role_cannot_sign_in(browser_of):
    assert "X. Stranger" in [member.name for member in CAST.values() if not member.roles]
    assert browser_of().sign_in("x.stranger", ISSUED).status_code == 403


def test_screen_locks_after_ten_idle_minutes_and_the_password_brings_the_page_back(browser_of, clock, events):
    browser = browser_of("a.reyes")
    clock.move(minutes=10, seconds=1)
    locked = browser.get("/account/password")
    page = browser.follow(locked)

    wrong = browser.post("/unlock", {"password": "wrong", "next": page.field("next")})
    back = browser.post("/unlock", {"password": PASSWORD, "next": page.field("next")})

    assert locked.headers["Location"] == "/lock?next=/account/password"
    assert (wrong.status_code, back.headers["Location"]) == (403, "/account/password")
    assert browser.page("/account/password")
    assert [action for _stream, action in events()] == [
        "session.login",
        "session.lock",
        "account.fail",
        "session.unlock",
        "account.clear",
    ]


def test_idle_limit_has_not_struck_at_ten_minutes(browser_of, clock):
    browser = browser_of("a.reyes")
    clock.move(minutes=10)

    assert browser.get("/").status_code == 200


def test_page_that_a_script_fetches_does_not_keep_the_login_awake(browser_of, clock):
    browser = browser_of("a.reyes")
    for _ in range(3):
        clock.move(minutes=4)
        answer = browser.get("/", headers={"Sec-Fetch-Dest": "empty"})

    assert answer.headers["Location"] == "/lock?next=/"


def test_pages_that_a_person_opens_keep_the_login_awake(browser_of, clock):
    browser = browser_of("a.reyes")
    for _ in range(3):
        clock.move(minutes=4)
        answer = browser.get("/", headers={"Sec-Fetch-Dest": "document"})

    assert answer.status_code == 200


def test_locked_screen_answers_a_script_so_that_it_keeps_what_was_typed(browser_of, clock):
    browser = browser_of("a.reyes")
    clock.move(minutes=11)

    answer = browser.post("/acts/note", {"note": "yes"}, json=True)

    assert (answer.status_code, answer.json["refusals"]) == (423, [])


@pytest.mark.parametrize(
    ("referrer", "opened"),
    [
        ("http://localhost/account/password", "/account/password"),
        ("http://elsewhere.example/x", "/"),
        ("", "/"),
    ],
)
def test_form_sent_from_a_locked_screen_comes_back_to_the_page_it_stood_on(
    browser_of, clock, referrer, opened
):
    browser = browser_of("a.reyes")
    clock.move(minutes=11)

    answer = browser.post("/acts/note", {"note": "yes"}, headers={"Referer": referrer})

    assert answer.headers["Location"] == f"/lock?next={opened}"


def test_page_is_read_while_the_store_cannot_write(app, browser_of, clock):
    browser = browser_of("a.reyes")
    clock.move(minutes=1)
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
        db.engine.dispose()

    read, written = browser.get("/"), browser.post("/acts/note", {"note": "yes"}, json=True)

    assert (read.status_code, written.status_code) == (200, 503)


def test_screen_is_locked_by_a_form_of_ours_and_by_no_link(browser_of):
    browser = browser_of("a.reyes")
    followed = browser.get("/lock?next=/batches")
    forged = browser.post("/lock", {"csrf_token": "made-up"})
    still_open = browser.get("/").status_code
    locked = browser.post("/lock?next=/batches")

    assert (followed.status_code, followed.headers["Location"]) == (303, "/batches")
    assert (forged.status_code, still_open) == (400, 200)
    assert "Screen locked" in browser.follow(locked).text
    assert browser.get("/").headers["Location"] == "/lock?next=/"


def test_login_ends_after_eight_hours_however_busy(browser_of, clock, events):
    browser = browser_of("a.reyes")
    for _ in range(60):
        clock.move(minutes=8)
        assert browser.get("/").status_code == 200
    clock.move(minutes=1)

    answer = browser.get("/")

    assert answer.headers["Location"].startswith("/sign-in")
    assert events()[-1] == ("account/a.reyes", "session.logout")


def test_another_person_on_the_device_ends_the_login_there(browser_of, store):
    browser = browser_of("a.reyes")
    browser.post("/lock")
    browser.sign_in("j.okafor")

    standing = dict(store.execute(select(LoginSession.account, LoginSession.ended_at)).all())

    assert (standing["a.reyes"] is None, standing["j.okafor"]) == (False, None)
    assert "J. Okafor" in browser.page("/").text


def test_failed_sign_in_on_the_device_leaves_the_login_there_alone(browser_of):
    browser = browser_of("a.reyes")
    browser.sign_in("j.okafor", "wrong")
    browser.sign_in("x.stranger", ISSUED)

    assert "A. Reyes" in browser.page("/").text


def test_password_is_changed_by_its_owner(browser_of, events):
    browser = browser_of("a.reyes")
    browser.page("/account/password")
    fields = {"password": PASSWORD, "new_password": NEW, "repeated_password": NEW}

    changed = browser.post("/account/password", fields)

    assert changed.headers["Location"] == "/"
    assert (browser_of().sign_in("a.reyes", PASSWORD).status_code) == 403
    assert (browser_of().sign_in("a.reyes", NEW).status_code) == 303
    assert ("account/a.reyes", "account.password") in events()


@pytest.mark.parametrize(
    ("new", "repeated", "reason"),
    [
        ("short-1", "short-1", "A password has at least 12 characters."),
        ("a.reyes-is-here", "a.reyes-is-here", "A password does not contain the user name."),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "A password does not repeat the same few characters."),
        (NEW, NEW + "x", "The new password and its repetition differ."),
        (PASSWORD, PASSWORD, "The new password is the old one."),
    ],
)
def test_bad_new_password_is_refused_with_the_reason(browser_of, new, repeated, reason):
    browser = browser_of("a.reyes")
    browser.page("/account/password")
    fields = {"password": PASSWORD, "new_password": new, "repeated_password": repeated}

    answer = browser.post("/account/password", fields, json=True)

    assert (answer.status_code, answer.json["refusals"]) == (422, [reason])


def test_wrong_old_password_counts_as_a_failure(browser_of, events):
    browser = browser_of("a.reyes")
    browser.page("/account/password")

    answer = browser.post(
        "/account/password", {"password": "wrong", "new_password": NEW, "repeated_password": NEW}
    )

    assert answer.status_code == 403
    assert events()[-1] == ("account/a.reyes", "account.fail")


def test_sign_in_page_prefills_no_name(browser_of):
    page = Page(browser_of().get("/sign-in").text)

    assert (page.field("user_name"), page.field("password")) == ("", "")
