"""Give values in the browser: one at a time, saved or refused in place, corrected in sight."""

# ruff: noqa: F811 -- fixtures of tests/web/floor.py

import re

import pytest
from sqlalchemy import select

from audit.models import DeniedAttempt
from records.execution.models import BatchException, Remark
from tests.web.conftest import Page
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
from workflows.batch.commands import hold_batch

CLEARANCE = "1.1a/1"
ENVIRONMENT = "1.1b/1"
NO_TEXT = "What was sent holds a character that is no text (NUL, or half of a character). Type it again."


def enter(browser, part, name, value, **settings):
    return browser.post(f"{at(part)}/values", {"name": name, "value": value, "complete": "1"}, **settings)


def correct(browser, part, name, value, reason="Mistyped", **more):
    given = {"name": name, "value": value, "reason": reason, "reason_code": "mistyped", **more}
    return browser.post(f"{at(part)}/corrections", given)


def denied(store):
    store.rollback()
    return [(one.act, one.reasons, one.submitted) for one in store.scalars(select(DeniedAttempt))]


def exceptions(store):
    store.rollback()
    return [(one.number, one.exception_type.value) for one in store.scalars(select(BatchException))]


def test_operator_is_taken_to_the_first_step(reyes):
    answer = reyes.get(f"/batches/{TABLETS}/execute")

    assert (answer.status_code, answer.headers["Location"]) == (303, at(CLEARANCE))
    assert "Clear the dispensing room" in reyes.follow(answer).text


def test_first_value_starts_step_and_batch_and_the_page_shows_it_saved(reyes, events, entries):
    answer = enter(reyes, CLEARANCE, "previous", "Ibuprofen 400 mg, TB-0000")

    assert answer.status_code == 303
    assert "Previous product and batch on the line: Ibuprofen 400 mg, TB-0000 is saved" in (
        reyes.follow(answer).text
    )
    assert entries(CLEARANCE) == [("previous", "Ibuprofen 400 mg, TB-0000")]
    of_batch = [action for stream, action in events() if stream == f"batch/{TABLETS}"]
    assert sorted(of_batch) == ["batch.state", "step.entry.record", "step.start", "step.training.state"]


def test_step_asks_for_one_value_at_a_time(reyes):
    page = reyes.page(at(CLEARANCE))

    assert [field["name"] for field in page.all("textarea") if field["name"] == "value"] == ["value"]
    assert page.field("name") == "previous"


@pytest.mark.requirement("ATK-39")
def test_two_values_in_one_request_are_refused(reyes, entries):
    answer = reyes.post(f"{at(CLEARANCE)}/values", {"name": "previous", "value": "None", "room_clean": "yes"})

    assert answer.status_code == 422
    assert "Room clean is no field of this form." in Page(answer.text).text
    assert entries(CLEARANCE) == []


@pytest.mark.requirement("G-100b")
@pytest.mark.parametrize("name", ["at", "entered_at", "timestamp"])
def test_time_of_an_entry_cannot_be_sent(reyes, entries, name):
    answer = reyes.post(f"{at(CLEARANCE)}/values", {"name": "previous", "value": "None", name: "2026-11-01"})

    assert answer.status_code == 422
    assert entries(CLEARANCE) == []


@standing_at("1.2b/1")
def test_last_value_of_an_identified_entry_completes_the_step_and_leads_on(reyes):
    enter(reyes, "1.2b/1", "floor", "50.001")

    answer = enter(reyes, "1.2b/1", "bench", "5.0001")

    page = reyes.follow(reyes.get(answer.headers["Location"]))
    assert "Recorded: 1.2b Daily check of the balances" in page.text
    assert "Scan a lot of Paracetamol" in page.text


# Bad input: told in place, kept in the field, on the trail


@standing_at(ENVIRONMENT)
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("22,4", '"22,4" has a comma. Write a decimal point: 1.5, not 1,5.'),
        ("NaN", '"NaN" is not a reading.'),
        ("1e400", '"1e400" has an exponent.'),
        ("22.45", '"22.45" has 2 decimals, the resolution is 0.1 °C.'),
        ("2" * 70, "The entry is longer than 64 characters."),
        ("22\x1f.4", "Room temperature: the text holds control characters."),
        ("٢٢", '"٢٢" holds digits of another script.'),
        ("twenty", '"twenty" is not a number.'),
    ],
)
def test_text_that_is_no_number_is_refused_in_place_and_put_on_record(reyes, entries, store, typed, said):
    answer = enter(reyes, ENVIRONMENT, "temperature", typed)

    page = Page(answer.text)
    assert answer.status_code == 409
    assert said in page.text
    assert entries(ENVIRONMENT) == []
    assert [(act, reasons.startswith(said)) for act, reasons, _submitted in denied(store)] == [
        ("enter", True)
    ]


