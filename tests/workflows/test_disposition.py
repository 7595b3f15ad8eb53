"""Dispositions: each obstacle to a release by itself, all of them together, and what a decision closes.

Every test of a refusal starts from a batch that could be released, and puts one thing in the way.
"""

import pytest
from sqlalchemy import select, text

from audit.events import Action
from audit.models import audit_event, stream_head
from audit.readers import shapes
from audit.verify import Result, Stored, check_stream
from records.batch.queries import batch_by_number, dispositions_of, order_by_number
from records.batch.states import BatchState, Decision, OrderState
from records.engine import make_engine
from records.execution.models import Entry
from records.material.queries import lot_by_number
from records.material.states import LotState
from records.personnel.states import Role
from records.procedure.vocabulary import Severity
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from tests.factories import (
    BATCH,
    BRANDT,
    MOREAU,
    NOVAK,
    REYES,
    person,
    reasons_of,
    small_master,
)
from workflows.authority import Permission
from workflows.batch import commands, disposition
from workflows.batch.gathering import batch_facts
from workflows.batch.reading import evidence_of
from workflows.execution import signoff
from workflows.machine import Transition
from workflows.material.commands import set_lot_status
from workflows.material.contents import lot_content
from workflows.perform import perform
from workflows.review import commands as reviews

pytest_plugins = ("tests.stages",)
TRAIL_CHANGED = "The record has changed since its audit trail was reviewed. Review it again."
COPIED = (
    *("part", "field", "kind", "variable", "unit", "source", "device", "judged", "limits"),
    *("entered_by", "printed_name"),
)
EVENT = ("stream", "seq", "ts", "actor_id", "action", "event_hash", "mac", "body")
RECORD_CHANGED = "The record has changed since it was reviewed. Review it again."


def state(plant):
    with plant.read() as session:
        return batch_by_number(session, BATCH).state


def real_check(session, stream):
    """The verifier's checks of one stream, on the connection of the act itself."""
    connection, result = session.connection(), Result()
    columns = [audit_event.c[name] for name in EVENT]
    events = connection.execute(
        select(*columns).where(audit_event.c.stream == stream).order_by(audit_event.c.seq)
    )
    rows = [(*row[:5], bytes(row[5]), bytes(row[6]), row[7].encode("utf-8")) for row in events]
    heads = connection.execute(
        select(stream_head.c.stream, stream_head.c.seq, stream_head.c.event_hash).where(
            stream_head.c.stream == stream
        )
    )
    tables = [(shape, _rows(connection, shape, stream)) for shape in shapes()]
    stored = Stored(stream, rows, [(name, seq, bytes(digest)) for name, seq, digest in heads], tables)
    check_stream(stored, None, {}, lambda _stream: [row[7] for row in rows], result)
    return sorted({finding.code.value for finding in result.findings.kept})


def _rows(connection, shape, stream):
    columns = ", ".join(f'"{column}"' for column in shape.columns)
    statement = text(f"SELECT {columns} FROM {shape.table} WHERE stream = :stream ORDER BY id")  # noqa: S608 -- names from the registry
    return [tuple(row) for row in connection.execute(statement, {"stream": stream})]


def tamper(plant, statement):
    """Change a row as an intruder would who owns the database: past its guards."""
    owner = make_engine(plant.engine.url.render_as_string(hide_password=False), migrating=True)
    with owner.begin() as connection:
        on = ' ON "entry"' if connection.dialect.name == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TRIGGER "entry_guard_update"{on}')
        connection.exec_driver_sql(statement)
    owner.dispose()


@pytest.mark.requirement("G-22a", "A11-15")
def test_batch_is_released_when_the_quality_unit_and_the_qualified_person_have_decided(reviewed):
    reviewed.release(check=real_check)
    between = state(reviewed)
    reviewed.certify(check=real_check)

    with reviewed.read() as session:
        decided = dispositions_of(session, f"batch/{BATCH}")
        lot, order = lot_by_number(session, BATCH), order_by_number(session, "PO-0001")
    assert (between, state(reviewed)) == (BatchState.DISPOSITION_PENDING, BatchState.RELEASED)
    assert [(row.market, row.decision, row.decided_by) for row in decided] == [
        ("US", Decision.RELEASED, "h.brandt"),
        ("EU", Decision.CERTIFIED, "d.moreau"),
    ]
    assert (lot.state, order.state) == (LotState.RELEASED, OrderState.CLOSED)


