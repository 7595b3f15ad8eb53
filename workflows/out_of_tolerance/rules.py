"""Why a case may not be opened, decided or closed: each rule a sentence (21 CFR 211.192, CAL-21)."""

from records.out_of_tolerance.states import Decision, Effect
from workflows.authority import Actor
from workflows.out_of_tolerance.facts import CaseFacts, FindingFacts, NewCaseFacts

_CANNOT_BE_PASSED_OVER = frozenset({Effect.FLIPS, Effect.NOT_CORRECTED})


def asset_is_known(facts: NewCaseFacts, _actor: Actor) -> str | None:
    """Refuse a case of something that is not registered."""
    return None if facts.asset else f"There is no asset {facts.new.asset}. Check the number on its label."


def window_is_possible(facts: NewCaseFacts, _actor: Actor) -> str | None:
    """Refuse a window that ends before it begins, or in time to come."""
    new = facts.new
    if new.found_at > facts.at:
        return "The instrument can't have been found out of tolerance in time to come. Check the time."
    if new.last_good_at >= new.found_at:
        return "The last good result lies before the moment the error was found. Check both times."
    return None


def evidence_is_named(facts: NewCaseFacts, _actor: Actor) -> str | None:
    """Refuse a case that says neither what showed the error nor what was good before."""
    if facts.new.evidence.strip() and facts.new.last_good.strip():
        return None
    return "Say what showed the error, and which result was the last good one."


def something_is_off(facts: NewCaseFacts, _actor: Actor) -> str | None:
    """Refuse a curve without any error: then nothing is out of tolerance."""
    if any(point.error for point in facts.new.curve.points):
        return None
    return "Every error given is zero, so there is nothing to correct. Give the errors as found."


def released_record_says_where_it_is(facts: FindingFacts, _actor: Actor) -> str | None:
    """Refuse a decision on a released record without saying whether it was distributed (314.81(b)(1))."""
    if facts.finding.released_at is None or facts.new.distribution is not None:
        return None
    return "This record was released. Say whether it has been distributed: a field alert may be due."


def what_flips_is_a_deviation(facts: FindingFacts, _actor: Actor) -> str | None:
    """Refuse to find no effect where a verdict flips, or where a value can't be corrected."""
    effect = facts.finding.effect
    if facts.new.decision is not Decision.NO_EFFECT or effect not in _CANNOT_BE_PASSED_OVER:
        return None
    why = "A verdict flips" if effect is Effect.FLIPS else "A value can't be corrected"
    return f"{why} in {facts.finding.record}: decide that it is a deviation, and investigate it."


def decider_took_no_part(facts: FindingFacts, actor: Actor) -> str | None:
    """Refuse a person who did any of the work that the finding is about (211.22(a), ATK-30)."""
    if actor.person not in facts.hands:
        return None
    return f"{actor.printed_name} took part in the work of {facts.finding.record}; another person decides."


def every_finding_is_decided(facts: CaseFacts, _actor: Actor) -> str | None:
    """Refuse to close a case while a record it reaches is not decided on."""
    left = [finding.record for finding in facts.findings if finding.number not in facts.decisions]
    return f"Not decided yet: {', '.join(left)}." if left else None


def nothing_is_unlisted(facts: CaseFacts, _actor: Actor) -> str | None:
    """Refuse to close a case that reaches records which nobody has looked at."""
    if not facts.unlisted:
        return None
    return f"Used in the window and not listed yet: {', '.join(facts.unlisted)}. Look again what it reaches."


def closer_did_not_open(facts: CaseFacts, actor: Actor) -> str | None:
    """Refuse the person who opened the case: another one closes it (ATK-30)."""
    if actor.person != facts.record.opened_by:
        return None
    return f"{actor.printed_name} opened {facts.title}; another person closes it."
