"""The sections of a batch record's print, in their order: templates with what they show. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.export.copy import Copy
from app.export.covers import copy_shows
from app.export.sentences import Telling
from app.export.sheets import Print, Sheet
from app.export.steps import operations
from app.export.words import DECISIONS, NOTHING, Mark, plain, value_words
from records.execution.facts import KEPT_ENTRY, is_rule

Json = Mapping[str, Any]
EVENTS_PER_SECTION = 220
SIGNATURES_PER_SECTION = 120
_NOT_DECIDED = Mark("NOT YET DECIDED", "warning")
_SEVERITIES = ("critical", "high", "medium", "low", "info")


def batch_print(copy: Copy, pictures: Mapping[str, str]) -> Print:
    """Return the print of a batch record; `pictures` names the thumbnail of each picture's digest."""
    site = copy.record["site"]
    return Print(
        name=f"Batch record {copy.number}",
        title=f"Batch record {copy.number}",
        heading=heading(copy),
        data_name=copy.data_name,
        cover=cover(copy),
        sheets=list(sheets(copy, pictures)),
        is_demo=bool(site and site["holds_demo_data"]),
    )


def cover(copy: Copy) -> Sheet:
    """Return the first page: what the record is, what was decided, what stands out."""
    record = copy.record
    severities = record["counts"]["exceptions_by_severity"]
    told = [f"{severities[name]} {name}" for name in _SEVERITIES if severities.get(name)]
    shows = copy_shows(copy) | {
        "batch": record["batch"],
        "by_severity": ", ".join(told),
        "counts": record["counts"],
        "decisions": [_decision(record, market) for market in record["batch"]["markets"]],
        "produced": _produced(record),
    }
    return Sheet(title="Cover", template="cover.html", shows=shows)


def sheets(copy: Copy, pictures: Mapping[str, str]) -> Iterator[Sheet]:
    """Give every section after the contents; `pictures` names the thumbnail of each picture's digest."""
    record = copy.record
    every = {"record": record}
    kinds = Counter(plain(item["kind"]) for item in record["assurance"]["uncovered"])
    shows = every | {
        "changes": list(_changes(record)),
        "uncovered": ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
    }
    yield Sheet(title="1 What stands out", template="summary.html", shows=shows)
    title = "2 Control recipe"
    yield Sheet(
        title=title, template="recipe.html", shows={"title": title, "definition": record["definition"]}
    )
    exceptions = {row["number"]: row for row in record["exceptions"]}
    told = [row for row in record["exceptions"] if is_rule(row["rule"], KEPT_ENTRY)]
    kept = {row["entry_id"]: row["number"] for row in told}
    for number, part in enumerate(operations(record)):
        yield Sheet(
            title=part.title,
            template="operation.html",
            shows={"part": part, "exceptions": exceptions, "kept": kept, "pictures": pictures},
            group="" if number else "3 Record, step by step",
            level=1,
            bookmark=part.number == 1,
        )
    title = "4 Materials"
    shows = {"title": title, "materials": record["materials"], "components": list(_components(record))}
    yield Sheet(title=title, template="materials.html", shows=shows)
    yield from (
        Sheet(title=title, template=template, shows=every | {"title": title})
        for title, template in (
            ("5 Equipment", "equipment.html"),
            ("6 Yields, time limits, labels", "times_yields.html"),
            ("7 Refusals, requests, remarks", "attempts.html"),
            ("8 Investigations, later findings", "investigations.html"),
            ("9 People", "people.html"),
        )
    )
    yield from _signatures(record)
    yield from _trail(record, copy.zone)
    yield _definitions(copy)


def heading(copy: Copy) -> str:
    """Return what stands at the head of every page."""
    batch, site = copy.record["batch"], copy.record["site"]
    plant = site["title"] if site else copy.record["definition"]["header"]["site"]
    return f"Batch record {batch['number']} · {batch['product_name'] or batch['product']} · {plant}"


def _decision(record: Json, market: str) -> dict[str, Any]:
    row = next((one for one in record["dispositions"] if one["market"] == market), None)
    mark = DECISIONS[row["decision"]] if row else _NOT_DECIDED
    if row and row["signature"] and row["signature"]["void"]:
        mark = Mark(f"{mark.words}, SIGNATURE VOID", "bad")
    return {"market": market, "row": row, "words": mark.words, "tone": mark.tone}


def _produced(record: Json) -> str:
    """Return the quantity produced, by the variable that the master names as its output."""
    wanted = (record["definition"].get("batch_size") or {}).get("output")
    for row in _current(record):
        if wanted and row["variable"] == wanted:
            return f"produced {value_words(row['value'], row['unit'])}"
    return ""


