"""Review by exception and investigations: read, decided, signed; what is missing is told (211.192)."""

import pytest
from sqlalchemy import select

from audit.models import DeniedAttempt
from records.batch.models import Batch
from records.batch.states import BatchState
from records.execution.models import BatchException
from records.execution.states import ExceptionState
from records.personnel.states import Role
from records.procedure.vocabulary import Severity
from records.review.models import Investigation, InvestigationText
from records.review.states import InvestigationState
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BATCH, BRANDT, person
from workflows.personnel.commands import grant_role
from workflows.review import commands as reviews
from workflows.review.reading import opened

pytest_plugins = ("tests.web.cast_plant",)
REVIEW = f"/batches/{BATCH}/review"
SIGN = f"{REVIEW}/sign"
OTHER_DIALOG = "This signing dialog was made to declare something else. Open the right one, then sign."
BRANDT_NUMBER = "P-0007"
INVESTIGATION = "/investigations/INV-0001"


@pytest.fixture
def stage():
    return "with_exceptions"


@pytest.fixture
def store_url(record_stores, stage, tmp_path):
    return record_stores.copy(stage, tmp_path)


@pytest.fixture
def quality(browser_of):
    return browser_of("h.brandt")


def _exception(store, number):
    store.rollback()
    return store.scalars(select(BatchException).where(BatchException.number == number)).one()


def _write(browser, *, json=False, **said):
    """Write the text of the investigation as its page shows it now."""
    page = browser.page(INVESTIGATION)
    sent = {name: page.field(name) for name in ("expected_rev", "shown_on")}
    return browser.post(f"{INVESTIGATION}/text", {**sent, **said}, json=json)


def _states(store):
    store.rollback()
    rows = store.scalars(select(BatchException).order_by(BatchException.id))
    return {row.number: row.state.value for row in rows}


def _reviews_signed(store):
    store.rollback()
    of_record = (Signature.stream == f"batch/{BATCH}", Signature.part == "record")
    return store.scalars(select(Signature.meaning).where(*of_record).order_by(Signature.id)).all()


def _decide(browser, exception, decision, reason="No effect on quality."):
    page = browser.page(f"{REVIEW}/exceptions/{exception}")
    sent = {"decision": decision, "reason": reason, "expected_rev": page.field("expected_rev")}
    return browser.post(f"{REVIEW}/exceptions/{exception}/decide", sent, json=True)


def _read_everything(browser):
    browser.page(f"{REVIEW}/trail")
    page = browser.page(f"{REVIEW}/unchecked")
    items = [attrs["value"] for attrs in page.all("input", name="items")]
    return browser.post(f"{REVIEW}/unchecked", {"items": items}, json=True) if items else None


def _accept_all(browser, store):
    for number in _states(store):
        _decide(browser, number, "accept")


def _sign(browser, which, **fields):
    html = browser.get(SIGN).text
    assert f'id="dialog-sign-{which}"' in html, "it is greyed"
    return browser.sign(f"{REVIEW}/sign-{which}", browser.page(SIGN), json=True, **fields)


# the queue and the step in context


def test_queue_stands_in_order_of_severity_with_step_state_age_and_person(quality, cast_plant):
    cast_plant.do(BRANDT, reviews.raise_exception, BATCH, "A label was torn.", Severity.HIGH)

    text = quality.page(REVIEW).text

    order = [
        text.index(words) for words in ("High E-4 A label was torn.", "Medium E-1 26.1", "Low E-2", "Low E-3")
    ]
    assert order == sorted(order)
    assert "Step 1.2/1 · A. Reyes · 3 d · assessed" in text


@pytest.mark.requirement("P11-10e-3")
def test_step_in_context_shows_expected_against_actual_and_the_history_with_its_reason(quality):
    text = quality.page(f"{REVIEW}/exceptions/E-2").text

    assert "Weight Δ changed action 9.000 to 11.000 kg 10.020 kg Within limits" in text
    assert "was 10.002 kg A. Reyes, 2026-11-20 07:20:00 UTC+00:00" in text
    assert "now 10.020 kg A. Reyes, 2026-11-20 07:31:00 UTC+00:00 Reason: Misread the display." in text
    assert ("Step 1.2/1" in text, "Step 1.4/1" in text) == (True, True)
    assert "T. Novak (P-0005) Verified: I checked this step as a second person" in text


