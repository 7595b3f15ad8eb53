"""What differs between two versions of a master: structure, text, limits, each change once. Pure.

Lists of named things are compared by name, so that a step inserted is one change and not a hundred.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Json = Any
_NAMED_BY = {
    "unit_procedures": "id",
    "operations": "id",
    "phases": "id",
    "steps": "number",
    "fields": "name",
    "settings": "name",
    "statistics": "kind",
    "options": "code",
    "signatures": "act",
    "formula": "id",
    "rooms": "code",
    "equipment": "role",
    "equipment_rules": "name",
    "axes": "axis",
    "specifications": "code",
    "tests": "code",
    "actives": "material",
    "theoretical_weights": "phase",
    "containers_closures": "code",
    "label_specimens": "code",
}
"""By which key the things in a list are told apart."""
_ONE_OF = {
    "unit_procedures": "stage",
    "steps": "step",
    "fields": "field",
    "formula": "formula item",
    "rooms": "room",
    "equipment_rules": "equipment rule",
}
"""What one thing of a list is called; otherwise the list's name without its s."""
_LIMITS = frozenset(
    {
        "limits",
        "mean_limits",
        "target",
        "tolerance_percent",
        "minimum",
        "maximum",
        "minimum_percent",
        "maximum_percent",
        "maximum_minutes",
        "minimum_minutes",
        "maximum_hours",
        "tolerance_minutes",
        "every_minutes",
    }
)
_TEXTS = frozenset(
    {
        "title",
        "text",
        "caution",
        "label",
        "hint",
        "note",
        "description",
        "name",
        "acceptance",
        "test",
        "excess",
        "sampling",
        "special_notations",
        "precautions",
        "change_summary",
    }
)


class Kind(StrEnum):
    """What a change is about."""

    STRUCTURE = "structure"
    LIMITS = "limits"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: where, of what kind, and both sides; a side is empty where the thing is not there."""

    where: str
    kind: Kind
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Place:
    words: tuple[str, ...] = ()
    is_limit: bool = False
    key: str = ""

    def inside(self, key: str) -> "_Place":
        return _Place((*self.words, key.replace("_", " ")), self.is_limit or key in _LIMITS, key)

    def item(self, key: str, name: str) -> "_Place":
        """Enter one thing of a list; a step stands by its number, whatever encloses it."""
        above = () if key in _NAMED_BY and key in {"operations", "phases", "steps"} else self.words
        return _Place(
            (*above, f"{_ONE_OF.get(key, key.removesuffix('s').replace('_', ' '))} {name}"), self.is_limit
        )

    def change(self, before: str, after: str, kind: Kind | None = None) -> Change:
        found = Kind.LIMITS if self.is_limit else Kind.TEXT if self.key in _TEXTS else Kind.STRUCTURE
        return Change(where=", ".join(self.words) or "master", kind=kind or found, before=before, after=after)


def differences(before: Mapping[str, Json], after: Mapping[str, Json]) -> tuple[Change, ...]:
    """Return every difference between two contents, in the order of the later one."""
    return tuple(_between(_Place(), before, after))


def _between(place: _Place, before: Json, after: Json) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _mappings(place, before, after)
    elif isinstance(before, list | None) and isinstance(after, list | None) and place.key in _NAMED_BY:
        yield from _lists(place, before or [], after or [])
    elif place.is_limit and (isinstance(before, Mapping) or isinstance(after, Mapping)):
        yield from _mappings(place, before or {}, after or {})
    else:
        yield place.change(_said(before), _said(after))


def _mappings(place: _Place, before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Change]:
    for key in dict.fromkeys((*after, *before)):
        yield from _between(place.inside(key), before.get(key), after.get(key))


def _lists(place: _Place, before: Sequence[Json], after: Sequence[Json]) -> Iterator[Change]:
    old, new = _by_name(place.key, before), _by_name(place.key, after)
    if old is None or new is None:
        yield place.change(_said(before), _said(after))
        return
    around = _Place(place.words[:-1], place.is_limit)
    for name in dict.fromkeys((*new, *old)):
        item = around.item(place.key, name)
        if name in old and name in new:
            yield from _between(item, old[name], new[name])
        else:
            gone, come = _title(old.get(name)), _title(new.get(name))
            yield item.change(gone, come, Kind.STRUCTURE)
    kept_before, kept_after = [n for n in old if n in new], [n for n in new if n in old]
    if kept_before != kept_after:
        yield place.change(", ".join(kept_before), ", ".join(kept_after), Kind.STRUCTURE)


def _by_name(key: str, items: Sequence[Json]) -> dict[str, Json] | None:
    """Return the things of a list by name; None where two have the same one or one has none."""
    names = [
        str(item[_NAMED_BY[key]]) if isinstance(item, Mapping) and _NAMED_BY[key] in item else ""
        for item in items
    ]
    return dict(zip(names, items, strict=True)) if len(set(names)) == len(names) and "" not in names else None


def _title(item: Json) -> str:
    """Return what stands for a thing added or dropped."""
    if item is None:
        return ""
    named = next((item[key] for key in ("title", "label", "name") if item.get(key)), None)
    return str(named) if named else _said(item)


def _said(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
