"""The clause table joins docs/clauses.csv with the tests; no row of the first release is passed over."""

import pytest

from tests.documents import clauses

ROWS = clauses.clauses()


def test_table_is_whole():
    assert list(clauses.faults(ROWS)) == []


@pytest.mark.requirement("D11-6")
def test_every_mark_of_a_test_names_a_row_of_the_table():
    assert clauses.strangers(ROWS) == []


@pytest.mark.requirement("D11-6")
def test_every_row_of_the_first_release_is_shown_by_a_test_or_says_what_is_missing():
    silent = [f"{row.row} {row.subject}" for row in ROWS if row.is_named and row.status == "no test"]

    assert silent == [], "give these rows a test, or say in docs/clauses.csv what is missing"


@pytest.mark.parametrize("name", clauses.NAMED)
def test_every_row_named_for_the_first_release_stands_in_the_table(name):
    assert [row.row for row in ROWS if row.is_named and row.row.startswith(name)] != []


def _row(not_yet, *tests, feature="feature"):
    return clauses.Clause("X-1", "clause", "subject", feature, "", "", not_yet, tests)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (_row("", "tests/unit/test_a.py::test_b"), "tested"),
        (_row("Half of it.", "tests/unit/test_a.py::test_b"), "partly"),
        (_row("All of it."), "not yet"),
        (_row("procedure"), "procedure"),
        (_row("", feature="See P11-70-2."), "see"),
        (_row(""), "no test"),
    ],
)
def test_status_follows_from_the_tests_and_from_what_is_missing(row, status):
    assert row.status == status