@standing_at(ENVIRONMENT)
@pytest.mark.requirement("P11-10e-1")
@pytest.mark.parametrize("json", [False, True], ids=["page", "program"])
def test_what_no_database_holds_is_refused_before_any_page_and_put_on_record(reyes, entries, store, json):
    answer = enter(reyes, ENVIRONMENT, "temperature", "22\0.4", json=json)

    assert answer.status_code == 400
    said = answer.json["refusals"][0] if json else Page(answer.text).text
    assert NO_TEXT in said
    assert entries(ENVIRONMENT) == []
    assert [(act, reasons) for act, reasons, _submitted in denied(store)] == [("enter", NO_TEXT)]


@standing_at(ENVIRONMENT)
def test_what_was_typed_stays_in_the_field(reyes, store):
    page = Page(enter(reyes, ENVIRONMENT, "temperature", "22,4").text)

    assert page.field("value") == "22,4"
    assert '"value": ["22,4"]' in denied(store)[0][2]


@standing_at(ENVIRONMENT)
def test_program_is_told_every_reason_and_the_page_keeps_its_entry(reyes):
    answer = enter(reyes, ENVIRONMENT, "temperature", "22,4", json=True)

    assert answer.status_code == 409
    assert answer.json["refusals"] == ['"22,4" has a comma. Write a decimal point: 1.5, not 1,5.']


@pytest.mark.requirement("P11-10e-1")
@pytest.mark.parametrize("json", [False, True], ids=["page", "program"])
def test_empty_value_is_asked_for_again_and_kept_as_an_attempt(reyes, store, entries, json):
    answer = enter(reyes, CLEARANCE, "previous", "", json=json)

    assert answer.status_code == 422
    assert "A value is needed." in Page(answer.text).text
    assert entries(CLEARANCE) == []
    (kept,) = store.scalars(select(DeniedAttempt))
    assert (kept.target, kept.part, kept.act, kept.reasons, kept.person) == (
        f"batch/{TABLETS}",
        CLEARANCE,
        "enter",
        "A value is needed.",
        "P-0002",
    )
    assert '"name": ["previous"]' in kept.submitted
    assert "csrf" not in kept.submitted


@pytest.mark.requirement("ATK-35")
def test_script_in_a_value_is_shown_as_text(reyes):
    page = reyes.follow(enter(reyes, CLEARANCE, "previous", "<script>alert(1)</script>"))

    assert "<script>alert(1)</script> is saved" in page.text


def test_value_in_decomposed_letters_is_kept_normalised(reyes, entries):
    enter(reyes, CLEARANCE, "previous", "Ca\u0308rolin")

    assert entries(CLEARANCE) == [("previous", "Cärolin")]


# Out of limits: the first value is the record


@standing_at(ENVIRONMENT)
@pytest.mark.requirement("FAIL-01")
@pytest.mark.requirement("G-110a")
def test_value_out_of_limits_opens_the_card_and_cannot_be_typed_over(reyes, entries, store):
    enter(reyes, ENVIRONMENT, "temperature", "22.4")

    page = reyes.follow(enter(reyes, ENVIRONMENT, "humidity", "55.0"))

    assert "Relative humidity is out of limits" in page.text
    assert "55.0 % RH is above the action limit (≤ 50.0 % RH)." in page.text
    answer = enter(reyes, ENVIRONMENT, "humidity", "45.0")
    assert answer.status_code == 409
    assert "already has the value 55.0. Correct it, with a reason." in Page(answer.text).text
    assert entries(ENVIRONMENT) == [("temperature", "22.4"), ("humidity", "55.0")]
    assert exceptions(store) == [("E-1", "value")]


@standing_at("1.2b/1")
def test_likely_slip_of_the_point_is_asked_about_on_the_card(reyes):
    page = reyes.follow(enter(reyes, "1.2b/1", "floor", "5.001"))

    assert "5.001 kg is about 10 times less than expected. Was 50.01 kg meant?" in page.text


