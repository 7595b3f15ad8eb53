"""Values of steps: the first one typed is kept, limits judge it, corrections stand beside it (11.10(e))."""

import pytest

from records.execution.models import Attachment, Entry, StepRun
from records.execution.states import ExceptionType, Judged, Source, StepState
from records.procedure.vocabulary import Severity
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.factories import BRANDT, LINDQVIST, NOVAK, REYES, SHARMA, reasons_of
from tests.syrup import BOTH, ITO, OKAFOR, SALT, STREAM, SYRUP
from workflows.batch import commands as batches

pytest_plugins = ("tests.stages", "tests.syrup_stages")


def judged(plant, part, name):
    return [row.judged for row in plant.entries(part, name)]


# the first value typed


@pytest.mark.requirement("FAIL-01")
@pytest.mark.requirement("G-110a")
@pytest.mark.requirement("ATK-38")
def test_the_first_value_typed_stays_and_its_correction_stands_beside_it(syrup):
    syrup.pressure("12.9")
    syrup.amend("1.2/1", "pressure", "11.9", reason="Read the wrong gauge.")

    first, second = syrup.entries("1.2/1", "pressure")
    assert (first.raw, first.value, first.judged, first.supersedes) == ("12.9", "12.9", Judged.ACTION, None)
    assert (second.raw, second.judged, second.supersedes, second.reason) == (
        "11.9",
        Judged.IN_LIMITS,
        first.id,
        "Read the wrong gauge.",
    )
    assert syrup.values("1.2/1")["pressure"] == "11.9"


@pytest.mark.requirement("FAIL-01")
@pytest.mark.requirement("G-110a")
def test_an_out_of_limit_value_and_its_correction_are_two_exceptions(syrup):
    syrup.pressure("12.9")
    syrup.amend("1.2/1", "pressure", "11.9", reason="Read the wrong gauge.")

    value, correction = syrup.exceptions()
    first, second = syrup.entries("1.2/1", "pressure")
    assert (value.exception_type, value.severity, value.entry_id) == (
        ExceptionType.VALUE,
        Severity.MEDIUM,
        first.id,
    )
    assert value.text == "12.9 bar is above the action limit (≤ 12.0 bar)."
    assert (correction.exception_type, correction.entry_id) == (ExceptionType.INTEGRITY, second.id)
    assert correction.text == "Pressure corrected from 12.9 to 11.9. Reason: Read the wrong gauge."


@pytest.mark.parametrize("same", ["12.9", " 12.9 "])
def test_a_correction_to_the_same_value_is_refused(syrup, same):
    syrup.give("1.2/1", "pressure", "11.9")
    syrup.amend("1.2/1", "pressure", "12.9")
    before = [one.number for one in syrup.exceptions()]

    assert reasons_of(syrup.amend, "1.2/1", "pressure", same) == [
        "Pressure is 12.9 already. Correct it only to another value."
    ]
    assert [one.number for one in syrup.exceptions()] == before


@pytest.mark.requirement("FAIL-01")
def test_a_second_first_value_is_refused(syrup):
    syrup.give("1.2/1", "pressure", "12.9")

    assert reasons_of(syrup.give, "1.2/1", "pressure", "11.9") == [
        "Pressure already has the value 12.9. Correct it, with a reason."
    ]


@pytest.mark.requirement("G-188b4")
@pytest.mark.requirement("P11-10e-1")
def test_an_entry_keeps_what_was_typed_by_whom_when_and_in_which_unit(syrup):
    syrup.give("1.13/1", "first", " 5.10 ")

    (entry,) = syrup.entries("1.13/1", "first")
    assert (entry.raw, entry.value, entry.unit, entry.source) == (" 5.10 ", "5.10", "kg", Source.MANUAL)
    assert (entry.entered_by, entry.printed_name, entry.entered_at) == ("a.reyes", "A. Reyes", syrup.now)


# limits


