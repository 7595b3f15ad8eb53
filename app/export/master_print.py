"""The print of a master version: 21 CFR 211.186(b)(1)-(9), its steps, its approvals, its trail. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.export.batch_print import portions
from app.export.copy import Copy
from app.export.covers import copy_shows
from app.export.sentences import Telling
from app.export.sheets import Print, Sheet
from app.export.words import plain

EVENTS_PER_SECTION = 220


def master_print(copy: Copy, _pictures: Mapping[str, str]) -> Print:
    """Return the print of a master version."""
    header = copy.record["definition"]["header"]
    site = copy.record["site"]
    plant = site["title"] if site else header["site"]
    return Print(
        name=f"Master record {copy.number}",
        title=f"Master record {copy.number}",
        heading=f"Master record {copy.number} · {header['title']} · {plant}",
        data_name=copy.data_name,
        cover=Sheet(title="Cover", template="master_cover.html", shows=copy_shows(copy)),
        sheets=list(_sheets(copy)),
        is_demo=bool(site and site["holds_demo_data"]),
    )


def _sheets(copy: Copy) -> Iterator[Sheet]:
    record = copy.record
    title = "1 What is made, and of what"
    yield Sheet(
        title=title, template="recipe.html", shows={"title": title, "definition": record["definition"]}
    )
    operations = [
        (unit_procedure, operation)
        for unit_procedure in record["unit_procedures"]
        for operation in unit_procedure["operations"]
    ]
    for number, (unit_procedure, operation) in enumerate(operations):
        yield Sheet(
            title=f"{operation['id']} {operation['title']}",
            template="master_operation.html",
            shows={"unit_procedure": unit_procedure, "operation": operation},
            group="" if number else "2 Instructions",
            level=1,
        )
    title = "3 Calculations and their test cases"
    yield Sheet(title=title, template="master_cases.html", shows={"title": title, "record": record})
    title = "4 Electronic signatures"
    shows: dict[str, Any] = {"title": title, "number": 1, "rows": record["signatures"]}
    yield Sheet(title=title, template="signatures.html", shows=shows)
    title = "5 Audit trail"
    telling = Telling({}, {one["signer"]: one["printed_name"] for one in record["signatures"]}, copy.zone)
    for number, events in portions(record["trail"], EVENTS_PER_SECTION):
        rows = [(event, telling.part(event), telling.words(event)) for event in events]
        shows = {"title": title, "number": number, "rows": rows}
        yield Sheet(title=title, template="trail.html", shows=shows, bookmark=number == 1)
    title = "6 Marks and definitions"
    closing = f"{len(operations)} operations. State of the version: {plain(record['version']['state'])}."
    shows = {"title": title, "zone": copy.zone, "file_name": copy.data_name, "closing": closing}
    shows |= {"kind": "master record", "name": copy.number}
    yield Sheet(title=title, template="definitions.html", shows=shows)
