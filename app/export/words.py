"""How a print says what a record holds as codes: times, limits, judgements, states. Pure.

Every mark is a glyph and a word, every time has its offset from UTC; the last page of a print explains both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from records.procedure.limits import Limit, LimitLevel
from records.times import from_text

NOTHING = "\u2013"


@dataclass(frozen=True, slots=True)
class Mark:
    """A judgement beside a value: its words, and the tone that its colour follows."""

    words: str
    tone: str


MARKS: Mapping[str, Mark] = {
    "none": Mark(NOTHING, "none"),
    "in_limits": Mark("✓ within limits", "good"),
    "alert": Mark("! ALERT", "warning"),
    "action": Mark("❌ OUT OF LIMITS", "bad"),
}
ANSWERS: Mapping[str, Mark] = {
    "in_limits": Mark("✓ as expected", "good"),
    "action": Mark("❌ NOT AS EXPECTED", "bad"),
}
"""The same for answers, where an answer was expected."""

STEP_STATES: Mapping[str, Mark] = {
    "done": Mark("✓ done", "good"),
    "not_applicable": Mark("N/A", "none"),
    "skipped": Mark("! LEFT OUT", "warning"),
    "not_finished": Mark("❌ NOT FINISHED", "bad"),
    "not_executed": Mark("NOT EXECUTED", "warning"),
    "in_progress": Mark("… in progress", "warning"),
    "awaiting_verification": Mark("… awaiting verification", "warning"),
    "awaiting_approval": Mark("… awaiting approval", "warning"),
    "not_started": Mark("not carried out", "none"),
}
DECISIONS: Mapping[str, Mark] = {
    "released": Mark("✓ RELEASED", "good"),
    "certified": Mark("✓ CERTIFIED", "good"),
    "rejected": Mark("❌ REJECTED", "bad"),
}
SOURCES: Mapping[str, str] = {
    "manual": "typed",
    "scan": "scanned",
    "device": "by device",
    "calculation": "calculated",
    "server": "server",
}
VERDICTS: Mapping[str, Mark] = {
    "allow": Mark("✓ usable", "good"),
    "allow_with_signature": Mark("! usable with a signature", "warning"),
    "block": Mark("❌ NOT USABLE", "bad"),
}
TONES: Mapping[str, str] = {
    "info": "none",
    "low": "none",
    "medium": "warning",
    "high": "bad",
    "critical": "bad",
}
"""The tone of an exception's severity."""


@lru_cache(maxsize=8192)
def local(text: str | None, zone: str) -> str:
    """Return a time of the record at the plant: ``2026-11-22 10:14:01 +00:00``."""
    if text is None:
        return NOTHING
    at = from_text(text).astimezone(ZoneInfo(zone))
    return f"{at:%Y-%m-%d %H:%M:%S} {_offset(at)}"


def span(first: str, last: str, zone: str) -> str:
    """Return from when to when, the day and the offset once where they are the same."""
    start, end = local(first, zone), local(last, zone)
    if start == end:
        return start
    same_day = (start[:10], start[-6:]) == (end[:10], end[-6:])
    return f"{start[:-7]} to {end[11:]}" if same_day else f"{start} to {end}"


def local_now(at: datetime, zone: str) -> str:
    """Return a moment in full: ``2026-11-22 10:14:01 Europe/Dublin (UTC+00:00)``."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{there:%Y-%m-%d %H:%M:%S} {zone} (UTC{_offset(there)})"


def local_day(text: str | None, zone: str) -> str:
    """Return the day at the plant of a time of the record."""
    return NOTHING if text is None else f"{from_text(text).astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def elapsed(start: str | None, end: str | None) -> str:
    """Return the time between two times of the record, such as ``9 min 58 s`` or ``2 d 3 h 10 min``."""
    if start is None or end is None:
        return NOTHING
    seconds = round((from_text(end) - from_text(start)).total_seconds())
    days, rest = divmod(abs(seconds), 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    if days:
        words = f"{days} d {hours} h {minutes} min"
    elif hours:
        words = f"{hours} h {minutes} min {rest} s"
    else:
        words = f"{minutes} min {rest} s" if minutes else f"{rest} s"
    return f"{words} before it began" if seconds < 0 else words


def limits_words(limits: Mapping[str, Any] | None, unit: str | None) -> str:
    """Return the limits a value was judged by, as numbers then: ``1.30 to 1.80 % (alert 1.35 to 1.75 %)``."""
    if not limits:
        return ""
    parts = []
    for level in ("action", "alert"):
        if limits.get(level):
            words = _range(level, limits[level], unit or "")
            parts.append(words if level == "action" else f"alert {words}")
    if limits.get("target"):
        parts.append(f"target {limits['target']} {unit or ''}".rstrip())
    if limits.get("expected"):
        parts.append(f"expected: {limits['expected']}")
    return "; ".join(parts)


def defined_limits(limits: Mapping[str, Any] | None, unit: str | None, target: str | None = None) -> str:
    """Return the limits of a definition; bounds that are expressions are printed as they stand."""
    parts = []
    for level in ("action", "alert"):
        bounds = (limits or {}).get(level)
        if bounds:
            words = _range(level, bounds, unit or "")
            parts.append(words if level == "action" else f"alert {words}")
    if target:
        parts.append(f"target {target} {unit or ''}".rstrip())
    return "; ".join(parts)


def judged(code: str, limits: Mapping[str, Any] | None) -> Mark:
    """Return the mark of a judgement; an answer is as expected or not, a number within limits or out."""
    is_answer = bool(limits) and not any((limits or {}).get(level) for level in ("action", "alert"))
    return ANSWERS.get(code, MARKS[code]) if is_answer else MARKS[code]


def state_mark(code: str, states: Mapping[str, Mark]) -> Mark:
    """Return the mark of a state, or its own words where it needs no mark."""
    return states.get(code, Mark(plain(code), "none"))


def plain(code: object) -> str:
    """Return a code as words: ``not_applicable`` as "not applicable"."""
    return str(code).replace("_", " ")


def value_words(value: str, unit: str | None) -> str:
    """Return a value with its unit, its digits as recorded."""
    return f"{value} {unit}" if unit else value


def _range(level: str, bounds: Mapping[str, Any], unit: str) -> str:
    try:
        low, high = (
            None if bounds.get(name) is None else Decimal(str(bounds[name]))
            for name in ("minimum", "maximum")
        )
    except InvalidOperation:
        told = " … ".join(str(bounds.get(name) or "") for name in ("minimum", "maximum"))
        return f"{told} {unit}".strip()
    return Limit(
        level=LimitLevel(level),
        minimum=low,
        maximum=high,
        minimum_inclusive=bounds.get("minimum_inclusive", True),
        maximum_inclusive=bounds.get("maximum_inclusive", True),
    ).text(unit)


def _offset(at: datetime) -> str:
    offset = f"{at:%z}"
    return f"{offset[:3]}:{offset[3:5]}"


def need_words(need: Mapping[str, Any]) -> str:
    """Return what a master asked of a person, and the training that met it or why none did."""
    asked = f"{need['subject']} version {need['version']}" if need["version"] else str(need["subject"])
    training = need["training"]
    if not training:
        return f"{asked}: not trained, {need['why']}"
    until = f" until {training['valid_until']}" if training["valid_until"] else ""
    told = f"trainer {training['trainer']}, {training['evidence']}"
    return f"{asked}: trained from {training['trained_from']}{until} ({training['sheet']}, {told})"
