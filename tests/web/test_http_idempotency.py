"""One request, one execution; and what becomes of a refused one."""

import json
import threading
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.models import IdempotencyKey
from audit.models import DeniedAttempt, audit_event
from tests.web.acts import STREAM
from tests.web.conftest import Browser


def _notes(store):
    wanted = select(func.count()).select_from(audit_event).where(audit_event.c.stream == STREAM)
    store.rollback()
    return store.scalar(wanted.where(audit_event.c.action == "person.change"))


def test_repeated_request_gets_the_same_answer_and_does_nothing_twice(browser_of, store):
    browser = browser_of("a.reyes")
    key = uuid4().hex

    answers = [browser.post("/acts/note", {"note": "yes"}, key=key) for _ in range(3)]

    assert [(answer.status_code, answer.headers["Location"]) for answer in answers] == [(303, "/acts")] * 3
    assert _notes(store) == 1


def test_key_in_the_header_counts_too(browser_of, store):
    browser = browser_of("a.reyes")
    fields = {"note": "yes", "idempotency_key": ""}

    answers = [
        browser.post("/acts/note", fields, json=True, headers={"Idempotency-Key": "one-key"})
        for _ in range(2)
    ]

    assert [answer.json for answer in answers] == [{"location": "/acts"}] * 2
    assert _notes(store) == 1


@pytest.mark.requirement("P11-10f-1")
def test_double_click_at_the_same_instant_is_one_execution(app, browser_of, store):
    browser = browser_of("a.reyes")
    browser.page("/acts")
    cookie, key = browser.client.get_cookie("countersign").value, uuid4().hex
    answers, start = [], threading.Barrier(4)

    def click():
        hand = Browser(app)
        hand.client.set_cookie("countersign", cookie)
        hand.csrf_token = browser.csrf_token
        start.wait()
        answers.append(hand.post("/acts/note", {"note": "yes"}, key=key).status_code)

    hands = [threading.Thread(target=click) for _ in range(4)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()

    assert (answers, _notes(store)) == ([303] * 4, 1)


def test_key_used_for_something_else_is_refused_and_on_record(browser_of, store):
    browser = browser_of("a.reyes")
    key = uuid4().hex
    browser.post("/acts/note", {"note": "yes"}, key=key)

    other = browser.post("/acts/note", {"note": "maybe"}, key=key, json=True)

    assert (other.status_code, other.json["refusals"]) == (
        422,
        ["This request's key was used for something else. Load the page again, then decide."],
    )
    assert _notes(store) == 1
    denied = store.scalars(select(DeniedAttempt)).one()
    assert (denied.act, denied.target) == ("request.repeat", "request/acts.note")


def test_keys_of_two_persons_are_not_mixed_up(browser_of, store):
    first, second = browser_of("a.reyes"), browser_of("j.okafor")

    answers = [browser.post("/acts/note", {"note": "yes"}, key="same") for browser in (first, second)]

    assert ([answer.status_code for answer in answers], _notes(store)) == ([303, 303], 2)


def test_request_without_a_key_changes_nothing(browser_of, store):
    browser = browser_of("a.reyes")

    answer = browser.post("/acts/note", {"note": "yes", "idempotency_key": ""}, json=True)

    assert (answer.status_code, len(answer.json["refusals"]), _notes(store)) == (422, 1, 0)


def test_key_too_long_is_called_too_long(browser_of):
    answer = browser_of("a.reyes").post("/acts/note", {"note": "yes"}, key="k" * 129, json=True)

    sentence = "The request's idempotency key has more than 128 characters. Send a shorter one."
    assert (answer.status_code, answer.json["refusals"]) == (422, [sentence])


def test_old_keys_are_forgotten_at_the_next_sign_in(browser_of, clock, store):
    browser_of("a.reyes").post("/acts/note", {"note": "yes"})
    clock.move(hours=25)
    browser_of("j.okafor")

    assert store.scalars(select(IdempotencyKey)).all() == []


@pytest.mark.requirement("P11-10g-1")
def test_refused_act_changes_nothing_lists_its_reason_and_is_on_record(browser_of, store, events):
    browser = browser_of("a.reyes")

    answer = browser.post("/acts/note", {"note": "no", "reason": "try"}, json=True)

    denied = store.scalars(select(DeniedAttempt)).one()
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert (answer.json["refusals"], answer.json["status"]) == (["The note says no."], 409)
    assert events()[-1] == (f"denied/{STREAM}", "denied")
    assert (denied.act, denied.target, denied.person) == ("test.note", STREAM, "P-0002")
    assert json.loads(denied.submitted) == {"note": ["no"], "reason": ["try"]}
    assert _notes(store) == 0


def test_refusal_is_a_page_with_every_reason_for_a_person(browser_of):
    browser = browser_of("a.reyes")

    answer = browser.post("/acts/note", {"note": "no"})

    assert (answer.status_code, "The note says no." in answer.text) == (409, True)


def test_refused_request_may_be_sent_again_with_its_key(browser_of, store):
    browser = browser_of("a.reyes")
    refused = browser.post("/acts/note", {"note": "no"}, key="one")
    stored = browser.post("/acts/note", {"note": "yes"}, key="one")

    assert (refused.status_code, stored.status_code, _notes(store)) == (409, 303, 1)


def test_committed_field_answers_when_it_was_saved(browser_of):
    answer = browser_of("a.reyes").post("/acts/commit", {"note": "yes"}, json=True)

    assert answer.json == {"saved_at": "2026-11-23T10:00:00.000000Z"}


@pytest.mark.parametrize(
    ("note", "refusal"),
    [
        ("", "Note is needed."),
        ("x" * 41, "Note has more than 40 characters."),
        (" \t\n", "Note is needed."),
        ("a\x01b", "Note holds control characters."),
        ("\u202eseyeR .A", "Note holds a character that can't be seen (U+202E). Type it again."),
        ("\u200b", "Note holds a character that can't be seen (U+200B). Type it again."),
    ],
)
def test_bad_input_is_refused_by_field(browser_of, store, note, refusal):
    answer = browser_of("a.reyes").post("/acts/note", {"note": note}, json=True)

    assert (answer.status_code, answer.json["refusals"], _notes(store)) == (422, [refusal], 0)


def test_text_keeps_the_joiners_that_scripts_and_emoji_are_written_with(browser_of, store):
    answer = browser_of("a.reyes").post("/acts/note", {"note": "a\u200cb \U0001f469\u200d\U0001f52c"})

    assert (answer.status_code, _notes(store)) == (303, 1)


def test_unknown_field_is_refused(browser_of):
    answer = browser_of("a.reyes").post("/acts/note", {"note": "yes", "state": "released"}, json=True)

    assert (answer.status_code, answer.json["refusals"]) == (422, ["State is no field of this form."])


def test_signed_secrets_are_no_part_of_what_is_kept(browser_of, store):
    browser = browser_of("h.brandt")
    page = browser.page("/acts")
    browser.sign("/acts/sign", page)

    denied = store.scalars(select(DeniedAttempt)).one()

    assert sorted(json.loads(denied.submitted)) == ["seen_content", "seen_part", "seen_rendering"]


def test_key_with_control_characters_is_refused(browser_of, store):
    answer = browser_of("a.reyes").post("/acts/note", {"note": "yes"}, key="one\x01key", json=True)

    assert (answer.status_code, _notes(store)) == (422, 0)
    assert answer.json["refusals"] == [
        "The request's idempotency key holds control characters. Send one of plain text."
    ]
