"""From the keys of a master file to fields: shorthand is expanded, defaults are filled in. Pure.

The tree comes from `app.procedure.loader`, already checked against the schema: numbers are still text.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from records.numbers import Rounding
from records.procedure.fields import Consequence, Field, LimitRange, Limits, Option, Statistic
from records.procedure.vocabulary import EntryMode, FieldKind, ScanKind, Severity, StatisticKind

Raw = Mapping[str, Any]

_RANGE_KEYS = ("minimum", "maximum", "minimum_inclusive", "maximum_inclusive")
_TEXT_KEYS = (
    "name",
    "label",
    "required",
    "unit",
    "target",
    "formula",
    "multiple",
    "expected",
    "component",
    "instrument",
    "pattern",
    "hint",
)
_INTEGER_KEYS = ("decimals", "maximum_length", "earliest_days", "latest_days")
_RENAMED = {"as": "variable", "what": "scan_of"}
_WORDS = {"kind": FieldKind, "rounding": Rounding, "what": ScanKind, "entry_mode": EntryMode}
_STATISTIC_WORDS = {
    StatisticKind.MEAN: "mean",
    StatisticKind.SUM: "sum",
    StatisticKind.MINIMUM: "lowest",
    StatisticKind.MAXIMUM: "highest",
    StatisticKind.RANGE: "range",
    StatisticKind.SD: "standard deviation",
    StatisticKind.RSD: "relative standard deviation",
}


class DoubtError(Exception):
    """What the author wrote can be meant in two ways; `key` is where."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.message = message
        self.key = key


def build_field(raw: Raw, default: Field | None, kind: FieldKind, *, samples: int | None) -> Field:
    """Give the field an author wrote, over the default of the same name if the step type brings one.

    `kind` and `samples` hold where neither the author nor the default says otherwise.
    """
    own = _own_values(raw)
    if default is None:
        own.setdefault("kind", kind)
        own.setdefault("samples", samples)
        own.setdefault("label", raw["name"])
        field = Field(**own)
    else:
        field = replace(default, **own)
    return _with_statistics(field, raw.get("statistics", ()))


def build_limits(raw: Raw | None) -> Limits | None:
    """Give limits; bounds written without a level are the action range."""
    if raw is None:
        return None
    direct = {key: raw[key] for key in _RANGE_KEYS if key in raw}
    if direct and "action" in raw:
        msg = "Bounds stand both beside and under action."
        raise DoubtError(msg, "limits")
    action = direct or raw.get("action")
    alert = raw.get("alert")
    return Limits(
        action=LimitRange(**action) if action else None,
        alert=LimitRange(**alert) if alert else None,
    )


def decimal(raw: Raw, key: str) -> Decimal:
    """Give a number the schema has checked, every digit kept."""
    return Decimal(raw[key])


def integer(raw: Raw, key: str) -> int | None:
    """Give a whole number the schema has checked, or None where it is left out."""
    return int(raw[key]) if key in raw else None


def _own_values(raw: Raw) -> dict[str, Any]:
    """Give the field's attributes that the author wrote, converted."""
    own: dict[str, Any] = {key: raw[key] for key in _TEXT_KEYS if key in raw}
    own |= {key: int(raw[key]) for key in _INTEGER_KEYS if key in raw}
    own |= {_RENAMED.get(key, key): word(raw[key]) for key, word in _WORDS.items() if key in raw}
    if "as" in raw:
        own["variable"] = raw["as"]
    if "samples" in raw:
        own["samples"] = int(raw["samples"]) if int(raw["samples"]) > 1 else None
    if "limits" in raw:
        own["limits"] = build_limits(raw["limits"])
    if "options" in raw:
        own["options"] = tuple(_option(option) for option in raw["options"])
    if "consequence" in raw:
        own["consequence"] = _consequence(raw["consequence"])
    return own


def _option(raw: Raw) -> Option:
    return Option(
        code=raw["code"],
        label=raw["label"],
        value=raw.get("value"),
        flagged=raw.get("flagged", False),
        reason_required=raw.get("reason_required", False),
    )


def _consequence(raw: Raw) -> Consequence:
    return Consequence(
        severity=Severity(raw["severity"]) if "severity" in raw else None,
        blocks_execution=raw.get("blocks_execution", False),
        blocks_release=raw.get("blocks_release", False),
    )


def _with_statistics(field: Field, written: tuple[Raw, ...] | list[Raw]) -> Field:
    """Give the field with the author's statistics; one that a default brings is replaced by kind."""
    added = {statistic.kind: statistic for statistic in field.statistics}
    for raw in written:
        kind = StatisticKind(raw["kind"])
        added[kind] = _statistic(field, kind, raw)
    named = tuple(_published(one, field) for one in added.values())
    return replace(field, statistics=named) if named else field


def _published(statistic: Statistic, field: Field) -> Statistic:
    """Give the statistic with a variable of its own where its field has one."""
    if statistic.variable or not field.variable:
        return statistic
    return replace(statistic, variable=f"{field.variable}_{statistic.kind}")


def _statistic(field: Field, kind: StatisticKind, raw: Raw) -> Statistic:
    decimals = integer(raw, "decimals")
    return Statistic(
        kind=kind,
        label=raw.get("label", f"{field.label}, {_STATISTIC_WORDS[kind]}"),
        unit=raw.get("unit", "%" if kind is StatisticKind.RSD else field.unit),
        decimals=field.decimals if decimals is None else decimals,
        rounding=Rounding(raw.get("rounding", Rounding.HALF_EVEN)),
        limits=build_limits(raw.get("limits")),
        variable=raw.get("as"),
    )
