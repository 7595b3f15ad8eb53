"""Two masters that have nothing in common run from their file to release: the engine knows neither."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.demo import life
from app.trail.record_check import record_check
from audit.models import audit_event
from records.batch.models import Batch, Disposition
from records.batch.states import BatchState, Decision
from records.execution.models import BatchException, Entry, StepRun
from records.execution.states import ExceptionType, StepState
from records.material.models import MaterialLot
from records.material.states import LotState
from signatures.models import Signature
from tests.workflows.stages import story_of

YOGHURT = {
    ("1b/1", "temperature"): "5.8",
    ("10a/1", "cups_loaded"): "4100",
    ("10a/1", "lids_loaded"): "4100",
    ("10e/1", "filled"): "3985",
    ("14/1", "issued"): "4100",
    ("14/1", "used"): "3985",
    ("14/1", "destroyed"): "40",
    ("14/1", "returned"): "75",
    ("16a/1", "actual"): "3960",
    ("12a/1", "core"): "6.1",
}
PH = ("6.40", "5.90", "5.40", "5.00", "4.75", "4.60")


def says(raw):
    def twist(hands, asked):
        hands.enter(None, asked, raw)
        return True

    return twist


def yoghurt_twists():
    twists = {key: says(raw) for key, raw in YOGHURT.items()}
    twists |= {(f"11b/{number}", "ph"): says(raw) for number, raw in enumerate(PH, start=1)}
    return twists


def in_three_weeks(hands, asked):
    hands.enter(None, asked, "2026-11-10 12:00")
    return True


@pytest.fixture
def yoghurt(tmp_path, engine_url):
    with story_of(tmp_path, engine_url, "mmr-0311.yaml") as story:
        yield story


@pytest.fixture
def tablets(tmp_path, sqlite_url):
    with story_of(tmp_path, sqlite_url, "mbr-0042.yaml") as story:
        yield story


def make(story, batch, twists):
    life.issue(story, batch, story.stage.now)
    hands = story.hands(batch, 311)
    hands.twists = twists
    hands.carry_out()
    life.assess(story, batch)
    life.complete(story, batch)
    story.stage.wait(days=1)
    life.review(story, batch)
    life.dispose(story, batch)
    return story.stage.session


@pytest.mark.requirement("G-188a")
@pytest.mark.requirement("G-188b11")
def test_the_yoghurt_master_runs_from_its_file_to_release(yoghurt):
    twists = yoghurt_twists() | {("9/1", "expiry"): in_three_weeks}

    session = make(yoghurt, "YG-0001", twists)

    batch = session.scalars(select(Batch)).one()
    assert batch.state is BatchState.RELEASED
    decided = session.execute(select(Disposition.market, Disposition.decision)).all()
    assert {(row.market, row.decision) for row in decided} <= {
        ("US", Decision.RELEASED),
        ("EU", Decision.CERTIFIED),
    }
    lot = session.scalars(select(MaterialLot).where(MaterialLot.number == batch.output_lot)).one()
    assert (lot.state, lot.quantity) == (LotState.RELEASED, Decimal(3960))
    assert record_check(yoghurt.stage.service)(session, batch.stream) == ()


@pytest.mark.requirement("P11-10f-2")
def test_the_heat_treatment_not_chosen_is_ruled_out_with_the_choice_that_decided(yoghurt):
    twists = yoghurt_twists() | {("9/1", "expiry"): in_three_weeks, ("7a/1", "programme"): says("hold_85")}
    life.issue(yoghurt, "YG-0001", yoghurt.stage.now)
    hands = yoghurt.hands("YG-0001", 311)
    hands.twists = twists
    hands.stops_before = "8/1"

    hands.carry_out()

    session = yoghurt.stage.session
    runs = {run.part: run for run in session.scalars(select(StepRun))}
    ruled_out = {part for part, run in runs.items() if run.state is StepState.NOT_APPLICABLE}
    assert ruled_out == {"7d/1", "7e/1", "7f/1", "7g/1", "7h/1"}
    assert runs["7d/1"].basis["data"] == {"programme": "85.0"}


@pytest.mark.requirement("G-103")
@pytest.mark.requirement("G-125")
@pytest.mark.requirement("G-134")
def test_the_tablet_master_runs_from_its_file_to_release(tablets):
    session = make(
        tablets, "TB-0001", {("2.9/2", "result"): says("1.92"), ("2.10b/2.1", "result"): says("1.71")}
    )

    assert session.scalars(select(Batch)).one().state is BatchState.RELEASED
    values = {
        (row.part, row.field): row.value
        for row in session.execute(select(Entry.part, Entry.field, Entry.value))
    }
    assert values["1.3/1", "required"] == "251.507"
    assert values["1.5/1", "required"] == "8.493"
    assert values["2.10b/2.1", "result"] == "1.71"
    assert values["4.6a/1", "unexplained"] == "0"
    loops = {run.part: run.state for run in session.scalars(select(StepRun).where(StepRun.step == "2.10a"))}
    assert loops == {"2.10a/1.1": StepState.NOT_APPLICABLE, "2.10a/2.1": StepState.DONE}
    kinds = session.scalars(select(BatchException.exception_type)).all()
    assert list(kinds) == [ExceptionType.VALUE]
    assert record_check(tablets.stage.service)(session, "batch/TB-0001") == ()


def test_every_signature_of_the_tablet_batch_has_its_event_and_none_is_void(tablets):
    life.issue(tablets, "TB-0001", tablets.stage.now)
    hands = tablets.hands("TB-0001", 5)
    hands.stops_before = "2.3/1"

    hands.carry_out()

    session = tablets.stage.session
    signed = session.scalar(
        select(func.count()).select_from(Signature).where(Signature.stream == "batch/TB-0001")
    )
    told = session.scalar(
        select(func.count())
        .select_from(audit_event)
        .where(audit_event.c.action == "sig.apply", audit_event.c.stream == "batch/TB-0001")
    )
    assert signed == told
    assert told > 20
