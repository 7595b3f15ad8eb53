"""A batch that failed is ended for good: its record stays, and it can only be rejected (211.110(c))."""

import json

import pytest
from sqlalchemy import select

from app.export.filters import basis_words
from app.export.printing import make_pdf
from records.batch.queries import batch_by_number, order_by_number
from records.batch.states import BatchState, OrderState
from records.equipment.models import StateInterval
from records.equipment.states import Axis
from records.execution.models import EquipmentUse, StepRun
from records.execution.states import LimitState, RequestState, StepState
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.material.queries import lot_by_number
from records.material.states import ContainerState
from records.procedure.vocabulary import Severity
from signatures.meaning import Meaning
from signatures.models import Signature
from tests.copies import copy_of, pages_of, squeezed, workshop_in
from tests.factories import BATCH, BRANDT, NOVAK, REYES, reasons_of
from tests.syrup import SYRUP, TANK
from workflows.batch import commands
from workflows.batch.ending import content_to_end, end_batch
from workflows.batch.execution_owner import executed_batch
from workflows.execution.queries import picture_of
from workflows.review import commands as reviews
from workflows.review.batch_record import batch_record

pytest_plugins = ("tests.stages", "tests.syrup_stages")
REASON = "The mixer broke down; the product is burnt."
REJECT_IT = "Batch SY-0001 was ended before its production was complete. It can only be rejected."


def end(plant, number=SYRUP, *, actor=NOVAK, reason=REASON, shown=content_to_end):
    given = (lambda session: shown(session, number)) if shown else None
    plant.do(actor, end_batch, number, reason=reason, shown=given)


def batch(plant, number=SYRUP):
    with plant.read() as session:
        return batch_by_number(session, number)


def half_way(syrup):
    """Weighed and not charged, mixing, a second person asked, a value given, the line in its first check."""
    syrup.verified_pressure()
    syrup.weighed()
    syrup.give("1.6/1", "density", "1.200")
    syrup.sign("1.6/1")
    syrup.give("1.13/1", "first", "5.000")
    syrup.start_timer("3.1/1")
    syrup.give("5.1/1", "done", "yes")
    syrup.complete_step("5.1/1")


def standing(plant, asset, axis):
    with plant.read() as session:
        wanted = select(StateInterval.value).where(
            StateInterval.asset == asset, StateInterval.axis == axis, StateInterval.to_at.is_(None)
        )
        return session.scalar(wanted)


@pytest.mark.requirement("G-188b11", "P11-10f-2")
def test_ended_batch_has_no_blank_step_and_keeps_what_was_given(syrup):
    half_way(syrup)
    end(syrup)

    with syrup.read() as session:
        picture = picture_of(session, executed_batch(session, SYRUP))
    assert (batch(syrup).state, picture.open_views) == (BatchState.ABORTED, ())
    assert syrup.state("1.2/1") == StepState.DONE
    assert {syrup.state(part) for part in ("1.6/1", "1.13/1", "3.1/1")} == {StepState.NOT_FINISHED}
    assert {syrup.state(part) for part in ("1.1/1", "2.3/2", "4.2/1", "5.2/1", "6.2/1", "9.3/1")} == {
        StepState.NOT_EXECUTED
    }
    assert syrup.values("1.13/1") == {"first": "5.000"}
    begun, never = syrup.one(StepRun, part="1.13/1"), syrup.one(StepRun, part="1.1/1")
    assert begun.basis == {"why": "not finished: batch ended", "reason": REASON}
    assert never.basis == {"why": "not executed: batch ended", "reason": REASON}


