"""Sign steps in the browser: performed, verified, refused, left out, accepted; on one device or two."""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

import pytest
from sqlalchemy import select

from audit.models import DeniedAttempt
from records.execution.models import BatchException, StepRun
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.cast import PASSWORD
from tests.web.conftest import SHOWN, Page
from tests.web.floor import (  # noqa: F401 -- fixtures
    PREMIX,
    TABLETS,
    at,
    clock,
    entries,
    hands,
    reyes,
    robot,
    stage,
    stages,
    standing_at,
    store_url,
)
from workflows.batch.execution_owner import executing_batch
from workflows.execution.commands import correct_value
from workflows.execution.given import Given

CLEARANCE = "1.1a/1"


@pytest.fixture
def cleared(hands):
    """Every answer of the line clearance is given; nobody has signed."""
    answers = {"room_clean": "yes", "no_product": "yes", "no_labels": "yes", "pressure": "yes"}
    hands.enter("a.reyes", TABLETS, CLEARANCE, previous="None", **answers)


@pytest.fixture
def performed(cleared, hands):  # noqa: ARG001 -- comes after it
    """The line clearance waits for its second person."""
    hands.perform("a.reyes", TABLETS, CLEARANCE)


def state_of(store, part):
    store.rollback()
    return store.scalar(select(StepRun.state).where(StepRun.part == part))


def signatures(store, part=CLEARANCE):
    store.rollback()
    wanted = select(Signature).where(Signature.part == part, Signature.stream == f"batch/{TABLETS}")
    return [(one.printed_name, one.meaning.value) for one in store.scalars(wanted.order_by(Signature.id))]


def sign(browser, act, part=CLEARANCE, *, user_name=None, password=PASSWORD, page=None, **fields):
    address = f"{at(part)}/{act}"
    shown = (page or browser.page(at(part))).shown_by(address)
    named = {"user_name": user_name} if user_name else {}
    return browser.post(address, {**shown, **named, "password": password, **fields})


# Performed


@pytest.mark.requirement("P11-50b")
@pytest.mark.usefixtures("cleared")
def test_performer_signs_and_the_page_shows_name_time_zone_and_meaning(browser_of, store):
    reyes = browser_of("a.reyes")

    answer = sign(reyes, "perform", user_name="a.reyes")

    text = reyes.follow(answer).text
    assert "A. Reyes (P-0002)" in text
    assert "Performed: I carried out this step as written and recorded it truly." in text
    assert "2026-11-23 10:00:00 UTC+00:00 Europe/Dublin" in text
    assert "Waits for: Verifier or Supervisor" in text
    assert signatures(store) == [("A. Reyes", "performed")]


@pytest.mark.usefixtures("cleared")
def test_dialog_shows_exactly_what_is_signed(browser_of):
    text = browser_of("a.reyes").page(at(CLEARANCE)).text

    assert (
        "Batch TB-0001 Step 1.1a Clear the dispensing room Previous product and batch on the line: None"
        in text
    )
    assert (
        "By signing I declare: Performed: I carried out this step as written and recorded it truly." in text
    )


@pytest.mark.requirement("P11-200a1i")
@pytest.mark.usefixtures("cleared")
@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({}, 422),
        ({"password": PASSWORD}, 409),
        ({"user_name": "a.reyes"}, 422),
        ({"user_name": "a.reyes", "password": "wrong"}, 403),
        ({"user_name": "j.okafor", "password": PASSWORD}, 409),
    ],
    ids=["a click", "password alone at first", "user name alone", "wrong password", "another person's"],
)
def test_first_signing_takes_both_components_of_the_person_signed_in(browser_of, store, given, status):
    reyes = browser_of("a.reyes")
    shown = reyes.page(at(CLEARANCE)).shown_by(f"{at(CLEARANCE)}/perform")

    answer = reyes.post(f"{at(CLEARANCE)}/perform", {**shown, **given})

    assert answer.status_code == status
    assert "Clear the dispensing room" in Page(answer.text).text, "told on the step's own page"
    assert signatures(store) == []
    assert state_of(store, CLEARANCE) == "in_progress"


