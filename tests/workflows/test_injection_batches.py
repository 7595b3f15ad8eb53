"""The injection: pH adjusted, interventions, readings that name their instrument, results that come later."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.demo import injection, life
from app.demo.values import INJECTION
from app.trail.record_check import record_check
from records.batch.models import Batch
from records.batch.states import BatchState
from records.calibration.indication import PointError
from records.execution.models import BatchException, Entry, EquipmentUse, StepRun
from records.execution.states import ExceptionType, StepState
from records.material.models import MaterialLot
from records.material.states import LotState
from records.out_of_tolerance.calculations import checked_curve
from records.out_of_tolerance.states import Effect, ErrorBasis
from records.procedure.vocabulary import Severity
from tests.workflows.stages import story_of
from workflows.out_of_tolerance.facts import NewCase
from workflows.out_of_tolerance.reach_back import reach_of
from workflows.work import RefusedError

FIRST, SECOND = "FB-0412", "FB-0413"
STARTS = datetime(2026, 9, 24, 5, 30, tzinfo=UTC)
WEEKS = timedelta(days=16)
UP_RUN = {"0": "0.0045", "1.5": "0.011625", "3.0": "0.020625", "4.5": "0.02925", "6.0": "0.038625"}
"""PT-1203A's errors as found on the way up, in bar: the milliamperes too many, over 16 mA, times 6 bar."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request, tmp_path_factory):
    """FB-0412 released and FB-0413 with its results, in one store that tests only read."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    folder = tmp_path_factory.mktemp("injection")
    with databases.migrated() as url, story_of(folder, url, "mbr-0107.yaml") as story:
        story.script = INJECTION
        first = injection.first_batch(story, FIRST, STARTS)
        completed, refused = state_and_review(story, FIRST)
        injection.results_arrive(story, first, STARTS + WEEKS)
        injection.release(story, FIRST)
        second = injection.second_batch(story, SECOND, story.stage.now + timedelta(days=2))
        injection.results_arrive(story, second, story.stage.now + WEEKS)
        yield SimpleNamespace(
            story=story,
            session=story.stage.session,
            completed=completed,
            refused=refused,
            ended=story.stage.now,
        )


def state_and_review(story, batch):
    """Return a batch's state, and what the quality unit is told that would begin its review now."""
    state = story.stage.session.scalars(select(Batch.state).where(Batch.number == batch)).one()
    story.stage.session.rollback()
    with pytest.raises(RefusedError) as refusal:
        life.review(story, batch)
    return state, refusal.value.reasons


def values(told, batch):
    wanted = select(Entry.part, Entry.field, Entry.value).where(Entry.stream == f"batch/{batch}")
    return {(row.part, row.field): row.value for row in told.session.execute(wanted.order_by(Entry.id))}


def ruled_out(told, batch):
    wanted = select(StepRun).where(
        StepRun.stream == f"batch/{batch}", StepRun.state == StepState.NOT_APPLICABLE
    )
    return {run.part: run.basis["data"] for run in told.session.scalars(wanted)}


def exceptions(told, batch):
    wanted = select(BatchException).where(BatchException.stream == f"batch/{batch}")
    return told.session.scalars(wanted.order_by(BatchException.id)).all()


@pytest.mark.requirement("G-188a")
@pytest.mark.requirement("G-188b11")
def test_the_injection_master_runs_from_its_file_to_release_without_an_exception(told):
    batch = told.session.scalars(select(Batch).where(Batch.number == FIRST)).one()
    lot = told.session.scalars(select(MaterialLot).where(MaterialLot.number == batch.output_lot)).one()

    assert batch.state is BatchState.RELEASED
    assert (lot.state, lot.quantity) == (LotState.RELEASED, Decimal(91420))
    assert list(exceptions(told, FIRST)) == []
    check = record_check(told.story.stage.service)
    assert check(told.session, f"batch/{FIRST}") == check(told.session, f"batch/{SECOND}") == ()


def test_the_salt_weighed_for_400_g_of_base_is_rounded_once(told):
    assert values(told, FIRST)["4a/1", "required"] == "503.4"
    assert values(told, FIRST)["4a/1", "net"] == "503.4"


