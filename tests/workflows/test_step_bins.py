"""Containers of intermediates: what is emptied was filled by the same batch (211.101, 211.105)."""

import pytest

from records.execution.models import ScanAttempt
from tests.syrup import SYRUP, SyrupPlant, issue_syrup
from workflows.execution import commands
from workflows.execution.given import Given

pytest_plugins = ("tests.stages", "tests.syrup_stages")
VACUUM = """\
                type: numeric
                title: Vacuum
                text: Read the vacuum. Neither bound belongs to the range.
                fields: [{name: vacuum, label: Vacuum, unit: mbar, decimals: 0, \
limits: {minimum: 100, maximum: 200, \
minimum_inclusive: false, maximum_inclusive: false}}]"""
FILL = """                type: transfer
                title: Fill
                text: Fill two bins.
                settings: {destination: Store, containers: 2, unit: kg, decimals: 1}"""
LOOK = (
    "{name: look, label: Look, "
    "options: [{code: clear, label: Clear}, {code: cloudy, label: Cloudy, flagged: true}]}"
)
EMPTY = "{name: bin, kind: scan, label: Scan the bin, what: container, samples: 2}"


@pytest.fixture
def filling(plant):
    """Fill one bin of two of an intermediate, which a later step empties."""
    syrup = SyrupPlant(plant.engine)
    issue_syrup(syrup, changes=[(VACUUM, FILL), (LOOK, EMPTY)])
    syrup.scan("1.3/1", "container.1", "CNT:BIN-1")
    return syrup


@pytest.mark.requirement("G-101b")
@pytest.mark.requirement("P11-10h-1")
def test_a_bin_that_the_batch_did_not_fill_is_refused_and_stays_on_record(filling):
    outcome = filling.scan("1.4/1", "bin.1", "CNT:BIN-7")

    assert outcome.refused == (f"Container BIN-7 was not filled by {SYRUP}; expected is one of BIN-1.",)
    assert "bin.1" not in filling.values("1.4/1")
    assert [row.raw for row in filling.rows(ScanAttempt)] == ["CNT:BIN-7"]


def test_a_bin_that_the_batch_filled_is_emptied_once(filling):
    filling.scan("1.4/1", "bin.1", "CNT:BIN-1")

    outcome = filling.scan("1.4/1", "bin.2", "CNT:BIN-1")

    assert filling.values("1.4/1")["bin.1"] == "BIN-1"
    assert outcome.refused == (
        "Container BIN-1 was scanned in 1.4/1 already; no container it filled is left to empty.",
    )


def test_a_label_corrected_where_the_bin_was_filled_is_void(filling):
    filling.at_step(commands.correct_value, "1.3/1", "container.1", Given(raw="CNT:BIN-2"), reason="Misread.")

    outcome = filling.scan("1.4/1", "bin.1", "CNT:BIN-1")
    filling.scan("1.4/1", "bin.1", "CNT:BIN-2")

    assert outcome.refused == (f"Container BIN-1 was not filled by {SYRUP}; expected is one of BIN-2.",)
    assert filling.values("1.4/1")["bin.1"] == "BIN-2"


def test_a_bin_of_a_transfer_that_was_left_out_is_void(filling):
    filling.leave_out("1.3/1")

    outcome = filling.scan("1.4/1", "bin.1", "CNT:BIN-1")

    assert outcome.refused == (
        f"Container BIN-1 was not filled by {SYRUP}; no container it filled is left to empty.",
    )
