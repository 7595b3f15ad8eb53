"""What the engine needs to know of an execution, as plain values. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from records.execution.states import Judged, StepState
from records.procedure.vocabulary import FieldKind

KEPT_ENTRY = "kept on the device"
"""The rule by which a value that a device kept for a time is told."""

RunKey = tuple[str, str]
"""Step number and occurrence."""


@dataclass(frozen=True, slots=True)
class Run:
    """A started occurrence of a step."""

    step: str
    occurrence: str
    state: StepState
    started_at: datetime
    closed_at: datetime | None
    """When it was closed first, though a correction opened it again."""
    performed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ValueFact:
    """A current value (not superseded): what it is, and where it stands."""

    entry_id: int
    step: str
    occurrence: str
    field: str
    kind: FieldKind
    variable: str | None
    value: str
    judged: Judged
    detail_text: str | None
    """What was kept beside the value, as stored: most readers never ask for it."""

    @property
    def detail(self) -> Mapping[str, Any]:
        """Return what was kept beside the value: a lot's attributes, limits as they were."""
        return json.loads(self.detail_text) if self.detail_text else {}


def part_name(step: str, occurrence: str) -> str:
    """Return the part of the record that an occurrence of a step is."""
    return f"{step}/{occurrence}"


def split_part(part: str) -> RunKey:
    """Return step and occurrence of a part's name."""
    step, _slash, occurrence = part.partition("/")
    return step, occurrence


def is_rule(stored: str, rule: str) -> bool:
    """Tell whether what is stored of an exception names this rule, in any version."""
    return stored.startswith(f"{rule} (")