@pytest.mark.requirement("P11-200a1i")
@pytest.mark.usefixtures("cleared")
def test_later_signing_of_the_series_takes_the_password_alone(hands, browser_of, store):
    reyes = browser_of("a.reyes")
    sign(reyes, "perform", user_name="a.reyes")
    hands.verify("m.lindqvist", TABLETS, CLEARANCE)
    hands.enter("a.reyes", TABLETS, "1.1b/1", temperature="22.4", humidity="41.0")

    answer = sign(reyes, "perform", "1.1b/1")

    assert answer.status_code == 303
    assert signatures(store, "1.1b/1") == [("A. Reyes", "performed")]


@pytest.mark.requirement("ATK-23")
@pytest.mark.usefixtures("cleared")
def test_content_that_changed_since_it_was_shown_is_not_signed(browser_of, hands, store):
    reyes = browser_of("a.reyes")
    page = reyes.page(at(CLEARANCE))
    hands.act(
        "j.okafor",
        lambda unit: correct_value(
            unit, executing_batch(unit, TABLETS), CLEARANCE, "previous", Given(raw="Ibuprofen")
        ),
        reason="Looked again",
    )

    answer = sign(reyes, "perform", page=page, user_name="a.reyes")

    assert answer.status_code == 409
    text = Page(answer.text).text
    assert "The content has changed since it was shown to you. Read it again, then sign." in text
    assert "Ibuprofen" in text, "the page shows the truth"
    assert signatures(store) == []


@pytest.mark.requirement("ATK-23")
@pytest.mark.usefixtures("cleared")
@pytest.mark.parametrize("field", SHOWN)
def test_hidden_field_that_differs_from_what_was_shown_is_refused(browser_of, store, field):
    reyes = browser_of("a.reyes")
    shown = reyes.page(at(CLEARANCE)).shown_by(f"{at(CLEARANCE)}/perform")
    forged = {**shown, field: "AAAA" + shown[field]}

    answer = reyes.post(f"{at(CLEARANCE)}/perform", {**forged, "user_name": "a.reyes", "password": PASSWORD})

    assert answer.status_code == 409
    assert signatures(store) == []


@pytest.mark.usefixtures("cleared")
def test_signature_given_twice_is_one(browser_of, store):
    reyes = browser_of("a.reyes")
    page = reyes.page(at(CLEARANCE))
    sign(reyes, "perform", page=page, user_name="a.reyes")

    again = sign(reyes, "perform", page=page, user_name="a.reyes")

    assert again.status_code == 409
    assert signatures(store) == [("A. Reyes", "performed")]


@pytest.mark.usefixtures("cleared")
def test_step_that_takes_a_signature_is_not_closed_by_a_click(browser_of, store):
    answer = browser_of("a.reyes").post(f"{at(CLEARANCE)}/perform")

    assert answer.status_code == 409
    assert "A signature is needed to sign the step as performed." in Page(answer.text).text
    assert state_of(store, CLEARANCE) == "in_progress"


@pytest.mark.requirement("P11-70-2")
@pytest.mark.usefixtures("performed")
def test_correction_after_signing_shows_the_signature_void_and_asks_for_it_again(browser_of, store):
    reyes = browser_of("a.reyes")
    reyes.page(at(CLEARANCE))

    reyes.post(
        f"{at(CLEARANCE)}/corrections", {"name": "previous", "value": "Ibuprofen", "reason": "Misread"}
    )

    text = reyes.page(at(CLEARANCE)).text
    assert "The content of 1.1a/1 changed." in text
    assert "Sign as performed" in text
    assert store.scalar(select(SignatureVoid.cause)) == "The content of 1.1a/1 changed."


# Verified on the second person's own device


@pytest.mark.usefixtures("performed")
def test_second_person_finds_the_request_and_verifies(browser_of, store, clock):
    clock.move(minutes=4)
    lindqvist = browser_of("m.lindqvist")
    waiting = lindqvist.page("/verifications").text
    assert (
        "Verify Step 1.1a Clear the dispensing room TB-0001 A. Reyes 2026-11-23 10:00:00 UTC+00:00 4 min"
        in waiting
    )

    answer = sign(lindqvist, "verify", user_name="m.lindqvist")

    assert answer.status_code == 303
    assert signatures(store) == [("A. Reyes", "performed"), ("M. Lindqvist", "verified")]
    assert state_of(store, CLEARANCE) == "done"
    assert "Nothing waits for you" in lindqvist.page("/verifications").text


@pytest.mark.usefixtures("performed")
def test_request_that_waits_too_long_is_marked_late_and_is_nobody_elses(browser_of, clock):
    clock.move(minutes=14)

    assert "Late 14 min" in browser_of("m.lindqvist").page("/verifications").text
    assert "Nothing waits for you" in browser_of("p.sharma").page("/verifications").text