@pytest.mark.requirement("P11-50a3", "P11-10e-1")
def test_end_is_signed_over_what_is_left_and_says_why(syrup):
    half_way(syrup)
    with syrup.read() as session:
        shown = content_to_end(session, SYRUP)
    end(syrup)

    signed = syrup.one(Signature, meaning=Meaning.ENDED)
    assert (signed.part, signed.signer, json.loads(signed.manifest)["content"]) == (
        "production",
        "t.novak",
        shown.digest,
    )
    assert "Begun and not finished: 1.6/1, 1.13/1, 3.1/1" in shown.text.splitlines()
    (told,) = [one for one in syrup.exceptions() if one.rule.startswith("batch ended")]
    assert (told.text, told.severity, told.blocks_release) == (
        f"The batch was ended. Reason: {REASON}",
        Severity.HIGH,
        True,
    )


@pytest.mark.requirement("G-111")
def test_nothing_of_an_ended_batch_runs_on_or_is_awaited(syrup):
    half_way(syrup)
    before = {one.state for kind in ("timer", "verification") for one in syrup.limits(kind)}
    end(syrup)

    kinds = ("timer", "verification", "recurrence", "hold_time")
    after = {one.state for kind in kinds for one in syrup.limits(kind)}
    assert (before, after) == ({LimitState.RUNNING, LimitState.ENDED}, {LimitState.ENDED})
    assert [state for _act, state in syrup.requests("1.6/1")] == [RequestState.RECALLED]
    syrup.wait(hours=5)
    assert syrup.sweep() == 0


@pytest.mark.requirement("G-67a")
def test_equipment_of_an_ended_batch_is_free_and_dirty(syrup):
    half_way(syrup)
    during = [standing(syrup, TANK, axis) for axis in (Axis.SERVICE, Axis.CONTENT)]
    end(syrup)

    axes = (Axis.SERVICE, Axis.CONTENT, Axis.CLEANING)
    assert during == ["in_use", "holds"]
    assert [standing(syrup, TANK, axis) for axis in axes] == ["available", "empty", "dirty"]


def test_containers_and_lots_stay_as_they_are_and_nothing_is_put_out(syrup):
    half_way(syrup)
    before = (syrup.balance("26-101"), sorted(syrup.containers()))
    end(syrup)

    states = {one.state for one in syrup.containers().values()}
    assert (syrup.balance("26-101"), sorted(syrup.containers()), states) == (*before, {ContainerState.FILLED})
    with syrup.read() as session:
        made = session.scalars(select(GenealogyEdge).where(GenealogyEdge.edge == EdgeKind.PRODUCES)).all()
        assert (lot_by_number(session, SYRUP), made, batch(syrup).output_lot) == (None, [], None)


def test_batch_nobody_began_is_ended_without_beginning(syrup):
    end(syrup)

    ended = batch(syrup)
    assert (ended.state, ended.started_at, ended.completed_at) == (BatchState.ABORTED, None, syrup.now)
    assert syrup.rows(EquipmentUse) == []
    assert {row.state for row in syrup.rows(StepRun)} == {StepState.NOT_EXECUTED}


