"""Investigations: related batches filled in, two persons sign, every version stays, releases stand."""

import pytest
from sqlalchemy import select

from records.batch.queries import batch_by_number
from records.batch.states import BatchState
from records.errors import RecordNotFoundError
from records.execution.models import BatchException
from records.execution.states import ExceptionState
from records.listing import Listing
from records.personnel.states import Role
from records.review.queries import investigation_by_number, investigations_of, texts_of
from records.review.queries import investigations as listed
from records.review.states import InvestigationState
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.factories import BATCH, BRANDT, DUBOIS, MASTER, NOVAK, REYES, person, reasons_of
from workflows.review import commands as reviews
from workflows.review import investigations
from workflows.review.facts import NewText

pytest_plugins = ("tests.stages",)
INV = "INV-0001"
STREAM = f"investigation/{INV}"


@pytest.fixture
def investigated(issued):
    """A batch with a yield of 102 % under review, an investigation of it, and another batch beside it."""
    issued.execute(filled="10.200")
    issued.issued_batch(MASTER)
    issued.enter("1.1/1", "lot_salt", "26-001", batch="BU-0002")
    issued.enter("1.1/1", "quantity_salt", "10.000", batch="BU-0002")
    issued.complete()
    issued.do(BRANDT, reviews.begin_review, BATCH)
    issued.investigation(["E-1"])
    return issued


def said(**more):
    considered = [{"number": "BU-0002", "why": ["used lot 26-001"], "affected": False}]
    text = {
        "cause": "The scale was not tared.",
        "conclusion": "No effect: the content is as specified.",
        "follow_up": "The scale is tared by the system.",
        "other_batches": considered,
    }
    return NewText(**{**text, **more})


def write(plant, text=None, actor=NOVAK):
    return plant.do(actor, investigations.write_investigation, INV, text or said())


def conclude(plant, actor=NOVAK):
    plant.sign_investigation(actor, investigations.conclude_investigation, INV)


def approve(plant, actor=BRANDT):
    plant.sign_investigation(actor, investigations.approve_investigation, INV)


def state(plant):
    with plant.read() as session:
        return investigation_by_number(session, INV).state


def raised(plant):
    with plant.read() as session:
        wanted = select(BatchException).where(BatchException.stream == f"batch/{BATCH}")
        return session.scalars(wanted).first()


@pytest.mark.requirement("G-192", "FAIL-29")
def test_related_batches_are_filled_in_with_every_reason_why(investigated):
    with investigated.read() as session:
        (text,) = texts_of(session, STREAM)

    assert text.other_batches == [
        {"number": "BU-0002", "why": ["used lot 26-001", f"made by master {MASTER}"], "affected": None}
    ]


@pytest.mark.requirement("G-192", "G-188b12")
def test_opening_an_investigation_escalates_its_exceptions(investigated):
    row = raised(investigated)

    assert (row.state, row.investigation, state(investigated)) == (
        ExceptionState.ESCALATED,
        INV,
        InvestigationState.OPEN,
    )


def test_exception_is_investigated_once(investigated):
    assert reasons_of(investigated.investigation, ["E-1"]) == [
        "Not open for an investigation: E-1 is escalated."
    ]


def test_investigation_of_nothing_is_refused(investigated):
    assert reasons_of(investigated.investigation, []) == [
        "Name the exceptions to investigate, and give the investigation a title."
    ]


@pytest.mark.requirement("P11-10g-1")
def test_operator_opens_no_investigation(under_review):
    assert reasons_of(under_review.do, REYES, investigations.open_investigation, BATCH, "Why", []) == [
        "A. Reyes is not authorised to write investigations.",
        "Name the exceptions to investigate, and give the investigation a title.",
    ]


@pytest.mark.requirement("G-192")
def test_conclusion_needs_everything_in_writing_and_each_batch_considered(investigated):
    assert reasons_of(conclude, investigated) == [
        "Still to be written: the cause, the conclusion, the follow-up.",
        "Not yet considered: BU-0002.",
    ]


@pytest.mark.requirement("G-192")
def test_every_version_of_the_text_stays_readable(investigated):
    write(investigated, said(cause="Unknown."))
    write(investigated)

    with investigated.read() as session:
        texts = texts_of(session, STREAM)
    assert [(text.version, text.cause) for text in texts] == [
        (1, ""),
        (2, "Unknown."),
        (3, "The scale was not tared."),
    ]


