"""The audit trail in words: what each event did, in the terms of the record, not of the tables. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.export.words import NOTHING, SOURCES, local, plain, value_words

Json = Mapping[str, Any]
_LONG = 400
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z")

_CODES = frozenset(
    {
        "act",
        "decision",
        "edge",
        "exception_type",
        "limit_kind",
        "meaning",
        "occasion",
        "severity",
        "state",
        "verdict",
    }
)
"""Columns that hold a code: printed as words, while what people wrote is printed as they wrote it."""

TELLING: Mapping[str, tuple[str, ...]] = {
    "attachment": ("field", "file_name", "media_type", "size", "sha256"),
    "batch": ("number", "order", "master", "quantity", "unit", "state"),
    "batch_exception": ("number", "severity", "exception_type", "text", "rule"),
    "container": ("label", "component", "lot", "portion", "net", "unit"),
    "control_recipe": ("digest", "scale"),
    "disposition": ("market", "decision", "comment"),
    "equipment_observation": ("occasion", "verdict"),
    "equipment_use": ("tag", "asset", "rule", "verdict"),
    "exported_bundle": ("copy", "sha256"),
    "exported_copy": ("form", "sha256", "head_seq", "head_hash"),
    "exported_list": ("name", "asked", "row_count", "sha256"),
    "genealogy_edge": ("edge", "target", "quantity", "unit"),
    "label_print": ("label", "copies", "fields", "reprint_reason"),
    "remark": ("text",),
    "scan_attempt": ("field", "raw", "reason"),
    "signature": ("meaning",),
    "signature_void": ("cause",),
    "step_run": ("state", "basis"),
    "time_limit": ("label", "limit_kind", "earliest_at", "latest_at"),
    "verification": ("act", "roles"),
}
"""The columns of a new row that say what it is; the data beside the print holds all of them."""


@dataclass(slots=True)
class Telling:
    """Puts the events of one record into words, in their order: a correction is told with the old value."""

    labels: Mapping[tuple[str, str], str]
    """What each value is called, by part and name."""
    names: Mapping[str, str]
    """Printed names by personnel number."""
    zone: str
    _values: dict[str, str] = field(default_factory=dict)
    _parts: dict[tuple[str, str], str] = field(default_factory=dict)

    def part(self, event: Json) -> str:
        """Return the part of the record that an event is about; ``record`` where it is about the whole."""
        row = (event["table"], event["row"])
        named = [change["n"] for change in event["changed"] if change["p"] in {"/step_part", "/part"}]
        part = event["part"] or (named[0] if named else None) or self._parts.get(row) or "record"
        self._parts[row] = str(part)
        return str(part)

    def words(self, event: Json) -> str:
        """Return what an event changed: a new row by what it says, a changed one as old → new."""
        columns = {change["p"].removeprefix("/"): change for change in event["changed"]}
        if event["table"] == "entry" and "value" in columns:
            return self._entry(event, {name: change["n"] for name, change in columns.items()})
        if event["rev"] == 1:
            wanted = TELLING.get(event["table"], tuple(columns))
            told = [name for name in wanted if name in columns]
            return "; ".join(f"{plain(name)} {self._said(name, columns[name]['n'])}" for name in told)
        return "; ".join(
            f"{plain(name)}: {self._said(name, change['o'])} → {self._said(name, change['n'])}"
            for name, change in columns.items()
        )

    def _entry(self, event: Json, new: Json) -> str:
        label = self.labels.get((event["part"], new.get("field", "")), new.get("field", ""))
        value = self._said("value", value_words(new["value"], new.get("unit")))
        self._values[str(event["row"]).rpartition("#")[2]] = value
        old = self._values.get(str(new.get("supersedes")), "an earlier value")
        told = [SOURCES.get(new.get("source", ""), plain(new.get("source", "")))]
        if new.get("judged") not in {None, "none"}:
            told.append(plain(new["judged"]))
        if new.get("reason"):
            told.append(f"reason: {new['reason']}")
        words = f"{old} → {value}" if new.get("supersedes") else value
        return f"{label}: {words} ({'; '.join(told)})"

    def _said(self, name: str, value: object) -> str:
        if value is None:
            return NOTHING
        if isinstance(value, str) and value in self.names:
            return f"{self.names[value]} ({value})"
        if isinstance(value, str) and _TIME.match(value):
            return local(value, self.zone)
        text = plain(value) if name in _CODES else str(value)
        return text if len(text) <= _LONG else f"({len(text)} characters, in the data)"
