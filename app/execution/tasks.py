"""What the step's page is for now: one task, decided by where the step stands and who looks at it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.execution.questions import Question, question, sample_of
from app.execution.reading import Desk
from app.execution.recorded import Value
from app.execution.words import next_act
from records.execution.models import BatchException
from records.execution.states import CLOSED, Source, StepState
from records.procedure.fields import Field
from records.procedure.limits import Limit, looks_like_slip
from records.procedure.vocabulary import Act, FieldKind
from workflows.execution import lifecycle
from workflows.execution.asked import ask_order
from workflows.execution.facts import outstanding
from workflows.execution.scope import base_name
from workflows.execution.subjects import ExceptionFacts
from workflows.machine import Transition, refusals

_NAME = re.compile(r"[a-z_]\w*")


class Kind(StrEnum):
    """The tasks; each has a template of its name."""

    ASK = "ask"
    """Give one value."""
    SETTLE = "settle"
    """Say whether a value out of limits was mistyped or is true."""
    CORRECT = "correct"
    """Correct one value."""
    CONFIRM = "confirm"
    """Complete the step as the person signed in."""
    SIGN = "sign"
    """Sign the step as performed."""
    VOUCH = "vouch"
    """Verify or approve as the next person."""
    WAIT = "wait"
    """Nothing to be done here by this person now; the reasons say why."""
    CLOSED = "closed"
    """Done, not applicable or left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is to be done now, and why it can't be."""

    kind: Kind
    refusals: Sequence[str] = ()
    question: Question | None = None
    value: Value | None = None
    """The value to be settled or corrected."""
    exception: BatchException | None = None
    slip: str = ""
    inputs: Sequence[Value] = ()
    """What a figure out of limits was computed from."""
    goes_on_with: str = ""
    """The next value, where this one is settled later."""
    may_accept: bool = False

    @property
    def is_replacement(self) -> bool:
        """Tell whether a file is to be put in the place of another."""
        return (
            self.kind is Kind.CORRECT and self.question is not None and self.question.kind == FieldKind.PHOTO
        )


def task_of(desk: Desk, values: Mapping[str, Value], *, at: str = "", correct: str = "") -> Task:
    """Return the task of a step's page; `at` and `correct` name a value that a person picked."""
    if correct in values and values[correct].can_be_corrected:
        return _correction(desk, values[correct])
    if desk.state in CLOSED:
        return Task(kind=Kind.CLOSED)
    missing = outstanding(desk.facts)
    unsettled = [value for value in values.values() if value.is_out and not value.is_accepted]
    if unsettled and not _is_asked(missing, at) and (not missing or _is_latest(desk, unsettled[0])):
        return _settlement(desk, values, unsettled[0], missing)
    if awaits_a_second_person(desk):
        return _vouching(desk)
    if missing:
        return _question(desk, missing, at)
    return _completion(desk)


def vouch_row(desk: Desk) -> Transition:
    """Return the row of the second person's act: verify, or approve."""
    return lifecycle.APPROVE if next_act(desk.step, desk.state) is Act.APPROVED else lifecycle.VERIFY


def reasons_not_to(desk: Desk, row: Transition) -> list[str]:
    """Return why this person may not do it, apart from what is still to be given with it."""
    return refusals(row, desk.facts, desk.floor.actor)


def may_accept(desk: Desk, exception: BatchException) -> bool:
    """Tell whether this person may accept the value that an exception is about."""
    entry = next((one for one in desk.entries if one.id == exception.entry_id), None)
    is_figure = entry is not None and entry.source is Source.CALCULATION
    facts = ExceptionFacts(
        record=exception,
        entered_by=entry.entered_by if entry else None,
        owner=desk.floor.owner,
        hands={one.entered_by for one in desk.entries} if is_figure else (),
        is_accepted=entry is not None and entry.id in desk.facts.accepted,
    )
    return not refusals(lifecycle.ACCEPT_VALUE, facts, desk.floor.actor)


def may_assess(desk: Desk, exception: BatchException) -> bool:
    """Tell whether this person may assess an exception."""
    return not refusals(lifecycle.ASSESS, ExceptionFacts(record=exception, entered_by=None), desk.floor.actor)


def is_signature(desk: Desk) -> bool:
    """Tell whether the next act of the step takes a signature."""
    requirement = desk.facts.next_requirement
    return requirement is not None and requirement.as_signature