@pytest.mark.parametrize(
    ("part", "name", "raw", "said"),
    [
        ("1.2/1", "pressure", "12.0", Judged.IN_LIMITS),
        ("1.2/1", "pressure", "12.1", Judged.ACTION),
        ("1.1/1", "temperature", "20.0", Judged.ALERT),
        ("1.1/1", "temperature", "19.9", Judged.ACTION),
        ("1.1/1", "temperature", "21.0", Judged.IN_LIMITS),
        ("1.1/1", "temperature", "24.1", Judged.ALERT),
        ("1.1/1", "temperature", "25.0", Judged.ALERT),
        ("1.3/1", "vacuum", "100", Judged.ACTION),
        ("1.3/1", "vacuum", "101", Judged.IN_LIMITS),
        ("1.3/1", "vacuum", "199", Judged.IN_LIMITS),
        ("1.3/1", "vacuum", "200", Judged.ACTION),
    ],
)
def test_a_value_on_its_limit_is_judged_as_the_master_includes_the_bound(syrup, part, name, raw, said):
    outcome = syrup.give(part, name, raw)

    assert outcome.judged is said
    assert judged(syrup, part, name) == [said]


def test_a_value_beyond_the_alert_limit_is_marked_and_opens_no_exception(syrup):
    syrup.give("1.1/1", "temperature", "24.5", complete=True)

    assert judged(syrup, "1.1/1", "temperature") == [Judged.ALERT]
    assert syrup.exceptions() == []
    assert syrup.state("1.1/1") is StepState.DONE


@pytest.mark.requirement("G-188b5")
def test_an_entry_keeps_the_limits_it_was_judged_by(syrup):
    syrup.give("1.1/1", "temperature", "22.4")

    (entry,) = syrup.entries("1.1/1")
    assert entry.limits["action"] == {
        "minimum": "20.0",
        "maximum": "25.0",
        "minimum_inclusive": True,
        "maximum_inclusive": True,
    }
    assert (entry.limits["alert"]["maximum"], entry.limits["target"]) == ("24.0", "22.5")


def test_a_value_ten_times_too_large_is_kept_and_asked_about(syrup):
    outcome = syrup.give("1.1/1", "temperature", "224.0")

    assert outcome.judged is Judged.ACTION
    assert outcome.question == (
        "224.0 °C is about 10 times more than expected. Was 22.40 °C meant? "
        "Check the decimal point and the unit."
    )
    assert syrup.values("1.1/1") == {"temperature": "224.0"}


def test_a_flagged_choice_opens_an_exception(syrup):
    syrup.give("1.4/1", "look", "cloudy")

    assert syrup.told() == [("value out of limits", "Look: the answer is cloudy.")]


@pytest.mark.requirement("P11-10f-1")
def test_an_answer_that_blocks_stops_other_steps_until_it_is_assessed(syrup):
    syrup.give("1.5/1", "closed", "no")

    stopped = reasons_of(syrup.give, "1.1/1", "temperature", "22.4")
    syrup.assess("E-1")
    syrup.give("1.1/1", "temperature", "22.4")

    assert stopped == ["A supervisor must first assess E-1."]
    assert syrup.values("1.1/1") == {"temperature": "22.4"}


# figures


def test_samples_have_their_statistics_once_all_are_there(syrup):
    syrup.fill_in("1.12/1", weight__1="99.0", weight__2="101.0")
    before = syrup.values("1.12/1")
    syrup.give("1.12/1", "weight.3", "100.0")

    assert "weight.mean" not in before
    assert syrup.values("1.12/1")["weight.mean"] == "100.0"
    assert syrup.values("1.12/1")["weight.rsd"] == "1.00"


def test_a_mean_out_of_limits_opens_an_exception_though_every_sample_is_in(syrup):
    syrup.fill_in("1.12/1", weight__1="104.0", weight__2="104.0", weight__3="104.0")

    assert syrup.told() == [
        (
            "value out of limits",
            "Weight, mean: 104.0 g is above the action limit (98.0 to 102.0 g).",
        )
    ]


