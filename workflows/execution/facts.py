"""Gather what the rules about one step look at, at the time of the act."""

from collections import Counter
from datetime import datetime

from records.execution.facts import split_part
from records.execution.models import StepRun
from records.execution.queries import blocking_exceptions, equipment_used, holds_of, run_of
from records.execution.states import StepState
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind
from workflows.execution.asked import ask_order
from workflows.execution.clearance import lapsed_clearances
from workflows.execution.equipment_rules import unscanned
from workflows.execution.equipment_use import blocked_equipment
from workflows.execution.owner import Owner
from workflows.execution.picture import StepView
from workflows.execution.portion_labels import wrong_labels
from workflows.execution.scope import base_name
from workflows.execution.signers import (
    accepted_entries,
    hands,
    next_requirement,
    parts_taken,
    readers,
    standing,
    unassessed_late_entries,
)
from workflows.execution.state import Execution, title_of
from workflows.execution.subjects import StepFacts
from workflows.execution.training import missing_training
from workflows.perform import RefusedError, UnitOfWork


class UnknownStepError(RefusedError):
    """An act on a step that the record does not have, or not in this occurrence; the attempt is kept."""


def step_at(owner: Owner, part: str) -> StepDefinition:
    """Return the step a part names; raises UnknownStepError for one that the procedure does not have."""
    number = split_part(part)[0]
    place = owner.outline.by_number.get(number)
    if place is None:
        sentence = f"There is no step {number} in {owner.title}."
        raise UnknownStepError([sentence], act="find_step", stream=owner.stream, part=part)
    return place.step


def load(work: UnitOfWork, owner: Owner, part: str) -> tuple[Execution, StepView, StepDefinition]:
    """Return the execution as it stands and the step occurrence asked for; raises UnknownStepError."""
    step = step_at(owner, part)
    execution = Execution.load(work, owner, part)
    view = execution.picture.by_key.get(split_part(part))
    if view is None:
        sentence = f"Step {part.replace('/', ', occurrence ')} is not part of {owner.title} as it stands."
        raise UnknownStepError([sentence], act="find_step", stream=owner.stream, part=part)
    return execution, view, step


def gather(
    execution: Execution,
    view: StepView,
    *,
    value_name: str = "",
    run: StepRun | None = None,
    stated_at: datetime | None = None,
) -> StepFacts:
    """Return the facts about a step occurrence, and about one of its values where one is named."""
    work, owner, step = execution.work, execution.owner, view.place.step
    session, stream, part = work.session, owner.stream, execution.part
    record = run or (run_of(session, stream, part) if view.key in execution.runs else None)
    field = step.field(base_name(value_name)) if value_name else None
    signed = standing(session, stream, part) if record else Counter()
    read = readers(session, stream, part) if record and _is_read_by_several(step) else []
    return StepFacts(
        owner=owner,
        step=step,
        part=part,
        title=title_of(part, step),
        state=record.state if record else view.state,
        waits_for=view.waits_for,
        record=record,
        current=execution.current(part),
        field=field,
        value_name=value_name,
        accepted=accepted_entries(session, stream, part) if record else (),
        blocking=blocking_exceptions(session, stream),
        awaited=holds_of(session, stream),
        at=work.at,
        stated_at=stated_at,
        not_before=_closed_before(execution, view) if stated_at else None,
        late=unassessed_late_entries(session, stream, part) if record else (),
        hands=hands(session, stream, part) if record else (),
        missing_equipment=_missing_equipment(execution, step) if record else (),
        untaken=[use.role for use in unscanned(step)],
        unusable=blocked_equipment(execution, step) if view.state is StepState.READY else (),
        lapsed=_lapsed(execution, view) if view.state is StepState.READY else (),
        readers=read,
        took_part=_took_part(execution, step),
        wrong_labels=wrong_labels(execution, step, part) if record else {},
        untrained=missing_training(execution, step),
        next_requirement=next_requirement(step, record, signed, len(read)),
    )


def outstanding(facts: StepFacts) -> list[tuple[Field, str]]:
    """Return the values a person still has to give, in the order they are asked for."""
    return [
        (field, name)
        for field, name in ask_order(facts.step)
        if name not in facts.current and (field.required or field.kind is not FieldKind.COMPUTED)
    ]


def _is_read_by_several(step: StepDefinition) -> bool:
    return sum(not one.as_signature for one in step.signatures) > 1


def _lapsed(execution: Execution, view: StepView) -> list[str]:
    outline, at = execution.owner.outline, execution.work.at
    return lapsed_clearances(outline, execution.runs, view.place, view.occurrence, at)


def _took_part(execution: Execution, step: StepDefinition) -> list[str]:
    """Return the other steps in which the actor had a hand, where the master wants somebody who had none."""
    if not step.setting("independent"):
        return []
    work, owner = execution.work, execution.owner
    taken = parts_taken(work.session, owner.stream, work.actor.person) - {execution.part}
    numbers = {split_part(part)[0] for part in taken}
    return [place.step.number for place in owner.outline.places if place.step.number in numbers]


def _closed_before(execution: Execution, view: StepView) -> datetime | None:
    """Return when the last step before this one in the document was closed."""
    earlier = (one for one in execution.picture.views if one.order < view.order)
    runs = (execution.runs.get(one.key) for one in earlier)
    return max((run.closed_at for run in runs if run and run.closed_at), default=None)


def _missing_equipment(execution: Execution, step: StepDefinition) -> list[str]:
    used = {use.tag for use in equipment_used(execution.work.session, execution.owner.stream, execution.part)}
    wanted = {use.role for use in step.equipment} | {
        field.expected
        for field in step.fields
        if field.kind is FieldKind.SCAN and field.scan_of is ScanKind.EQUIPMENT and field.expected
    }
    return sorted(wanted - used)