def test_held_batch_is_ended_whatever_stops_it(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    issued.block("The tank leaks.", part="1.1/1")
    issued.do(NOVAK, commands.hold_batch, BATCH, reason="The tank leaks.")
    end(issued, BATCH)

    assert batch(issued, BATCH).state is BatchState.ABORTED


@pytest.mark.requirement("P11-10g-1", "P11-10f-1")
def test_end_takes_a_supervisor_a_reason_a_signature_and_a_batch_under_way(syrup, executed):
    assert reasons_of(end, syrup, actor=REYES) == ["A. Reyes is not authorised to end a batch for good."]
    assert reasons_of(end, syrup, reason=None) == ["A reason is needed to end the batch."]
    assert reasons_of(end, syrup, shown=None) == ["A signature is needed to end the batch."]
    executed.complete()
    assert reasons_of(end, executed, BATCH) == ["Cannot end the batch: batch BU-0001 is production complete."]


@pytest.mark.requirement("ATK-40")
def test_what_was_done_since_the_dialog_was_read_is_read_again_first(syrup):
    with syrup.read() as session:
        shown = content_to_end(session, SYRUP)
    syrup.give("1.13/1", "first", "5.000")

    assert reasons_of(end, syrup, shown=lambda *_given: shown) == [
        "The content has changed since it was shown to you. Read it again, then sign."
    ]


@pytest.mark.requirement("P11-10f-1")
def test_nothing_more_is_done_on_an_ended_batch(syrup):
    half_way(syrup)
    end(syrup)

    assert reasons_of(syrup.give, "1.1/1", "temperature", "22.4") == [
        "Cannot enter a value: step 1.1 Temperature is not executed.",
        "No work on batch SY-0001: it is aborted.",
    ]
    assert "No change on batch SY-0001: it is aborted." in reasons_of(
        syrup.amend, "1.13/1", "first", "4.000", reason="Misread."
    )


@pytest.mark.requirement("G-22a", "ATK-44")
def test_ended_batch_is_reviewed_and_can_only_be_rejected(syrup):
    half_way(syrup)
    end(syrup)
    syrup.do(BRANDT, reviews.begin_review, SYRUP)

    returned = reasons_of(syrup.do, BRANDT, commands.return_batch, SYRUP, reason="Try again.")
    released = reasons_of(syrup.release, SYRUP)
    syrup.reject(SYRUP)

    assert returned == [REJECT_IT]
    assert released[:2] == ["Cannot release the batch: batch SY-0001 is under review.", REJECT_IT]
    with syrup.read() as session:
        order = order_by_number(session, batch(syrup).order)
    assert (batch(syrup).state, order.state) == (BatchState.REJECTED, OrderState.CLOSED)


@pytest.mark.requirement("G-192")
def test_review_of_an_ended_batch_is_signed_once_its_exceptions_are_decided(issued):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    end(issued, BATCH)
    issued.do(BRANDT, reviews.begin_review, BATCH)
    issued.do(NOVAK, reviews.assess_exception, BATCH, "E-1", reason="The mixer is repaired.")
    issued.accept("E-1")
    issued.review()

    assert batch(issued, BATCH).state is BatchState.DISPOSITION_PENDING
    assert reasons_of(issued.release) == [
        "Batch BU-0001 was ended before its production was complete. It can only be rejected."
    ]
    issued.reject()
    assert batch(issued, BATCH).state is BatchState.REJECTED


@pytest.mark.requirement("P11-10b-1")
def test_record_of_an_ended_batch_says_of_each_step_how_it_ended(syrup, tmp_path):
    half_way(syrup)
    end(syrup)

    with syrup.read() as session:
        record = batch_record(session, SYRUP)
    steps = [
        (step["number"], step["occurrences"])
        for unit in record["unit_procedures"]
        for operation in unit["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    ]
    assert [number for number, occurrences in steps if not occurrences] == []
    told = {row["part"]: row["basis"] for _number, occurrences in steps for row in occurrences}
    assert basis_words(told["1.1/1"]) == f"not executed: batch ended: {REASON}"
    assert record["counts"]["open"] == 0
    assert syrup.findings(tmp_path) == []


@pytest.mark.requirement("P11-10b-1")
def test_pdf_of_an_ended_batch_says_so_on_its_cover_and_at_each_step(issued, tmp_path):
    issued.stock()
    issued.enter("1.1/1", "lot_salt", "26-001")
    end(issued, BATCH)

    with issued.read() as session:
        copy = copy_of(batch_record(session, BATCH), f"batch/{BATCH}")
    pages = pages_of(make_pdf(copy, workshop_in(tmp_path)).pdf)
    text = squeezed(" ".join(pages))
    assert "ENDEDBEFOREPRODUCTIONWASCOMPLETE" in squeezed(pages[0])
    assert squeezed(f"not finished: batch ended: {REASON}") in text
    assert text.count(squeezed(f"not executed: batch ended: {REASON}")) == 5
    assert "26-001" in text