def test_keys_lead_through_the_queue_and_press_the_decisions(quality):
    page = quality.page(f"{REVIEW}/exceptions/E-2")

    keys = {
        attrs["data-key"]: attrs.get("href") or attrs.get("value")
        for _tag, attrs in page.tags
        if "data-key" in attrs
    }
    assert keys == {
        "j": f"{REVIEW}/exceptions/E-3",
        "k": f"{REVIEW}/exceptions/E-1",
        "a": "accept",
        "r": "return",
        "d": "escalate",
    }


@pytest.mark.parametrize("stage", ["under_review"])
def test_record_without_exceptions_leads_to_what_is_still_to_be_read(quality):
    text = quality.page(REVIEW).text

    assert ("No exceptions" in text, "Nothing to decide" in text) == (True, True)


def test_exception_that_is_not_there_is_told(quality):
    assert quality.get(f"{REVIEW}/exceptions/E-99").status_code == 404


# decisions


@pytest.mark.requirement("G-192")
@pytest.mark.parametrize(
    ("decision", "state", "then"),
    [
        ("accept", ExceptionState.ACCEPTED, f"{REVIEW}/exceptions/E-2"),
        ("return", ExceptionState.RETURNED, f"{REVIEW}/exceptions/E-2"),
        ("escalate", ExceptionState.ESCALATED, INVESTIGATION),
    ],
)
def test_reviewer_decides_and_is_led_to_the_next_exception(quality, store, decision, state, then):
    answer = _decide(quality, "E-1", decision)

    row = _exception(store, "E-1")
    assert (answer.json, row.state) == ({"location": then}, state)


@pytest.mark.requirement("A11-9")
@pytest.mark.parametrize("decision", ["accept", "return"])
def test_decision_takes_a_reason(quality, store, decision):
    answer = _decide(quality, "E-1", decision, reason="")

    assert (answer.status_code, len(answer.json["refusals"])) == (409, 1)
    assert answer.json["refusals"][0].startswith("A reason is needed to ")
    assert _states(store)["E-1"] == "assessed"


def test_reason_stays_with_the_decision_wherever_it_is_shown(quality):
    _decide(quality, "E-1", "accept", reason="Held at 26 °C for a minute only.")

    for address in (f"{REVIEW}/exceptions/E-1", f"/batches/{BATCH}/exceptions"):
        assert "Held at 26 °C for a minute only. H. Brandt, 2026-11-23" in quality.page(address).text


def test_last_decision_leads_to_signing(quality, store):
    _accept_all(quality, store)
    _decide(quality, "E-3", "reopen", reason="Look again.")

    assert _decide(quality, "E-3", "accept").json == {"location": SIGN}


def test_decision_on_an_exception_that_somebody_else_decided_meanwhile_is_refused(quality):
    page = quality.page(f"{REVIEW}/exceptions/E-1")
    _decide(quality, "E-1", "return")

    sent = {"decision": "accept", "reason": "Fine.", "expected_rev": page.field("expected_rev")}
    answer = quality.post(f"{REVIEW}/exceptions/E-1/decide", sent, json=True)

    assert answer.json["refusals"] == [
        "Cannot accept the exception: exception E-1 is returned.",
        "The record has changed since you read it. Read it again, then decide.",
    ]


def test_exceptions_of_low_severity_are_accepted_together_with_one_reason_and_no_other(quality, store):
    quality.page(REVIEW)
    with_medium = quality.post(
        f"{REVIEW}/accept-together", {"exceptions": ["E-1", "E-2"], "reason": "Typing slips."}, json=True
    )
    before = _states(store)
    low = quality.post(
        f"{REVIEW}/accept-together", {"exceptions": ["E-2", "E-3"], "reason": "Typing slips."}, json=True
    )

    assert with_medium.json["refusals"] == ["E-1 is medium; decide on it by itself."]
    assert before == {"E-1": "assessed", "E-2": "open", "E-3": "assessed"}
    assert (low.status_code, _states(store)) == (
        200,
        {"E-1": "assessed", "E-2": "accepted", "E-3": "accepted"},
    )


