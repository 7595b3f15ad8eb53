"""Read and judge what was given for a value, or refuse it with everything else against the act."""

from decimal import Decimal
from typing import NoReturn

from records.errors import DomainError
from records.execution.facts import split_part
from records.execution.states import Judged
from records.procedure.definition import StepDefinition
from records.procedure.expressions import MissingValueError
from records.procedure.vocabulary import FieldKind, StepType
from workflows.execution import lifecycle
from workflows.execution.given import Given
from workflows.execution.impossible import impossible_reading
from workflows.execution.instrument_range import not_comparable
from workflows.execution.judging import Judgment, judge_answer, judge_number, read_value
from workflows.execution.state import Execution, sample_of
from workflows.execution.subjects import StepFacts
from workflows.machine import Transition, refusals
from workflows.perform import RefusedError


def judgment_of(
    execution: Execution, step: StepDefinition, facts: StepFacts, given: Given, row: Transition
) -> Judgment:
    """Read and judge a value; what can't be one is refused with the text kept as the attempt."""
    field = facts.field
    if field is None:
        return Judgment(value=given.raw, judged=Judged.NONE)
    work = execution.work
    try:
        value = read_value(field, given.raw, at=work.at, time_zone=work.time_zone)
        if field.kind is not FieldKind.NUMBER:
            return judge_answer(field, value)
        impossible = impossible_reading(facts, field, Decimal(value)) or not_comparable(execution, field)
        if impossible:
            return refuse(execution, facts, row, impossible)
        occurrence = split_part(execution.part)[1]
        scope = execution.scope(step, occurrence, sample_of(facts.value_name))
        return judge_number(field, field.limits, Decimal(value), scope)
    except MissingValueError as missing:
        sentence = f"The limits of {field.label} need {', '.join(missing.names)} first."
        return refuse(execution, facts, row, sentence)
    except RefusedError:
        raise
    except DomainError as error:
        return refuse(execution, facts, row, error.message)


def refuse_what_nobody_types(execution: Execution, facts: StepFacts, row: Transition) -> None:
    """Refuse a typed text in the place of a figure, of the server's clock or of a file (11.10(e), ATK-15)."""
    kind = facts.field.kind if facts.field else None
    if facts.field and kind is FieldKind.COMPUTED:
        sentence = f"{facts.field.label} is computed; correct what it is computed from."
        refuse(execution, facts, row, sentence)
    if kind is FieldKind.TIMER:
        sentence = "The server's clock gives this time: start or stop the timer. It is never corrected."
        refuse(execution, facts, row, sentence)
    if kind is FieldKind.PHOTO:
        sentence = "A file is attached, not typed. Where it can't be read, replace it."
        refuse(execution, facts, row, sentence)


def refuse_what_is_no_longer_there(execution: Execution, facts: StepFacts, given: Given) -> None:
    """Refuse to correct a value that somebody corrected since it was looked at: one would cover the other."""
    now = facts.current.get(facts.value_name)
    if given.replaces is None or now is None or now.entry_id == given.replaces:
        return
    label = facts.field.label if facts.field else facts.value_name
    sentence = f"{label} has been corrected since you looked at it: it is {now.value} now. Look again."
    refuse(execution, facts, lifecycle.CORRECT, sentence)


def refuse_what_changes_nothing(execution: Execution, facts: StepFacts, value: str) -> None:
    """Refuse to correct a value to what it is: signatures would lapse, and an exception open, for nothing.

    A confirmation has one answer only: it is corrected by confirming anew what is done again.
    So are the answers of a line clearance, once it lapsed.
    """
    now = facts.current.get(facts.value_name)
    done_again = facts.step.type is StepType.LINE_CLEARANCE or (now and now.kind is FieldKind.CONFIRM)
    if now is None or now.value != value or done_again:
        return
    label = facts.field.label if facts.field else facts.value_name
    sentence = f"{label} is {now.value} already. Correct it only to another value."
    refuse(execution, facts, lifecycle.CORRECT, sentence)


def refuse(execution: Execution, facts: StepFacts, row: Transition, *sentences: str) -> NoReturn:
    """Refuse what was given, with everything else that stands against the act."""
    found = dict.fromkeys([*refusals(row, facts, execution.work.actor), *sentences])
    raise RefusedError(list(found), act=row.act, stream=facts.stream, part=facts.part)