@standing_at(ENVIRONMENT)
@pytest.mark.requirement("FAIL-01")
@pytest.mark.requirement("ATK-38")
def test_correction_keeps_the_old_value_struck_through_with_its_reason(reyes, entries):
    enter(reyes, ENVIRONMENT, "temperature", "22.4")
    enter(reyes, ENVIRONMENT, "humidity", "55.0")

    answer = correct(reyes, ENVIRONMENT, "humidity", "45.0", reason="Pressed 5 twice")

    html = reyes.get(answer.headers["Location"]).text
    assert re.findall(r"<s>([^<]+)</s>", html) == ["55.0 % RH"]
    assert "Reason: Pressed 5 twice" in Page(html).text
    assert entries(ENVIRONMENT) == [("temperature", "22.4"), ("humidity", "55.0"), ("humidity", "45.0")]


@standing_at(ENVIRONMENT)
@pytest.mark.parametrize(
    ("picked", "words", "status"),
    [("mistyped", "", 303), ("other", "", 409), ("other", "Read the other display", 303), ("", "", 409)],
)
def test_correction_takes_a_reason_from_the_list_or_in_words(reyes, picked, words, status):
    enter(reyes, ENVIRONMENT, "temperature", "22.4")

    answer = reyes.post(
        f"{at(ENVIRONMENT)}/corrections",
        {"name": "temperature", "value": "22.9", "reason_code": picked, "reason": words},
    )

    assert answer.status_code == status


@standing_at(ENVIRONMENT)
def test_page_of_a_correction_shows_what_it_replaces(reyes):
    enter(reyes, ENVIRONMENT, "temperature", "22.4")

    page = reyes.page(f"{at(ENVIRONMENT)}?correct=temperature")

    assert "Correct: Room temperature" in page.text
    assert "22.4 °C" in page.text


@standing_at(ENVIRONMENT)
@pytest.mark.requirement("ATK-40")
def test_correction_from_a_page_that_another_correction_overtook_is_refused(reyes, entries, store):
    enter(reyes, ENVIRONMENT, "temperature", "22.4")
    seen = reyes.page(f"{at(ENVIRONMENT)}?correct=temperature").field("replaces")
    correct(reyes, ENVIRONMENT, "temperature", "22.9", replaces=seen)

    answer = correct(reyes, ENVIRONMENT, "temperature", "23.9", replaces=seen)

    told = "Room temperature has been corrected since you looked at it: it is 22.9 now. Look again."
    page = Page(answer.text)
    assert (answer.status_code, told in page.text) == (409, True)
    assert entries(ENVIRONMENT) == [("temperature", "22.4"), ("temperature", "22.9")]
    assert [(act, reasons) for act, reasons, _submitted in denied(store)] == [("correct", told)]
    again = correct(reyes, ENVIRONMENT, "temperature", "23.9", replaces=page.field("replaces"))
    assert again.status_code == 303


@standing_at("1.10/1")
def test_computed_figure_has_no_way_to_be_corrected(browser_of, entries):
    browser = browser_of("a.reyes")
    before = entries("1.10/1")

    answer = correct(browser, "1.10/1", "actual", "295.000")

    assert answer.status_code == 409
    assert "Actual yield is computed; correct what it is computed from." in Page(answer.text).text
    assert entries("1.10/1") == before


# Sequence: in order, once, by the right people


@pytest.mark.requirement("ATK-40")
def test_step_before_its_turn_is_refused_with_what_it_waits_for(reyes, entries):
    answer = enter(reyes, ENVIRONMENT, "temperature", "22.4")

    assert answer.status_code == 409
    assert "Step 1.1b is not ready. Step 1.1a is not finished." in Page(answer.text).text
    assert entries(ENVIRONMENT) == []


@pytest.mark.requirement("ATK-40")
def test_second_tab_is_told_the_truth_of_the_first(reyes, browser_of, entries):
    other = browser_of("j.okafor")
    reyes.page(at(CLEARANCE))
    other.page(at(CLEARANCE))

    enter(reyes, CLEARANCE, "previous", "Ibuprofen")
    late = enter(other, CLEARANCE, "previous", "None")

    page = Page(late.text)
    assert late.status_code == 409
    assert "already has the value Ibuprofen. Correct it, with a reason." in page.text
    assert "Room, booth and balances are clean" in page.text, "the page shows the step as it stands"
    assert entries(CLEARANCE) == [("previous", "Ibuprofen")]