@pytest.mark.requirement("P11-10f-2")
def test_what_ph_did_not_ask_for_is_ruled_out_with_the_ph_that_decided(told):
    assert ruled_out(told, FIRST) == {part: {"ph": "3.58"} for part in ("7b/1", "7c/1", "7d/1")}
    assert ruled_out(told, SECOND) == {"7c/1": {"ph": "3.86"}}
    assert values(told, SECOND)["7b/1", "quantity_acid"] == "64.0"


def test_three_things_went_wrong_in_the_second_batch(told):
    found = [(one.step_part, one.exception_type, one.severity, one.text) for one in exceptions(told, SECOND)]

    assert found == [
        (
            "17/3",
            ExceptionType.INTEGRITY,
            Severity.INFO,
            "The clock of the particle counter is 41 s ahead of the server's.",
        ),
        (
            "16b/10",
            ExceptionType.CRITICAL_VALUE,
            Severity.MEDIUM,
            "2.1080 g is below the action limit (2.1158 to 2.2022 g).",
        ),
        (
            "18b/1",
            ExceptionType.CRITICAL_VALUE,
            Severity.HIGH,
            "1 CFU is above the action limit (≤ 0 CFU).",
        ),
    ]


def test_interventions_are_recorded_when_they_happen_and_only_then(told):
    wanted = select(StepRun).where(StepRun.step == "15b").order_by(StepRun.id)
    runs = told.session.scalars(wanted).all()

    assert [(run.stream, run.part, run.state) for run in runs] == [
        (f"batch/{batch}", f"15b/{number}", StepState.DONE) for batch in (FIRST, SECOND) for number in (1, 2)
    ]
    assert values(told, SECOND)["15b/2", "removed"] == "96"


def test_production_is_complete_before_the_results_are_in_and_the_review_waits_for_them(told):
    assert told.completed is BatchState.PRODUCTION_COMPLETE
    assert told.refused == ["Steps still open: 18b/1, 25a/1, 25b/1."]
    entered = told.session.scalars(
        select(Entry.entered_at).where(Entry.stream == f"batch/{FIRST}", Entry.part == "25a/1")
    ).all()
    assert min(entered) >= STARTS + WEEKS


@pytest.mark.requirement("G-160b4")
def test_the_pressure_names_the_transmitter_and_its_frozen_state(told):
    readings = {
        row.stream: (row.value, row.device)
        for row in told.session.scalars(
            select(Entry).where(Entry.part == "12/1", Entry.field == "feed_pressure")
        )
    }
    uses = told.session.scalars(
        select(EquipmentUse).where(EquipmentUse.part == "12/1", EquipmentUse.tag == "PT-1203A")
    ).all()

    assert readings == {f"batch/{FIRST}": ("4.02", "PT-1203A"), f"batch/{SECOND}": ("4.20", "PT-1203A")}
    assert [use.verdict for use in uses] == ["allow", "allow"]


@pytest.mark.requirement("CAL-21")
def test_a_failed_calibration_reaches_both_batches_flips_one_and_leaves_the_other(told):
    asset = told.session.scalars(select(EquipmentUse.asset).where(EquipmentUse.tag == "PT-1203A")).first()
    points = [PointError(applied=Decimal(at), error=Decimal(error)) for at, error in UP_RUN.items()]
    case = NewCase(
        asset=asset,
        evidence="As found, up-run",
        curve=checked_curve(ErrorBasis.ABSOLUTE, "bar", points),
        last_good_at=STARTS - timedelta(days=2),
        last_good="Certificate of the last calibration",
        found_at=told.ended,
    )

    found = {one.record: one for one in reach_of(told.session, case)}

    assert {record: one.effect for record, one in found.items()} == {
        f"batch/{FIRST}": Effect.FLIPS,
        f"batch/{SECOND}": Effect.HOLDS,
    }
    now = {
        record: [value["now"] for value in one.values if value["field"] == "feed_pressure"]
        for record, one in found.items()
    }
    assert now == {f"batch/{FIRST}": ["3.9935"], f"batch/{SECOND}": ["4.1725"]}
