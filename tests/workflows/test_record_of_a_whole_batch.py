"""What 211.188(b) asks of a batch record, read from one that was made from its first step to its last."""

from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import chain

import pytest

from app.demo import life
from tests.workflows.stages import story_of
from workflows.review.batch_record import batch_record

BATCH = "TB-0001"


@pytest.fixture(scope="module")
def made(tmp_path_factory, sqlite_databases):
    """A tablet batch whose production is complete: its story, and its record."""
    with (
        sqlite_databases.migrated() as url,
        story_of(tmp_path_factory.mktemp("made"), url, "mbr-0042.yaml") as story,
    ):
        life.issue(story, BATCH, story.stage.now)
        story.hands(BATCH, 188).carry_out()
        life.complete(story, BATCH)
        yield story, batch_record(story.stage.session, BATCH)


@pytest.fixture
def record(made):
    return made[1]


def steps_of(record):
    """Every step of the record, in its order."""
    for unit in record["unit_procedures"]:
        for operation in unit["operations"]:
            yield from chain.from_iterable(phase["steps"] for phase in operation["phases"])


def values_of(record, number, occurrence="1"):
    step = next(step for step in steps_of(record) if step["number"] == number)
    found = next(one for one in step["occurrences"] if one["occurrence"] == occurrence)
    return {value["name"]: value["entries"][-1] for value in found["values"]}


def moment(text):
    return datetime.fromisoformat(text)


@pytest.mark.requirement("G-188b4")
@pytest.mark.parametrize("portion", ["1", "2"])
def test_weighing_keeps_tare_gross_and_net_with_unit_source_and_balance(record, portion):
    values = values_of(record, "1.3")
    tare, gross, net = (values[f"{name}.{portion}"] for name in ("tare", "gross", "net"))

    assert [one["unit"] for one in (tare, gross)] == ["kg", "kg"]
    assert [one["device"] for one in (tare, gross)] == ["BAL-014", "BAL-014"]
    assert [one["source"] for one in (tare, gross, net)] == ["manual", "manual", "calculation"]
    assert Decimal(net["value"]) == Decimal(gross["value"]) - Decimal(tare["value"])


@pytest.mark.requirement("G-188b2", "G-188b4")
def test_balance_of_a_weighing_is_the_asset_whose_state_was_frozen(record):
    step = next(step for step in steps_of(record) if step["number"] == "1.3")

    uses = step["occurrences"][0]["equipment_uses"]

    assert [(use["tag"], use["asset"], use["verdict"], use["digest_holds"]) for use in uses] == [
        ("BAL-014", "A-0001", "allow", True)
    ]


@pytest.mark.requirement("G-188b8")
def test_photos_of_the_printed_labels_are_kept_by_digest_and_read_back(made):
    story, record = made
    photos = [one for one in record["attachments"] if one["part"] == "4.3a/1"]

    kept = [sha256(story.files.read(one["sha256"])).hexdigest() for one in photos]

    assert (len(photos), kept) == (2, [one["sha256"] for one in photos])


@pytest.mark.requirement("G-188b8")
def test_specimens_of_every_label_stand_in_the_record(record):
    specimens = record["definition"]["master_record"]["label_specimens"]

    assert [(one["code"], one["version"]) for one in specimens] == [
        ("CRT-0042", "3"),
        ("LFT-0042", "5"),
        ("CSE-0042", "2"),
    ]


@pytest.mark.requirement("G-188b9")
def test_containers_and_closures_are_described(record):
    described = record["definition"]["master_record"]["containers_closures"]

    assert [one["code"] for one in described if one["name"] and one["description"]] == [
        "MAT-PVC",
        "MAT-FOIL",
        "MAT-CART",
        "MAT-LEAF",
        "MAT-CASE",
    ]


@pytest.mark.requirement("G-188b10")
@pytest.mark.parametrize(
    ("number", "occurrence", "count", "destination"),
    [
        ("2.4a", "1", 10, "IPC laboratory"),
        ("2.4a", "2", 10, "IPC laboratory"),
        ("5.1a", "1", 3, "QC laboratory"),
    ],
)
def test_each_sample_has_its_own_identity_person_time_and_destination(
    record, number, occurrence, count, destination
):
    step = next(step for step in steps_of(record) if step["number"] == number)
    taken = values_of(record, number, occurrence)
    samples = [taken[f"sample.{one}"] for one in range(1, count + 1)]

    assert len({one["value"] for one in samples}) == count
    assert {one["entered_by_name"] for one in samples} == {"P. Sharma"}
    assert all(moment(one["entered_at"]).tzinfo for one in samples)
    assert {"name": "destination", "value": destination} in step["settings"]


@pytest.mark.requirement("G-134", "G-188b13")
def test_examination_of_packaged_product_is_recorded_with_its_limits_before_the_review(record):
    results = values_of(record, "4.9")

    assert set(results) == {"examined", "wrong_text", "wrong_content", "unsealed"}
    assert {one["judged"] for one in results.values()} == {"in_limits"}
    assert results["wrong_text"]["limits"]["action"]["maximum"] == "0"
    assert max(moment(one["entered_at"]) for one in results.values()) < moment(
        record["batch"]["completed_at"]
    )


@pytest.mark.requirement("G-110c")
def test_compression_begins_after_the_quality_unit_approved_its_start_up(record):
    approved = [
        moment(one["signed_at"])
        for one in record["signatures"]
        if (one["part"], one["meaning"], one["printed_name"]) == ("3.2/1", "approved", "E. Haddad")
    ]
    started = next(step for step in steps_of(record) if step["number"] == "3.3a")["occurrences"][0][
        "started_at"
    ]

    assert [one < moment(started) for one in approved] == [True]


@pytest.mark.requirement("G-188b6")
def test_packaging_area_is_inspected_before_and_after_by_two_persons_each(record):
    signed = {
        part: [one["printed_name"] for one in record["signatures"] if one["part"] == part]
        for part in ("4.1/1", "4.8/1")
    }

    assert signed == {
        "4.1/1": ["A. Reyes", "M. Lindqvist"],
        "4.8/1": ["A. Reyes", "M. Lindqvist"],
    }