@pytest.mark.requirement("G-103")
@pytest.mark.requirement("ATK-43")
def test_a_corrected_input_makes_its_figures_anew_and_keeps_the_old_ones(syrup):
    syrup.fill_in("1.12/1", weight__1="99.0", weight__2="101.0", weight__3="100.0")
    syrup.amend("1.12/1", "weight.3", "97.0", reason="Read again.")

    assert [(row.value, row.reason) for row in syrup.entries("1.12/1", "weight.mean")] == [
        ("100.0", None),
        ("99.0", "recomputed: an input was corrected"),
    ]
    assert [row.source for row in syrup.entries("1.12/1", "weight.mean")] == [Source.CALCULATION] * 2
    assert [row.value for row in syrup.entries("1.12/1", "weight.3")] == ["100.0", "97.0"]


def test_a_figure_keeps_its_formula_and_the_language_version(syrup):
    syrup.fill_in("1.13/1", first="5.000", second="4.800")
    syrup.complete_step("1.13/1")

    (actual,) = syrup.entries("1.14/1", "actual")
    assert (actual.raw, actual.value, actual.entered_by) == ("line_one + line_two", "9.800", "system")
    assert (actual.limits["formula"], actual.limits["language"]) == (
        "line_one + line_two",
        "countersign-expr/1",
    )


@pytest.mark.requirement("G-103")
def test_a_value_of_another_step_corrected_makes_the_verified_yield_anew_and_its_signature_lapse(syrup):
    syrup.fill_in("1.13/1", first="5.000", second="4.800")
    syrup.complete_step("1.13/1")
    syrup.verify("1.14/1")

    syrup.amend("1.13/1", "second", "4.700")

    assert [row.value for row in syrup.entries("1.14/1", "percent")] == ["98.0", "97.0"]
    assert syrup.standing("1.14/1") == []
    assert syrup.state("1.14/1") is StepState.IN_PROGRESS


@pytest.mark.requirement("G-103")
def test_a_recomputed_yield_is_verified_again(syrup):
    syrup.fill_in("1.13/1", first="5.000", second="4.800")
    syrup.complete_step("1.13/1")
    syrup.verify("1.14/1")
    syrup.amend("1.13/1", "second", "4.700")

    syrup.verify("1.14/1")
    syrup.complete_step("1.13/1")

    assert syrup.standing("1.14/1") == [(Meaning.VERIFIED, "m.lindqvist")]
    assert syrup.state("1.14/1") is StepState.DONE


@pytest.mark.requirement("G-103")
def test_a_verified_figure_made_anew_is_told_as_an_exception(syrup):
    syrup.fill_in("1.13/1", first="5.000", second="4.800")
    syrup.complete_step("1.13/1")
    syrup.verify("1.14/1")

    syrup.amend("1.13/1", "second", "4.700")

    told = [(row.step_part, row.text, row.blocks_release) for row in syrup.exceptions()]
    assert told == [
        ("1.13/1", "Line 2 corrected from 4.800 to 4.700. Reason: Misread.", True),
        (
            "1.14/1",
            "Actual yield recomputed from 9.800 to 9.700: what it is computed from was corrected.",
            True,
        ),
        ("1.14/1", "Yield recomputed from 98.0 to 97.0: what it is computed from was corrected.", True),
    ]


# corrections


@pytest.mark.requirement("P11-10e-3")
@pytest.mark.requirement("FAIL-14")
def test_every_value_of_a_field_corrected_twice_stays_readable(syrup):
    syrup.pressure("11.0")
    syrup.amend("1.2/1", "pressure", "11.1")
    syrup.amend("1.2/1", "pressure", "11.2", actor=OKAFOR, reason="Read once more.")

    assert [(row.value, row.entered_by, row.reason) for row in syrup.entries("1.2/1", "pressure")] == [
        ("11.0", "a.reyes", None),
        ("11.1", "a.reyes", "Misread."),
        ("11.2", "j.okafor", "Read once more."),
    ]


@pytest.mark.requirement("P11-70-2")
def test_what_a_signature_covers_shows_the_value_replaced(syrup):
    syrup.pressure("12.9")
    syrup.amend("1.2/1", "pressure", "11.9")

    lines = syrup.content_of("1.2/1").text.splitlines()
    assert [line.partition(" · ")[0] for line in lines if line.startswith("Pressure")] == [
        "Pressure: 12.9 bar (action ≤ 12.0 bar)",
        "Pressure: 11.9 bar (action ≤ 12.0 bar)",
    ]
    assert [line.endswith("replaced") for line in lines if line.startswith("Pressure")] == [True, False]


