"""The steps of a batch's record: the frozen definition, level by level, with what was done at each."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from records.batch.evidence import Evidence, Stored, by_part
from records.equipment.snapshot import snapshot_digest
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field, statistic_names, value_names
from records.procedure.sign import shorthand
from records.procedure.vocabulary import StepType
from records.review.checks import field_of
from workflows.review.record_rows import Names, signatures_of, with_names

Json = dict[str, Any]
Groups = Mapping[str, Mapping[str | None, Sequence[Stored]]]
_LISTS = ("attachments", "scan_attempts", "verifications", "time_limits", "containers", "labels", "remarks")


def unit_procedures(evidence: Evidence, names: Names) -> list[Json]:
    """Return the frozen steps, level by level, each with its occurrences."""
    content: Json = json.loads(evidence.recipe["content"])
    groups = _groups(evidence, names)
    runs = by_part(with_names(evidence.runs, names, ("started_by", "performed_by")), "step")
    for step in _steps(content["unit_procedures"]):
        definition = evidence.outline.step(step["number"])
        step["sign"] = shorthand(definition.signatures)
        started = sorted(runs.get(step["number"], ()), key=lambda run: _counters(run["occurrence"]))
        step["occurrences"] = [_occurrence(run, definition, groups) for run in started]
    found: list[Json] = content["unit_procedures"]
    return found


def changes(evidence: Evidence) -> list[Json]:
    """Return the values that are no longer those first entered (Annex 11 section 8.2)."""
    return [
        {
            "part": chain[0]["part"],
            "name": chain[0]["field"],
            "label": _label(evidence, chain[0]),
            "unit": chain[-1]["unit"],
            "first": chain[0]["value"],
            "now": chain[-1]["value"],
            "times": len(chain) - 1,
            "reason": chain[-1]["reason"],
        }
        for chain in _chains(evidence.entries).values()
        if len(chain) > 1
    ]


def yields(evidence: Evidence) -> list[Json]:
    """Return the values of the yield steps (21 CFR 211.188(b)(7))."""
    steps = {place.step.number: place.step for place in evidence.outline.places}
    return [
        {
            "part": entry["part"],
            "step_title": steps[number].title,
            "field": entry["field"],
            "label": _label(evidence, entry),
            "value": entry["value"],
            "unit": entry["unit"],
            "judged": entry["judged"],
            "limits": entry["limits"],
        }
        for entry in evidence.current
        if (number := entry["part"].partition("/")[0]) in steps and steps[number].type is StepType.YIELD
    ]


def _steps(content: Iterable[Json]) -> Iterable[Json]:
    return (
        step
        for unit_procedure in content
        for operation in unit_procedure["operations"]
        for phase in operation["phases"]
        for step in phase["steps"]
    )


def _groups(evidence: Evidence, names: Names) -> Groups:
    seen = by_part(evidence.observations, "use_id")
    uses = with_names(evidence.uses, names, ("used_by",))
    return {
        "uses": by_part([_use(use, seen.get(use["id"], ())) for use in uses]),
        "entries": by_part(list(evidence.entries)),
        "attachments": by_part(with_names(evidence.attachments, names, ("attached_by",))),
        "scan_attempts": by_part(with_names(evidence.attempts, names, ("scanned_by",)), "step_part"),
        "verifications": by_part(
            with_names(evidence.verifications, names, ("requested_by", "answered_by")), "step_part"
        ),
        "time_limits": by_part(list(evidence.time_limits), "step_part"),
        "containers": by_part(with_names(evidence.containers, names, ("filled_by",))),
        "labels": by_part(with_names(evidence.labels, names, ("printed_by",)), "step_part"),
        "remarks": by_part(with_names(evidence.remarks, names, ("made_by",)), "step_part"),
        "exceptions": by_part(list(evidence.exceptions), "step_part"),
        "signatures": by_part(signatures_of(evidence)),
    }


def _use(use: Json, seen: Iterable[Stored]) -> Json:
    return {**_frozen(use), "observations": [_frozen(row) for row in seen]}


def _frozen(row: Stored) -> Json:
    """Give a row with its snapshot decoded, and whether the digest made then still holds."""
    holds = snapshot_digest(row["snapshot"]) == row["snapshot_digest"]
    return {**row, "state": json.loads(row["snapshot"]), "digest_holds": holds}


def _occurrence(run: Stored, step: StepDefinition, groups: Groups) -> Json:
    part = run["part"]
    chains = _chains(groups["entries"].get(part, ()))
    return {
        **run,
        "values": list(_values(step, chains)),
        "equipment_uses": list(groups["uses"].get(part, ())),
        **{name: list(groups[name].get(part, ())) for name in _LISTS},
        "exceptions": [row["number"] for row in groups["exceptions"].get(part, ())],
        "signatures": list(groups["signatures"].get(part, ())),
    }


def _values(step: StepDefinition, chains: Mapping[tuple[str, str], list[Stored]]) -> Iterable[Json]:
    """Give the values in the definition's order, then any the definition does not name."""
    left = {name: chain for (_part, name), chain in chains.items()}
    for field in step.fields:
        marks = [name for name in left if name.rpartition(".")[0] == field.name]
        for name in dict.fromkeys((*value_names(field), *statistic_names(field), *marks)):
            yield _value(name, field, left.pop(name, []))
    for name, chain in left.items():
        yield _value(name, None, chain)


def _value(name: str, field: Field | None, chain: Sequence[Stored]) -> Json:
    entries: list[Json] = [
        {**row, "entered_by_name": row["printed_name"], "is_current": row is chain[-1]} for row in chain
    ]
    return {
        "name": name,
        "field": field.name if field else name,
        "label": _value_label(name, field),
        "kind": field.kind.value if field else None,
        "unit": entries[-1]["unit"] if entries else (field.unit if field else None),
        "entries": entries,
        "current": entries[-1] if entries else None,
        "is_changed": len(entries) > 1,
    }


def _value_label(name: str, field: Field | None) -> str:
    if field is None:
        return name
    for statistic in field.statistics:
        if name == f"{field.name}.{statistic.kind}":
            return statistic.label
    mark = name.removeprefix(field.name).removeprefix(".")
    return f"{field.label} {mark}".strip()


def _chains(entries: Iterable[Stored]) -> dict[tuple[str, str], list[Stored]]:
    """Group the rows of each value, oldest first: the last one counts."""
    chains: dict[tuple[str, str], list[Stored]] = {}
    for entry in entries:
        chains.setdefault((entry["part"], entry["field"]), []).append(entry)
    return chains


def _label(evidence: Evidence, entry: Stored) -> str:
    return _value_label(entry["field"], field_of(evidence, entry))


def _counters(occurrence: str) -> tuple[int, ...]:
    return tuple(int(number) for number in occurrence.split("."))
