"""How the pages of an execution say things: occurrences, roles, values, times."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from records.execution.models import Entry
from records.execution.states import Judged, Source, StepState
from records.personnel.states import Role
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.outline import Counter, Place
from records.procedure.vocabulary import Act, Criticality, FieldKind
from records.times import from_text

VERDICTS = {
    Judged.NONE: "",
    Judged.IN_LIMITS: "within_limits",
    Judged.ALERT: "alert",
    Judged.ACTION: "out_of_limits",
}
SOURCES = {
    Source.MANUAL: "",
    Source.SCAN: "scanned",
    Source.DEVICE: "from the device",
    Source.CALCULATION: "computed",
    Source.SERVER: "server's clock",
}
_TITLES = {role.value: role.title for role in Role}
_ACTS = {Act.PERFORMED: "performs", Act.VERIFIED: "verifies", Act.APPROVED: "approves"}
_ANSWERS = {"yes": "Yes", "no": "No"}
_WAITS_FOR = {StepState.AWAITING_VERIFICATION: Act.VERIFIED, StepState.AWAITING_APPROVAL: Act.APPROVED}


def occurrence_words(place: Place, occurrence: str) -> list[str]:
    """Return what counts an occurrence, outermost first: ``Sub-lot 2``, ``Pass 1``; none for a single one."""
    numbers = occurrence.split(".")
    label = place.operation.repeat.label if place.operation.repeat else ""
    return [
        f"{label if counter is Counter.REPEAT else 'Pass'} {number}"
        for counter, number in zip(place.counters, numbers, strict=False)
    ]


def roles_words(roles: Iterable[str]) -> str:
    """Return roles as a person reads them: ``Verifier or Supervisor``."""
    return " or ".join(dict.fromkeys(_TITLES[role] for role in roles))


def signing_words(step: StepDefinition) -> str:
    """Return who vouches for a step, in order: ``Operator performs, Verifier or Supervisor verifies``."""
    return ", ".join(f"{roles_words(one.roles)} {_ACTS[one.act]}" for one in step.signatures)


def step_marks(place: Place, occurrence: str) -> list[str]:
    """Return the short texts beside a step's number."""
    critical = place.step.criticality
    named = [critical.value] if critical is not Criticality.NONE else []
    return [*occurrence_words(place, occurrence), *named, signing_words(place.step) or "By the system"]


def next_act(step: StepDefinition, state: StepState) -> Act | None:
    """Return what a person does to a step in this state; None where nobody does anything."""
    if not step.signatures:
        return None
    return _WAITS_FOR.get(state, step.signatures[0].act)


def roles_wanted(step: StepDefinition, state: StepState) -> frozenset[str]:
    """Return the roles whose turn it is at a step in this state."""
    act = next_act(step, state)
    return frozenset(role for one in step.signatures if one.act is act for role in one.roles)


def value_label(field: Field | None, name: str) -> str:
    """Return what a value is called: its field's label, and which sample or figure it is."""
    if field is None:
        return name
    tail = name.removeprefix(field.name).removeprefix(".")
    figure = next((one.label for one in field.statistics if one.kind == tail), None)
    if figure:
        return figure
    words = {"start": ", started", "stop": ", stopped"}.get(tail, f" {tail}" if tail else "")
    return f"{field.label}{words}"


def value_text(field: Field | None, entry: Entry, time_zone: str) -> str:
    """Return a value as a person reads it, without its unit."""
    if entry.kind is FieldKind.DATE_TIME:
        return local_time(from_text(entry.value), time_zone)
    if entry.kind is FieldKind.CONFIRM:
        return "Done"
    if entry.kind is FieldKind.PHOTO:
        return entry.raw
    if field is not None and field.kind is FieldKind.CHOICE:
        labels = {option.code: option.label for option in field.options}
        return ", ".join(labels.get(code, code) for code in entry.value.split(","))
    return _ANSWERS.get(entry.value, entry.value) if entry.kind is FieldKind.YES_NO else entry.value


def local_time(at: datetime, time_zone: str) -> str:
    """Return a time on the site's clocks with its offset: ``2026-11-23 10:14:01 UTC+00:00``."""
    local = at.astimezone(ZoneInfo(time_zone))
    offset = local.strftime("%z")
    return f"{local:%Y-%m-%d %H:%M:%S} UTC{offset[:3]}:{offset[3:5]}"


def age_words(seconds: float) -> str:
    """Return how long ago something was: ``4 min``, ``2 h 5 min``, ``3 d 4 h``."""
    minutes = max(0, int(seconds)) // 60
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // (24 * 60)} d {minutes // 60 % 24} h"
