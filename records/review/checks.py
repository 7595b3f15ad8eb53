"""The rules of review by exception: each looks at one kind of thing and says what is wrong with it. Pure.

A rule gives one check for each thing it looked at, failed or not: a review shows how much was checked.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from records.batch.evidence import Evidence, Stored
from records.equipment.snapshot import snapshot_digest
from records.execution.states import (
    CLOSED,
    DECIDED,
    ExceptionState,
    Judged,
    LimitState,
    RequestState,
    Source,
    StepState,
)
from records.identity import RECORD_PART
from records.material.states import ContainerState
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field, all_names, value_names
from records.procedure.frozen import text_digest
from records.procedure.vocabulary import Act

RULE_SET = "countersign-review/1"
"""Named with every review; it changes whenever a rule is added, dropped or judges otherwise."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one thing: the part of the record, and what is wrong; None where nothing is."""

    part: str
    problem: str | None


def _recipe(work: Evidence) -> Iterator[Check]:
    digests = {text_digest(work.recipe["content"]), work.recipe["digest"], work.batch["recipe_digest"]}
    problem = None if len(digests) == 1 else "The control recipe is not the one that was frozen."
    yield Check(RECORD_PART, problem)


def _steps_closed(work: Evidence) -> Iterator[Check]:
    for run in work.runs:
        state = run["state"]
        yield Check(run["part"], None if state in CLOSED else f"The step is {state.replace('_', ' ')}.")


def _values_given(work: Evidence) -> Iterator[Check]:
    given = {(row["part"], row["field"]) for row in (*work.current, *work.attachments)}
    for run in work.runs:
        if run["state"] != StepState.DONE:
            continue
        for field in work.outline.step(run["step"]).fields:
            for name in value_names(field) if field.required else ():
                missing = (run["part"], name) not in given
                yield Check(run["part"], f"{field.label} ({name}) has no value." if missing else None)


def _values_in_limits(work: Evidence) -> Iterator[Check]:
    for entry in work.current:
        if entry["judged"] != Judged.NONE:
            label = label_of(work, entry)
            problem = f"{label} {shown(entry)} is outside its {entry['judged']} limits."
            yield Check(entry["part"], None if entry["judged"] == Judged.IN_LIMITS else problem)


def _corrections_explained(work: Evidence) -> Iterator[Check]:
    for entry in work.entries:
        if entry["supersedes"] is not None:
            explained = bool((entry["reason"] or "").strip())
            problem = f"{label_of(work, entry)} was corrected without a reason."
            yield Check(entry["part"], None if explained else problem)


def signatures_given(work: Evidence) -> Iterator[Check]:
    """Check that each signature a closed step takes was given and still counts."""
    given = {(row["part"], row["meaning"]) for row in work.standing}
    for run in work.runs:
        if run["state"] != StepState.DONE:
            continue
        for wanted in work.outline.step(run["step"]).signatures:
            if wanted.as_signature:
                missing = (run["part"], wanted.act.value) not in given
                yield Check(run["part"], f"The signature {wanted.act.value} is missing." if missing else None)


def _persons_differ(work: Evidence) -> Iterator[Check]:
    performers = performers_of(work)
    for row in work.standing:
        if row["meaning"] in {Act.VERIFIED.value, Act.APPROVED.value}:
            own = not work.is_quality_step(row["part"])
            same = own and row["signer"] in performers.get(row["part"], ())
            problem = f"{row['printed_name']} {row['meaning']} a step they had performed."
            yield Check(row["part"], problem if same else None)


def performers_of(work: Evidence) -> Mapping[str, set[str]]:
    """Return the persons who gave values of each part or performed it, corrections included."""
    given = (row for row in work.entries if row["source"] not in {Source.CALCULATION, Source.SERVER})
    found: dict[str, set[str]] = {}
    for part, who in (
        *((row["part"], row["entered_by"]) for row in given),
        *((run["part"], run["performed_by"]) for run in work.runs if run["performed_by"]),
        *((row["part"], row["signer"]) for row in work.signatures if row["meaning"] == Act.PERFORMED.value),
    ):
        found.setdefault(part, set()).add(who)
    return found


