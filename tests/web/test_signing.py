"""The components of a signature over HTTP: periods, second persons, what was seen (11.200, 11.300)."""

import json
import re

import pytest
from sqlalchemy import select

from records.personnel.states import Role
from signatures.models import Account, Signature
from tests.cast import CAST, ISSUED, PASSWORD
from tests.web.acts import NUMBER, STREAM
from tests.web.conftest import Browser, Page

FIRST = "This is your first signing since a pause: give your user name and your password."
ALWAYS = "This signature always takes your user name and your password."
OWN_NAME = "Sign with your own user name. A second person signs on the view for handing over."
USED = "This signing dialog was used already: it signs once. Open it again, then sign."
LATE = "This signing dialog was shown more than two minutes ago. Read it again, then sign."
ANOTHER = "This signing dialog was made for another login or content. Open it again, then sign."
CHANGED = "The content has changed since it was shown to you. Read it again, then sign."


def _sign(browser, path="/acts/sign", **fields):
    return browser.sign(path, browser.page("/acts"), json=True, **fields)


def _refusals(answer):
    return (answer.status_code, answer.json.get("refusals"))


def _alarms(browser):
    told = re.search(r'countersign_alarms_total{kind="sig.replayed"} (\d+)', browser.get("/metrics").text)
    return int(told[1]) if told else 0


@pytest.fixture
def signed(store):
    """A function that returns (signer, series number, first) of every signature on the record."""

    def read():
        store.rollback()
        rows = store.scalars(select(Signature).where(Signature.stream == STREAM).order_by(Signature.id))
        manifests = [json.loads(row.manifest) for row in rows]
        return [(m["signer"]["id"], m["sess"]["n"], m["sess"]["first"]) for m in manifests]

    return read


@pytest.mark.requirement("P11-200a1")
@pytest.mark.requirement("P11-200a1i")
@pytest.mark.requirement("ATK-24")
def test_first_signing_takes_user_name_and_password_later_ones_the_password(browser_of, signed):
    browser = browser_of("h.brandt")

    password_only = _sign(browser)
    both = _sign(browser, user_name="h.brandt")
    second = _sign(browser)
    third = _sign(browser)

    assert _refusals(password_only) == (409, [FIRST])
    assert [answer.json for answer in (both, second, third)] == [{"location": "/acts"}] * 3
    assert signed() == [("P-0007", 1, True), ("P-0007", 2, False), ("P-0007", 3, False)]


@pytest.mark.requirement("P11-200a1i")
@pytest.mark.requirement("ATK-24")
@pytest.mark.parametrize("fields", [{"password": ""}, {"password": "", "user_name": "h.brandt"}])
def test_click_or_user_name_alone_signs_nothing_at_any_place_of_the_period(browser_of, signed, fields):
    browser = browser_of("h.brandt")
    as_first = _sign(browser, **fields)
    _sign(browser, user_name="h.brandt")
    as_second = _sign(browser, **fields)

    assert [_refusals(answer) for answer in (as_first, as_second)] == [(422, ["Password is needed."])] * 2
    assert signed() == [("P-0007", 1, True)]


def test_dialog_is_told_what_the_next_signing_takes(browser_of, clock):
    browser = browser_of("h.brandt")
    before = browser.page("/acts").text
    _sign(browser, user_name="h.brandt")
    within = browser.page("/acts").text
    for _ in range(2):
        clock.move(minutes=8)
        after = browser.page("/acts").text

    assert [
        words in text
        for words, text in (
            ("Next signing: both; release: both", before),
            ("Next signing: password; release: both", within),
            ("Next signing: both; release: both", after),
        )
    ] == [True] * 3


