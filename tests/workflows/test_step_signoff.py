"""Who vouches for a step: performer, second person, quality unit; persons are compared (211.101, 211.188)."""

import json
from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from records.execution.models import EquipmentUse, StepRun, Verification
from records.execution.states import ExceptionType, StepState
from records.procedure.vocabulary import Severity
from signatures.manifest import manifest_digest
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BRANDT, LINDQVIST, MOREAU, NOVAK, REYES, SHARMA, person, reasons_of
from tests.syrup import BOTH, OKAFOR, REYES_ALSO, STREAM, SYRUP, another_batch
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.execution import signoff
from workflows.execution.content import skip_content, step_content

pytest_plugins = ("tests.stages", "tests.syrup_stages")


# in their order


@pytest.mark.requirement("G-188b11")
@pytest.mark.requirement("FAIL-15")
def test_performer_verifier_and_quality_unit_each_sign_in_their_turn(syrup):
    syrup.give("1.6/1", "density", "1.200")
    states = []
    for act in (syrup.sign, syrup.verify, syrup.approve):
        act("1.6/1")
        states.append(syrup.state("1.6/1"))

    assert states == [StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL, StepState.DONE]
    assert syrup.standing("1.6/1") == [
        (Meaning.PERFORMED, "a.reyes"),
        (Meaning.VERIFIED, "m.lindqvist"),
        (Meaning.APPROVED, "h.brandt"),
    ]


@pytest.mark.requirement("ATK-29")
@pytest.mark.requirement("FAIL-24")
@pytest.mark.requirement("G-101d")
def test_nobody_verifies_before_the_step_is_performed(syrup):
    syrup.pressure()

    assert reasons_of(syrup.verify, "1.2/1") == [
        "Step 1.2 cannot be verified now: it must be performed first."
    ]


@pytest.mark.requirement("ATK-29")
def test_nobody_vouches_for_a_step_that_is_not_begun(syrup):
    assert reasons_of(syrup.verify, "1.2/1") == [
        "Step 1.2 cannot be verified now: it must be performed first.",
        "Still missing: Pressure, Gauge.",
    ]
    assert reasons_of(syrup.approve, "1.6/1") == [
        "Step 1.6 cannot be approved now: it must be performed first.",
        "Still missing: Density.",
    ]


@pytest.mark.requirement("ATK-29")
def test_the_quality_unit_does_not_approve_before_the_second_person_verified(syrup):
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")

    assert reasons_of(syrup.approve, "1.6/1") == [
        "Cannot approve the step: step 1.6 Density is awaiting verification.",
        "Step 1.6 cannot be approved now: it must be verified first.",
    ]


@pytest.mark.requirement("G-188b11")
def test_an_identified_entry_closes_no_step_that_takes_signatures(syrup):
    syrup.pressure()

    reasons = reasons_of(syrup.complete_step, "1.2/1")

    assert reasons == ["A signature is needed to sign the step as performed."]


def test_the_last_value_closes_no_step_that_takes_signatures(syrup):
    syrup.give("1.2/1", "pressure", "11.0")

    outcome = syrup.give("1.2/1", "gauge", "PG-12", complete=True)

    assert outcome.is_complete is False
    assert syrup.state("1.2/1") is StepState.IN_PROGRESS


def test_the_quality_unit_alone_enters_and_approves(syrup):
    syrup.give("1.7/1", "goes_on", "yes", actor=BRANDT)
    syrup.approve("1.7/1")

    assert syrup.state("1.7/1") is StepState.DONE
    assert syrup.standing("1.7/1") == [(Meaning.APPROVED, "h.brandt")]


@pytest.mark.requirement("G-103")
def test_a_yield_entered_by_one_is_verified_by_another(syrup):
    syrup.give("1.16/1", "actual", "4.900", complete=True)
    waiting = syrup.state("1.16/1")
    syrup.verify("1.16/1")

    assert waiting is StepState.AWAITING_VERIFICATION
    assert syrup.values("1.16/1")["percent"] == "98.0"
    assert syrup.standing("1.16/1") == [(Meaning.VERIFIED, "m.lindqvist")]


