"""The order of a printed record: sub-lot by sub-lot, pass by pass, every occurrence once."""

from collections import Counter

import pytest

from app.export.batch_print import steps
from app.export.steps import LINES_PER_SECTION, operations
from tests.synthetic_record import synthetic_record

RECORD = synthetic_record(6)


def printed():
    return [
        one.row["part"]
        for part in operations(RECORD)
        for piece in part.phases
        for block in piece.blocks
        for one in block.carried
    ]


@pytest.mark.requirement("P11-10b-1")
def test_every_occurrence_is_printed_exactly_once():
    stored = [row["part"] for step in steps(RECORD) for row in step["occurrences"]]

    assert Counter(printed()) == Counter(stored)


def test_first_sub_lot_is_printed_before_the_second():
    order = [part for part in printed() if part.startswith(("2.2/", "2.9/"))]

    assert order == ["2.2/1", "2.9/1", "2.2/2", "2.9/2"]


def test_phase_of_one_step_keeps_its_passes_together():
    order = [part for part in printed() if part.startswith("2.8b/1.")]

    assert order == [f"2.8b/1.{number}" for number in range(1, 7)]


def test_every_value_stands_in_a_table_or_in_a_line():
    found = Counter()
    for part in operations(RECORD):
        for piece in part.phases:
            for block in piece.blocks:
                for one in block.carried:
                    cells = [cell for grid in one.grids for line in grid.rows for cell in line]
                    named = {(one.row["part"], value["name"]) for value in (*one.values, *cells)}
                    found.update(named)

    stored = {
        (row["part"], value["name"])
        for step in steps(RECORD)
        for row in step["occurrences"]
        for value in row["values"]
    }
    assert set(found) == stored


@pytest.mark.requirement("A11-8.1/8.2")
def test_changed_sample_stands_in_its_table_and_with_its_whole_history():
    for part in operations(RECORD):
        for piece in part.phases:
            for block in piece.blocks:
                for one in block.carried:
                    changed = {
                        cell["name"]
                        for grid in one.grids
                        for line in grid.rows
                        for cell in line
                        if cell["is_changed"]
                    }
                    assert changed <= {value["name"] for value in one.values}


def test_long_operation_is_divided_and_only_its_first_part_is_numbered_1():
    record = synthetic_record(40)

    parts = [part for part in operations(record) if part.operation["id"] == "3C"]

    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) > 1
    lines = [sum(block.lines for piece in part.phases for block in piece.blocks) for part in parts]
    largest_step = max(block.lines for part in parts for piece in part.phases for block in piece.blocks)
    assert max(lines) <= max(LINES_PER_SECTION, largest_step)


def test_step_that_was_not_reached_is_printed_too():
    record = synthetic_record(1)
    for step in steps(record):
        step["occurrences"] = []

    blocks = [
        block
        for part in operations(record)
        for piece in part.phases
        for block in piece.blocks
        if not block.carried
    ]

    assert {block.step["number"] for block in blocks} == {step["number"] for step in steps(record)}
