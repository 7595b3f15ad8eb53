"""Whose turn it is at a step, and who may not take it: each rule a sentence, or nothing."""

from typing import Protocol

from records.personnel.states import Role
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import Act
from workflows.authority import Actor
from workflows.execution.subjects import StepFacts


class _AsksForTraining(Protocol):
    @property
    def untrained(self) -> str | None:
        """Return what training the actor lacks."""


def actor_is_trained(facts: _AsksForTraining, _actor: Actor) -> str | None:
    """Refuse a person not trained on this version of the master, or for what the step asks (211.25)."""
    return facts.untrained


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


def verifier_is_another_person(facts: StepFacts, actor: Actor) -> str | None:
    """Refuse a person who had a hand in the step: two persons, not two accounts (211.101(c), (d)).

    The first person who vouches for a step has nobody before them to be told from.
    """
    is_first = facts.next_requirement is facts.step.signatures[0]
    if is_first or actor.person not in facts.hands:
        return None
    return f"{actor.printed_name} had a hand in step {facts.step.number}; a second person is needed."


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
