"""The audit trail searched on both engines: the reason by the database's own JSON, records by number."""

import pytest
from sqlalchemy import select

from app.trail.search import Wanted, raw_event, search, streams_of
from audit.models import audit_event
from tests.factories import BATCH

pytest_plugins = ("tests.stages",)
STREAM = f"batch/{BATCH}"


@pytest.fixture
def corrected(executed):
    executed.correct("1.3/1", "weight", "10.020")
    return executed


def _search(plant, **wanted):
    with plant.read() as session:
        return search(session, Wanted(**wanted), {"a.reyes": "A. Reyes"})


@pytest.mark.requirement("P11-10e-4")
def test_reason_is_looked_into_alone_and_in_any_case(corrected):
    found = _search(corrected, why="MISREAD the", record=BATCH)
    elsewhere = _search(corrected, why="10.020")

    assert {event.reason for event in found.events} == {"Misread the display."}
    assert elsewhere.events == []


@pytest.mark.parametrize("words", ["%", "_isread", "misread%display"])
def test_words_are_looked_for_as_they_are_and_no_sign_stands_for_any_text(corrected, words):
    assert (_search(corrected, why=words).events, _search(corrected, text=f"Mi{words}").events) == ([], [])


def test_corrected_value_stands_beside_the_old_one_and_an_exception_by_its_number(corrected):
    value = _search(corrected, action="step.entry.correct", record=STREAM).events[0]
    raised = _search(corrected, action="exception.open").events[0]

    assert [(one.before, one.after) for one in value.changes if one.label == "value"] == [
        ("10.002", "10.020")
    ]
    assert raised.subject == f"batch {BATCH}, step 1.3, exception E-1"


def test_number_alone_finds_every_record_of_that_number_and_its_refused_attempts():
    found = streams_of("BU-0001")

    assert {"batch/BU-0001", "lot/BU-0001", "denied/batch/BU-0001"} < set(found)
    assert streams_of("batch/BU-0001") == ["batch/BU-0001", "denied/batch/BU-0001"]


def test_event_knows_its_predecessor_and_the_length_of_its_chain(corrected):
    with corrected.read() as session:
        first, second = raw_event(session, STREAM, 1), raw_event(session, STREAM, 2)
        count = len(session.scalars(select(audit_event.c.id).where(audit_event.c.stream == STREAM)).all())
        beyond = raw_event(session, STREAM, count + 1)

    assert (first.previous_hash, second.previous_hash) == (None, first.event_hash)
    assert (first.head_seq, beyond) == (count, None)
