"""What a step's record holds, as its page shows it: every value ever given, tables of samples, figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from app.execution.bounds import limits_now
from app.execution.reading import Desk
from app.execution.words import SOURCES, VERDICTS, value_label, value_text
from records.execution.facts import KEPT_ENTRY, is_rule
from records.execution.models import Entry
from records.execution.states import Judged
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, StatisticKind
from workflows.execution.judging import limits_text
from workflows.execution.scope import base_name

_FIGURES_LAST = 1_000_000
_SHORT = frozenset({StatisticKind.SD, StatisticKind.RSD})
_NOT_CORRECTED = frozenset({FieldKind.COMPUTED, FieldKind.TIMER, FieldKind.CONFIRM})
"""What nothing replaces: figures follow their inputs; clock and *done* are as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as it stands, with everything it ever was."""

    name: str
    label: str
    text: str
    unit: str
    verdict: str
    limits: str
    source: str
    entries: Sequence[Entry]
    """Oldest first; the last one stands."""
    history: Sequence[Mapping[str, Any]]
    """For `history_strip`, oldest first."""
    is_accepted: bool
    kept: Mapping[int, str]
    """What is told of entries that the device kept before they reached the server, by entry."""
    can_be_corrected: bool
    is_sample: bool

    @property
    def now(self) -> Entry:
        """Return the entry that stands."""
        return self.entries[-1]

    @property
    def was_corrected(self) -> bool:
        """Tell whether an earlier value is struck through."""
        return len(self.entries) > 1

    @property
    def is_out(self) -> bool:
        """Tell whether the value is outside its action limits."""
        return self.now.judged is Judged.ACTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of samples as `sample_table` takes it."""

    caption: str
    columns: Sequence[Mapping[str, str]]
    rows: Sequence[Mapping[str, Any]]
    statistics: Sequence[Mapping[str, Any]]


def values_of_step(desk: Desk) -> dict[str, Value]:
    """Return the values given or computed so far, in the order of the step's fields."""
    entries: dict[str, list[Entry]] = {}
    for entry in desk.entries:
        entries.setdefault(entry.field, []).append(entry)
    return {name: _value(desk, field, entries[name]) for field, name in _in_order(desk, entries)}


def tables_of_step(desk: Desk, values: Mapping[str, Value], current: str, correct_url: str) -> list[Table]:
    """Return one table for each run of fields with as many samples; `current` is the cell in hand."""
    found = []
    for group in _groups(desk):
        if not _is_begun(group, values, current):
            continue
        rows = [_row(group, number, values, current, correct_url) for number in range(1, _samples(group) + 1)]
        labels = ", ".join(field.label for field in group)
        found.append(
            Table(
                caption=labels or group[0].label,
                columns=[_column(desk, field) for field in group],
                rows=rows,
                statistics=_statistics(group, values),
            )
        )
    return found


def _in_order(desk: Desk, entries: Mapping[str, Any]) -> list[tuple[Field | None, str]]:
    fields = list(desk.step.fields)
    order = {field.name: index for index, field in enumerate(fields)}

    def key(name: str) -> tuple[int, int]:
        tail = name.rpartition(".")[2]
        return order.get(base_name(name), len(fields)), int(tail) if tail.isdigit() else _FIGURES_LAST

    return [(desk.step.field(base_name(name)), name) for name in sorted(entries, key=key)]


def _value(desk: Desk, field: Field | None, entries: Sequence[Entry]) -> Value:
    now, zone = entries[-1], desk.floor.time_zone
    tail = now.field.rpartition(".")[2]
    told = [one for one in desk.exceptions if is_rule(one.rule, KEPT_ENTRY)]
    kept = {one.entry_id: one.text for one in told if one.entry_id}
    return Value(
        name=now.field,
        label=value_label(field, now.field),
        text=value_text(field, now, zone),
        unit=now.unit or "",
        verdict=VERDICTS[now.judged],
        limits=limits_text(field, now.limits) if field and now.unit else "",
        source=SOURCES[now.source],
        entries=entries,
        history=[_told(field, entry, zone, kept) for entry in entries],
        is_accepted=now.id in desk.facts.accepted,
        kept=kept,
        can_be_corrected=field is not None and field.kind not in _NOT_CORRECTED,
        is_sample=bool(field and field.samples and tail.isdigit()),
    )