@pytest.mark.requirement("P11-200a1ii")
def test_pause_of_more_than_fifteen_minutes_ends_the_period(browser_of, clock, signed):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")
    for _ in range(3):
        clock.move(minutes=5)
        browser.page("/acts")
    at_the_limit = _sign(browser)
    for _ in range(3):
        clock.move(minutes=5, seconds=1)
        browser.page("/acts")
    past_it = _sign(browser)

    assert (at_the_limit.status_code, _refusals(past_it)) == (200, (409, [FIRST]))
    assert signed() == [("P-0007", 1, True), ("P-0007", 2, False)]


@pytest.mark.requirement("P11-200a1ii")
def test_locked_screen_ends_the_period(browser_of):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")
    browser.post("/lock")
    browser.post("/unlock", {"password": PASSWORD})

    assert _refusals(_sign(browser)) == (409, [FIRST])


@pytest.mark.requirement("P11-200a1ii")
def test_new_login_begins_a_new_period(browser_of):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")
    browser.post("/sign-out")
    again = browser_of("h.brandt")

    assert _refusals(_sign(again)) == (409, [FIRST])


@pytest.mark.requirement("P11-200a1ii")
def test_other_login_of_the_same_person_has_a_period_of_its_own(browser_of):
    _sign(browser_of("h.brandt"), user_name="h.brandt")

    assert _refusals(_sign(browser_of("h.brandt"))) == (409, [FIRST])


@pytest.mark.requirement("P11-200a1ii")
def test_new_password_ends_the_period(browser_of, clock):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")
    clock.move(seconds=1)
    browser.page("/account/password")
    new = "five-grey-badgers-3"
    browser.post("/account/password", {"password": PASSWORD, "new_password": new, "repeated_password": new})

    assert _refusals(_sign(browser, password=new)) == (409, [FIRST])


@pytest.mark.requirement("P11-200a1ii")
def test_changed_roles_end_the_period(browser_of, clock):
    browser, administrator = browser_of("h.brandt"), browser_of("s.patel")
    _sign(browser, user_name="h.brandt")
    clock.move(seconds=1)
    administrator.post("/people/P-0007/roles", {"role": Role.SUPERVISOR.value})

    assert _refusals(_sign(browser)) == (409, [FIRST])