@pytest.mark.requirement("P11-50a3", "P11-70-1")
def test_each_market_is_signed_for_by_its_own_meaning_over_its_own_part(reviewed):
    reviewed.release()
    reviewed.certify()

    with reviewed.read() as session:
        signed = session.scalars(
            select(Signature).where(Signature.part.startswith("disposition/")).order_by(Signature.id)
        ).all()
    assert [(one.part, one.meaning, one.role) for one in signed] == [
        ("disposition/US", Meaning.RELEASED, "QA reviewer"),
        ("disposition/EU", Meaning.CERTIFIED, "Qualified Person"),
    ]


def test_closing_names_the_head_of_the_stream_before_it(reviewed):
    reviewed.release()
    with reviewed.read() as session:
        head = session.execute(
            select(stream_head.c.seq).where(stream_head.c.stream == f"batch/{BATCH}")
        ).one()

    reviewed.certify()

    with reviewed.read() as session:
        actions = session.scalars(
            select(audit_event.c.action)
            .where(audit_event.c.stream == f"batch/{BATCH}", audit_event.c.seq > head.seq)
            .order_by(audit_event.c.seq)
        ).all()
        body = session.scalar(select(audit_event.c.body).where(audit_event.c.action == "stream.close"))
    assert actions == ["batch.dispose", "batch.state", "stream.close", "sig.apply"]
    assert f'"n":{head.seq},"o":null,"p":"/head_seq"' in body


@pytest.mark.requirement("G-22a", "P11-10g-1")
@pytest.mark.parametrize(
    ("actor", "name"), [(NOVAK, "T. Novak"), (person("c.dubois", "C. Dubois", Role.PLANNER), "C. Dubois")]
)
def test_nobody_but_the_quality_unit_releases(reviewed, actor, name):
    assert reasons_of(reviewed.release, actor=actor)[0] == (
        f"{name} is not authorised to release or reject batches for the quality unit."
    )


@pytest.mark.requirement("A11-15")
def test_quality_unit_does_not_certify_for_the_eu(reviewed):
    assert reasons_of(reviewed.certify, actor=BRANDT) == [
        "H. Brandt is not authorised to certify batches as a Qualified Person."
    ]


@pytest.mark.requirement("A11-15")
def test_eu_takes_no_mere_release_and_the_us_no_certification(reviewed):
    assert reasons_of(reviewed.release, market="EU") == [
        "A batch for EU is certified or rejected by a Qualified Person."
    ]
    assert reasons_of(reviewed.certify, market="US") == [
        "A batch for US is released or rejected by the quality unit."
    ]


def test_market_the_master_does_not_name_is_refused(reviewed):
    assert reasons_of(reviewed.release, market="JP") == ["Batch BU-0001 is made for US, EU, not for JP."]


def test_market_is_decided_once(reviewed):
    reviewed.release()

    assert reasons_of(reviewed.release) == ["US is decided already: released."]


@pytest.mark.requirement("ATK-44", "G-22a")
def test_unreviewed_batch_is_not_released(under_review):
    assert reasons_of(under_review.release) == [
        "Cannot release the batch: batch BU-0001 is under review.",
        "The audit trail has not been reviewed.",
        "The record has not been reviewed.",
    ]


@pytest.mark.requirement("ATK-44", "FAIL-04", "G-22a")
def test_batch_whose_audit_trail_was_not_reviewed_is_not_released(under_review):
    under_review.open_record()
    under_review.do(
        BRANDT,
        reviews.sign_record_review,
        BATCH,
        shown=lambda session: reviews.content_to_review(session, BATCH),
    )

    assert reasons_of(under_review.release) == ["The audit trail has not been reviewed."]


@pytest.mark.requirement("ATK-44", "G-22a", "G-192")
def test_open_exception_stands_in_the_way_of_a_release(reviewed):
    _raise_after_review(reviewed)

    assert reasons_of(reviewed.release) == [
        "Exceptions not decided: E-1.",
        TRAIL_CHANGED,
        RECORD_CHANGED,
    ]


@pytest.mark.requirement("ATK-44", "G-22a", "G-188b12")
def test_open_investigation_stands_in_the_way_of_a_release(reviewed):
    _raise_after_review(reviewed)
    reviewed.investigation(["E-1"])

    assert reasons_of(reviewed.release) == [
        "Exceptions not decided: E-1.",
        "Investigations not approved: INV-0001.",
        TRAIL_CHANGED,
        RECORD_CHANGED,
    ]