def test_exception_named_twice_is_accepted_once(quality, store):
    quality.page(REVIEW)

    quality.post(f"{REVIEW}/accept-together", {"exceptions": ["E-2", "E-2"], "reason": "Typing slips."})

    assert "1 accepted." in quality.page(REVIEW).text
    assert _states(store)["E-2"] == "accepted"


def test_grave_exception_is_assessed_by_a_supervisor_before_it_is_decided(
    quality, browser_of, cast_plant, store
):
    cast_plant.do(BRANDT, reviews.raise_exception, BATCH, "A label was torn.", Severity.HIGH)
    supervisor = browser_of("t.novak")

    greyed = quality.page(f"{REVIEW}/exceptions/E-4").text
    supervisor.page(f"{REVIEW}/exceptions/E-4")
    assessed = supervisor.post(f"{REVIEW}/exceptions/E-4/assess", {"reason": "One label only."}, json=True)

    assert "E-4 is high: a supervisor assesses it first." in greyed
    assert (assessed.status_code, _states(store)["E-4"]) == (200, "assessed")
    assert "One label only. T. Novak, 2026-11-23" in quality.page(f"{REVIEW}/exceptions/E-4").text


@pytest.mark.requirement("G-22a")
@pytest.mark.parametrize("who", ["t.novak", "a.reyes", "d.moreau", "g.andersson"])
def test_others_read_the_review_with_every_button_greyed(browser_of, who):
    page = browser_of(who).page(f"{REVIEW}/exceptions/E-1")

    open_buttons = [
        attrs["value"] for attrs in page.all("button", name="decision") if "disabled" not in attrs
    ]
    expected = ["escalate"] if who == "t.novak" else []
    assert open_buttons == expected
    assert "is not authorised to review batch records." in page.text


@pytest.mark.requirement("ATK-30")
def test_reviewer_who_did_some_of_the_work_is_told_that_another_decides(browser_of, cast_plant):
    with cast_plant.act(person("s.patel", "S. Patel", Role.SECURITY_ADMINISTRATOR)) as work:
        grant_role(work, "P-0002", Role.QA_REVIEWER)

    text = browser_of("a.reyes").page(f"{REVIEW}/exceptions/E-1").text

    assert "A. Reyes took part in the work; another person decides on E-1." in text


# what has to be read before signing


@pytest.mark.requirement("M-6.15")
@pytest.mark.requirement("FAIL-05")
def test_what_a_reviewer_opens_is_put_on_record_once_with_its_time(quality, store, events):
    for _ in range(2):
        quality.page(f"{REVIEW}/exceptions/E-2")
    _read_everything(quality)

    store.rollback()
    names = opened(store, f"batch/{BATCH}", BRANDT_NUMBER)
    assert {"exception/E-2"} < names
    assert {name.partition("/")[0] for name in names} == {
        "exception",
        "trail",
        "entry",
        "correction",
        "remark",
    }
    assert [event for event in events() if event[1] == "review.decide"] == [
        (f"batch/{BATCH}", "review.decide")
    ] * 3


@pytest.mark.requirement("M-6.15")
def test_what_others_open_is_not_taken_for_a_review(browser_of, events):
    browser_of("d.moreau").page(f"{REVIEW}/exceptions/E-2")

    assert [event for event in events() if event[1] == "review.decide"] == []


@pytest.mark.requirement("M-6.15")
@pytest.mark.requirement("FAIL-05")
@pytest.mark.requirement("FAIL-04")
def test_everything_missing_before_signing_is_told_as_a_list(quality):
    text = quality.page(SIGN).text

    assert (
        "Cannot sign the review of the audit trail: Exceptions not decided: E-1, E-2, E-3. "
        "Open the audit trail of the record as it is now, then sign."
    ) in text
    assert (
        "Cannot sign the review of the record: Exceptions not decided: E-1, E-2, E-3. "
        "Exceptions you have not opened: E-1, E-2, E-3. Open what no rule checks: 6 items left."
    ) in text


