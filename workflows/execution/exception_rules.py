"""Why an exception may not be assessed, or its value not be accepted: each rule a sentence, or nothing."""

from workflows.authority import Actor
from workflows.execution.subjects import ExceptionFacts


def exception_belongs_to_an_open_record(facts: ExceptionFacts, _actor: Actor) -> str | None:
    """Refuse a change of a record that is released or rejected."""
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