@pytest.mark.requirement("P11-10f-1")
def test_same_request_sent_twice_is_one_entry(reyes, entries):
    first = enter(reyes, CLEARANCE, "previous", "None", key="key-1")
    second = enter(reyes, CLEARANCE, "previous", "None", key="key-1")

    assert (first.status_code, first.headers["Location"]) == (second.status_code, second.headers["Location"])
    assert entries(CLEARANCE) == [("previous", "None")]


def test_same_key_with_another_value_is_refused(reyes, entries):
    enter(reyes, CLEARANCE, "previous", "None", key="key-1")

    answer = enter(reyes, CLEARANCE, "previous", "Ibuprofen", key="key-1")

    assert "This request's key was used for something else." in Page(answer.text).text
    assert entries(CLEARANCE) == [("previous", "None")]


@pytest.mark.parametrize("address", ["9.9/1", "1.1a/2", "1.1a/x", "2.2/3"])
def test_step_or_occurrence_that_is_not_there_is_not_found(reyes, address):
    assert reyes.get(at(address)).status_code == 404


@pytest.mark.requirement("ATK-40")
@pytest.mark.parametrize("part", ["9.9/1", "1.1a/2"])
def test_act_on_a_step_that_is_not_there_is_not_found_and_kept_as_an_attempt(reyes, store, part):
    answer = enter(reyes, part, "previous", "Ibuprofen 400 mg, IB-2231")

    assert answer.status_code == 404
    ((act, reasons, submitted),) = denied(store)
    assert (act, reasons in Page(answer.text).text) == ("find_step", True)
    assert "IB-2231" in submitted


def test_field_the_step_does_not_ask_for_is_refused(reyes):
    answer = enter(reyes, CLEARANCE, "everything", "yes")

    assert answer.status_code == 409
    assert "Step 1.1a does not ask for 'everything'." in Page(answer.text).text


@standing_at("2.4a/1")
def test_person_without_the_steps_role_sees_why_and_is_refused(reyes, entries):
    said = "Step 2.4a is performed by: IPC analyst. A. Reyes does not hold that role."

    page = reyes.page(at("2.4a/1"))
    answer = enter(reyes, "2.4a/1", "sample.1", "V-1")

    assert said in page.text
    assert page.all("input", name="value") == []
    assert (answer.status_code, said in Page(answer.text).text) == (409, True)
    assert entries("2.4a/1") == []


@pytest.mark.requirement("P11-10g-1")
def test_auditor_reads_the_step_and_changes_nothing(browser_of, entries, store):
    auditor = browser_of("g.andersson")

    assert "Clear the dispensing room" in auditor.page(at(CLEARANCE)).text
    answer = enter(auditor, CLEARANCE, "previous", "None")

    assert answer.status_code == 403
    assert [reasons for _act, reasons, _ in denied(store)] == [
        "G. Andersson is not authorised to perform steps."
    ]
    assert entries(CLEARANCE) == []


def test_batch_on_hold_says_so_and_takes_nothing(reyes, hands, browser_of, entries):
    enter(reyes, CLEARANCE, "previous", "None")
    hands.act("t.novak", lambda unit: hold_batch(unit, TABLETS), reason="Power failure")

    page = reyes.page(at(CLEARANCE))
    answer = enter(reyes, CLEARANCE, "room_clean", "yes")

    assert "The batch is held. Power failure T. Novak, " in page.text
    assert "No work on batch TB-0001: it is held." in Page(answer.text).text
    assert "Resume the batch" not in page.text
    assert "Resume the batch" in browser_of("t.novak").page(at(CLEARANCE)).text
    assert len(entries(CLEARANCE)) == 1


@standing_at("2.11a/1")
def test_branch_not_taken_shows_the_condition_and_the_data_that_decided(reyes):
    page = reyes.page(at("2.10a/1.1"))

    assert "Not applicable (branch)" in page.text
    assert "lod > 1.80" in page.text
    assert "lod = 1.55" in page.text


@standing_at("2.8b/2.1")
def test_occurrence_is_told_in_words(browser_of):
    page = browser_of("a.reyes").page(at("2.8b/2.1"))

    assert "Step 2.8b Sub-lot 2 Pass 1 KPP" in page.text


@standing_at("2.4a/1")
def test_nothing_to_do_tells_for_whom_the_batch_waits(reyes):
    page = reyes.page(f"/batches/{TABLETS}/execute")

    assert "Nothing for you to do now" in page.text
    assert "2.4a Sample the dry mix (Sub-lot 1) Ready IPC analyst" in page.text