def _requests_answered(work: Evidence) -> Iterator[Check]:
    fine = {RequestState.ACCEPTED, RequestState.RECALLED}
    for row in work.verifications:
        problem = f"The request to a second person is {row['state']}."
        yield Check(row["step_part"], None if row["state"] in fine else problem)


def _equipment_usable(work: Evidence) -> Iterator[Check]:
    for use in work.uses:
        problem = f"{use['tag']} ({use['asset']}): {use['verdict'].replace('_', ' ')} by rule {use['rule']}."
        yield Check(use["part"], None if use["verdict"] == "allow" else problem)


def _equipment_frozen(work: Evidence) -> Iterator[Check]:
    for row in (*work.uses, *work.observations):
        holds = snapshot_digest(row["snapshot"]) == row["snapshot_digest"]
        part = row.get("part") or RECORD_PART
        yield Check(part, None if holds else "The frozen equipment state is not the one that was recorded.")


def _times_kept(work: Evidence) -> Iterator[Check]:
    for row in work.time_limits:
        breached = row["state"] == LimitState.BREACHED
        yield Check(row["step_part"], f"{row['label']}: the time limit was breached." if breached else None)


def _containers_used(work: Evidence) -> Iterator[Check]:
    for row in work.containers:
        left = row["state"] == ContainerState.FILLED
        yield Check(row["part"], f"Container {row['label']} was filled and never used." if left else None)


def _exceptions_decided(work: Evidence) -> Iterator[Check]:
    fine = DECIDED | {ExceptionState.ESCALATED}
    for row in work.exceptions:
        open_ = row["state"] not in fine
        yield Check(row["step_part"] or RECORD_PART, f"{row['number']} is {row['state']}." if open_ else None)


RULES: tuple[tuple[str, str, Callable[[Evidence], Iterator[Check]]], ...] = (
    ("recipe", "Control recipe as frozen", _recipe),
    ("steps_closed", "Steps closed", _steps_closed),
    ("values_given", "Required values present", _values_given),
    ("values_in_limits", "Values within limits or as expected", _values_in_limits),
    ("corrections_explained", "Corrections with a reason", _corrections_explained),
    ("signatures_given", "Required signatures standing", signatures_given),
    ("persons_differ", "Second person is another person", _persons_differ),
    ("requests_answered", "Requests to a second person answered", _requests_answered),
    ("equipment_usable", "Equipment usable when used", _equipment_usable),
    ("equipment_frozen", "Frozen equipment states as recorded", _equipment_frozen),
    ("times_kept", "Time limits kept", _times_kept),
    ("containers_used", "Dispensed containers accounted for", _containers_used),
    ("exceptions_decided", "Exceptions decided", _exceptions_decided),
)
"""Every rule of the set, in the order a review shows them."""


def shown(entry: Stored) -> str:
    """Return a value as a sentence shows it: with its unit."""
    return f"{entry['value']} {entry['unit']}" if entry["unit"] else str(entry["value"])


def label_of(work: Evidence, entry: Stored) -> str:
    """Return what the definition calls a value."""
    field = field_of(work, entry)
    return field.label if field else str(entry["field"])


def field_of(work: Evidence, entry: Stored) -> Field | None:
    """Return the definition of a value; None where the procedure has none of that name."""
    number = entry["part"].partition("/")[0]
    place = work.outline.by_number.get(number)
    if place is None:
        return None
    name = entry["field"]
    return fields_by_name(place.step).get(name) or place.step.field(name.rpartition(".")[0])


@cache
def fields_by_name(step: StepDefinition) -> Mapping[str, Field]:
    """Return a step's fields by every name their values are stored under."""
    return {name: field for field in step.fields for name in all_names(field)}