@pytest.mark.requirement("FAIL-24")
@pytest.mark.usefixtures("cleared")
def test_nothing_is_verified_before_it_is_performed(browser_of, store):
    lindqvist = browser_of("m.lindqvist")
    page = browser_of("a.reyes").page(at(CLEARANCE))
    shown = page.shown_by(f"{at(CLEARANCE)}/perform")

    answer = lindqvist.post(
        f"{at(CLEARANCE)}/verify", {**shown, "user_name": "m.lindqvist", "password": PASSWORD}
    )

    assert answer.status_code == 409
    assert state_of(store, CLEARANCE) == "in_progress"
    assert "Verify and sign" not in lindqvist.page(at(CLEARANCE)).text


@pytest.mark.requirement("ATK-22")
@pytest.mark.parametrize(("made_for", "sent_to"), [("verify", "disagree"), ("disagree", "verify")])
@pytest.mark.usefixtures("performed")
def test_dialog_to_verify_does_not_disagree_nor_the_other_way_round(browser_of, store, made_for, sent_to):
    lindqvist = browser_of("m.lindqvist")
    shown = lindqvist.page(at(CLEARANCE)).shown_by(f"{at(CLEARANCE)}/{made_for}")
    typed = {"user_name": "m.lindqvist", "password": PASSWORD, "reason": "A drum stands there"}

    answer = lindqvist.post(f"{at(CLEARANCE)}/{sent_to}", {**shown, **typed}, json=True)

    assert (answer.status_code, answer.json["refusals"]) == (
        409,
        ["This signing dialog was made to declare something else. Open the right one, then sign."],
    )
    assert signatures(store) == [("A. Reyes", "performed")]


@pytest.mark.requirement("ATK-22")
@pytest.mark.usefixtures("performed")
def test_late_answer_of_a_second_person_stands_there_again_but_for_the_password(browser_of, clock):
    reyes, address = browser_of("a.reyes"), f"{at(CLEARANCE)}/hand-over"
    page = reyes.page(address)
    clock.move(seconds=121)

    typed = {"user_name": "m.lindqvist", "answer": "disagree", "reason": "A drum stands there"}
    answer = reyes.sign(address, page, **typed)

    again = Page(answer.text)
    assert (answer.status_code, again.field("user_name"), again.field("password")) == (409, "m.lindqvist", "")
    assert [attrs["value"] for attrs in again.all("input", name="answer") if "checked" in attrs] == [
        "disagree"
    ]
    assert "A drum stands there" in again.text
    assert "This signing dialog was shown more than two minutes ago." in again.text


@pytest.mark.usefixtures("performed")
def test_second_person_who_disagrees_sends_the_step_back_with_the_reason(browser_of, store):
    lindqvist = browser_of("m.lindqvist")

    without = sign(lindqvist, "disagree", user_name="m.lindqvist")
    answer = sign(
        lindqvist, "disagree", user_name="m.lindqvist", reason="A drum of starch stands behind the door"
    )

    assert (without.status_code, answer.status_code) == (409, 303)
    assert "A reason is needed to refuse to verify the step." in Page(without.text).text
    assert state_of(store, CLEARANCE) == "in_progress"
    text = browser_of("a.reyes").page(at(CLEARANCE)).text
    assert "Not verified: I checked this step and do not agree with the record." in text
    assert "Reason: A drum of starch stands behind the door" in text
    assert "M. Lindqvist did not agree: A drum of starch stands behind the door" in text


@pytest.mark.requirement("ATK-40")
@pytest.mark.usefixtures("performed")
def test_two_second_persons_at_once_one_wins_and_the_other_sees_the_truth(browser_of, store):
    lindqvist, novak = browser_of("m.lindqvist"), browser_of("t.novak")
    one, other = lindqvist.page(at(CLEARANCE)), novak.page(at(CLEARANCE))

    first = sign(lindqvist, "verify", page=one, user_name="m.lindqvist")
    second = sign(novak, "verify", page=other, user_name="t.novak")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "step 1.1a Clear the dispensing room is done" in Page(second.text).text
    assert signatures(store) == [("A. Reyes", "performed"), ("M. Lindqvist", "verified")]


# The tablet handed over