def _told(field: Field | None, entry: Entry, zone: str, kept: Mapping[int, str]) -> dict[str, Any]:
    return {
        "value": value_text(field, entry, zone),
        "unit": entry.unit or "",
        "by": entry.printed_name,
        "at": entry.entered_at,
        "stated_at": entry.stated_at,
        "reason": entry.reason or "",
        "source": SOURCES[entry.source],
        "mark": "kept on the device" if entry.id in kept else "",
    }


def _groups(desk: Desk) -> list[list[Field]]:
    """Return the runs of neighbouring fields that have as many samples."""
    groups: list[list[Field]] = []
    for field in desk.step.fields:
        is_next = groups and groups[-1][-1].samples == field.samples and _neighbours(desk, groups[-1], field)
        if field.samples and field.samples > 1 and is_next:
            groups[-1].append(field)
        elif field.samples and field.samples > 1:
            groups.append([field])
    return groups


def _neighbours(desk: Desk, group: Sequence[Field], field: Field) -> bool:
    fields = desk.step.fields
    return fields.index(field) == fields.index(group[-1]) + 1


def _is_begun(group: Sequence[Field], values: Mapping[str, Value], current: str) -> bool:
    names = {field.name for field in group}
    return any(base_name(name) in names for name in (*values, current))


def _samples(group: Sequence[Field]) -> int:
    return group[0].samples or 1


def _column(desk: Desk, field: Field) -> dict[str, str]:
    return {
        "name": f"{desk.step.number}-{field.name}",
        "label": field.label,
        "unit": field.unit or "",
        "limits_text": limits_text(field, limits_now(desk, field).limits),
    }


def _row(
    group: Sequence[Field], number: int, values: Mapping[str, Value], current: str, correct_url: str
) -> dict[str, Any]:
    names = [f"{field.name}.{number}" for field in group]
    cells = [_cell(values.get(name), is_current=name == current, correct_url=correct_url) for name in names]
    return {"label": str(number), "cells": cells}


def _cell(value: Value | None, *, is_current: bool, correct_url: str) -> dict[str, Any]:
    if value is None:
        return {"value": "…" if is_current else "", "current": is_current}
    shown: Any = value.text
    if value.can_be_corrected and correct_url:
        link = Markup('<a href="{}correct={}" aria-label="Correct {}">{}</a>')
        shown = link.format(correct_url, value.name, value.label, value.text)
    was = Markup('<s><span class="visually-hidden">was </span>{}</s> ')
    shown = Markup("").join(was.format(old["value"]) for old in value.history[:-1]) + shown
    if value.now.id in value.kept:
        shown += Markup(' <span class="history-mark" title="{}">kept</span>').format(value.kept[value.now.id])
    return {"value": shown, "verdict": value.verdict, "current": is_current}


def _statistics(group: Sequence[Field], values: Mapping[str, Value]) -> list[dict[str, Any]]:
    kinds = list(dict.fromkeys(one.kind for field in group for one in field.statistics))
    return [_figure(kind, group, values) for kind in kinds]


def _figure(kind: str, group: Sequence[Field], values: Mapping[str, Value]) -> dict[str, Any]:
    found = [values.get(f"{field.name}.{kind}") for field in group]
    cells = [f"{value.text} {value.unit}{_judged(value)}" if value else "" for value in found]
    return {"label": kind.upper() if kind in _SHORT else kind.capitalize(), "cells": cells}


def _judged(value: Value) -> str:
    words = " · ".join(filter(None, (value.limits, value.verdict.replace("_", " "))))
    return f" ({words})" if words else ""