@pytest.mark.requirement("ATK-44", "P11-70-2")
def test_late_exception_voids_both_reviews_and_no_step(reviewed):
    _raise_after_review(reviewed)

    with reviewed.read() as session:
        voided = session.scalars(select(SignatureVoid).order_by(SignatureVoid.id)).all()
        meanings = session.scalars(
            select(Signature.meaning).where(Signature.id.in_([void.signature_id for void in voided]))
        ).all()
    assert sorted(meanings) == [Meaning.REVIEWED, Meaning.TRAIL_REVIEWED]


def test_record_that_changed_after_its_review_is_reviewed_again_and_released(reviewed):
    _raise_after_review(reviewed)
    reviewed.accept("E-1")

    reviewed.review()
    reviewed.release()

    assert state(reviewed) is BatchState.DISPOSITION_PENDING


@pytest.mark.requirement("ATK-44", "P11-70-2")
def test_lapsed_signature_that_was_not_renewed_stands_in_the_way_of_a_release(reviewed):
    """As when a row of content is written late, by whatever command: its step's signatures lapse."""
    _add_late_entry(reviewed, "1.3/1")

    assert reasons_of(reviewed.release) == [
        "Signatures missing, or lapsed and not renewed, on: 1.3/1.",
        TRAIL_CHANGED,
        RECORD_CHANGED,
    ]