@pytest.mark.requirement("G-188b11")
@pytest.mark.usefixtures("performed")
def test_second_person_signs_on_the_device_handed_over(browser_of, store):
    reyes = browser_of("a.reyes")
    page = reyes.page(f"{at(CLEARANCE)}/hand-over")
    assert "A different person than A. Reyes verifies and signs." in page.text

    answer = reyes.sign(f"{at(CLEARANCE)}/hand-over", page, user_name="m.lindqvist", answer="agree")

    assert answer.status_code == 303
    assert signatures(store) == [("A. Reyes", "performed"), ("M. Lindqvist", "verified")]
    assert state_of(store, CLEARANCE) == "done"
    of_hers = (Signature.printed_name == "M. Lindqvist", Signature.meaning == Meaning.VERIFIED)
    evidence = store.scalar(select(Signature.evidence).where(*of_hers))
    assert evidence["on_login_of"] == "P-0002"
    assert "A. Reyes" in reyes.page("/").text, "the tablet is still the performer's"


@pytest.mark.requirement("G-101d")
@pytest.mark.usefixtures("performed")
@pytest.mark.parametrize(
    ("user_name", "said"),
    [
        ("a.reyes", "A. Reyes had a hand in step 1.1a; a second person is needed."),
        ("j.okafor", "J. Okafor is not authorised to verify steps."),
        ("p.sharma", "Step 1.1a is verified by: Verifier or Supervisor. P. Sharma does not hold that role."),
    ],
)
def test_nobody_but_a_second_person_with_the_role_signs_there(browser_of, store, user_name, said):
    reyes = browser_of("a.reyes")
    page = reyes.page(f"{at(CLEARANCE)}/hand-over")

    answer = reyes.sign(f"{at(CLEARANCE)}/hand-over", page, user_name=user_name, answer="agree")

    refused = Page(answer.text)
    assert answer.status_code == 409
    assert said in refused.text
    assert "Hand the tablet to the second person" in refused.text
    assert signatures(store) == [("A. Reyes", "performed")]


@pytest.mark.usefixtures("performed")
def test_disagreement_on_the_device_handed_over_needs_a_reason(browser_of, store):
    reyes = browser_of("a.reyes")
    address = f"{at(CLEARANCE)}/hand-over"

    without = reyes.sign(address, reyes.page(address), user_name="m.lindqvist", answer="disagree")
    answer = reyes.sign(
        address, Page(without.text), user_name="m.lindqvist", answer="disagree", reason="Drum behind the door"
    )

    assert (without.status_code, answer.status_code) == (409, 303)
    assert state_of(store, CLEARANCE) == "in_progress"
    assert signatures(store) == [("A. Reyes", "performed"), ("M. Lindqvist", "not_verified")]


@pytest.mark.usefixtures("performed")
def test_wrong_password_on_the_device_handed_over_is_told_there(browser_of, store):
    reyes = browser_of("a.reyes")
    page = reyes.page(f"{at(CLEARANCE)}/hand-over")

    answer = reyes.sign(
        f"{at(CLEARANCE)}/hand-over", page, user_name="m.lindqvist", password="wrong", answer="agree"
    )

    assert answer.status_code == 403
    assert "The user name or the password is not right" in Page(answer.text).text
    assert signatures(store) == [("A. Reyes", "performed")]


@standing_at("3.2/1")
def test_approval_is_handed_over_like_a_verification(robot, browser_of, store):
    robot.give("3.2/1")
    robot.hands.perform("p.sharma", TABLETS, "3.2/1")
    sharma = browser_of("p.sharma")
    page = sharma.page(f"{at('3.2/1')}/hand-over")
    assert "Do you approve this step as recorded?" in page.text

    sharma.sign(f"{at('3.2/1')}/hand-over", page, user_name="h.brandt", answer="agree")

    assert signatures(store, "3.2/1") == [("P. Sharma", "performed"), ("H. Brandt", "approved")]


# A value out of limits, accepted by a supervisor


@pytest.fixture
def out_of_limits(robot):
    """The relative humidity is out of limits: exception E-1."""
    robot.hands.enter("a.reyes", TABLETS, "1.1b/1", temperature="22.4", humidity="55.0")


ACCEPT = f"/batches/{TABLETS}/exceptions/E-1/accept-value"


