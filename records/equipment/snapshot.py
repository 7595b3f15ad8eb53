"""Freeze an asset's state as one step saw it, in bytes that can be hashed (21 CFR 211.188(b)(2)). Pure.

The text goes into the step's record; what is learnt later stands beside it and never changes it.
"""

# ruff: noqa: D102 -- the members of a protocol are told by the tables they mirror

from base64 import b64encode
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Protocol

import rfc8785

from records.equipment.calculations import AssetState, AxisState, UsabilityRule, UseJudgement
from records.equipment.states import GmpImpact
from records.numbers import as_text
from records.times import to_text

FORMAT = "countersign-equipment-snapshot/1"
SNAPSHOT = b"countersign/equipment-snapshot/v1\n"


class Asset(Protocol):
    """The physical asset, as `records.equipment.models.PhysicalAsset` keeps it."""

    @property
    def rev(self) -> int: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def maker(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def serial(self) -> str: ...
    @property
    def gmp_impact(self) -> GmpImpact: ...
    @property
    def firmware(self) -> str | None: ...
    @property
    def range_minimum(self) -> Decimal | None: ...
    @property
    def range_maximum(self) -> Decimal | None: ...
    @property
    def range_unit(self) -> str | None: ...
    @property
    def resolution(self) -> Decimal | None: ...


class Mapping(Protocol):
    """The dated mapping by which the asset holds its role."""

    @property
    def id(self) -> int: ...
    @property
    def rev(self) -> int: ...
    @property
    def tag(self) -> str: ...
    @property
    def from_at(self) -> datetime: ...


def snapshot(
    *, mapping: Mapping, asset: Asset, state: AssetState, rule: UsabilityRule, judgement: UseJudgement
) -> dict[str, Any]:
    """Return what was true of the asset in its role, the rule it was judged by, and the verdict."""
    return {
        "format": FORMAT,
        "at": to_text(state.at),
        "time_zone": state.time_zone,
        "tag": mapping.tag,
        "mapping": {"id": mapping.id, "rev": mapping.rev, "from_at": to_text(mapping.from_at)},
        "asset": _asset(asset),
        "axes": {axis.value: _axis(axis_state) for axis, axis_state in state.axes.items()},
        "rule": {
            "name": rule.name,
            "clauses": [{"axis": str(clause.axis), "states": list(clause.states)} for clause in rule.axes],
        },
        "verdict": judgement.verdict.value,
        "failed": list(judgement.failed),
    }


def snapshot_text(content: dict[str, Any]) -> str:
    """Return a snapshot's canonical JSON (RFC 8785): what the record stores."""
    return rfc8785.dumps(content).decode("utf-8")


def snapshot_digest(text: str) -> str:
    """Return the digest of a stored snapshot: base64 of SHA-256 over its domain and its canonical bytes."""
    return b64encode(sha256(SNAPSHOT + text.encode("utf-8")).digest()).decode("ascii")


def _asset(asset: Asset) -> dict[str, Any]:
    return {
        "number": asset.number,
        "rev": asset.rev,
        "title": asset.title,
        "maker": asset.maker,
        "model": asset.model,
        "serial": asset.serial,
        "firmware": asset.firmware,
        "gmp_impact": asset.gmp_impact.value,
        "range_minimum": _number(asset.range_minimum),
        "range_maximum": _number(asset.range_maximum),
        "range_unit": asset.range_unit,
        "resolution": _number(asset.resolution),
    }


def _axis(state: AxisState) -> dict[str, Any]:
    return {
        "stored": state.stored,
        "evaluated": state.word,
        "since": to_text(state.since) if state.since else None,
        "interval": state.interval,
        "rev": state.rev,
        "from_at": to_text(state.from_at) if state.from_at else None,
        "detail": dict(state.detail) if state.detail is not None else None,
    }


def _number(value: Decimal | None) -> str | None:
    return None if value is None else as_text(value)