@pytest.mark.requirement("M-6.15")
@pytest.mark.requirement("FAIL-04")
@pytest.mark.requirement("FAIL-05")
@pytest.mark.parametrize(
    ("which", "reason"),
    [
        ("trail", "Open the audit trail of the record as it is now, then sign."),
        ("record", "Open what no rule checks: 6 items left."),
    ],
)
def test_signature_sent_without_having_opened_what_it_covers_is_refused(quality, store, which, reason):
    _accept_all(quality, store)
    other = {"trail": f"{REVIEW}/unchecked", "record": f"{REVIEW}/trail"}[which]
    page = quality.page(other)
    if which == "trail":
        items = [attrs["value"] for attrs in page.all("input", name="items")]
        quality.post(f"{REVIEW}/unchecked", {"items": items})
    shown = quality.page(SIGN)  # the one dialog there is the other review's

    answer = quality.sign(f"{REVIEW}/sign-{which}", shown, json=True, user_name="h.brandt")

    assert answer.json["refusals"] == [reason, OTHER_DIALOG]
    assert _reviews_signed(store) == []


@pytest.mark.requirement("FAIL-04")
@pytest.mark.requirement("FAIL-05")
@pytest.mark.requirement("D11-12.7")
def test_review_is_signed_once_everything_is_decided_and_opened(quality, store):
    _accept_all(quality, store)
    _read_everything(quality)

    trail = _sign(quality, "trail", user_name="h.brandt")
    record = _sign(quality, "record")

    text = quality.page(SIGN).text
    assert [answer.json for answer in (trail, record)] == [{"location": SIGN}] * 2
    assert _reviews_signed(store) == [Meaning.TRAIL_REVIEWED, Meaning.REVIEWED]
    assert store.scalars(select(Batch)).one().state is BatchState.DISPOSITION_PENDING
    assert (
        "H. Brandt (P-0007) Audit trail reviewed: I read the changes of this record; I did none of the work."
        in text
    )
    assert "H. Brandt (P-0007) Reviewed: I reviewed this record and all its exceptions." in text


def test_positive_assurance_shows_every_class_of_rules_with_its_counts_and_the_rule_set(quality):
    text = quality.page(SIGN).text

    assert "46 of 50 checks passed, rule set countersign-review/1" in text
    assert "Required signatures standing 7 7 All passed" in text
    assert "Values within limits or as expected 6 5 1 did not pass 1.2/1 : Temperature 26.1 °C" in text
    assert "Equipment usable when used 0 0 nothing to check" in text


@pytest.mark.requirement("P11-70-2")
def test_record_that_changes_after_its_review_is_opened_and_signed_again(quality, cast_plant, store):
    _accept_all(quality, store)
    _read_everything(quality)
    _sign(quality, "trail", user_name="h.brandt")
    _sign(quality, "record")

    cast_plant.do(BRANDT, reviews.raise_exception, BATCH, "Found late.", Severity.LOW)

    text = quality.page(SIGN).text
    assert "Void The content of record changed." in text
    assert "Exceptions not decided: E-4. Open the audit trail of the record as it is now, then sign." in text


@pytest.mark.requirement("D11-12.7")
def test_trail_review_brings_together_what_matters_to_a_release(quality):
    text = quality.page(f"{REVIEW}/trail").text

    assert "1.3/1 Weight 10.002 → 10.020 kg Misread the display." in text
    assert "Void The content of 1.3/1 changed." in text
    assert "Value corrected 3" in text
    assert "Nothing was refused" in text


# investigations


@pytest.mark.requirement("G-192")
def test_investigation_names_the_related_batches_by_itself(quality, cast_plant, store):
    cast_plant.created_batch("MBR-0100.1")
    _decide(quality, "E-1", "escalate")

    text = quality.page(INVESTIGATION).text

    assert "E-1: 26.1 °C is above the action limit (20.0 to 25.0 °C)." in text
    assert "BU-0002 made by master MBR-0100.1" in text
    assert _exception(store, "E-1").investigation == "INV-0001"


