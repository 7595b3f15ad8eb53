"""The rules of carrying out steps, each a sentence; a guard returns why not, or nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from records.base import Recorded
from records.execution.facts import ValueFact
from records.execution.models import BatchException, StepRun
from records.execution.states import Judged, StepState
from records.personnel.states import Role
from records.procedure.definition import SignatureRequirement, StepDefinition
from records.procedure.fields import Field, value_names
from records.procedure.vocabulary import Act, FieldKind, StepType
from workflows.authority import Actor
from workflows.execution.asked import ask_order, person_names
from workflows.execution.owner import Owner
from workflows.naming import opening

_IN_ORDER = frozenset({StepType.DISPENSE, StepType.CHARGE_IN})
"""Steps whose things are identified in the order in which the master names them (211.101)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """What the rules about one step occurrence look at."""

    owner: Owner
    step: StepDefinition
    part: str
    title: str
    state: StepState
    waits_for: Sequence[str]
    record: StepRun | None
    current: Mapping[str, ValueFact]
    field: Field | None = None
    value_name: str = ""
    accepted: Collection[int] = ()
    """Entries whose out-of-limit value was accepted with a signature."""
    blocking: Sequence[str] = ()
    at: datetime | None = None
    """When the act is done, by the server's clock."""
    stated_at: datetime | None = None
    """When the person says it was done, for a late entry."""
    not_before: datetime | None = None
    """When the step before was closed: nothing of this one can have been done earlier."""
    late: Sequence[str] = ()
    """Late entries of this step that no second person has assessed, by their exception."""
    hands: Collection[str] = ()
    """Persons who entered a value of this step or signed it, corrections included."""
    missing_equipment: Sequence[str] = ()
    unusable: Sequence[str] = ()
    """Why equipment that the step uses unscanned may not be used now, while the step is not started."""
    lapsed: Sequence[str] = ()
    """Line clearances that were good for too short a time, while the step is not started."""
    readers: Sequence[str] = ()
    """Persons who have read a note that several must read."""
    took_part: Sequence[str] = ()
    """Other steps in which the actor had a hand, where the step wants somebody who had none."""
    next_requirement: SignatureRequirement | None = None

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.owner.stream

    @property
    def signed_record(self) -> Recorded:
        """Return the record whose part a signature over this step is."""
        return self.owner.record

    @property
    def rev(self) -> int | None:
        """Return the revision of the run, where it has been started."""
        return self.record.rev if self.record else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerFacts:
    """What the rules about the whole execution look at."""

    owner: Owner

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return self.owner.title

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.owner.stream

    @property
    def state(self) -> StrEnum | None:
        """Return None: these rules ask the owner, not a state of their own."""
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionFacts:
    """What the rules about one exception look at."""

    record: BatchException
    entered_by: str | None
    signed_record: Recorded | None = None
    """The record the exception belongs to, where a signature is about to be given."""
    owner: Owner | None = None
    """Whose execution the exception is part of, where it is about to be changed."""
    hands: Collection[str] = ()
    """Who gave what the value is computed from, where it is a figure."""
    is_accepted: bool = False
    """Whether somebody has signed that the value is true."""

    @property
    def title(self) -> str:
        """Return what sentences call it."""
        return f"exception {self.record.number}"

    @property
    def stream(self) -> str:
        """Return the stream of the owner's record."""
        return self.record.stream

    @property
    def state(self) -> StrEnum:
        """Return where the exception stands."""
        return self.record.state


def owner_is_executable(facts: StepFacts | OwnerFacts, _actor: Actor) -> str | None:
    """Refuse work on an execution that is not issued, is held or is finished (21 CFR 11.10(f))."""
    owner = facts.owner
    is_done_again = facts.state is StepState.IN_PROGRESS and owner.is_correctable
    if owner.is_executable or is_done_again:
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


