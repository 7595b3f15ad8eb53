"""CSV tables of a record: nothing a spreadsheet runs, nothing lost, every file in the manifest."""

import csv
import io
import json
import zipfile
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.export.csv_copy import FORMAT, as_text, csv_copy, safe, table
from tests.copies import copy_of
from tests.synthetic_record import synthetic_record

FORMULAS = (
    "=1+2",
    '=HYPERLINK("http://example.org","click")',
    "+1+2",
    "-1+2",
    "-cmd|' /C calc'!A0",
    "@SUM(A1:A2)",
    "\t=1+2",
    "\r=1+2",
    "\n=1+2",
    "\uff1d1+2",
    "'=1+2",
)


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_back(cell):
    """What docs/inspection-copy.md tells a reader to do."""
    return cell.removeprefix("'")


@pytest.mark.requirement("P11-10b-1")
@pytest.mark.parametrize("text", FORMULAS)
def test_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-0.6", "-12", "12.10", "TB-0771", "a=b", "", "2026-11-22T10:14:01.000000Z"]
)
def test_plain_cell_stays_as_it_is(text):
    assert safe(text) == text


@given(st.text())
def test_every_text_comes_back_by_taking_one_apostrophe_away(text):
    data, count = table([{"text": text, "id": 1}])

    (row,) = rows_of(data)
    assert (count, read_back(row["text"])) == (1, text)


@given(st.text())
def test_no_cell_begins_with_what_starts_a_formula(text):
    cell = safe(text)

    assert cell[:1] not in set("=+@\t\r\n\uff1d\uff0b\uff0d\uff20")
    assert not cell.startswith("-") or cell[1:].replace(".", "", 1).isascii()


def test_structure_flags_and_nothing_are_written_as_documented():
    assert [as_text(value) for value in (None, True, False, {"b": 1, "a": [None]}, "12.10")] == [
        "",
        "true",
        "false",
        '{"a":[null],"b":1}',
        "12.10",
    ]


@pytest.mark.requirement("P11-10b-1")
def test_zip_holds_every_entry_superseded_ones_included():
    copy = copy_of(synthetic_record(2))
    archive = zipfile.ZipFile(io.BytesIO(csv_copy(copy)))

    rows = rows_of(archive.read("entries.csv"))

    assert len(rows) == copy.record["counts"]["entries"]
    assert sum(row["is_current"] == "false" for row in rows) > 0
    assert [row["id"] for row in rows if row["supersedes"]] != []


@pytest.mark.requirement("ATK-18")
def test_manifest_names_the_digest_and_the_rows_of_every_file():
    copy = copy_of(synthetic_record(1))
    archive = zipfile.ZipFile(io.BytesIO(csv_copy(copy)))

    manifest = json.loads(archive.read("manifest.json"))

    assert (manifest["format"], manifest["record"], manifest["record_sha256"]) == (
        FORMAT,
        "batch/TB-0771",
        copy.sha256,
    )
    assert [one["name"] for one in manifest["files"]] == archive.namelist()[1:]
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()[1:]
    }
    assert {one["name"]: one["rows"] for one in manifest["files"]} == {
        name: len(rows_of(archive.read(name))) for name in archive.namelist()[1:]
    }


def test_same_record_gives_the_same_bytes():
    assert csv_copy(copy_of(synthetic_record(1))) == csv_copy(copy_of(synthetic_record(1)))


@pytest.mark.requirement("P11-50b")
def test_signature_rows_carry_the_printed_manifestation():
    copy = copy_of(synthetic_record(1))
    archive = zipfile.ZipFile(io.BytesIO(csv_copy(copy)))

    rows = rows_of(archive.read("signatures.csv"))

    assert [row["line"] for row in rows] == [one["line"] for one in copy.record["signatures"]]