def test_the_analyst_performs_and_a_second_person_verifies(syrup):
    syrup.give("1.11/1", "ph", "6.0", actor=SHARMA)
    syrup.sign("1.11/1", actor=SHARMA)
    syrup.verify("1.11/1")

    assert [one.role for one in syrup.rows(Signature, part="1.11/1")] == ["IPC analyst", "Verifier"]


@pytest.mark.parametrize(
    ("act", "actor", "said"),
    [
        ("sign", LINDQVIST, "Step 1.2 is performed by: Operator. M. Lindqvist does not hold that role."),
        ("sign", MOREAU, "Step 1.2 is performed by: Operator. D. Moreau does not hold that role."),
    ],
)
def test_a_person_of_another_role_does_not_sign_as_performer(syrup, act, actor, said):
    syrup.pressure()

    assert reasons_of(getattr(syrup, act), "1.2/1", actor=actor) == [said]


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        (
            OKAFOR,
            [
                "J. Okafor is not authorised to verify steps.",
                "Step 1.2 is verified by: Verifier or Supervisor. J. Okafor does not hold that role.",
            ],
        ),
        (BRANDT, ["Step 1.2 is verified by: Verifier or Supervisor. H. Brandt does not hold that role."]),
    ],
)
def test_a_person_of_another_role_does_not_verify(syrup, actor, said):
    syrup.signed_pressure()

    assert reasons_of(syrup.verify, "1.2/1", actor=actor) == said


# two persons