@pytest.mark.requirement("FAIL-14")
@pytest.mark.parametrize("reason", [None, "  "])
def test_a_correction_needs_a_reason(syrup, reason):
    syrup.pressure("12.9")

    assert reasons_of(syrup.amend, "1.2/1", "pressure", "11.9", reason=reason) == [
        "A reason is needed to correct a value."
    ]
    assert syrup.values("1.2/1")["pressure"] == "12.9"


def test_what_was_never_entered_is_not_corrected(syrup):
    syrup.give("1.2/1", "pressure", "11.0")

    assert reasons_of(syrup.amend, "1.2/1", "gauge", "PG-1") == ["Gauge has no value yet. Enter it."]


@pytest.mark.requirement("P11-70-2")
def test_a_correction_voids_the_signatures_over_its_step_and_no_others(syrup):
    syrup.verified_pressure()
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")

    syrup.amend("1.2/1", "pressure", "11.4")

    voided = {row.signature_id for row in syrup.rows(SignatureVoid)}
    assert voided == {row.id for row in syrup.rows(Signature, part="1.2/1")}
    assert [row.cause for row in syrup.rows(SignatureVoid)] == ["The content of 1.2/1 changed."] * 2
    assert syrup.standing("1.6/1") == [(Meaning.PERFORMED, "a.reyes")]


@pytest.mark.requirement("P11-70-2")
def test_a_corrected_step_is_open_until_it_is_signed_and_verified_again(syrup):
    syrup.verified_pressure()
    syrup.amend("1.2/1", "pressure", "11.4")
    reopened = syrup.state("1.2/1")

    too_soon = reasons_of(syrup.verify, "1.2/1")
    syrup.sign("1.2/1")
    syrup.verify("1.2/1")

    assert reopened is StepState.IN_PROGRESS
    assert too_soon == ["Step 1.2 cannot be verified now: it must be performed first."]
    assert syrup.state("1.2/1") is StepState.DONE
    assert syrup.standing("1.2/1") == [
        (Meaning.PERFORMED, "a.reyes"),
        (Meaning.VERIFIED, "m.lindqvist"),
    ]


@pytest.mark.requirement("P11-70-2")
def test_a_correction_voids_the_reviews_of_the_whole_record(reviewed):
    reviewed.do(BRANDT, batches.return_batch, "BU-0001", reason="Read 1.3 again.")
    with reviewed.read() as session:
        before = session.query(Signature).filter_by(stream="batch/BU-0001").all()

    reviewed.correct("1.3/1", "weight", "10.020")

    with reviewed.read() as session:
        voided = {row.signature_id for row in session.query(SignatureVoid)}
    assert voided == {row.id for row in before if row.part in {"record", "1.3/1"}}


@pytest.mark.requirement("FAIL-13")
def test_a_correction_after_signing_stands_in_the_way_of_release(syrup):
    syrup.pressure("11.0")
    syrup.amend("1.2/1", "pressure", "11.1")
    syrup.sign("1.2/1")
    syrup.amend("1.2/1", "pressure", "11.2")

    assert [row.blocks_release for row in syrup.exceptions()] == [False, True]


# accepting what is true


@pytest.mark.requirement("G-110a")
def test_a_step_with_a_value_out_of_limits_closes_only_once_the_value_is_accepted(syrup):
    syrup.give("1.1/1", "temperature", "26.0")
    before = reasons_of(syrup.complete_step, "1.1/1")

    syrup.take_as_true("E-1")
    syrup.complete_step("1.1/1")

    assert before == [
        "Out of limits: temperature. Correct it if it was mistyped, or have a supervisor accept it."
    ]
    assert syrup.state("1.1/1") is StepState.DONE
    assert syrup.standing("exception/E-1") == [(Meaning.VALUE_ACCEPTED, "t.novak")]