@pytest.mark.requirement("G-192")
def test_investigator_and_quality_unit_sign_the_same_text(investigated):
    write(investigated)
    conclude(investigated)
    approve(investigated)

    with investigated.read() as session:
        signed = session.scalars(
            select(Signature).where(Signature.stream == STREAM).order_by(Signature.id)
        ).all()
        content = investigations.content_to_sign(session, INV)
    assert [(one.signer, one.meaning) for one in signed] == [
        ("t.novak", Meaning.INVESTIGATED),
        ("h.brandt", Meaning.APPROVED),
    ]
    assert {one.content_digest for one in signed} == {content.digest}
    assert state(investigated) is InvestigationState.APPROVED


@pytest.mark.requirement("ATK-30")
def test_writer_does_not_approve_under_a_second_account(investigated):
    write(investigated)
    conclude(investigated)
    again = person("t.novak", "T. Novak", Role.QA_REVIEWER, account="t.novak.2")

    assert reasons_of(approve, investigated, actor=again) == [
        "T. Novak wrote this investigation; another person approves it."
    ]


def test_approval_closes_the_exceptions_with_the_conclusion(investigated):
    write(investigated)
    conclude(investigated)
    approve(investigated)

    row = raised(investigated)
    assert (row.state, row.decision, row.decided_by) == (
        ExceptionState.CLOSED,
        "Closed by investigation INV-0001: No effect: the content is as specified.",
        "h.brandt",
    )


@pytest.mark.requirement("P11-70-2")
def test_text_written_after_the_conclusion_voids_its_signature_and_opens_it_again(investigated):
    write(investigated)
    conclude(investigated)

    investigated.do(
        NOVAK,
        investigations.rewrite_investigation,
        INV,
        said(follow_up="None."),
        reason="The follow-up was another's.",
    )

    with investigated.read() as session:
        voided = session.scalars(select(SignatureVoid).where(SignatureVoid.stream == STREAM)).all()
    assert (len(voided), state(investigated)) == (1, InvestigationState.OPEN)
    assert reasons_of(approve, investigated)[0] == (
        "Cannot approve the investigation: investigation INV-0001 is open."
    )


def test_concluded_text_is_written_over_only_by_an_act_of_its_own_with_a_reason(investigated):
    write(investigated)
    conclude(investigated)

    assert reasons_of(write, investigated) == [
        "Cannot write the investigation: investigation INV-0001 is concluded."
    ]
    assert reasons_of(investigated.do, NOVAK, investigations.rewrite_investigation, INV, said()) == [
        "A reason is needed to write a concluded investigation anew."
    ]
    assert state(investigated) is InvestigationState.CONCLUDED


@pytest.mark.requirement("G-192")
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (BATCH, f"{BATCH} is the batch investigated. Name another one to consider."),
        ("BU-9999", "There is no batch BU-9999 to consider. Check the number."),
    ],
)
def test_batch_to_consider_is_another_one_and_there(investigated, number, reason):
    named = [*said().other_batches, {"number": number, "why": ["same day"], "affected": None}]

    assert reasons_of(write, investigated, said(other_batches=named)) == [reason]


@pytest.mark.requirement("G-192", "FAIL-29")
def test_yield_outside_its_limits_is_released_once_its_investigation_is_approved(investigated):
    write(investigated)
    conclude(investigated)
    approve(investigated)
    investigated.review()

    investigated.release()
    investigated.certify()

    with investigated.read() as session:
        assert batch_by_number(session, BATCH).state is BatchState.RELEASED


@pytest.mark.requirement("G-192")
def test_investigation_reopened_after_the_release_leaves_the_release_as_it_was_signed(investigated):
    write(investigated)
    conclude(investigated)
    approve(investigated)
    investigated.review()
    investigated.release()
    investigated.certify()

    investigated.do(
        BRANDT, investigations.reopen_investigation, INV, reason="The complaint 26-17 names this lot."
    )

    with investigated.read() as session:
        batch = batch_by_number(session, BATCH)
        voided = session.scalars(select(SignatureVoid)).all()
    assert (batch.state, state(investigated)) == (BatchState.RELEASED, InvestigationState.OPEN)
    assert voided == []


def test_reopening_takes_a_reason_and_the_quality_unit(investigated):
    write(investigated)
    conclude(investigated)
    approve(investigated)

    assert reasons_of(investigated.do, NOVAK, investigations.reopen_investigation, INV) == [
        "T. Novak is not authorised to review batch records.",
        "A reason is needed to reopen the investigation.",
    ]


def test_investigations_are_listed_and_found_by_batch(investigated):
    with investigated.read() as session:
        found = listed(session, Listing(search="why happened"))
        of_batch = investigations_of(session, BATCH)

    assert [row.number for row in found.rows] == [row.number for row in of_batch] == [INV]


def test_investigation_that_is_not_there_is_not_found(under_review):
    with pytest.raises(RecordNotFoundError):
        under_review.do(DUBOIS, investigations.write_investigation, "INV-0009", said())