def _changes(record: Json) -> Iterator[dict[str, Any]]:
    """Give every value that is not the one first entered, in the record's order (Annex 11 section 8.2)."""
    for step in steps(record):
        for occurrence in step["occurrences"]:
            for value in occurrence["values"]:
                if value["is_changed"]:
                    yield {
                        "step": step,
                        "part": occurrence["part"],
                        "label": value["label"],
                        "first": value["entries"][0],
                        "now": value["current"],
                        "times": len(value["entries"]) - 1,
                    }


def _components(record: Json) -> Iterator[dict[str, Any]]:
    """Give each component with what the batch required and what was dispensed or charged."""
    required: dict[str, str] = {}
    charged: dict[str, Decimal] = {}
    for step in steps(record):
        settings = {one["name"]: one["value"] for one in step.get("settings", ())}
        component = settings.get("component")
        of = {one["name"]: one.get("component") for one in step.get("fields", ())}
        for occurrence in step["occurrences"]:
            for value in occurrence["values"]:
                entry = value["current"]
                if entry and component and value["field"] == "required":
                    required[component] = value_words(entry["value"], entry["unit"])
                if entry and of.get(value["field"]) and entry["kind"] == "number":
                    name = of[value["field"]]
                    charged[name] = charged.get(name, Decimal()) + Decimal(entry["value"])
    filled: dict[str, Decimal] = {}
    for row in record["materials"]["containers"]:
        if row["state"] != "void":
            filled[row["component"]] = filled.get(row["component"], Decimal()) + Decimal(row["net"])
    for item in record["definition"].get("formula", ()):
        actual = filled.get(item["id"], charged.get(item["id"]))
        yield {
            **item,
            "required": required.get(item["id"], NOTHING),
            "actual": NOTHING if actual is None else f"{actual} {item['unit']}",
        }


def _signatures(record: Json) -> Iterator[Sheet]:
    title = "10 Electronic signatures"
    for number, rows in portions(record["signatures"], SIGNATURES_PER_SECTION):
        shows = {"title": title, "number": number, "rows": rows}
        yield Sheet(title=title, template="signatures.html", shows=shows, bookmark=number == 1)


def _trail(record: Json, zone: str) -> Iterator[Sheet]:
    title = "11 Audit trail"
    names = {one["number"]: one["printed_name"] for one in record["people"]}
    telling = Telling(value_labels(record), names, zone)
    for number, events in portions(record["trail"], EVENTS_PER_SECTION):
        rows = [(event, telling.part(event), telling.words(event)) for event in events]
        shows = {"title": title, "number": number, "rows": rows}
        yield Sheet(title=title, template="trail.html", shows=shows, bookmark=number == 1)


def _definitions(copy: Copy) -> Sheet:
    title = "12 Marks and definitions"
    counts = copy.record["counts"]
    closing = (
        f"{counts['occurrences']} steps carried out or ruled out, {counts['entries']} entries of "
        f"{counts['values']} values, {counts['signatures']} signatures, {counts['exceptions']} exceptions, "
        f"{counts['events']} events. State of the record: {plain(copy.record['batch']['state'])}."
    )
    shows = {
        "title": title,
        "zone": copy.zone,
        "file_name": copy.data_name,
        "kind": "batch record",
        "name": copy.number,
        "closing": closing,
    }
    return Sheet(title=title, template="definitions.html", shows=shows)


def value_labels(record: Json) -> dict[tuple[str, str], str]:
    """Return what each value is called, by part and name."""
    return {
        (occurrence["part"], value["name"]): value["label"]
        for step in steps(record)
        for occurrence in step["occurrences"]
        for value in occurrence["values"]
    }


def steps(record: Json) -> Iterator[Json]:
    """Give the steps of a record in the order of their definition."""
    for unit_procedure in record["unit_procedures"]:
        for operation in unit_procedure["operations"]:
            for phase in operation["phases"]:
                yield from phase["steps"]


def _current(record: Json) -> Iterator[Json]:
    for step in steps(record):
        for occurrence in step["occurrences"]:
            yield from (value["current"] for value in occurrence["values"] if value["current"])


def portions(rows: Sequence[Json], size: int) -> Iterator[tuple[int, Sequence[Json]]]:
    """Give rows some at a time, numbered from 1; an empty list gives one empty portion."""
    for number, start in enumerate(range(0, max(len(rows), 1), size), start=1):
        yield number, rows[start : start + size]