def test_remark_and_problem_are_recorded_and_shown(reyes, store):
    reyes.page(at(CLEARANCE))
    reyes.post(f"{at(CLEARANCE)}/remark", {"text": "Lamp flickers"})
    answer = reyes.post(f"{at(CLEARANCE)}/problem", {"kind": "equipment", "text": "Balance drifts"})

    page = reyes.follow(answer)
    assert "Lamp flickers A. Reyes" in page.text
    assert "Equipment: Balance drifts" in page.text
    assert exceptions(store) == [("E-1", "note")]


@pytest.mark.parametrize("reader", ["g.andersson", "l.weber", "s.patel"])
def test_who_only_reads_records_leaves_no_remark_in_them(browser_of, store, reader):
    browser = browser_of(reader)

    page = browser.page(at(CLEARANCE))
    answer = browser.post(f"{at(CLEARANCE)}/remark", {"text": "I was here"})

    assert ("Make a remark" in page.text, answer.status_code) == (False, 403)
    assert store.scalars(select(Remark)).all() == []


def test_supervisor_assesses_where_the_exception_is_shown(reyes, browser_of):
    reyes.page(at(CLEARANCE))
    reyes.post(f"{at(CLEARANCE)}/problem", {"kind": "equipment", "text": "Balance drifts"})
    novak = browser_of("t.novak")
    assess = f"/batches/{TABLETS}/exceptions/E-1/assess"

    assert reyes.post(assess, {"reason": "No harm", "part": CLEARANCE}).status_code == 403
    answer = novak.post(assess, {"reason": "Checked with 50 kg: in tolerance", "part": CLEARANCE})

    assert "Assessed by T. Novak" in novak.follow(answer).text
    assert "Checked with 50 kg: in tolerance" in novak.page(at(CLEARANCE)).text


# What was done earlier: a late entry, in the same place


def enter_late(browser, value, stated_at, reason="The tablet was charging"):
    given = {"name": "temperature", "value": value, "complete": "1"}
    return browser.post(f"{at(ENVIRONMENT)}/values", given | {"stated_at": stated_at, "reason": reason})


@pytest.mark.requirement("G-100b")
@standing_at(ENVIRONMENT)
def test_late_entry_keeps_both_times_and_its_reason(reyes, clock, store):
    clock.move(minutes=5)
    assert "When it was done" in reyes.page(f"{at(ENVIRONMENT)}?at=temperature&late=1").text

    answer = enter_late(reyes, "22.4", "2026-11-23T10:02")

    text = reyes.follow(answer).text
    assert "A. Reyes, 2026-11-23 10:05:00 UTC+00:00" in text
    assert "Late entry , done 2026-11-23 10:02:00 UTC+00:00 : The tablet was charging" in text
    assert exceptions(store) == [("E-1", "integrity")]


@pytest.mark.requirement("G-100b")
@standing_at(ENVIRONMENT)
@pytest.mark.parametrize(
    ("typed_at", "said"),
    [
        ("2026-11-23T09:00:00.000Z", "typed before you signed in"),
        ("2031-01-01T00:00:00.000Z", "at a time that is still to come"),
        ("2026-11-23T10:00:00", "is no time with its zone"),
        ("nonsense", "is no time with its zone"),
    ],
)
def test_what_a_device_tells_of_its_time_is_bounded(reyes, entries, typed_at, said):
    given = {"name": "temperature", "value": "22.4", "complete": "1", "typed_at": typed_at}

    answer = reyes.post(f"{at(ENVIRONMENT)}/values", given)

    assert answer.status_code == 422
    assert said in Page(answer.text).text
    assert entries(ENVIRONMENT) == []


@pytest.mark.requirement("G-100b")
@standing_at(ENVIRONMENT)
@pytest.mark.parametrize(
    ("stated_at", "reason", "said"),
    [
        ("2026-11-23T12:00", "Early", "The stated time is in the future. State when it was done."),
        ("2026-11-23T10:02", "", "A reason is needed to enter a value late."),
        ("", "Charging", "Say when it was done, or leave the reason for entering it late empty."),
    ],
)
def test_late_entry_of_the_future_or_without_reason_or_time_is_refused_and_nothing_typed_is_lost(
    reyes, clock, entries, stated_at, reason, said
):
    clock.move(minutes=5)

    page = Page(enter_late(reyes, "22.4", stated_at, reason).text)

    assert said in page.text
    assert (page.field("value"), page.field("stated_at")) == ("22.4", stated_at)
    assert entries(ENVIRONMENT) == []