@standing_at("1.1b/1")
@pytest.mark.requirement("G-110a")
@pytest.mark.usefixtures("out_of_limits")
def test_step_is_not_signed_while_its_value_is_neither_corrected_nor_accepted(browser_of):
    reyes = browser_of("a.reyes")
    reyes.page(at("1.1b/1"))

    answer = reyes.post(f"{at('1.1b/1')}/perform")

    assert answer.status_code == 409
    assert "Out of limits: humidity. Correct it if it was mistyped, or have a supervisor accept it." in (
        Page(answer.text).text
    )


@standing_at("1.1b/1")
@pytest.mark.requirement("G-110a")
@pytest.mark.usefixtures("out_of_limits")
def test_supervisor_accepts_the_value_with_reason_and_signature(browser_of, store):
    novak = browser_of("t.novak")
    page = novak.page(at("1.1b/1"))
    shown = page.shown_by(ACCEPT)
    given = {**shown, "user_name": "t.novak", "password": PASSWORD, "part": "1.1b/1"}

    without = novak.post(ACCEPT, given)
    answer = novak.post(ACCEPT, {**given, "reason": "The dehumidifier is off; material is closed"})

    assert (without.status_code, answer.status_code) == (409, 303)
    text = novak.follow(answer).text
    assert "accepted" in text
    assert "Value accepted: I know that this value is outside its limits; it is the true value." in text
    assert signatures(store, "exception/E-1") == [("T. Novak", "value_accepted")]
    assert "Sign as performed" in browser_of("a.reyes").page(at("1.1b/1")).text


@standing_at("1.1b/1")
@pytest.mark.usefixtures("out_of_limits")
def test_supervisor_accepts_on_the_device_handed_over_and_nobody_else_can(browser_of, store):
    reyes = browser_of("a.reyes")
    address = f"/batches/{TABLETS}/exceptions/E-1/hand-over"
    given = {"reason": "Material is closed", "part": "1.1b/1", "handed_over": "1"}

    own = reyes.sign(ACCEPT, reyes.page(address), user_name="a.reyes", **given)
    answer = reyes.sign(ACCEPT, reyes.page(address), user_name="t.novak", **given)

    assert (own.status_code, answer.status_code) == (409, 303)
    refused = Page(own.text).text
    assert "A. Reyes is not authorised to decide on exceptions during execution." in refused
    assert "A. Reyes entered the value; another person accepts it." in refused
    assert signatures(store, "exception/E-1") == [("T. Novak", "value_accepted")]


# Left out


@pytest.mark.usefixtures("cleared")
def test_step_is_left_out_only_by_a_supervisor_with_reason_and_signature(browser_of, store):
    reyes, novak = browser_of("a.reyes"), browser_of("t.novak")
    assert "Leave this step out" not in reyes.page(at(CLEARANCE)).text

    without = sign(novak, "skip", user_name="t.novak")
    answer = sign(novak, "skip", user_name="t.novak", reason="Room is a dedicated one")

    assert reyes.post(f"{at(CLEARANCE)}/skip", {"password": PASSWORD}).status_code == 403
    assert (without.status_code, answer.status_code) == (409, 303)
    assert state_of(store, CLEARANCE) == "skipped"
    text = reyes.page(at(CLEARANCE)).text
    assert "Left out" in text
    assert "Reason: Room is a dedicated one" in text
    assert "Not applicable: I authorise that this step is left out, for the reason given." in text


@pytest.mark.usefixtures("performed")
def test_every_refused_signature_is_on_record(browser_of, store):
    reyes = browser_of("a.reyes")
    page = reyes.page(f"{at(CLEARANCE)}/hand-over")

    reyes.sign(f"{at(CLEARANCE)}/hand-over", page, user_name="a.reyes", answer="agree")

    denied = store.scalars(select(DeniedAttempt)).one()
    assert (denied.act, denied.person, denied.part) == ("verify", "P-0002", CLEARANCE)
    assert PASSWORD not in denied.submitted


@standing_at("1.10/1")
def test_verifications_list_steps_that_nobody_performs(browser_of):
    assert (
        "Verify Step 1.10 Dispensed against required" in browser_of("m.lindqvist").page("/verifications").text
    )


@standing_at("1.1b/1")
@pytest.mark.usefixtures("out_of_limits")
def test_supervisor_finds_exceptions_to_assess_beside_the_verifications(browser_of, store):
    assert store.scalar(select(BatchException.number)) == "E-1"
    assert "E-1 55.0 % RH is above the action limit" in browser_of("t.novak").page("/verifications").text
    assert "Exceptions to assess" not in browser_of("m.lindqvist").page("/verifications").text
