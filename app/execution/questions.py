"""The one thing a step asks for now: which value, how it is given, and what to know while giving it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.execution.bounds import Bounds, limits_now
from app.execution.reading import Desk
from app.execution.words import value_label
from records.execution.models import TimeLimit
from records.material.queries import containers_of
from records.material.states import ContainerState
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind, StepType
from records.times import from_text
from workflows.execution.asked import START, STOP
from workflows.execution.portion_labels import Label, labels_of

_DIFFERENCE = re.compile(r"(\w+) - (\w+)")
TYPED_BECAUSE = (
    ("label damaged", "The label is damaged"),
    ("scanner does not work", "The scanner does not work"),
    ("no bar code", "There is no bar code on it"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A difference to show while its first number is typed; what counts is computed by the server."""

    label: str
    subtract: str
    unit: str
    decimals: int
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerFace:
    """A running timer as its tile shows it."""

    started_at: datetime
    earliest_at: datetime | None
    latest_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A value to be given."""

    name: str
    field: Field
    label: str
    bounds: Bounds
    hints: Sequence[str] = ()
    place: str = ""
    """Such as ``2 of 5``."""
    is_signed: bool = False
    attempt: dict[str, Any] | None = None
    """The last refused scan of this value."""
    live: Live | None = None
    timer: TimerFace | None = None
    label_to_print: Label | None = None

    @property
    def kind(self) -> str:
        """Return the word that picks the input: a timer is started or stopped, the rest is given."""
        if self.field.kind is FieldKind.TIMER:
            return self.mark
        return self.field.kind.value

    @property
    def mark(self) -> str:
        """Return start or stop."""
        return self.name.rpartition(".")[2]

    @property
    def expects(self) -> str:
        """Return what is to be scanned, as the tile says it after *Scan*."""
        return self.label.removeprefix("Scan ")

    @property
    def options(self) -> list[tuple[str, str]]:
        """Return the options of a choice."""
        return [(option.code, option.label) for option in self.field.options]


def question(desk: Desk, field: Field, name: str, place: str) -> Question:
    """Return the question for one value of a step."""
    sample = sample_of(name)
    bounds = limits_now(desk, field, sample)
    return Question(
        name=name,
        field=field,
        label=value_label(field, name) if field.kind is not FieldKind.TIMER else field.label,
        bounds=bounds,
        hints=list(filter(None, _hints(desk, field, bounds))),
        place=place,
        is_signed=_may_be_negative(bounds),
        attempt=_attempt(desk, name),
        live=_live(desk, field, sample),
        timer=_timer(desk, field) if name.endswith(f".{STOP}") else None,
        label_to_print=_label(desk, field, sample),
    )


def sample_of(name: str) -> int | None:
    """Return the number of the sample a value is of, or None."""
    tail = name.rpartition(".")[2]
    return int(tail) if tail.isdigit() else None


def _hints(desk: Desk, field: Field, bounds: Bounds) -> list[str]:
    words = [field.hint or "", bounds.waits_for, bounds.excluded_words(field)]
    if field.instrument:
        words.append(f"Read it from {field.instrument}.")
    if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.CONTAINER and field.component:
        words.append(_on_the_pallet(desk, field.component))
    return words


def _on_the_pallet(desk: Desk, component: str) -> str:
    """Name the containers that may be charged."""
    found = [
        f"{one.label} ({one.net} {one.unit})"
        for one in containers_of(desk.floor.session, desk.floor.owner.number)
        if one.component == component and one.state is ContainerState.FILLED
    ]
    return f"Dispensed and not charged yet: {', '.join(found)}." if found else ""


def _may_be_negative(bounds: Bounds) -> bool:
    limits = bounds.limits or {}
    lowest = [bounds.target, *(level.get("minimum") for level in limits.values() if isinstance(level, dict))]
    return any(str(text or "").startswith("-") for text in lowest)


def _attempt(desk: Desk, name: str) -> dict[str, Any] | None:
    last = next((one for one in reversed(desk.attempts) if one.field == name), None)
    return {"accepted": False, "code": last.raw, "text": last.reason} if last else None


def _live(desk: Desk, field: Field, sample: int | None) -> Live | None:
    """Return the difference that this number completes, where the other one is known."""
    tail = f".{sample}" if sample else ""
    for figure in desk.step.fields:
        found = _DIFFERENCE.fullmatch(figure.formula or "")
        if found is None or found[1] != field.name:
            continue
        other = desk.facts.current.get(f"{found[2]}{tail}") or desk.facts.current.get(found[2])
        if other is not None:
            return Live(
                label=figure.label,
                subtract=other.value,
                unit=figure.unit or "",
                decimals=figure.decimals or 0,
                bounds=limits_now(desk, figure, sample),
            )
    return None


def _timer(desk: Desk, field: Field) -> TimerFace | None:
    started = desk.facts.current.get(f"{field.name}.{START}")
    if started is None:
        return None
    limit = running_timer(desk)
    return TimerFace(
        started_at=from_text(started.value),
        earliest_at=limit.earliest_at if limit else None,
        latest_at=limit.latest_at if limit else None,
    )


def running_timer(desk: Desk) -> TimeLimit | None:
    """Return the span of the step's own timer while it runs."""
    limits = desk.floor.limits
    return next((one for one in limits if one.step_part == desk.part and one.limit_kind == "timer"), None)


def _label(desk: Desk, field: Field, sample: int | None) -> Label | None:
    if desk.step.type is StepType.DISPENSE and field.name == "label":
        labels = labels_of(desk.floor.execution, desk.part)
        return next((one for one in labels if one.ordinal == (sample or 1)), None)
    return None
