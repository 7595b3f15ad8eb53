"""Rules about the policy of signatures, each one sentence (21 CFR 11.10(j))."""

from workflows.authority import Actor
from workflows.policy.facts import AcknowledgementFacts, PublicationFacts


def text_is_given(facts: PublicationFacts, _actor: Actor) -> str | None:
    """Refuse a policy that says nothing."""
    if facts.new.title.strip() and facts.new.text.strip():
        return None
    return "A policy has a title and a text."


def effective_day_is_not_past(facts: PublicationFacts, _actor: Actor) -> str | None:
    """Refuse a policy that would have held before anybody could read it."""
    if facts.new.effective_at >= facts.today_began_at:
        return None
    return "A policy can't hold from a day that is past. Take today or a later day."


def version_is_not_replaced(facts: AcknowledgementFacts, _actor: Actor) -> str | None:
    """Refuse to acknowledge what is no longer the policy."""
    if facts.replaced_by is None:
        return None
    return f"Version {facts.replaced_by} has taken its place. Read and acknowledge that one."


def version_is_not_acknowledged_yet(facts: AcknowledgementFacts, actor: Actor) -> str | None:
    """Refuse to acknowledge a version twice."""
    if actor.person not in facts.acknowledged_by:
        return None
    return f"{actor.printed_name} has acknowledged version {facts.record.number} already."