@pytest.mark.requirement("ATK-44")
def test_open_request_to_a_second_person_stands_in_the_way_of_a_release(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    issued.enter("1.1/1", "quantity_salt", "10.000")
    issued.sign_step(signoff.perform_step, "1.1/1")

    assert reasons_of(issued.release) == [
        "Cannot release the batch: batch BU-0001 is running.",
        "Steps still open: 1.1/1, 1.2/1, 1.3/1, 1.4/1, 1.5/1, 1.6/1.",
        "A second person was asked and has not answered on: 1.1/1.",
        "The audit trail has not been reviewed.",
        "The record has not been reviewed.",
    ]


@pytest.mark.requirement("G-192", "ATK-44", "FAIL-29")
def test_yield_outside_its_limits_takes_an_approved_investigation(issued):
    """Yield 102 %, at most 101: accepting the exception is not enough (211.192)."""
    issued.execute(filled="10.200")
    issued.complete()
    issued.do(BRANDT, reviews.begin_review, BATCH)
    issued.accept("E-1")
    issued.review()

    assert reasons_of(issued.release) == [
        "Yield outside its limits without an approved investigation: 102.0 % in 1.5/1."
    ]


def test_hold_on_the_output_lot_is_not_lifted_by_the_batchs_release(reviewed):
    reviewed.do(BRANDT, set_lot_status, BATCH, LotState.ON_HOLD, reason="A complaint.")

    assert reasons_of(reviewed.release) == ["Lot BU-0001 is on hold. Decide on that first."]


@pytest.mark.requirement("ATK-44", "P11-10a-1")
def test_record_that_fails_its_integrity_check_is_not_released(reviewed):
    tamper(reviewed, "UPDATE entry SET value = '21.0' WHERE field = 'temperature'")

    reasons = reasons_of(reviewed.release, check=real_check)

    assert reasons[-1] == f"The integrity check of batch/{BATCH} failed: STATE_MISMATCH"


@pytest.mark.requirement("ATK-44", "ATK-30", "G-22a")
@pytest.mark.parametrize(
    ("number", "name", "did"),
    [
        ("a.reyes", "A. Reyes", "performed"),
        ("m.lindqvist", "M. Lindqvist", "verified"),
        ("p.sharma", "P. Sharma", "tested"),
        ("t.novak", "T. Novak", "completed production"),
    ],
)
def test_person_who_did_any_of_the_work_does_not_release_under_a_second_account(reviewed, number, name, did):
    assert did
    under_another_account = person(number, name, Role.QA_REVIEWER, account=f"{number}.2")

    assert reasons_of(reviewed.release, actor=under_another_account) == [
        f"{name} took part in the work on batch BU-0001; another person reviews and decides."
    ]


@pytest.mark.requirement("ATK-30")
def test_value_that_was_corrected_by_another_does_not_wash_the_first_performers_hands(under_review):
    under_review.do(BRANDT, commands.return_batch, BATCH, reason="Read the temperature again.")
    okafor = person("j.okafor", "J. Okafor", Role.OPERATOR)
    under_review.correct("1.2/1", "temperature", "22.5", actor=okafor)

    with under_review.read() as session:
        hands = _hands(session)

    assert {"a.reyes", "j.okafor"} <= hands


def test_quality_units_own_step_does_not_make_its_approver_a_performer(reviewed):
    with reviewed.read() as session:
        hands = _hands(session)

    assert hands == {"a.reyes", "m.lindqvist", "p.sharma", "t.novak"}


@pytest.mark.requirement("ATK-44", "G-22a", "FAIL-05")
def test_every_obstacle_is_told_at_once(executed):
    executed.report("A leak.")
    reyes_as_qa = person("a.reyes", "A. Reyes", Role.OPERATOR)

    assert reasons_of(executed.release, actor=reyes_as_qa, market="EU") == [
        "A. Reyes is not authorised to release or reject batches for the quality unit.",
        "Cannot release the batch: batch BU-0001 is running.",
        "A batch for EU is certified or rejected by a Qualified Person.",
        "Exceptions not decided: E-1.",
        "The audit trail has not been reviewed.",
        "The record has not been reviewed.",
        "A. Reyes took part in the work on batch BU-0001; another person reviews and decides.",
    ]


@pytest.mark.requirement("G-22a", "P11-50a3")
def test_rejection_is_signed_with_a_reason_and_closes_the_batch_at_once(reviewed):
    with pytest.raises(Exception, match="A reason is needed to reject the batch"):
        reviewed.do(
            BRANDT,
            disposition.reject,
            BATCH,
            "US",
            shown=lambda session: disposition.content_to_decide(session, BATCH, "US", Decision.REJECTED),
        )

    reviewed.reject()

    with reviewed.read() as session:
        (decided,) = dispositions_of(session, f"batch/{BATCH}")
        lot = lot_by_number(session, BATCH)
        signed = session.scalars(select(Signature).where(Signature.meaning == Meaning.REJECTED)).one()
    assert (state(reviewed), lot.state) == (BatchState.REJECTED, LotState.REJECTED)
    assert (decided.decision, decided.comment, signed.part) == (
        Decision.REJECTED,
        "Contaminated.",
        "disposition/US",
    )


@pytest.mark.requirement("A11-15")
def test_qualified_person_rejects_for_the_eu_and_the_batch_with_it(reviewed):
    reviewed.release()

    reviewed.reject(actor=MOREAU, market="EU")

    assert state(reviewed) is BatchState.REJECTED
    assert reasons_of(reviewed.certify)[0] == "Cannot certify the batch: batch BU-0001 is rejected."


@pytest.mark.requirement("ATK-43", "P11-10f-1")
def test_released_batch_takes_no_further_act_of_its_execution(reviewed):
    reviewed.release()
    reviewed.certify()

    assert reasons_of(reviewed.correct, "1.2/1", "temperature", "21.0")[0] == (
        "No change on batch BU-0001: it is released."
    )
    assert reasons_of(reviewed.do, BRANDT, commands.return_batch, BATCH, reason="Look again.") == [
        "Cannot return the batch record to production: batch BU-0001 is released."
    ]


def test_batch_for_one_market_is_released_by_its_one_decision(plant):
    plant.effective_master(small_master(("markets: [US, EU]", "markets: [US]")))
    plant.issued_batch("MBR-0100.1")
    plant.execute()
    plant.complete()
    plant.do(BRANDT, reviews.begin_review, BATCH)
    plant.review()

    plant.release()

    assert state(plant) is BatchState.RELEASED


def _raise_after_review(plant):
    """Open an exception when the record is already reviewed."""
    plant.do(BRANDT, reviews.raise_exception, BATCH, "A filter was not labelled.", Severity.MEDIUM)


def _add_late_entry(plant, part):
    """Write a row of content late, as no command of the product does: the signatures over its part lapse."""
    row = Transition(
        act="test.late",
        words="write late",
        permission=Permission.STEP_PERFORM,
        event=Action.ENTRY_CORRECT,
    )
    with plant.act(REYES) as work:
        old = work.session.scalars(select(Entry).where(Entry.part == part).order_by(Entry.id)).first()
        values = {column: getattr(old, column) for column in COPIED}
        given = {"raw": "9.9", "value": "9.9", "supersedes": old.id, "reason": "Late.", "entered_at": work.at}
        facts = batch_facts(work.session, BATCH)
        perform(
            work, row, facts, lambda changes: changes.insert(Entry, Action.ENTRY_CORRECT, **values, **given)
        )


def _hands(session):
    return set(evidence_of(session, BATCH).hands)


def test_the_output_lot_is_not_released_before_its_batch(under_review):
    with under_review.read() as session:
        number = batch_by_number(session, BATCH).output_lot

    reasons = reasons_of(
        under_review.do,
        BRANDT,
        set_lot_status,
        number,
        LotState.RELEASED,
        shown=lambda session: lot_content(lot_by_number(session, number)),
    )

    assert reasons == [f"Lot {number} was made by batch {BATCH}; it is released with the batch."]