def actor_performs_here(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person whose roles the step does not name for performing it (11.10(g))."""
    wanted = _roles(facts.step, Act.PERFORMED) or _roles(facts.step, None)
    return _lacks_role(actor, wanted, facts.step, "performed")


def actor_performs_next(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person whose turn it is not, where several roles perform the step one after the other."""
    return _lacks_role(actor, _wanted(facts, Act.PERFORMED), facts.step, "performed")


def actor_verifies_here(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person whose roles the step does not name for verifying it."""
    return _lacks_role(actor, _wanted(facts, Act.VERIFIED), facts.step, "verified")


def actor_approves_here(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person whose roles the step does not name for approving it."""
    return _lacks_role(actor, _wanted(facts, Act.APPROVED), facts.step, "approved")


def actor_vouches_next(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person whose turn it is not to vouch for the step."""
    if facts.next_requirement is not None and facts.next_requirement.act is Act.APPROVED:
        return actor_approves_here(facts, actor)
    return actor_verifies_here(facts, actor)


def actor_is_independent(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person who took part in the batch, where the master wants one who did not (ATK-30)."""
    if not facts.took_part:
        return None
    return (
        f"Step {facts.step.number} is for somebody who took no other part in the batch; "
        f"{actor.printed_name} took part in step {', '.join(facts.took_part)}."
    )


def reader_is_another_person(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person of two roles to be two readers."""
    if actor.person not in facts.readers:
        return None
    return f"{actor.printed_name} has read it already; another person reads it too."


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


def performing_comes_next(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to perform a step that is already performed, or that nobody performs."""
    return _comes_next(facts, Act.PERFORMED, "performed")


def verifying_comes_next(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to verify before the step is performed (ATK-29)."""
    return _comes_next(facts, Act.VERIFIED, "verified")


def approving_comes_next(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to approve before the step is performed and verified."""
    return _comes_next(facts, Act.APPROVED, "approved")


def step_takes_an_identified_entry(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to close with a click what the master wants signed."""
    requirement = facts.next_requirement
    if requirement and requirement.as_signature:
        return f"Step {facts.step.number} takes a signature."
    return None


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


def equipment_may_be_used(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to start a step on equipment that its rule does not allow (211.160(b)(4), ATK-41)."""
    return " ".join(facts.unusable) or None


def line_is_still_clear(facts: StepFacts, _actor: Actor) -> str | None:
    """Refuse to begin work on a line that was cleared too long ago (211.130(e))."""
    return " ".join(facts.lapsed) or None


def verifier_is_another_person(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person who had a hand in the step: two persons, not two accounts (211.101(c), (d)).

    The first person who vouches for a step has nobody before them to be told from.
    """
    is_first = facts.next_requirement is facts.step.signatures[0]
    if is_first or actor.person not in facts.hands:
        return None
    return f"{actor.printed_name} had a hand in step {facts.step.number}; a second person is needed."


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


def exception_belongs_to_an_open_record(facts: ExceptionFacts, _actor: Actor) -> str | None:
    """Refuse a change of a record that is released, rejected or aborted."""
    owner = facts.owner
    if owner is None or not owner.is_closed:
        return None
    return f"No change on {owner.title}: it is {owner.state_word}."


def exception_is_about_a_value(facts: ExceptionFacts, _actor: Actor) -> str | None:
    """Refuse to accept a value where the exception is about none."""
    return None if facts.record.entry_id is not None else "This exception is not about a value; assess it."


def value_is_not_accepted_yet(facts: ExceptionFacts, _actor: Actor) -> str | None:
    """Refuse to accept a value twice."""
    return "The value was accepted already." if facts.is_accepted else None


def assessor_did_not_enter_the_value(facts: ExceptionFacts, actor: Actor) -> str | None:
    """Refuse the person whose entry the exception is about: a second person assesses it."""
    if facts.entered_by != actor.person:
        return None
    return f"{actor.printed_name} made the entry; another person assesses it."


def acceptor_did_not_enter_the_value(facts: ExceptionFacts, actor: Actor) -> str | None:
    """Refuse the person who entered the value, or what it is computed from."""
    if actor.person not in {facts.entered_by, *facts.hands}:
        return None
    return f"{actor.printed_name} entered the value; another person accepts it."


def _roles(step: StepDefinition, act: Act | None) -> tuple[str, ...]:
    return tuple(
        role
        for requirement in step.signatures
        if act is None or requirement.act is act
        for role in requirement.roles
    )


def _wanted(facts: StepFacts, act: Act) -> tuple[str, ...]:
    """Return the roles of the act that comes next, or of all acts of its kind where its turn is not yet."""
    following = facts.next_requirement
    return following.roles if following and following.act is act else _roles(facts.step, act)


def _lacks_role(actor: Actor, wanted: tuple[str, ...], step: StepDefinition, verb: str) -> str | None:
    if not wanted or actor.roles & {Role(role) for role in wanted}:
        return None
    titles = " or ".join(dict.fromkeys(Role(role).title for role in wanted))
    return f"Step {step.number} is {verb} by: {titles}. {actor.printed_name} does not hold that role."


def _comes_next(facts: StepFacts, act: Act, verb: str) -> str | None:
    requirement = facts.next_requirement
    if requirement is not None and requirement.act is act:
        return None
    if requirement is None:
        return f"Step {facts.step.number} is complete."
    return f"Step {facts.step.number} cannot be {verb} now: it must be {requirement.act} first."


def _named(field: Field, name: str) -> str:
    sample = name.removeprefix(field.name).removeprefix(".")
    return f"{field.label} {sample}".strip()
