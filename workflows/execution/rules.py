"""The rules of carrying out steps, each a sentence; a guard returns why not, or nothing."""

from collections.abc import Mapping

from records.execution.states import Judged, StepState
from records.procedure.fields import Field, value_names
from records.procedure.vocabulary import FieldKind, StepType
from workflows.authority import Actor
from workflows.execution.asked import ask_order, person_names
from workflows.execution.subjects import OwnerFacts, StepFacts
from workflows.naming import opening

_IN_ORDER = frozenset({StepType.DISPENSE, StepType.CHARGE_IN})
"""Steps whose things are identified in the order in which the master names them (211.101)."""


def owner_is_executable(facts: StepFacts | OwnerFacts, _actor: Actor) -> str | None:
    """Refuse work on an execution that is not issued, is held or is finished (21 CFR 11.10(f))."""
    owner = facts.owner
    may_follow = facts.state is StepState.IN_PROGRESS or facts.is_after_production
    if owner.is_executable or (may_follow and owner.is_correctable):
        return None
    return f"No work on {owner.title}: it is {owner.state_word}."


def owner_is_correctable(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a change once the record is with the quality unit or closed."""
    owner = facts.owner
    if owner.is_correctable:
        return None
    return f"No change on {owner.title}: it is {owner.state_word}."


def owner_is_not_closed(facts: OwnerFacts, _actor: Actor) -> str | None:
    """Refuse additions to a record that is with the quality unit or closed; on hold it still takes them."""
    owner = facts.owner
    return None if owner.is_correctable or owner.is_held else f"{opening(owner.title)} is {owner.state_word}."


def step_is_ready(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a step before its turn (21 CFR 11.10(f), 211.100(b))."""
    if facts.state is not StepState.NOT_READY:
        return None
    reasons = " ".join(facts.waits_for)
    return f"Step {facts.step.number} is not ready. {reasons}".strip()


def nothing_blocks_execution(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to go on while an exception that blocks execution is not assessed."""
    if not facts.blocking or facts.state is StepState.IN_PROGRESS:
        return None
    return f"A supervisor must first assess {', '.join(facts.blocking)}."


def nothing_is_awaited(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to go on, in a step under way too, before the work order raised from an exception has ended."""
    return awaited_words(facts.awaited)


def awaited_words(awaited: Mapping[str, str]) -> str | None:
    """Return what must end before the work goes on, as a sentence."""
    found = [f"{record.partition('/')[2]} ({exception})" for record, exception in awaited.items()]
    return f"The work goes on once work order {', '.join(found)} is closed." if found else None


def field_is_given_by_a_person(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to type what the system computes, or what the step does not ask for."""
    if facts.field is None:
        return f"Step {facts.step.number} does not ask for {facts.value_name!r}."
    if facts.value_name not in person_names(facts.field):
        return f"{facts.field.label} is computed; correct what it is computed from."
    return None


def field_takes_a_file(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a file in the place of a value."""
    if facts.field is None or facts.field.kind is FieldKind.PHOTO:
        return None
    return f"{facts.field.label} asks for no file."


def identity_comes_first(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to weigh or charge before the things named earlier were identified, in the master's order."""
    if facts.step.type not in _IN_ORDER or facts.field is None:
        return None
    for field, name in ask_order(facts.step):
        if name == facts.value_name:
            return None
        if field.kind is FieldKind.SCAN and field.required and name not in facts.current:
            return f"{_named(field, name)} comes first."
    return None


def label_is_printed(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to confirm a label on a container before it is printed with what was weighed (211.101(b))."""
    return facts.wrong_labels.get(facts.value_name)


def labels_say_what_was_weighed(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close a step while a confirmed label says another weight or lot than is on record."""
    wrong = [sentence for name, sentence in facts.wrong_labels.items() if name in facts.current]
    return " ".join(wrong) or None


def field_is_empty(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a second first value: the first one is a record (FAIL-01)."""
    given = facts.current.get(facts.value_name)
    if given is None:
        return None
    label = facts.field.label if facts.field else facts.value_name
    return f"{label} already has the value {given.value}. Correct it, with a reason."


def field_has_a_value(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to correct what was never entered."""
    if facts.value_name in facts.current:
        return None
    label = facts.field.label if facts.field else facts.value_name
    return f"{label} has no value yet. Enter it."


def every_field_is_filled(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close a step with a blank (211.188(b))."""
    missing = [
        _named(field, name)
        for field in facts.step.fields
        if field.required
        for name in value_names(field)
        if name not in facts.current
    ]
    return f"Still missing: {', '.join(missing)}." if missing else None


def values_out_of_limits_are_accepted(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close while an out-of-limit value is neither corrected nor accepted (211.110(a))."""
    out = [
        name
        for name, fact in facts.current.items()
        if fact.judged is Judged.ACTION and fact.entry_id not in facts.accepted
    ]
    if not out:
        return None
    return f"Out of limits: {', '.join(out)}. Correct it if it was mistyped, or have a supervisor accept it."


def equipment_is_in_use(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close a step whose equipment was not identified (211.188(b)(2))."""
    if not facts.missing_equipment:
        return None
    return f"Scan the equipment first: {', '.join(facts.missing_equipment)}."


def equipment_is_in_what_is_signed(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a signature that would cover no state of the equipment: nothing has started the step yet."""
    if facts.record is not None or not facts.untaken or facts.next_requirement is None:
        return None
    if not facts.next_requirement.as_signature:
        return None
    number, tags = facts.step.number, ", ".join(facts.untaken)
    if any(person_names(field) for field in facts.step.fields):
        return f"Enter a value of step {number} first: it takes {tags} into use, so that you sign its state."
    return (
        f"Step {number} uses {tags} and asks for nothing, so its state is not in what would be signed. "
        "Leave the step out; its master must ask for a scan."
    )


def equipment_may_be_used(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to start a step on equipment that its rule does not allow (211.160(b)(4), ATK-41)."""
    return " ".join(facts.unusable) or None


def line_is_still_clear(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to begin work on a line that was cleared too long ago (211.130(e))."""
    return " ".join(facts.lapsed) or None


def stated_time_is_past(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a stated time in the future (211.100(b), ATK-29)."""
    if facts.stated_at is None or facts.at is None or facts.stated_at <= facts.at:
        return None
    return "The stated time is in the future. State when it was done."


def stated_time_follows_the_step_before(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse a stated time before the step before was closed (ATK-28)."""
    if facts.stated_at is None or facts.not_before is None or facts.stated_at >= facts.not_before:
        return None
    closed = f"{facts.not_before:%Y-%m-%d %H:%M:%S} UTC"
    return f"The step before was closed at {closed}; this can't have been done earlier."


def late_entries_are_assessed(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close a step while a second person has not assessed its late entries (211.100(b))."""
    return f"A supervisor must first assess the late entry: {', '.join(facts.late)}." if facts.late else None


def _named(field: Field, name: str) -> str:
    sample = name.removeprefix(field.name).removeprefix(".")
    return f"{field.label} {sample}".strip()