def _question(desk: Desk, missing: Sequence[tuple[Field, str]], at: str) -> Task:
    field, name = next((pair for pair in missing if pair[1] == at), missing[0])
    order = [one for _field, one in ask_order(desk.step)]
    place = f"{order.index(name) + 1} of {len(order)}" if len(order) > 1 else ""
    asked = question(desk, field, name, place)
    row = lifecycle.ATTACH if field.kind is FieldKind.PHOTO else lifecycle.ENTER
    facts = replace(desk.facts, field=field, value_name=name, wrong_labels={})
    found = refusals(row, facts, desk.floor.actor)
    return Task(kind=Kind.WAIT if found else Kind.ASK, refusals=found, question=asked)


def reasons_not_to_correct(desk: Desk, value: Value) -> list[str]:
    """Return why this person may not correct a value, apart from the reason that is given with it."""
    field = desk.step.field(base_name(value.name))
    facts = replace(desk.facts, field=field, value_name=value.name)
    is_file = field is not None and field.kind is FieldKind.PHOTO
    return refusals(lifecycle.REPLACE_FILE if is_file else lifecycle.CORRECT, facts, desk.floor.actor)


def _correction(desk: Desk, value: Value) -> Task:
    field = desk.step.field(base_name(value.name))
    if field is None:
        return Task(kind=Kind.CLOSED)
    return Task(
        kind=Kind.CORRECT,
        refusals=reasons_not_to_correct(desk, value),
        value=value,
        question=question(desk, field, value.name, ""),
    )


def _settlement(
    desk: Desk, values: Mapping[str, Value], value: Value, missing: Sequence[tuple[Field, str]]
) -> Task:
    exception = next((one for one in desk.exceptions if one.entry_id == value.now.id), None)
    return Task(
        kind=Kind.SETTLE,
        value=value,
        exception=exception,
        slip=slip_question(value),
        inputs=[one for one in _inputs(desk, values, value) if not reasons_not_to_correct(desk, one)],
        goes_on_with=missing[0][1] if missing else "",
        may_accept=exception is not None and may_accept(desk, exception),
    )


def slip_question(value: Value) -> str:
    """Return the question to ask where a number looks mistyped by a power of ten."""
    told = value.now.limits or {}
    if not value.unit or value.now.kind not in {FieldKind.NUMBER, FieldKind.COMPUTED}:
        return ""
    limits = [_limit(level) for name, level in told.items() if name in {"action", "alert"}]
    target = told.get("target")
    slip = looks_like_slip(
        Decimal(value.now.value), target=Decimal(target) if target else None, limits=limits, unit=value.unit
    )
    return slip.sentence if slip else ""


def _limit(level: Mapping[str, Any]) -> Limit:
    low, high = level.get("minimum"), level.get("maximum")
    return Limit(minimum=Decimal(low) if low else None, maximum=Decimal(high) if high else None)


def _vouching(desk: Desk) -> Task:
    found = reasons_not_to(desk, vouch_row(desk))
    return Task(kind=Kind.WAIT if found else Kind.VOUCH, refusals=found)


def _completion(desk: Desk) -> Task:
    signs = is_signature(desk)
    found = reasons_not_to(desk, lifecycle.PERFORM_SIGNED if signs else lifecycle.PERFORM)
    if found:
        return Task(kind=Kind.WAIT, refusals=found)
    return Task(kind=Kind.SIGN if signs else Kind.CONFIRM)


def awaits_a_second_person(desk: Desk) -> bool:
    """Tell whether the next act is a second person's: to verify, or to approve."""
    if desk.state in {StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL}:
        return True
    requirement = desk.facts.next_requirement
    is_second = requirement is not None and requirement.act is not Act.PERFORMED
    return desk.state is StepState.IN_PROGRESS and is_second and not outstanding(desk.facts)


def _is_asked(missing: Sequence[tuple[Field, str]], at: str) -> bool:
    return any(name == at for _field, name in missing)


def _is_latest(desk: Desk, value: Value) -> bool:
    """Tell whether nothing was given by a person since."""
    given = [entry.id for entry in desk.entries if entry.source is not Source.CALCULATION]
    return value.now.id >= max(given, default=0)


def _inputs(desk: Desk, values: Mapping[str, Value], value: Value) -> list[Value]:
    """Return the values that one out of limits comes from: itself, or what a figure is made of."""
    field = desk.step.field(base_name(value.name))
    if field is None or field.kind is FieldKind.TIMER:
        return []
    if value.can_be_corrected:
        return [value]
    made_of = set(_NAME.findall(field.formula or "")) if field.is_computed else {field.name}
    sample = sample_of(value.name)
    return [
        one
        for one in values.values()
        if one.can_be_corrected
        and base_name(one.name) in made_of
        and (sample is None or sample_of(one.name) in {None, sample})
    ]
