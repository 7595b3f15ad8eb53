"""A person is named in a step only while their qualifications for it are valid (21 CFR 211.25)."""

from datetime import date

import pytest
from sqlalchemy import select

from app.demo import life
from app.demo.obligations import record_training
from app.demo.readings import Asked
from app.demo.values import INJECTION
from records.execution.models import BatchException, Entry, ScanAttempt
from records.execution.states import ExceptionType
from records.training.subjects import SubjectKind
from tests.workflows.stages import story_of
from workflows.training.facts import NewSheet, NewTraining

BATCH, PART = "FB-0001", "2/1"


@pytest.fixture
def hands(tmp_path, sqlite_url):
    """A batch whose step 2 asks for the persons who enter the Grade B room."""
    with story_of(tmp_path, sqlite_url, "mbr-0107.yaml") as story:
        story.script = INJECTION
        life.issue(story, BATCH, story.stage.now)
        people = story.hands(BATCH, 7)
        people.stops_before = PART
        people.carry_out()
        yield people


def scan(hands, code, name="person.1"):
    execution = hands._execution(PART)
    field = execution.owner.outline.step("2").field("person")
    hands.stage.session.rollback()
    hands.scan(Asked(PART, field, name), code)


def told(hands):
    session = hands.stage.session
    entries = session.scalars(select(Entry).where(Entry.part == PART).order_by(Entry.id)).all()
    attempts = session.scalars(select(ScanAttempt.reason).order_by(ScanAttempt.id)).all()
    return {entry.field: entry for entry in entries}, list(attempts)


@pytest.mark.requirement("G-25")
def test_a_qualified_person_is_named_with_the_training_it_rests_on(hands):
    scan(hands, "PER:P-0002")

    entries, attempts = told(hands)
    assert entries["person.1"].value == "P-0002"
    named = entries["person.1"].limits
    assert (named["person"], named["name"]) == ("P-0002", "A. Reyes")
    assert [(one["subject"], bool(one["sheet"])) for one in named["qualifications"]] == [
        ("GOWNING-B", True),
        ("MEDIA-FILL", True),
    ]
    assert attempts == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "PER:P-0012",
            " ".join(
                f"C. Dubois (P-0012) is not qualified: {name} (no training is on record)."
                for name in ("GOWNING-B", "MEDIA-FILL")
            ),
        ),
        ("PER:P-9999", "There is no person P-9999. Scan the card of somebody registered here."),
        ("LOT:26-110", "LOT:26-110 is the code of a lot; Scan the person's card asks for a person."),
    ],
)
def test_a_person_not_qualified_or_not_registered_is_refused_and_the_attempt_kept(hands, code, said):
    scan(hands, code)

    entries, attempts = told(hands)
    assert (entries, attempts) == ({}, [said])
    (opened,) = hands.stage.session.scalars(select(BatchException)).all()
    assert opened.exception_type is ExceptionType.IDENTITY


def qualified(subject, until=None):
    return NewTraining(
        person="P-0012",
        subject_kind=SubjectKind.QUALIFICATION,
        subject=subject,
        version=None,
        trained_from=date(2025, 9, 1),
        valid_until=until,
        trainer="L. Weber",
        evidence="Record 12",
    )


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([qualified("GOWNING-B")], "no training is on record"),
        (
            [qualified("GOWNING-B"), qualified("MEDIA-FILL", date(2026, 9, 1))],
            "the training ended on 2026-09-01",
        ),
    ],
)
def test_gowning_is_no_media_fill_and_a_media_fill_that_ended_is_none(hands, lines, why):
    record_training(hands.stage, "h.brandt", NewSheet(lines=tuple(lines)))

    scan(hands, "PER:P-0012")

    assert told(hands)[1] == [f"C. Dubois (P-0012) is not qualified: MEDIA-FILL ({why})."]


def test_nobody_is_named_twice(hands):
    scan(hands, "PER:P-0002")
    scan(hands, "PER:P-0002", "person.2")

    assert told(hands)[1] == ["A. Reyes (P-0002) was named here already."]