@pytest.mark.requirement("G-192")
@pytest.mark.requirement("FAIL-29")
def test_investigation_is_concluded_only_with_cause_conclusion_follow_up_and_every_batch_considered(
    quality, cast_plant, store
):
    cast_plant.created_batch("MBR-0100.1")
    _decide(quality, "E-1", "escalate")
    before = quality.page(INVESTIGATION).text
    written = {"cause": "A fan failed.", "conclusion": "No effect.", "follow_up": "Replace the fan."}
    _write(quality, **written)
    partly = quality.page(INVESTIGATION).text
    _write(quality, **written, **{"affected:BU-0002": "no"})

    concluded = quality.sign(
        f"{INVESTIGATION}/conclude", quality.page(INVESTIGATION), json=True, user_name="h.brandt"
    )

    assert (
        "Still to be written: the cause, the conclusion, the follow-up. Not yet considered: BU-0002."
        in before
    )
    assert "Cannot sign the conclusion: Not yet considered: BU-0002." in partly
    assert concluded.json == {"location": INVESTIGATION}
    assert store.scalars(select(Investigation)).one().state is InvestigationState.CONCLUDED


@pytest.mark.requirement("P11-10e-3")
def test_every_version_of_an_investigation_stays_readable(quality, cast_plant, store):
    cast_plant.created_batch("MBR-0100.1")
    _decide(quality, "E-1", "escalate")
    quality.page(INVESTIGATION)
    for cause in ("A fan failed.", "The fan's fuse failed."):
        _write(quality, cause=cause, another="BU-0002", another_why="same day")

    page = quality.page(INVESTIGATION).text
    texts = store.scalars(select(InvestigationText).order_by(InvestigationText.version)).all()
    assert [(text.version, text.cause) for text in texts] == [
        (1, ""),
        (2, "A fan failed."),
        (3, "The fan's fuse failed."),
    ]
    assert ("Version 2, H. Brandt, 2026-11-23" in page, page.count("A fan failed.")) == (True, 1)
    assert [one["number"] for one in texts[-1].other_batches] == ["BU-0002"]


@pytest.mark.requirement("ATK-30")
@pytest.mark.requirement("G-22a")
def test_investigation_is_approved_by_another_person_and_closes_its_exceptions(quality, browser_of, store):
    supervisor = browser_of("t.novak")
    supervisor.page(f"/batches/{BATCH}/exceptions")
    supervisor.post(f"/batches/{BATCH}/investigations", {"title": "Warm tank", "exceptions": ["E-1"]})
    written = {"cause": "A fan failed.", "conclusion": "No effect.", "follow_up": "Replace the fan."}
    _write(supervisor, **written)
    supervisor.sign(f"{INVESTIGATION}/conclude", supervisor.page(INVESTIGATION), user_name="t.novak")
    own = supervisor.page(INVESTIGATION).text

    approved = quality.sign(
        f"{INVESTIGATION}/approve", quality.page(INVESTIGATION), json=True, user_name="h.brandt"
    )

    assert "T. Novak wrote this investigation; another person approves it." in own
    assert (approved.status_code, _states(store)["E-1"]) == (200, "closed")
    text = quality.page(INVESTIGATION).text
    assert "T. Novak (P-0005) Investigated: I investigated this discrepancy" in text
    assert "H. Brandt (P-0007) Approved: I approve this content for use." in text
    assert "H. Brandt, 2026-11-23 10:00:00" in quality.page("/investigations").text


@pytest.mark.parametrize("words", ["affected:BU-0002=perhaps", "another=../x"])
def test_answer_that_means_nothing_is_refused(quality, cast_plant, store, words):
    cast_plant.created_batch("MBR-0100.1")
    _decide(quality, "E-1", "escalate")
    quality.page(INVESTIGATION)
    name, _, value = words.partition("=")

    answer = _write(quality, json=True, **{name: value})

    assert answer.status_code == 422
    assert len(store.scalars(select(InvestigationText)).all()) == 1


