"""The filters of print templates: one fact of the record in, its words out. Pure."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from app.export.steps import Grid
from app.export.words import (
    NOTHING,
    SOURCES,
    defined_limits,
    elapsed,
    judged,
    limits_words,
    local,
    local_day,
    need_words,
    plain,
    span,
    state_mark,
    value_words,
)

Json = Mapping[str, Any]
_CELL = {"alert": "! {} ALERT", "action": "❌ {} OUT"}
_SHORT = 12
_DUE = ("_at", "_until")


def filters(zone: str) -> dict[str, Callable[..., Any]]:
    """Return the filters of a print whose times are shown in this zone."""
    return {
        "at": partial(_at, zone),
        "basis_words": basis_words,
        "cell_words": cell_words,
        "column_limits": column_limits,
        "day": lambda text: local_day(text, zone),
        "defined_limits": defined_limits,
        "elapsed": elapsed,
        "entered_words": partial(entered_words, zone),
        "equipment_words": partial(equipment_words, zone),
        "is_late": is_late,
        "judged": judged,
        "limit_words": partial(limit_words, zone),
        "limits_words": limits_words,
        "need_words": need_words,
        "pairs": pairs,
        "plain": plain,
        "row_entered_words": partial(row_entered_words, zone),
        "shown": partial(shown, zone),
        "source_words": source_words,
        "state_mark": state_mark,
        "typed_otherwise": typed_otherwise,
    }


def shown(zone: str, entry: Json, step: Json | None = None) -> str:
    """Return a value as people read it: a time at the plant, an option by its label, a number with unit."""
    if entry["kind"] == "date_time" or entry["field"].endswith((".start", ".stop")):
        return _at(zone, entry["value"])
    if entry["kind"] == "choice" and step is not None:
        base = entry["field"].partition(".")[0]
        options = next(
            (field.get("options", ()) for field in step.get("fields", ()) if field["name"] == base), ()
        )
        labels = {option["code"]: option["label"] for option in options}
        codes = entry["value"].split(",")
        return ", ".join(f"{labels[code]} ({code})" if code in labels else code for code in codes)
    if entry["kind"] == "photo":
        return f"file {entry['value'][:_SHORT]}…"
    return value_words(entry["value"], entry["unit"])


def source_words(entry: Json) -> str:
    """Return how a value came: typed, scanned, read from a device, calculated."""
    words = SOURCES.get(entry["source"], plain(entry["source"]))
    return f"{words} {entry['device']}" if entry["device"] else words


def typed_otherwise(entry: Json) -> bool:
    """Tell whether what was typed or scanned is not, letter for letter, the value kept."""
    return entry["source"] in {"manual", "scan"} and str(entry["raw"]) != str(entry["value"])


def basis_words(basis: Json) -> str:
    """Return why a step was not carried out: the condition and the data behind it, or the reason given."""
    if "condition" in basis:
        data = pairs(basis.get("data") or {})
        return f"{basis.get('why', 'branch not taken')}: {basis['condition']} did not hold" + (
            f", with {data}" if data else ""
        )
    return f"{basis.get('why', 'left out')}: {basis.get('reason', '')}"


def pairs(data: object) -> str:
    """Return a mapping as ``name value, name value``."""
    if not isinstance(data, Mapping):
        return str(data)
    return ", ".join(f"{plain(name)} {value}" for name, value in data.items())


def cell_words(value: Json) -> str:
    """Return a value in a table of samples, marked where it is out of limits or was changed."""
    entry = value["current"]
    if entry is None:
        return NOTHING
    words = _CELL.get(entry["judged"], "{}").format(entry["value"])
    words = f"{words} LATE" if entry["stated_at"] else words
    return f"Δ {words}" if value["is_changed"] else words


def column_limits(grid: Grid, number: int) -> str:
    """Return the limits that the values of one column were judged by."""
    entries = [row[number]["current"] for row in grid.rows if row[number]["current"]]
    return limits_words(entries[0]["limits"], entries[0]["unit"]) if entries else ""


def entered_words(zone: str, entries: Sequence[Json]) -> str:
    """Return who entered values, from when to when, and how."""
    names = ", ".join(dict.fromkeys(str(entry["entered_by_name"]) for entry in entries))
    ways = ", ".join(dict.fromkeys(source_words(entry) for entry in entries))
    times = sorted(str(entry["entered_at"]) for entry in entries)
    return f"{names}, {span(times[0], times[-1], zone)}, {ways}"


def row_entered_words(zone: str, cells: Sequence[Json]) -> str:
    """Return who entered the values of one row; what the system calculated tells nothing more."""
    entries = [cell["current"] for cell in cells if cell["current"]]
    by_people = [entry for entry in entries if entry["source"] not in {"calculation", "server"}]
    return entered_words(zone, by_people or entries) if entries else NOTHING


def equipment_words(zone: str, use: Json) -> str:
    """Return what was used and the state it was in, as frozen at that moment."""
    state = use["state"]
    asset = state.get("asset", {})
    thing = " ".join(str(asset.get(name) or "") for name in ("number", "title")).strip() or use["asset"]
    serial = f"serial {asset['serial']}" if asset.get("serial") else ""
    firmware = f"firmware {asset['firmware']}" if asset.get("firmware") else ""
    axes = "; ".join(
        _axis(zone, name, axis) for name, axis in state.get("axes", {}).items() if axis["stored"]
    )
    failed = " ".join(state.get("failed", ()))
    described = ", ".join(part for part in (thing, serial, firmware) if part)
    digest = f"State {use['snapshot_digest'][:12]}…"
    return " ".join(
        part for part in (f"{described}.", f"{axes}.", failed, f"Rule {use['rule']}.", digest) if part
    )


def is_late(limit: Json) -> bool:
    """Tell whether a span ran past its last moment, or ended before its first."""
    latest, earliest, ended = limit["latest_at"], limit["earliest_at"], limit["ended_at"]
    too_late = limit["state"] == "breached" or bool(ended and latest and ended > latest)
    return too_late or bool(ended and earliest and ended < earliest)


def limit_words(zone: str, limit: Json) -> str:
    """Return a span of time: when it began, what was allowed, when it ended."""
    allowed = [
        f"{word} {local(limit[name], zone)}"
        for word, name in (("not before", "earliest_at"), ("not after", "latest_at"))
        if limit[name]
    ]
    ended = f"ended {local(limit['ended_at'], zone)}" if limit["ended_at"] else "not ended"
    return "; ".join([f"began {local(limit['started_at'], zone)}", *allowed, ended])


def _axis(zone: str, name: str, axis: Json) -> str:
    told = [
        f"{plain(key)} {local(str(value), zone) if key.endswith(_DUE) else value}"
        for key, value in (axis.get("detail") or {}).items()
        if value is not None
    ]
    words = f"{name} {plain(axis['evaluated'])}"
    return f"{words} ({', '.join(told)})" if told else words


def _at(zone: str, text: str | None) -> str:
    return local(text, zone)
