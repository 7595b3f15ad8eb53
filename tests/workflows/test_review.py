"""Review by exception: who may, in what order, and what a signature on the record covers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from records.batch.queries import batch_by_number
from records.batch.states import BatchState
from records.errors import RecordNotFoundError
from records.execution.models import BatchException
from records.execution.states import ExceptionState
from records.listing import Listing
from records.personnel.states import Role
from records.procedure.vocabulary import Severity
from records.review.queries import exceptions, recent_grants
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.factories import BATCH, BRANDT, LINDQVIST, NOVAK, REYES, person, reasons_of
from workflows.authority import SYSTEM
from workflows.batch.contents import record_content
from workflows.batch.reading import evidence_of
from workflows.execution import signoff
from workflows.personnel.commands import grant_role, open_account, register_person
from workflows.review import commands as reviews
from workflows.review.commands import Choice
from workflows.review.reading import review_facts

OTHER_REVIEWER = person("q.other", "Q. Other", Role.QA_REVIEWER)

pytest_plugins = ("tests.stages",)


def raised(plant, number="E-1"):
    with plant.read() as session:
        return session.scalars(select(BatchException).where(BatchException.number == number)).one()


def state(plant):
    with plant.read() as session:
        return batch_by_number(session, BATCH).state


def content(plant):
    with plant.read() as session:
        return record_content(evidence_of(session, BATCH))


def raise_one(plant, severity=Severity.MEDIUM, text="A filter was not labelled.", part=None):
    return plant.do(BRANDT, reviews.raise_exception, BATCH, text, severity, part).number


def decide(plant, choice=Choice.ACCEPT, number="E-1", actor=BRANDT, reason="No effect on the product."):
    return plant.do(actor, reviews.decide_exception, BATCH, number, choice, reason=reason)


def sign(plant, command, actor=BRANDT):
    plant.open_record(actor=actor)
    sign_unread(plant, command, actor)


def sign_unread(plant, command, actor=BRANDT):
    plant.do(actor, command, BATCH, shown=lambda session: reviews.content_to_review(session, BATCH))


@pytest.mark.requirement("P11-10f-1")
def test_review_begins_when_production_is_complete_and_not_before(executed):
    early = reasons_of(executed.do, BRANDT, reviews.begin_review, BATCH)
    executed.complete()

    executed.do(BRANDT, reviews.begin_review, BATCH)

    assert early == ["Cannot begin the review: batch BU-0001 is running."]
    assert state(executed) is BatchState.UNDER_REVIEW


def test_review_waits_for_a_step_that_a_correction_opened_again(executed):
    executed.complete()
    executed.correct("1.3/1", "weight", "10.020")

    early = reasons_of(executed.do, BRANDT, reviews.begin_review, BATCH)
    executed.sign_step(signoff.perform_step, "1.3/1")
    executed.sign_step(signoff.verify_step, "1.3/1", actor=LINDQVIST)
    executed.do(BRANDT, reviews.begin_review, BATCH)

    assert early == ["Steps still open: 1.3/1."]
    assert state(executed) is BatchState.UNDER_REVIEW


@pytest.mark.requirement("P11-10g-1", "G-22a")
def test_production_does_not_review_its_own_record(executed):
    executed.complete()

    assert reasons_of(executed.do, NOVAK, reviews.begin_review, BATCH) == [
        "T. Novak is not authorised to review batch records."
    ]


@pytest.mark.requirement("G-192", "FAIL-04", "FAIL-05")
def test_record_is_signed_for_its_trail_and_for_itself_over_one_content(reviewed):
    with reviewed.read() as session:
        signed = session.scalars(
            select(Signature)
            .where(Signature.stream == f"batch/{BATCH}", Signature.part == "record")
            .order_by(Signature.id)
        ).all()
    assert [(one.meaning, one.signer) for one in signed] == [
        (Meaning.TRAIL_REVIEWED, "h.brandt"),
        (Meaning.REVIEWED, "h.brandt"),
    ]
    assert {one.content_digest for one in signed} == {content(reviewed).digest}
    assert state(reviewed) is BatchState.DISPOSITION_PENDING


@pytest.mark.requirement("ATK-30", "G-194a")
@pytest.mark.parametrize("command", [reviews.sign_trail_review, reviews.sign_record_review])
def test_person_who_did_any_of_the_work_signs_no_review_under_a_second_account(under_review, command):
    again = person("a.reyes", "A. Reyes", Role.QA_REVIEWER, account="a.reyes.2")

    assert reasons_of(sign, under_review, command, actor=again) == [
        "A. Reyes took part in the work on batch BU-0001; another person reviews and decides."
    ]


@pytest.mark.requirement("FAIL-05", "G-22a")
@pytest.mark.parametrize("command", [reviews.sign_trail_review, reviews.sign_record_review])
def test_review_is_not_signed_before_every_exception_is_decided(under_review, command):
    raise_one(under_review)

    before = reasons_of(sign, under_review, command)
    decide(under_review)
    sign(under_review, command)

    assert before == ["Exceptions not decided: E-1."]


@pytest.mark.requirement("M-6.15", "FAIL-04", "FAIL-05")
@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (reviews.sign_trail_review, ["Open the audit trail of the record as it is now, then sign."]),
        (
            reviews.sign_record_review,
            ["Exceptions you have not opened: E-1.", "Open what no rule checks: 2 items left."],
        ),
    ],
)
def test_what_the_reviewer_has_not_opened_is_not_signed_by_any_caller(under_review, command, reason):
    raise_one(under_review)
    under_review.open_record(actor=OTHER_REVIEWER)

    undecided = reasons_of(sign_unread, under_review, command)
    decide(under_review, actor=OTHER_REVIEWER)
    unread = reasons_of(sign_unread, under_review, command)
    sign(under_review, command)

    assert (undecided, unread) == (["Exceptions not decided: E-1.", *reason], reason)


def test_who_decides_on_an_exception_has_opened_it(under_review):
    raise_one(under_review)
    decide(under_review)

    with under_review.read() as session:
        assert review_facts(session, BATCH, BRANDT.person).unread.exceptions == ()


@pytest.mark.requirement("P11-70-2")
def test_review_is_refused_when_the_record_changed_while_it_was_read(under_review):
    with under_review.read() as session:
        shown = reviews.content_to_review(session, BATCH)
    raise_one(under_review)
    decide(under_review)
    under_review.open_record()

    reasons = reasons_of(
        under_review.do, BRANDT, reviews.sign_record_review, BATCH, shown=lambda _session: shown
    )

    assert reasons == ["The content has changed since it was shown to you. Read it again, then sign."]


def test_review_covers_remarks_so_that_none_is_released_unread(executed):
    before = content(executed).digest

    executed.remark("The lamp flickered.")

    assert content(executed).digest != before


def test_states_are_no_content_so_the_next_act_breaks_no_review(under_review):
    before = content(under_review).digest

    under_review.review()

    assert content(under_review).digest == before


def test_text_that_is_signed_shows_what_was_checked_what_was_not_and_every_decision(under_review):
    raise_one(under_review)
    decide(under_review)

    lines = content(under_review).text.splitlines()

    assert lines[0] == "Record of batch BU-0001: BUF-10, 10.000 kg"
    assert lines[4:] == [
        "Checks by rule set countersign-review/1: 41 of 41 passed",
        "Read by a person because no rule covers it: 2 items",
        "Exceptions: 1",
        "E-1 (medium) A filter was not labelled. accepted: No effect on the product.",
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [(Choice.ACCEPT, ExceptionState.ACCEPTED), (Choice.RETURN, ExceptionState.RETURNED)],
)
def test_decision_keeps_who_when_and_why(under_review, choice, expected):
    raise_one(under_review)

    decide(under_review, choice)

    row = raised(under_review)
    assert (row.state, row.decision, row.decided_by, row.decided_at) == (
        expected,
        "No effect on the product.",
        "h.brandt",
        under_review.now,
    )


def test_decision_takes_a_comment(under_review):
    raise_one(under_review)

    assert reasons_of(decide, under_review, reason=None) == ["A reason is needed to accept the exception."]


@pytest.mark.requirement("ATK-30")
def test_person_who_did_the_work_decides_on_no_exception_of_it(under_review):
    raise_one(under_review)
    again = person("a.reyes", "A. Reyes", Role.QA_REVIEWER, account="a.reyes.2")

    assert reasons_of(decide, under_review, actor=again) == [
        "A. Reyes took part in the work; another person decides on E-1."
    ]


@pytest.mark.requirement("G-22a")
def test_supervisor_decides_on_no_exception(under_review):
    raise_one(under_review)

    assert reasons_of(decide, under_review, actor=NOVAK) == [
        "T. Novak is not authorised to review batch records.",
        "T. Novak took part in the work; another person decides on E-1.",
    ]


def test_grave_exception_is_assessed_by_production_before_it_is_accepted(under_review):
    raise_one(under_review, Severity.HIGH)

    before = reasons_of(decide, under_review)
    under_review.do(NOVAK, reviews.assess_exception, BATCH, "E-1", reason="The label was on the next filter.")
    decide(under_review)

    assert before == ["E-1 is high: a supervisor assesses it first."]
    assert (raised(under_review).assessment, raised(under_review).state) == (
        "The label was on the next filter.",
        ExceptionState.ACCEPTED,
    )


def test_returned_exception_is_assessed_again_before_it_is_accepted(under_review):
    raise_one(under_review)
    decide(under_review, Choice.RETURN, reason="Which filter?")

    before = reasons_of(decide, under_review)
    under_review.do(NOVAK, reviews.assess_exception, BATCH, "E-1", reason="Filter F-12.")
    decide(under_review)

    assert before == ["Cannot accept the exception: exception E-1 is returned."]


def test_accepted_exception_is_reopened_with_a_reason(under_review):
    raise_one(under_review)
    decide(under_review)

    decide(under_review, Choice.REOPEN, reason="The laboratory called.")

    assert raised(under_review).state is ExceptionState.OPEN


def test_low_exceptions_are_accepted_together_with_one_reason(under_review):
    numbers = [raise_one(under_review, Severity.LOW, f"Finding {number}.") for number in (1, 2, 3)]

    under_review.do(BRANDT, reviews.accept_exceptions, BATCH, numbers, reason="Typing only.")

    found = [raised(under_review, number) for number in numbers]
    assert {(row.state, row.decision) for row in found} == {(ExceptionState.ACCEPTED, "Typing only.")}


def test_graver_exception_among_several_refuses_them_all_by_name(under_review):
    numbers = [
        raise_one(under_review, severity) for severity in (Severity.LOW, Severity.MEDIUM, Severity.HIGH)
    ]

    reasons = reasons_of(
        under_review.do, BRANDT, reviews.accept_exceptions, BATCH, numbers, reason="Typing only."
    )

    assert reasons == ["E-2 is medium; decide on it by itself.", "E-3 is high; decide on it by itself."]
    assert raised(under_review, "E-1").state is ExceptionState.OPEN


def test_exception_that_is_not_there_is_not_found(under_review):
    with pytest.raises(RecordNotFoundError):
        decide(under_review, number="E-9")


@pytest.mark.requirement("G-192")
def test_exception_found_after_the_release_leaves_the_release_as_it_was_signed(reviewed):
    reviewed.release()
    reviewed.certify()

    raise_one(reviewed, Severity.HIGH, "The balance was found out of tolerance.")

    with reviewed.read() as session:
        released = session.scalars(select(Signature).where(Signature.meaning == Meaning.RELEASED)).one()
        evidence = evidence_of(session, BATCH)
    assert released.id not in evidence.void_of
    assert (state(reviewed), raised(reviewed).state) == (BatchState.RELEASED, ExceptionState.OPEN)


def test_exceptions_of_all_batches_are_listed_by_severity(under_review):
    raise_one(under_review, Severity.LOW, "A label hung askew.")
    raise_one(under_review, Severity.HIGH, "A filter was not labelled.")

    with under_review.read() as session:
        high = exceptions(session, Listing(filters={"severity": ["high", "critical"]}))
        found = exceptions(session, Listing(search="label askew"))

    assert [row.number for row in high.rows] == ["E-2"]
    assert [row.number for row in found.rows] == ["E-1"]


@pytest.mark.requirement("P11-10g-1")
def test_operator_raises_no_exception_for_the_quality_unit(under_review):
    reasons = reasons_of(under_review.do, REYES, reviews.raise_exception, BATCH, "A leak.", Severity.LOW)

    assert reasons == ["A. Reyes is not authorised to review batch records."]


@pytest.mark.requirement("P11-10g-2", "ATK-46")
def test_roles_granted_shortly_before_a_disposition_are_shown_to_the_reviewer(plant):
    before = plant.now
    with plant.act(SYSTEM) as work:
        register_person(work, "S. Patel", "P-0001")
        open_account(work, "P-0001", "s.patel", "argon2id")
        grant_role(work, "P-0001", Role.SECURITY_ADMINISTRATOR)

    with plant.read() as session:
        shown = recent_grants(session, ["P-0001", "P-0002"], before)
        later = recent_grants(session, ["P-0001", "P-0002"], plant.now + timedelta(seconds=1))

    assert [(grant.person, grant.role) for grant in shown] == [("P-0001", Role.SECURITY_ADMINISTRATOR)]
    assert later == []