@pytest.mark.requirement("P11-10e-3")
def test_stale_page_writes_over_nobodys_text_and_keeps_what_was_typed(quality, browser_of, store):
    supervisor = browser_of("t.novak")
    _decide(quality, "E-1", "escalate")
    stale = quality.page(INVESTIGATION)
    supervisor.page(INVESTIGATION)
    _write(supervisor, cause="A fan failed.")

    seen = {name: stale.field(name) for name in ("expected_rev", "shown_on")}
    answer = quality.post(f"{INVESTIGATION}/text", {**seen, "cause": "The door stood open."})

    texts = store.scalars(select(InvestigationText).order_by(InvestigationText.version)).all()
    assert [text.cause for text in texts] == ["", "A fan failed."]
    assert answer.status_code == 409
    assert "The record has changed since you read it. Read it again, then decide." in answer.text
    assert ">The door stood open.</textarea>" in answer.text
    assert "A fan failed." in answer.text


def test_text_that_does_not_say_what_was_seen_is_refused(quality):
    _decide(quality, "E-1", "escalate")

    answer = quality.post(f"{INVESTIGATION}/text", {"cause": "A fan failed."}, json=True)

    assert (answer.status_code, answer.json["refusals"]) == (422, ["Revision is needed."])


def test_stale_page_opens_no_concluded_investigation_again(quality, browser_of, store):
    supervisor = browser_of("t.novak")
    _decide(quality, "E-1", "escalate")
    _write(supervisor, cause="A fan failed.", conclusion="No effect.", follow_up="Replace the fan.")
    stale = quality.page(INVESTIGATION)
    supervisor.sign(f"{INVESTIGATION}/conclude", supervisor.page(INVESTIGATION), user_name="t.novak")

    seen = {name: stale.field(name) for name in ("expected_rev", "shown_on")}
    answer = quality.post(f"{INVESTIGATION}/text", {**seen, "cause": "The door stood open."})

    assert answer.status_code == 409
    assert "Cannot write the investigation: investigation INV-0001 is concluded." in answer.text
    assert ">The door stood open.</textarea>" in answer.text
    assert store.scalars(select(Investigation)).one().state is InvestigationState.CONCLUDED


@pytest.mark.requirement("P11-10e-1")
def test_investigation_of_an_exception_that_is_not_there_is_kept_as_an_attempt(quality, store):
    quality.page(f"/batches/{BATCH}/exceptions")

    answer = quality.post(f"/batches/{BATCH}/investigations", {"title": "Warm tank", "exceptions": ["E-99"]})

    assert answer.status_code == 404
    (kept,) = store.scalars(select(DeniedAttempt))
    assert (kept.target, kept.act, kept.person) == (f"batch/{BATCH}", "open_on", BRANDT_NUMBER)
    assert '"exceptions": ["E-99"]' in kept.submitted


def test_list_of_investigations_is_filtered_and_exported(quality):
    _decide(quality, "E-1", "escalate")

    found, none = (
        quality.page("/investigations?state=open").text,
        quality.page("/investigations?q=zebra").text,
    )

    assert ("INV-0001" in found, "No investigation here" in none) == (True, True)
    assert quality.get("/investigations.csv").text.splitlines()[1].startswith("INV-0001,BU-0001,")


def test_quality_unit_raises_an_exception_for_what_it_found(quality, store):
    page = quality.page(f"/batches/{BATCH}/exceptions")

    found = {"text": "A label is torn.", "severity": "low", "part": "1.6/1"}
    answer = quality.post(f"{REVIEW}/exceptions", found, json=True)
    without = quality.post(f"{REVIEW}/exceptions", {"text": "x", "severity": "awful"}, json=True)

    row = _exception(store, "E-4")
    assert [form["action"] for form in page.all("form", id="raise")] == [f"{REVIEW}/exceptions"]
    assert answer.json == {"location": f"{REVIEW}/exceptions/E-4"}
    assert (row.text, row.severity, row.step_part) == ("A label is torn.", Severity.LOW, "1.6/1")
    assert without.status_code == 422


@pytest.mark.requirement("P11-10g-1")
@pytest.mark.parametrize(
    ("who", "forms"),
    [
        ("h.brandt", {"investigate", "raise"}),
        ("t.novak", {"investigate"}),
        ("a.reyes", set()),
        ("g.andersson", set()),
    ],
)
def test_exceptions_offer_only_what_the_person_may_do(browser_of, who, forms):
    page = browser_of(who).page(f"/batches/{BATCH}/exceptions")

    assert {form.get("id") for form in page.all("form", method="post")} - {None} == forms