@pytest.mark.requirement("G-110a")
def test_a_value_assessed_first_can_still_be_accepted(syrup):
    syrup.give("1.1/1", "temperature", "26.0")
    syrup.assess("E-1")

    syrup.take_as_true("E-1")
    syrup.complete_step("1.1/1")

    assert syrup.state("1.1/1") is StepState.DONE


@pytest.mark.requirement("G-110a")
def test_who_entered_a_value_does_not_accept_it(syrup):
    syrup.give("1.1/1", "temperature", "26.0", actor=BOTH)

    assert reasons_of(syrup.take_as_true, "E-1", actor=BOTH) == [
        "B. Both entered the value; another person accepts it."
    ]


@pytest.mark.requirement("G-110a")
def test_who_entered_what_a_figure_is_made_of_does_not_accept_the_figure(syrup):
    syrup.fill_in("1.12/1", actor=BOTH, weight__1="104.0", weight__2="104.0", weight__3="104.0")

    assert reasons_of(syrup.take_as_true, "E-1", actor=BOTH) == [
        "B. Both entered the value; another person accepts it."
    ]


@pytest.mark.requirement("G-110a")
def test_an_operator_does_not_accept_a_value(syrup):
    syrup.give("1.1/1", "temperature", "26.0")

    assert reasons_of(syrup.take_as_true, "E-1", actor=OKAFOR) == [
        "J. Okafor is not authorised to decide on exceptions during execution."
    ]


@pytest.mark.requirement("G-110a")
def test_accepting_one_value_accepts_no_other(syrup):
    syrup.give("1.1/1", "temperature", "26.0")
    syrup.take_as_true("E-1")
    syrup.amend("1.1/1", "temperature", "27.0")

    assert reasons_of(syrup.complete_step, "1.1/1") == [
        "Out of limits: temperature. Correct it if it was mistyped, or have a supervisor accept it."
    ]


# blanks and what is no value


@pytest.mark.requirement("FAIL-14")
def test_a_blank_field_keeps_the_step_open(syrup):
    syrup.give("1.2/1", "pressure", "11.0")

    assert reasons_of(syrup.sign, "1.2/1") == ["Still missing: Gauge."]
    assert syrup.state("1.2/1") is StepState.IN_PROGRESS


@pytest.mark.requirement("FAIL-14")
def test_every_sample_that_is_missing_is_named(syrup):
    syrup.give("1.12/1", "weight.2", "100.0")

    assert reasons_of(syrup.complete_step, "1.12/1") == ["Still missing: Weight 1, Weight 3."]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "Enter a number."),
        ("12,5", '"12,5" has a comma. Write a decimal point: 1.5, not 1,5.'),
        (
            "NaN",
            '"NaN" is not a reading. Enter the number the instrument shows, or say why there is none.',
        ),
        ("1e400", '"1e400" has an exponent. Write the number out in full: 1000, not 1E3.'),
        (
            "12.55",
            '"12.55" has 2 decimals, the resolution is 0.1 bar. Enter the reading as displayed.',
        ),
        (
            "12.5 bar",
            '"12.5 bar" is not a number. Enter digits, with a decimal point if needed, and nothing else.',
        ),
        ("12.5\x00", "Pressure: the text holds control characters. Type it again, or scan it again."),
        ("٣", '"٣" holds digits of another script. Type the digits 0 to 9.'),
    ],
)
def test_what_is_no_number_is_refused_and_leaves_the_attempt_alone(syrup, raw, said):
    attempt = syrup.denied(syrup.give, "1.2/1", "pressure", raw)

    assert (attempt.act, attempt.part, attempt.reasons, attempt.person) == ("enter", "1.2/1", said, "a.reyes")
    assert syrup.rows(Entry) == []
    assert syrup.rows(StepRun) == []
    assert syrup.actions(f"denied/{STREAM}") == ["denied"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("", "Gauge: write something, or mark the step not applicable."),
        ("   ", "Gauge: write something, or mark the step not applicable."),
        ("gauge 12", "Gauge: 'gauge 12' is not of the form asked for. Such as PG-12."),
        ("AB-1111111111111111111111", "Gauge: 25 characters are too many; at most 20."),
    ],
)
def test_a_text_that_is_blank_long_or_of_another_form_is_refused(syrup, raw, said):
    assert reasons_of(syrup.give, "1.2/1", "gauge", raw) == [said]


