"""Rows as stored, put the way the components of pages show them. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from records.times import from_text

Json = Mapping[str, Any]

_VERDICTS = {"in_limits": "within limits", "alert": "alert", "action": "out of limits"}
_OUTSIDE = {"action": "outside action limits", "alert": "outside alert limits"}


def stored_time(at: str | datetime) -> datetime:
    """Return a time as `moment` takes it."""
    return from_text(at) if isinstance(at, str) else at


def signed(signatures: Iterable[Json | None]) -> list[dict[str, Any]]:
    """Return signatures as `manifestation` shows them: name, time with zone, meaning (11.50).

    One that is missing, as under a decision written into the store by hand, is left out and so told of.
    """
    return [
        {
            "id": one["id"],
            "part": one["part"],
            "printed_name": one["printed_name"],
            "person_id": one["signer"],
            "at": stored_time(one["signed_at"]),
            "meaning": one["meaning_text"],
            "state": "void" if one["void"] else "valid",
            "why": one["void"]["cause"] if one["void"] else "",
        }
        for one in signatures
        if one
    ]


def history(entries: Iterable[Json]) -> list[dict[str, Any]]:
    """Return the entries of one value as `history_strip` shows them."""
    return [
        {
            "value": one["value"],
            "unit": one["unit"],
            "by": one["entered_by_name"],
            "at": stored_time(one["entered_at"]),
            "reason": one["reason"],
            "source": one["source"],
            "mark": _OUTSIDE.get(one["judged"], ""),
        }
        for one in entries
    ]


def limits_words(limits: Json | None, unit: str | None = "") -> str:
    """Return limits as people read them; a bound may be a number or an expression."""
    given = limits or {}
    levels = [
        f"{level} {range_words(given[level], unit or '')}"
        for level in ("action", "alert")
        if given.get(level)
    ]
    target = [f"target {given['target']} {unit or ''}".rstrip()] if given.get("target") else []
    expected = [f"expected {given['expected']}"] if given.get("expected") else []
    return "; ".join([*expected, *levels, *target])


def range_words(given: Json, unit: str = "") -> str:
    """Return one range: ``1.30 to 1.80 %``, ``≤ 25 °C``, ``> 10 and ≤ 20``."""
    low, high = given.get("minimum"), given.get("maximum")
    from_low, to_high = given.get("minimum_inclusive", True), given.get("maximum_inclusive", True)
    if low is not None and high is not None and from_low and to_high:
        return f"{low} to {high} {unit}".rstrip()
    bounds = []
    if low is not None:
        bounds.append(f"{'≥' if from_low else '>'} {low}")
    if high is not None:
        bounds.append(f"{'≤' if to_high else '<'} {high}")
    return f"{' and '.join(bounds)} {unit}".rstrip()


def expectation(value: Json, fields: Mapping[str, Json]) -> str:
    """Return what a value was to be: the limits it was judged by, or what its definition says."""
    field = fields.get(value["field"], {})
    current = value["current"]
    if current and current["limits"]:
        found = limits_words(current["limits"], value["unit"])
        if found:
            return found
    return defined(field) or ("required" if field.get("required", True) else "optional")


def defined(field: Json) -> str:
    """Return what a definition expects of a field, in words; empty where it says nothing."""
    parts = [f"expected {field['expected']}"] if field.get("expected") else []
    parts += [limits_words(field.get("limits"), field.get("unit"))]
    parts += [f"target {field['target']} {field.get('unit') or ''}".rstrip()] if field.get("target") else []
    parts += [f"computed: {field['formula']}"] if field.get("formula") else []
    parts += (
        [f"one of: {', '.join(one['label'] for one in field['options'])}"] if field.get("options") else []
    )
    return "; ".join(part for part in parts if part)


def verdict_words(judged: str) -> str:
    """Return what limits say of a value in the words of its chip; empty where there are none."""
    return _VERDICTS.get(judged, "")


def words(code: object) -> str:
    """Return a code as words: ``awaiting_verification`` as ``awaiting verification``."""
    return str(code).replace("_", " ")