@pytest.mark.requirement("G-101c")
@pytest.mark.requirement("G-101d")
@pytest.mark.requirement("ATK-30")
def test_who_signed_as_performer_does_not_verify(syrup):
    syrup.pressure()
    syrup.sign("1.2/1", actor=BOTH)

    assert reasons_of(syrup.verify, "1.2/1", actor=BOTH) == [
        "B. Both had a hand in step 1.2; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_entered_one_value_does_not_verify_what_another_signed(syrup):
    syrup.give("1.2/1", "pressure", "11.0", actor=BOTH)
    syrup.give("1.2/1", "gauge", "PG-12")
    syrup.sign("1.2/1")

    assert reasons_of(syrup.verify, "1.2/1", actor=BOTH) == [
        "B. Both had a hand in step 1.2; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_entered_a_value_since_corrected_does_not_verify(syrup):
    syrup.give("1.2/1", "pressure", "11.0", actor=BOTH)
    syrup.give("1.2/1", "gauge", "PG-12")
    syrup.amend("1.2/1", "pressure", "11.1")
    syrup.sign("1.2/1")

    assert reasons_of(syrup.verify, "1.2/1", actor=BOTH) == [
        "B. Both had a hand in step 1.2; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_a_second_account_of_the_performer_is_no_second_person(syrup):
    syrup.signed_pressure()

    assert reasons_of(syrup.verify, "1.2/1", actor=REYES_ALSO) == [
        "A. Reyes had a hand in step 1.2; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_completed_a_step_without_entering_a_value_does_not_verify_it(syrup):
    syrup.give("1.16/1", "actual", "4.900")
    syrup.complete_step("1.16/1", actor=BOTH)

    assert reasons_of(syrup.verify, "1.16/1", actor=BOTH) == [
        "B. Both had a hand in step 1.16; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_completed_a_step_before_it_was_corrected_does_not_verify_it(syrup):
    syrup.give("1.16/1", "actual", "4.900")
    syrup.complete_step("1.16/1", actor=BOTH)
    syrup.amend("1.16/1", "actual", "4.910")
    syrup.complete_step("1.16/1")

    assert reasons_of(syrup.verify, "1.16/1", actor=BOTH) == [
        "B. Both had a hand in step 1.16; a second person is needed."
    ]


@pytest.mark.requirement("ATK-30")
def test_the_verifier_does_not_approve_the_same_step(syrup):
    everything = person("e.very", "E. Very", *BOTH.roles, *BRANDT.roles)
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")
    syrup.verify("1.6/1", actor=everything)

    assert reasons_of(syrup.approve, "1.6/1", actor=everything) == [
        "E. Very had a hand in step 1.6; a second person is needed."
    ]


def test_a_supervisor_who_accepted_a_value_as_true_may_verify_the_step(syrup):
    syrup.pressure("12.9")
    syrup.take_as_true("E-1")
    syrup.sign("1.2/1")

    syrup.verify("1.2/1", actor=NOVAK)

    assert syrup.standing("1.2/1") == [(Meaning.PERFORMED, "a.reyes"), (Meaning.VERIFIED, "t.novak")]


@pytest.mark.requirement("ATK-30")
def test_who_took_part_in_the_batch_gives_no_independent_signature(syrup):
    syrup.give("1.7/1", "goes_on", "yes", actor=BRANDT)
    syrup.approve("1.7/1")

    reasons = reasons_of(syrup.give, "1.10/1", "agreed", "yes", actor=BRANDT)

    assert reasons == [
        "Step 1.10 is for somebody who took no other part in the batch; H. Brandt took part in step 1.7."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_took_no_part_gives_the_independent_signature(syrup):
    fresh = person("i.fresh", "I. Fresh", *BRANDT.roles)
    syrup.verified_pressure()

    syrup.give("1.10/1", "agreed", "yes", actor=fresh)
    syrup.approve("1.10/1", actor=fresh)

    assert syrup.state("1.10/1") is StepState.DONE


@pytest.mark.requirement("ATK-30")
def test_who_only_approved_another_step_gives_no_independent_signature(syrup):
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")
    syrup.verify("1.6/1")
    syrup.approve("1.6/1")

    reasons = reasons_of(syrup.give, "1.10/1", "agreed", "yes", actor=BRANDT)

    assert reasons == [
        "Step 1.10 is for somebody who took no other part in the batch; H. Brandt took part in step 1.6."
    ]


@pytest.mark.requirement("ATK-30")
def test_who_took_part_after_the_independent_answer_does_not_sign_it(syrup):
    fresh = person("i.fresh", "I. Fresh", *BRANDT.roles)
    syrup.give("1.10/1", "agreed", "yes", actor=fresh)
    syrup.give("1.7/1", "goes_on", "yes", actor=fresh)

    assert reasons_of(syrup.approve, "1.10/1", actor=fresh) == [
        "Step 1.10 is for somebody who took no other part in the batch; I. Fresh took part in step 1.7."
    ]


# readers


def test_each_reader_reads_in_their_own_name(syrup):
    syrup.give("1.9/1", "read", "yes", complete=True)
    between = syrup.state("1.9/1")
    syrup.complete_step("1.9/1", actor=NOVAK)

    assert between is StepState.IN_PROGRESS
    assert syrup.state("1.9/1") is StepState.DONE
    assert syrup.requests("1.9/1") == [("performed", "accepted")]
    reading = syrup.one(Verification, step_part="1.9/1")
    assert (reading.requested_by, reading.answered_by) == ("a.reyes", "t.novak")
    assert syrup.limits("verification") == []


def test_a_reader_does_not_read_for_another_role(syrup):
    syrup.give("1.9/1", "read", "yes", complete=True)

    assert reasons_of(syrup.complete_step, "1.9/1", actor=OKAFOR) == [
        "Step 1.9 is performed by: Supervisor. J. Okafor does not hold that role."
    ]


@pytest.mark.requirement("ATK-30")
def test_one_person_of_two_roles_is_one_reader(syrup):
    syrup.give("1.9/1", "read", "yes", actor=BOTH, complete=True)

    assert reasons_of(syrup.complete_step, "1.9/1", actor=BOTH) == [
        "B. Both has read it already; another person reads it too."
    ]


def test_a_note_changed_after_the_first_reading_is_read_again(syrup):
    syrup.give("1.9/1", "read", "yes", complete=True)
    syrup.amend("1.9/1", "read", "yes")

    assert syrup.requests("1.9/1") == [("performed", "recalled")]
    assert reasons_of(syrup.complete_step, "1.9/1", actor=NOVAK) == [
        "Step 1.9 is performed by: Operator. T. Novak does not hold that role."
    ]


def test_a_note_changed_after_all_have_read_it_is_read_again_by_all(syrup):
    syrup.give("1.9/1", "read", "yes", complete=True)
    syrup.complete_step("1.9/1", actor=NOVAK)
    syrup.amend("1.9/1", "read", "yes")
    out_of_turn = reasons_of(syrup.complete_step, "1.9/1", actor=NOVAK)

    syrup.complete_step("1.9/1")
    syrup.complete_step("1.9/1", actor=NOVAK)

    assert out_of_turn == ["Step 1.9 is performed by: Operator. T. Novak does not hold that role."]
    assert syrup.state("1.9/1") is StepState.DONE


# disagreement


@pytest.mark.requirement("G-101d")
def test_disagreement_returns_the_step_with_its_reason(syrup):
    syrup.signed_pressure()

    syrup.disagree("1.2/1", reason="The gauge shows 10.8.")

    assert syrup.state("1.2/1") is StepState.IN_PROGRESS
    assert syrup.requests("1.2/1") == [("verified", "rejected")]
    assert syrup.told() == [("not verified", "M. Lindqvist did not agree: The gauge shows 10.8.")]
    assert [one.meaning for one in syrup.rows(Signature, part="1.2/1")] == [
        Meaning.PERFORMED,
        Meaning.NOT_VERIFIED,
    ]


def test_disagreement_needs_a_reason(syrup):
    syrup.signed_pressure()

    assert reasons_of(syrup.disagree, "1.2/1", reason=None) == [
        "A reason is needed to refuse to verify the step."
    ]


@pytest.mark.requirement("G-101d")
def test_after_disagreement_the_performer_signs_again_before_anybody_verifies(syrup):
    syrup.signed_pressure()
    syrup.disagree("1.2/1")
    too_soon = reasons_of(syrup.verify, "1.2/1")

    syrup.sign("1.2/1")
    syrup.verify("1.2/1")

    assert too_soon == ["Step 1.2 cannot be verified now: it must be performed first."]
    assert syrup.state("1.2/1") is StepState.DONE


def test_a_correction_after_disagreement_stands_in_the_way_of_release(syrup):
    syrup.signed_pressure()
    syrup.disagree("1.2/1")

    syrup.amend("1.2/1", "pressure", "10.8")

    assert [(row.exception_type, row.blocks_release) for row in syrup.exceptions()] == [
        (ExceptionType.PROCESS, True),
        (ExceptionType.INTEGRITY, True),
    ]
    assert syrup.standing("1.2/1") == []


def test_who_disagreed_may_verify_the_corrected_step(syrup):
    syrup.signed_pressure()
    syrup.disagree("1.2/1")
    syrup.amend("1.2/1", "pressure", "10.8")
    syrup.sign("1.2/1")

    syrup.verify("1.2/1")

    assert syrup.standing("1.2/1") == [
        (Meaning.PERFORMED, "a.reyes"),
        (Meaning.VERIFIED, "m.lindqvist"),
    ]


def test_the_quality_unit_may_disagree_in_its_turn(syrup):
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")
    syrup.verify("1.6/1")

    syrup.disagree("1.6/1", actor=BRANDT, reason="Measure again.")

    assert syrup.state("1.6/1") is StepState.IN_PROGRESS
    assert syrup.requests("1.6/1") == [("verified", "accepted"), ("approved", "rejected")]


def test_the_performer_does_not_disagree_with_themselves(syrup):
    syrup.pressure()
    syrup.sign("1.2/1", actor=BOTH)

    assert reasons_of(syrup.disagree, "1.2/1", actor=BOTH) == [
        "B. Both had a hand in step 1.2; a second person is needed."
    ]


def test_a_correction_takes_back_the_request_to_the_second_person(syrup):
    syrup.signed_pressure()
    syrup.amend("1.2/1", "pressure", "10.8")
    syrup.sign("1.2/1")

    assert syrup.requests("1.2/1") == [("verified", "recalled"), ("verified", "requested")]


@pytest.mark.requirement("G-110c")
def test_quality_unit_and_qualified_person_each_sign_the_step_that_names_both(syrup):
    syrup.give("1.17/1", "fit", "yes", actor=BRANDT)
    too_soon = reasons_of(syrup.approve, "1.17/1", actor=MOREAU)
    syrup.approve("1.17/1")
    between = syrup.state("1.17/1")
    syrup.approve("1.17/1", actor=MOREAU)

    assert too_soon == ["Step 1.17 is approved by: QA reviewer. D. Moreau does not hold that role."]
    assert between is StepState.AWAITING_APPROVAL
    assert syrup.state("1.17/1") is StepState.DONE


def test_a_step_with_nothing_to_enter_is_begun_by_its_signature(syrup):
    syrup.approve("1.18/1")

    assert syrup.state("1.18/1") is StepState.DONE
    assert syrup.standing("1.18/1") == [(Meaning.APPROVED, "h.brandt")]


# left out


@pytest.mark.requirement("P11-10f-2")
def test_a_step_is_left_out_with_a_reason_and_a_signature(syrup):
    syrup.leave_out("1.2/1", reason="The gauge is broken.")

    run = syrup.one(StepRun, part="1.2/1")
    assert (run.state, run.basis) == (
        StepState.SKIPPED,
        {"why": "left out", "reason": "The gauge is broken."},
    )
    assert syrup.standing("1.2/1") == [(Meaning.NOT_APPLICABLE, "t.novak")]
    (told,) = syrup.exceptions()
    assert (told.exception_type, told.severity, told.text) == (
        ExceptionType.PROCESS,
        Severity.MEDIUM,
        "Left out: step 1.2 Pressure. Reason: The gauge is broken.",
    )


@pytest.mark.requirement("P11-10f-2")
def test_leaving_out_needs_reason_authority_and_a_ready_step(syrup):
    assert reasons_of(syrup.leave_out, "1.2/1", reason=None) == ["A reason is needed to leave the step out."]
    assert reasons_of(syrup.leave_out, "1.2/1", actor=REYES) == [
        "A. Reyes is not authorised to decide on exceptions during execution."
    ]
    assert reasons_of(syrup.leave_out, "3.3/1") == [
        "Cannot leave the step out: step 3.3 Begin to fill is not ready.",
        "Step 3.3 is not ready. Step 3.1 is not finished.",
    ]


def test_a_step_left_out_uses_no_equipment(syrup):
    syrup.leave_out("1.11/1")

    assert syrup.rows(EquipmentUse) == []


def test_a_step_left_out_is_closed_for_good(syrup):
    syrup.leave_out("1.2/1")

    assert reasons_of(syrup.give, "1.2/1", "pressure", "11.0") == [
        "Cannot enter a value: step 1.2 Pressure is skipped."
    ]


def test_what_waits_for_a_step_left_out_goes_on(syrup):
    syrup.leave_out("6.1/1")

    assert syrup.view("6.1/1").state is StepState.SKIPPED
    assert syrup.view("6.2/1").waits_for == ("The condition needs viscosity.",)


# what a signature is


@pytest.mark.requirement("P11-50a1")
@pytest.mark.requirement("P11-70-1")
def test_a_signature_says_who_when_what_for_and_over_what(syrup):
    syrup.pressure()
    content = syrup.content_of("1.2/1")
    syrup.sign("1.2/1")

    signature = syrup.one(Signature, part="1.2/1")
    manifest = json.loads(signature.manifest)
    run = syrup.one(StepRun, part="1.2/1")
    assert manifest["signer"] == {"id": "a.reyes", "name": "A. Reyes"}
    assert manifest["meaning"] == {"code": "performed", "text": Meaning.PERFORMED.text}
    assert (manifest["part"], manifest["stream"], manifest["rec"]["id"]) == ("1.2/1", STREAM, SYRUP)
    assert (manifest["content"], manifest["rend"]) == (content.digest, content.rendering)
    assert (manifest["tz"], manifest["ts"]) == ("Europe/Dublin", f"{run.performed_at:%Y-%m-%dT%H:%M:%S.%fZ}")
    assert manifest["role"] == "Operator"
    assert signature.digest == manifest_digest(signature.manifest.encode())


@pytest.mark.requirement("P11-50a1")
def test_a_name_changed_since_stays_as_it_was_signed(syrup):
    syrup.signed_pressure()
    married = replace(LINDQVIST, person="a.reyes", printed_name="A. Reyes-Santos")

    content = syrup.content_of("1.2/1")

    assert syrup.one(Signature, part="1.2/1").printed_name == "A. Reyes"
    assert married.printed_name not in content.text


@pytest.mark.requirement("P11-70-1")
def test_what_was_shown_of_another_step_signs_nothing(syrup):
    syrup.pressure()
    syrup.give("1.6/1", "density", "1.200")
    other = syrup.content_of("1.6/1")

    reasons = reasons_of(syrup.at_step, signoff.perform_step, "1.2/1", shown=lambda _session: other)

    assert reasons == ["The content has changed since it was shown to you. Read it again, then sign."]


@pytest.mark.requirement("P11-70-1")
def test_what_was_shown_of_another_batch_signs_nothing(syrup):
    another_batch(syrup, "MBR-0200.1")
    syrup.pressure()
    other = replace(syrup.content_of("1.2/1"))
    syrup.at_step(
        signoff.skip_step, "1.4/1", actor=NOVAK, reason="None.", shown=skip_of("SY-0002"), batch="SY-0002"
    )

    reasons = reasons_of(
        syrup.at_step,
        signoff.perform_step,
        "1.2/1",
        shown=lambda _session: other,
        batch="SY-0002",
    )

    assert reasons == [
        "Still missing: Pressure, Gauge.",
        "The content has changed since it was shown to you. Read it again, then sign.",
    ]


def skip_of(batch):
    return lambda session: skip_content(executed_batch(session, batch), "1.4/1")


@pytest.mark.requirement("P11-70-1")
def test_content_is_of_one_step_of_one_batch_even_while_it_is_empty(syrup):
    another_batch(syrup, "MBR-0200.1")
    with syrup.read() as session:
        digests = {
            step_content(session, executed_batch(session, batch), part, "Europe/Dublin").digest
            for batch in (SYRUP, "SY-0002")
            for part in ("2.3/1", "2.3/2")
        }

    assert len(digests) == 4


@pytest.mark.requirement("P11-70-1")
def test_a_value_corrected_while_the_dialog_was_open_is_told_and_not_signed(syrup):
    syrup.pressure()
    shown = syrup.content_of("1.2/1")
    syrup.amend("1.2/1", "pressure", "11.3", actor=OKAFOR)

    reasons = reasons_of(syrup.at_step, signoff.perform_step, "1.2/1", shown=lambda _session: shown)

    assert reasons == ["The content has changed since it was shown to you. Read it again, then sign."]
    assert syrup.rows(Signature, part="1.2/1") == []


@pytest.mark.requirement("P11-70-1")
def test_a_dialog_signs_once(syrup):
    syrup.pressure()
    syrup.give("1.6/1", "density", "1.200")
    with syrup.act(REYES, signs=syrup.content_of("1.2/1")) as work:
        nonce = work.signing.shown.nonce
        signoff.perform_step(work, executing_batch(work, SYRUP), "1.2/1")

    def again():
        with syrup.act(REYES, signs=syrup.content_of("1.6/1")) as work:
            work.signing = replace(work.signing, shown=replace(work.signing.shown, nonce=nonce))
            signoff.perform_step(work, executing_batch(work, SYRUP), "1.6/1")

    with pytest.raises(IntegrityError):
        again()

    assert syrup.rows(Signature, part="1.6/1") == []
    assert syrup.state("1.6/1") is StepState.IN_PROGRESS


@pytest.mark.requirement("P11-70-1")
def test_nobody_signs_with_the_signature_of_another(syrup):
    syrup.pressure()
    content = syrup.content_of("1.2/1")

    with syrup.act(OKAFOR, signs=content) as work:
        given = work.signing
        work.session.rollback()

    def act():
        with syrup.act(REYES, signs=content) as work:
            work.signing = given
            signoff.perform_step(work, executing_batch(work, SYRUP), "1.2/1")

    assert reasons_of(act) == ["The signature is another person's than the one who acts."]


@pytest.mark.requirement("FAIL-24")
@pytest.mark.requirement("ATK-37")
def test_one_signature_covers_one_step(syrup):
    syrup.verified_pressure()

    parts = {json.loads(one.manifest)["part"] for one in syrup.rows(Signature, stream=STREAM)}
    assert parts == {"issue", "1.2/1"}