def test_an_option_the_field_does_not_have_is_refused(syrup):
    assert reasons_of(syrup.give, "1.4/1", "look", "green") == ["Look: choose one of Clear, Cloudy."]


def test_a_field_the_step_does_not_ask_for_is_refused(syrup):
    assert reasons_of(syrup.give, "1.1/1", "humidity", "40.0") == ["Step 1.1 does not ask for 'humidity'."]


@pytest.mark.requirement("P11-10e-2")
def test_a_computed_figure_is_never_typed(syrup):
    reasons = reasons_of(syrup.give, "1.12/1", "weight.mean", "100.0")

    assert reasons == ["Weight is computed; correct what it is computed from."]


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        (
            "3.1/1",
            "elapsed.start",
            "The server's clock gives this time: start or stop the timer. It is never corrected.",
        ),
        ("1.8/1", "photo", "A file is attached, not typed. Where it can't be read, replace it."),
    ],
)
def test_no_typed_text_stands_for_the_clock_or_a_file(syrup, part, name, said):
    assert reasons_of(syrup.give, part, name, "2026-11-02T06:00:00Z") == [said]


def test_an_attached_file_is_the_value_of_its_field(syrup):
    syrup.attach("1.8/1", "photo")
    syrup.complete_step("1.8/1")

    (file,) = syrup.rows(Attachment)
    assert (file.part, file.field, file.attached_by) == ("1.8/1", "photo", "a.reyes")
    assert syrup.values("1.8/1") == {"photo": file.sha256}
    assert syrup.state("1.8/1") is StepState.DONE


@pytest.mark.requirement("P11-10e-3")
def test_a_replaced_file_stays_with_the_reason_and_the_step_is_done_again(syrup):
    syrup.attach("1.8/1", "photo")
    syrup.complete_step("1.8/1")

    syrup.replace_photo("1.8/1", "photo")

    blurred, sharp = syrup.rows(Attachment)
    first, second = syrup.entries("1.8/1", "photo")
    assert (blurred.sha256, sharp.sha256) == (first.value, second.value)
    assert (second.supersedes, second.reason) == (first.id, "The first one is blurred.")
    assert syrup.values("1.8/1") == {"photo": sharp.sha256}
    assert syrup.state("1.8/1") is StepState.IN_PROGRESS
    assert [(row.text, row.blocks_release) for row in syrup.exceptions()] == [
        ("Photograph: the file was replaced by sharp.jpg. Reason: The first one is blurred.", True)
    ]


def test_a_file_is_replaced_only_by_a_better_one_that_was_looked_for(syrup):
    nothing = reasons_of(syrup.replace_photo, "1.8/1", "photo")
    no_file = reasons_of(syrup.replace_photo, "1.1/1", "temperature")
    syrup.attach("1.8/1", "photo")
    (first,) = syrup.entries("1.8/1", "photo")
    no_reason = reasons_of(syrup.replace_photo, "1.8/1", "photo", reason="")
    same = reasons_of(syrup.replace_photo, "1.8/1", "photo", "0")
    syrup.replace_photo("1.8/1", "photo", replaces=first.id)
    late = reasons_of(syrup.replace_photo, "1.8/1", "photo", "2", replaces=first.id)

    assert nothing[-1] == "Photograph has no value yet. Enter it."
    assert "Temperature asks for no file." in no_file
    assert no_reason == ["A reason is needed to replace the file."]
    assert same == ["Photograph: this is the file that is there already. Take a new one."]
    assert late == ["Photograph has been replaced since you looked at it. Look again."]


def test_a_file_is_attached_only_where_one_is_asked_for(syrup):
    assert reasons_of(syrup.attach, "1.1/1", "temperature") == ["Temperature asks for no file."]


# who and when