@pytest.mark.requirement("P11-200a1ii")
def test_cookie_on_another_device_signs_nothing(app, browser_of, signed):
    browser, thief = browser_of("h.brandt"), Browser(app)
    _sign(browser, user_name="h.brandt")
    page = browser.page("/acts")
    thief.client.set_cookie("countersign", browser.client.get_cookie("countersign").value)
    thief.csrf_token = browser.csrf_token
    fields = {name: page.field(name) for name in ("seen_part", "seen_content", "seen_rendering", "nonce")}

    answer = thief.post(
        "/acts/sign", {**fields, "password": PASSWORD}, headers={"User-Agent": "another device"}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/")
    assert signed() == [("P-0007", 1, True)]


def test_release_takes_both_components_within_a_period_too(browser_of):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")

    alone = _sign(browser, "/acts/release")
    both = _sign(browser, "/acts/release", user_name="h.brandt")

    assert (_refusals(alone), both.status_code) == ((409, [ALWAYS]), 200)


@pytest.mark.requirement("P11-200a2")
def test_colleague_cannot_sign_in_anothers_login(browser_of, signed):
    browser = browser_of("h.brandt")

    answer = _sign(browser, user_name="d.moreau")

    assert _refusals(answer) == (409, [OWN_NAME])
    assert signed() == []


@pytest.mark.requirement("P11-200a2")
def test_second_person_signs_as_themselves_on_a_device_handed_over(browser_of, signed, store):
    browser = browser_of("a.reyes")

    answer = _sign(browser, "/acts/second", user_name="m.lindqvist")

    evidence = store.scalars(select(Signature).where(Signature.stream == STREAM)).one().evidence
    assert (answer.status_code, signed()) == (200, [("P-0004", 1, True)])
    assert (evidence["account"], evidence["on_login_of"], evidence["components"]) == (
        "m.lindqvist",
        "P-0002",
        ["user_id", "password"],
    )
    assert "A. Reyes" in browser.page("/acts").text, "the device stays in its owner's login"


def test_second_persons_signing_does_not_begin_the_owners_period(browser_of):
    browser = browser_of("a.reyes")
    _sign(browser, "/acts/second", user_name="m.lindqvist")

    assert _refusals(_sign(browser)) == (409, [FIRST])


def test_second_person_always_names_themselves(browser_of, events):
    answer = _sign(browser_of("a.reyes"), "/acts/second")

    assert answer.status_code == 403
    assert events()[-1] == ("denied/account/unknown", "denied")


@pytest.mark.requirement("P11-300d")
def test_wrong_password_of_a_second_person_counts_for_them(browser_of, store):
    browser = browser_of("a.reyes")

    answer = _sign(browser, "/acts/second", user_name="m.lindqvist", password="wrong")

    failures = dict(store.execute(select(Account.user_name, Account.failures)).all())
    assert (answer.status_code, failures["m.lindqvist"], failures["a.reyes"]) == (403, 1, 0)


@pytest.mark.requirement("ATK-26")
def test_issued_password_signs_nothing_until_its_owner_changed_it(browser_of, signed):
    administrator = browser_of("s.patel")
    administrator.page("/people/new")
    fields = {"printed_name": "N. Newton", "user_name": "n.newton", "password": ISSUED, "number": "P-0100"}
    administrator.post("/people", fields)
    administrator.post("/people/P-0100/roles", {"role": Role.VERIFIER.value})

    new_person = Browser(administrator.app)
    new_person.sign_in("n.newton", ISSUED)
    handed_over = _sign(browser_of("a.reyes"), "/acts/second", user_name="n.newton", password=ISSUED)

    assert new_person.get("/acts").headers["Location"] == "/account/password"
    assert _refusals(handed_over) == (
        409,
        ["Your password was issued by somebody else. Change it, then sign."],
    )
    assert signed() == []


@pytest.mark.requirement("ATK-22")
def test_dialog_signs_once_and_a_second_use_of_it_is_an_alarm_in_the_trail(browser_of, signed, events):
    browser = browser_of("h.brandt")
    page = browser.page("/acts")
    first = browser.sign("/acts/sign", page, json=True, user_name="h.brandt")
    before = _alarms(browser)
    replayed = browser.sign("/acts/sign", page, json=True, user_name="h.brandt")

    assert (first.status_code, _refusals(replayed)) == (200, (409, [USED]))
    assert signed() == [("P-0007", 1, True)]
    assert events()[-1] == ("denied/account/h.brandt", "sig.replayed")
    assert _alarms(browser) == before + 1


@pytest.mark.requirement("ATK-22")
def test_request_sent_twice_with_one_key_signs_once_and_is_no_alarm(browser_of, signed, events):
    browser = browser_of("h.brandt")
    page = browser.page("/acts")
    answers = [
        browser.sign("/acts/sign", page, key="pressed-twice", json=True, user_name="h.brandt")
        for _ in range(2)
    ]

    assert [answer.json for answer in answers] == [{"location": "/acts"}] * 2
    assert signed() == [("P-0007", 1, True)]
    assert "sig.replayed" not in [action for _stream, action in events()]


@pytest.mark.requirement("ATK-22")
def test_dialog_signs_for_two_minutes(browser_of, clock, signed):
    browser = browser_of("h.brandt")
    page, later = browser.page("/acts"), browser.page("/acts")
    clock.move(seconds=120)
    in_time = browser.sign("/acts/sign", page, json=True, user_name="h.brandt")
    clock.move(seconds=1)
    late = browser.sign("/acts/sign", later, json=True)

    assert (in_time.status_code, _refusals(late)) == (200, (409, [LATE]))
    assert signed() == [("P-0007", 1, True)]


@pytest.mark.requirement("ATK-22")
def test_late_form_is_shown_again_with_everything_typed_but_the_password(browser_of, clock, signed):
    browser = browser_of("h.brandt")
    page = browser.page("/acts")
    clock.move(seconds=121)
    typed = {"user_name": "h.brandt", "reason": "Seen <twice>.", "shown_on": page.field("shown_on")}
    answer = browser.sign("/acts/sign", page, **typed)
    again = Page(answer.text)

    assert answer.status_code == 409
    assert LATE in again.text
    assert (again.field("user_name"), again.field("password")) == ("h.brandt", "")
    assert "Seen <twice>." in again.text
    assert PASSWORD not in answer.text
    fields = {"user_name": "h.brandt", "reason": "Seen <twice>."}
    assert browser.sign("/acts/sign", again, json=True, **fields).status_code == 200
    assert signed() == [("P-0007", 1, True)]


@pytest.mark.requirement("ATK-22")
@pytest.mark.parametrize("page", ["", "//elsewhere.example/acts", "/nowhere", "/people"])
def test_late_form_of_a_page_that_cannot_be_shown_is_refused_on_a_page_of_its_own(browser_of, clock, page):
    browser = browser_of("h.brandt")
    shown = browser.page("/acts")
    clock.move(seconds=121)

    answer = browser.sign("/acts/sign", shown, user_name="h.brandt", shown_on=page)

    assert (answer.status_code, LATE in Page(answer.text).text) == (409, True)
    assert answer.text.count("problem-title") > 0


@pytest.mark.requirement("ATK-22")
def test_dialog_of_another_login_content_or_text_signs_nothing(browser_of):
    mine, other = browser_of("h.brandt"), browser_of("d.moreau")
    page, strange = mine.page("/acts"), other.page("/acts")
    again = browser_of("h.brandt").page("/acts")
    changed = [
        {"nonce": strange.field("nonce")},
        {"nonce": again.field("nonce")},
        {"nonce": "made-up"},
        {"seen_content": "AAAA"},
        {"seen_part": "1.1/1"},
        {"seen_rendering": "AAAA"},
    ]

    answers = [
        mine.sign("/acts/sign", page, json=True, **{"user_name": "h.brandt", **fields}) for fields in changed
    ]

    assert [_refusals(answer) for answer in answers] == [(409, [ANOTHER])] * len(changed)


@pytest.mark.requirement("ATK-22", "P11-50a3")
def test_dialog_made_to_declare_one_thing_signs_no_other(browser_of, signed):
    browser = browser_of("h.brandt")

    answer = _sign(browser, "/acts/approve", user_name="h.brandt")

    reason = "This signing dialog was made to declare something else. Open the right one, then sign."
    assert (_refusals(answer), signed()) == ((409, [reason]), [])


@pytest.mark.requirement("ATK-23")
def test_content_that_changed_since_it_was_shown_signs_nothing(browser_of, signed):
    browser, administrator = browser_of("h.brandt"), browser_of("s.patel")
    page = browser.page("/acts")
    administrator.post("/acts/rename", {"note": "K. Ito-Lang"})

    answer = browser.sign("/acts/sign", page, json=True, user_name="h.brandt")

    assert (_refusals(answer), signed()) == ((409, [CHANGED]), [])


def test_refused_signing_does_not_lengthen_the_period(browser_of, clock):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")
    clock.move(minutes=9)
    _sign(browser, password="wrong")
    clock.move(minutes=7)

    assert _refusals(_sign(browser)) == (409, [FIRST])


def test_signature_names_account_login_and_components_and_no_secret(browser_of, store):
    browser = browser_of("h.brandt")
    _sign(browser, user_name="h.brandt")

    row = store.scalars(select(Signature).where(Signature.stream == STREAM)).one()

    assert (row.signer, row.printed_name, row.meaning.value) == ("P-0007", "H. Brandt", "reviewed")
    assert (row.evidence["account"], row.evidence["method"]) == ("h.brandt", "password")
    assert [PASSWORD in text for text in (row.manifest, json.dumps(row.evidence))] == [False, False]
    assert CAST["k.ito"].number == NUMBER
