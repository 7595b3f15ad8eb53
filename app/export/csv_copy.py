"""A record as CSV tables in one zip file, with a manifest; safe to open in a spreadsheet.

A cell that a spreadsheet would run as a formula begins with an apostrophe here; a reader takes one leading
apostrophe away from every cell that has one. Cells with structure hold JSON.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from app.export.batch_print import steps
from app.export.copy import Copy

FORMAT = "countersign-csv/1"
Json = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", *"\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for a formula's beginning, also full-width, and the apostrophe itself."""
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)
_MADE = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip, so that the same record gives the same bytes."""


def csv_copy(copy: Copy) -> bytes:
    """Return the zip: one CSV file for each table, and `manifest.json` with rows and SHA-256 of each."""
    files = {name: table(rows) for name, rows in TABLES[copy.kind](copy.record)}
    manifest = {
        "format": FORMAT,
        "record": copy.name,
        "record_sha256": copy.sha256,
        "head": {"seq": copy.head.seq, "hash": copy.head.hash},
        "files": [
            {"name": name, "rows": count, "sha256": sha256(data).hexdigest()}
            for name, (data, count) in files.items()
        ],
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "manifest.json", json.dumps(manifest, indent=2).encode())
        for name, (data, _count) in files.items():
            _put(archive, name, data)
    return target.getvalue()


def table(rows: Iterable[Json]) -> tuple[bytes, int]:
    """Return rows as CSV (UTF-8 with mark, CRLF, every cell quoted) and how many there are."""
    kept = list(rows)
    columns = list(dict.fromkeys(column for row in kept for column in row))
    target = io.StringIO(newline="")
    writer = csv.writer(target, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(safe, columns))
    writer.writerows([safe(as_text(row.get(column))) for column in columns] for row in kept)
    return target.getvalue().encode("utf-8-sig"), len(kept)


def safe(text: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe goes before what it would take for a formula."""
    if text.startswith(_FORMULA) and not _PLAIN_NUMBER.match(text):
        return f"'{text}"
    return text


def as_text(value: object) -> str:
    """Return a value as its cell: nothing for null, words for flags, JSON for what has structure."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(value)


def _batch_tables(record: Json) -> Iterator[tuple[str, Iterable[Json]]]:
    yield "batch.csv", [record["batch"]]
    yield "steps.csv", _occurrences(record)
    yield "entries.csv", _entries(record)
    yield "changes.csv", record["changes"]
    yield "exceptions.csv", record["exceptions"]
    yield "signatures.csv", record["signatures"]
    yield "dispositions.csv", record["dispositions"]
    yield "equipment.csv", (use for asset in record["equipment"] for use in asset["uses"])
    for name in ("containers", "lots", "movements", "edges"):
        yield f"materials_{name}.csv", record["materials"][name]
    for name in (
        "yields",
        "time_limits",
        "verifications",
        "scan_attempts",
        "labels",
        "remarks",
        "attachments",
    ):
        yield f"{name}.csv", record[name]
    yield "investigations.csv", record["investigations"]
    yield "later_findings.csv", record["later_findings"]
    yield "people.csv", record["people"]
    yield "training.csv", _training(record)
    yield "trail.csv", record["trail"]
    yield "denied.csv", record["denied"]


def _master_tables(record: Json) -> Iterator[tuple[str, Iterable[Json]]]:
    definition = record["definition"]
    yield "version.csv", [record["version"]]
    yield "formula.csv", definition.get("formula", ())
    yield (
        "specifications.csv",
        (
            {"specification": one["code"], "version": one["version"], **test}
            for one in definition.get("specifications", ())
            for test in one["tests"]
        ),
    )
    yield (
        "steps.csv",
        ({name: value for name, value in step.items() if name != "fields"} for step in steps(record)),
    )
    yield (
        "fields.csv",
        ({"step": step["number"], **one} for step in steps(record) for one in step.get("fields", ())),
    )
    yield "signatures.csv", record["signatures"]
    yield "trail.csv", record["trail"]
    yield "denied.csv", record["denied"]


TABLES: Mapping[str, Callable[[Json], Iterator[tuple[str, Iterable[Json]]]]] = {
    "batch": _batch_tables,
    "master": _master_tables,
}
_ELSEWHERE = frozenset(
    {"values", "equipment_uses", "attachments", "scan_attempts", "verifications", "time_limits"}
    | {"containers", "labels", "remarks", "signatures"}
)
"""What of an occurrence has a table of its own."""


def _occurrences(record: Json) -> Iterator[Json]:
    for step in steps(record):
        for row in step["occurrences"]:
            told = {name: value for name, value in row.items() if name not in _ELSEWHERE}
            yield {"step_title": step["title"], "step_type": step["type"], "sign": step["sign"], **told}


def _entries(record: Json) -> Iterator[Json]:
    for step in steps(record):
        for row in step["occurrences"]:
            for value in row["values"]:
                for entry in value["entries"]:
                    yield {"step_title": step["title"], "label": value["label"], **entry}


def _training(record: Json) -> Iterator[Json]:
    for person in record["people"]:
        for state in person["training"]:
            for need in state["needs"]:
                told = {f"training_{name}": value for name, value in (need["training"] or {}).items()}
                head = {name: person[name] for name in ("number", "printed_name")}
                seen = {name: state[name] for name in ("seen_at", "master", "digest")}
                asked = {name: need[name] for name in ("kind", "subject", "version", "is_met", "why")}
                yield {**head, **seen, **asked, **told}


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