@pytest.mark.requirement("P11-10f-1")
@pytest.mark.requirement("ATK-40")
@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("3.3/1", "line", "Step 3.3 is not ready. Step 3.1 is not finished."),
        ("5.4/1", "done", "Step 5.4 is not ready. Start is not finished."),
        ("2.3/1", "vessel", "Step 2.3 is not ready. The operation 2A is not finished."),
    ],
)
def test_a_step_before_its_turn_is_refused_and_leaves_nothing(syrup, part, name, said):
    attempt = syrup.denied(syrup.give, part, name, "yes")

    assert said in attempt.reasons.splitlines()
    assert syrup.rows(Entry) == []
    assert syrup.rows(StepRun) == []


@pytest.mark.requirement("ATK-40")
def test_a_step_or_pass_that_is_not_there_is_refused(syrup):
    assert reasons_of(syrup.give, "9.9/1", "done", "yes") == [f"There is no step 9.9 in batch {SYRUP}."]
    assert reasons_of(syrup.give, "1.1/2", "temperature", "22.4") == [
        f"Step 1.1, occurrence 2 is not part of batch {SYRUP} as it stands."
    ]


@pytest.mark.requirement("ATK-40")
def test_a_closed_step_is_not_performed_again(syrup):
    syrup.give("1.1/1", "temperature", "22.4", complete=True)

    assert reasons_of(syrup.complete_step, "1.1/1") == [
        "Cannot complete the step: step 1.1 Temperature is done.",
        "Step 1.1 is complete.",
    ]


@pytest.mark.parametrize(
    ("part", "name", "raw", "actor", "said"),
    [
        (
            "1.1/1",
            "temperature",
            "22.4",
            LINDQVIST,
            "Step 1.1 is performed by: Operator. M. Lindqvist does not hold that role.",
        ),
        (
            "1.11/1",
            "ph",
            "6.0",
            REYES,
            "Step 1.11 is performed by: IPC analyst. A. Reyes does not hold that role.",
        ),
        (
            "1.7/1",
            "goes_on",
            "yes",
            NOVAK,
            "Step 1.7 is performed by: QA reviewer. T. Novak does not hold that role.",
        ),
        (
            "1.1/1",
            "temperature",
            "22.4",
            ITO,
            "Step 1.1 is performed by: Operator. K. Ito does not hold that role.",
        ),
    ],
)
def test_a_person_of_another_role_does_not_perform(syrup, part, name, raw, actor, said):
    assert reasons_of(syrup.give, part, name, raw, actor=actor) == [said]


def test_everything_against_an_entry_is_told_at_once(syrup):
    reasons = reasons_of(syrup.give, "3.3/1", "line", "x" * 21, actor=SHARMA)

    assert reasons == [
        "Step 3.3 is not ready. Step 3.1 is not finished.",
        "Step 3.3 is performed by: Operator. P. Sharma does not hold that role.",
        "Line: 21 characters are too many; at most 20.",
    ]


# how a value came


@pytest.mark.requirement("P11-10h-1")
def test_a_value_of_the_machine_typed_by_hand_is_an_exception(syrup):
    syrup.give("1.15/1", "torque", "40.0")

    (told,) = syrup.exceptions()
    assert (told.exception_type, told.severity, told.text) == (
        ExceptionType.PROCESS,
        Severity.INFO,
        "Torque: the value 40.0 was typed; the machine gives it.",
    )


@pytest.mark.requirement("P11-10h-1")
def test_a_value_of_the_machine_given_by_the_machine_is_none(syrup):
    syrup.give("1.15/1", "torque", "40.0", source=Source.DEVICE)

    assert syrup.exceptions() == []
    assert syrup.entries("1.15/1")[0].source is Source.DEVICE


@pytest.mark.requirement("G-188b3")
def test_a_code_typed_instead_of_scanned_is_told(syrup):
    syrup.give("2.1/1", "lot", SALT)

    assert syrup.told() == [
        (
            "code typed by hand",
            f"Scan a lot of Sodium chloride: the code {SALT} was typed instead of scanned.",
        )
    ]
