"""The record as one whole: everything stored is in it once, nothing earlier is hidden, all of it JSON."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from audit.canonical import check_profile
from audit.models import audit_event
from records.batch.models import ControlRecipe
from records.errors import RecordNotFoundError
from records.execution.models import Entry, StepRun
from records.personnel.states import Role
from signatures.models import Signature
from tests.factories import BATCH, BRANDT, person
from workflows.batch import commands
from workflows.perform import RefusedError, record_denied
from workflows.review.batch_record import FORMAT, batch_record

pytest_plugins = ("tests.stages",)
ROW = {"id", "rev", "stream", "step", "started_by_name", "performed_by_name"}
"""Columns of every row, which the document describes as such."""


def record_of(plant, number=BATCH):
    with plant.read() as session:
        return batch_record(session, number)


def steps(record):
    return [
        step
        for unit_procedure in record["unit_procedures"]
        for operation in unit_procedure["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    ]


def occurrence(record, part):
    return next(one for step in steps(record) for one in step["occurrences"] if one["part"] == part)


def value(record, part, name):
    return next(one for one in occurrence(record, part)["values"] if one["name"] == name)


@pytest.fixture
def corrected(under_review):
    """A batch whose weight was corrected after it was signed, and signed again."""
    under_review.do(BRANDT, commands.return_batch, BATCH, reason="10.002 or 10.020?")
    under_review.correct("1.3/1", "weight", "10.020")
    return under_review


@pytest.mark.requirement("P11-10b-1")
def test_record_is_json_of_the_ledgers_profile(reviewed):
    record = record_of(reviewed)

    check_profile(record)

    assert record["format"] == FORMAT
    assert json.loads(json.dumps(record)) == record


@pytest.mark.requirement("P11-10b-1")
def test_every_part_of_the_record_is_documented(reviewed):
    document = Path("docs/electronic-copy.md").read_text(encoding="utf-8")
    record = record_of(reviewed)

    documented = set(re.findall(r"`([a-z_]+)`", document))

    assert set(record) - documented == set()
    assert set(record["counts"]) - documented == set()
    assert set(occurrence(record, "1.3/1")) - documented - ROW == set()


@pytest.mark.requirement("P11-10b-1")
def test_every_stored_row_is_in_the_record_once(reviewed):
    record = record_of(reviewed)

    with reviewed.read() as session:
        of_batch = f"batch/{BATCH}"
        stored = Counter(
            {
                model.__name__: session.scalar(
                    select(func.count()).select_from(model).where(model.stream == of_batch)
                )
                for model in (Entry, StepRun, Signature)
            }
        )
        stored["events"] = session.scalar(
            select(func.count()).select_from(audit_event).where(audit_event.c.stream == of_batch)
        )
    occurrences = [one for step in steps(record) for one in step["occurrences"]]
    entries = [row for one in occurrences for given in one["values"] for row in given["entries"]]
    assert stored == Counter(
        {
            "Entry": len({row["id"] for row in entries}),
            "StepRun": len(occurrences),
            "Signature": len(record["signatures"]),
            "events": len(record["trail"]),
        }
    )
    assert record["counts"]["entries"] == len(entries) == stored["Entry"]


@pytest.mark.requirement("P11-10e-3", "A11-8.1/8.2")
def test_superseded_value_stands_before_the_one_that_counts_with_who_when_and_why(corrected):
    weight = value(record_of(corrected), "1.3/1", "weight")

    assert [
        (row["value"], row["entered_by_name"], row["reason"], row["is_current"]) for row in weight["entries"]
    ] == [
        ("10.002", "A. Reyes", None, False),
        ("10.020", "A. Reyes", "Misread the display.", True),
    ]
    assert (weight["is_changed"], weight["current"]["value"]) == (True, "10.020")


@pytest.mark.requirement("A11-8.1/8.2")
def test_changed_values_are_listed_and_counted(corrected):
    record = record_of(corrected)

    assert record["changes"] == [
        {
            "part": "1.3/1",
            "name": "weight",
            "label": "Weight",
            "unit": "kg",
            "first": "10.002",
            "now": "10.020",
            "times": 1,
            "reason": "Misread the display.",
        }
    ]
    assert record["counts"]["values_changed"] == 1


@pytest.mark.requirement("P11-50b", "P11-70-2")
def test_lapsed_signature_stays_readable_with_its_line_and_what_voided_it(corrected):
    signed = occurrence(record_of(corrected), "1.3/1")["signatures"]

    assert [(one["line"].split(",")[0], one["void"]["cause"]) for one in signed] == [
        ("A. Reyes", "The content of 1.3/1 changed."),
        ("M. Lindqvist", "The content of 1.3/1 changed."),
    ]


@pytest.mark.requirement("P11-50a1", "P11-50a2", "P11-50a3")
def test_signature_line_holds_name_time_with_zone_and_meaning(reviewed):
    lines = [one["line"] for one in record_of(reviewed)["signatures"]]

    assert lines[0] == (
        "T. Novak, 2026-11-02 07:10:00 Europe/Dublin (UTC+0000), "
        "Issued: I checked this batch record against the approved master and issue it."
    )


@pytest.mark.requirement("G-188a")
def test_control_recipe_is_shown_to_reproduce_its_master(reviewed):
    record = record_of(reviewed)

    recipe = record["control_recipe"]
    assert recipe["is_reproduction"] is True
    assert recipe["digest"] == recipe["digest_now"] == record["master"]["digest"]
    assert [one["meaning"] for one in record["master"]["signatures"]] == ["authored", "checked", "approved"]


@pytest.mark.requirement("G-188b11")
def test_everybody_who_took_part_is_named_with_what_they_did(reviewed):
    people = {one["number"]: one["parts"] for one in record_of(reviewed)["people"]}

    assert people["a.reyes"] == ["entered", "performed", "signed performed"]
    assert people["m.lindqvist"] == ["answered", "signed verified"]
    assert people["h.brandt"] == [
        "entered",
        "signed approved",
        "signed reviewed",
        "signed trail reviewed",
    ]


@pytest.mark.requirement("P11-10e-1")
def test_trail_tells_each_event_in_plain_words_with_old_and_new_values(corrected):
    event = next(one for one in record_of(corrected)["trail"] if one["action"] == "step.entry.correct")

    told = {change["p"]: change["n"] for change in event["changed"]}
    assert (event["sentence"], event["part"], event["actor"]) == ("Value corrected", "1.3/1", "a.reyes")
    assert (told["/value"], told["/reason"]) == ("10.020", "Misread the display.")
    assert event["reason"] == {"code": "other", "text": "Misread the display."}


@pytest.mark.requirement("P11-10f-1")
def test_refused_attempts_on_the_record_are_part_of_it(reviewed):
    stranger = person("x.stranger", "X. Stranger", Role.OPERATOR)
    with pytest.raises(RefusedError) as caught:
        reviewed.release(actor=stranger)
    with reviewed.act(stranger) as work:
        record_denied(work, caught.value)

    (denied,) = record_of(reviewed)["denied"]

    assert (denied["act"], denied["person"]) == ("batch.release", "x.stranger")
    assert denied["reasons"].splitlines() == caught.value.reasons


@pytest.mark.requirement("G-188b3", "G-188b7")
def test_materials_yields_and_dispositions_are_part_of_the_record(reviewed):
    reviewed.release()
    record = record_of(reviewed)

    edges = {(edge["edge"], edge["target"]) for edge in record["materials"]["edges"]}
    assert edges == {("consumes", "lot/26-001"), ("produces", "lot/BU-0001")}
    assert [lot["number"] for lot in record["materials"]["lots"]] == ["26-001", "BU-0001"]
    assert [(one["label"], one["value"]) for one in record["yields"]] == [
        ("Actual yield", "9.900"),
        ("Theoretical yield", "10.000"),
        ("Yield", "99.0"),
    ]
    (decided,) = record["dispositions"]
    assert (decided["market"], decided["signature"]["meaning"]) == ("US", "released")


@pytest.mark.requirement("P11-10c-2")
def test_steps_are_shown_as_they_were_when_they_were_carried_out(reviewed):
    with reviewed.read() as session:
        frozen = json.loads(session.scalars(select(ControlRecipe.content)).one())
    shown = steps(record_of(reviewed))

    texts = [step["text"] for step in steps(frozen)]
    assert [step["text"] for step in shown] == texts
    assert [step["sign"] for step in shown] == ["P+V", "P", "P+V", "IPC", "V", "QA"]


def test_step_not_started_has_no_occurrence(issued):
    assert [step["occurrences"] for step in steps(record_of(issued))] == [[]] * 6


def test_record_of_no_batch_is_not_found(issued):
    with pytest.raises(RecordNotFoundError):
        record_of(issued, "BU-9999")


def test_remarks_hang_at_their_step_and_in_the_list_of_the_record(executed):
    executed.remark("The lamp flickered.")

    record = record_of(executed)

    assert [(one["text"], one["made_by"]) for one in record["remarks"]] == [
        ("The lamp flickered.", "a.reyes")
    ]
    assert ("remark", "The lamp flickered.") in {
        (item["kind"], item["text"]) for item in record["assurance"]["uncovered"]
    }
