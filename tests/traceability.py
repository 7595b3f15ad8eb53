"""Which test is evidence for which row of the requirements table: from `requirement` marks to a CSV file."""

import csv
import io
from collections.abc import Iterable

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    path = session.config.getoption("--write-traceability")
    if path is not None:
        path.write_text(traceability(session.items), encoding="utf-8", newline="")


def traceability(items: Iterable[pytest.Item]) -> str:
    """One line for each row and test, sorted; the cases of one test are one test."""
    rows = {
        (row, item.nodeid.partition("[")[0])
        for item in items
        for mark in item.iter_markers("requirement")
        for row in mark.args
    }
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("row", "test"))
    writer.writerows(sorted(rows))
    return text.getvalue()
