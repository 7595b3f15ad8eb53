"""Why an exception may not be decided or an investigation not be closed: each rule a sentence (211.192)."""

from records.execution.states import DECIDED, ExceptionState
from records.procedure.vocabulary import Severity
from workflows.authority import Actor
from workflows.review.facts import DecisionFacts, InvestigationFacts, NewInvestigationFacts, ReviewFacts

_GRAVE = frozenset({Severity.HIGH, Severity.CRITICAL})
_LOW = frozenset({Severity.INFO, Severity.LOW})


def trail_is_opened(facts: ReviewFacts, _actor: Actor) -> str | None:
    """Refuse a signature on a trail that its reviewer has not opened as it is now (FAIL-04)."""
    return "Open the audit trail of the record as it is now, then sign." if facts.unread.trail else None


def exceptions_are_opened(facts: ReviewFacts, _actor: Actor) -> str | None:
    """Refuse a signature on exceptions that their reviewer has not opened (MHRA 6.15, FAIL-05)."""
    numbers = ", ".join(name.partition("/")[2] for name in facts.unread.exceptions)
    return f"Exceptions you have not opened: {numbers}." if numbers else None


def unchecked_items_are_opened(facts: ReviewFacts, _actor: Actor) -> str | None:
    """Refuse a signature on what no rule judges and its reviewer has not opened (MHRA 6.15)."""
    left = len(facts.unread.items)
    return f"Open what no rule checks: {left} items left." if left else None


def grave_exception_is_assessed(facts: DecisionFacts, _actor: Actor) -> str | None:
    """Refuse to decide on a grave exception before production has assessed it."""
    record = facts.record
    if record.severity not in _GRAVE or record.assessed_by is not None:
        return None
    return f"{record.number} is {record.severity}: a supervisor assesses it first."


def severity_is_low(facts: DecisionFacts, _actor: Actor) -> str | None:
    """Refuse to accept together with others what is to be weighed by itself."""
    record = facts.record
    if record.severity in _LOW:
        return None
    return f"{record.number} is {record.severity}; decide on it by itself."


def decider_took_no_part(facts: DecisionFacts, actor: Actor) -> str | None:
    """Refuse a person who did any of the work (211.22(a), ATK-30)."""
    if actor.person not in facts.hands:
        return None
    return f"{actor.printed_name} took part in the work; another person decides on {facts.record.number}."


def something_is_investigated(facts: NewInvestigationFacts, _actor: Actor) -> str | None:
    """Refuse an investigation of nothing."""
    if facts.exceptions and facts.heading.strip():
        return None
    return "Name the exceptions to investigate, and give the investigation a title."


def exceptions_are_undecided(facts: NewInvestigationFacts, _actor: Actor) -> str | None:
    """Refuse to investigate what is decided, or under investigation already."""
    found = [
        f"{row.number} is {row.state}"
        for row in facts.exceptions
        if row.state in DECIDED or row.state is ExceptionState.ESCALATED
    ]
    return f"Not open for an investigation: {', '.join(found)}." if found else None


def named_batch_is_another(facts: InvestigationFacts, _actor: Actor) -> str | None:
    """Refuse a text that names the batch investigated, or one that is not there, as another to consider."""
    if facts.own_batch_named:
        return f"{facts.record.batch} is the batch investigated. Name another one to consider."
    if facts.unknown:
        return f"There is no batch {', '.join(facts.unknown)} to consider. Check the number."
    return None


def conclusions_are_written(facts: InvestigationFacts, _actor: Actor) -> str | None:
    """Refuse to conclude without a cause, a conclusion and a follow-up in writing (211.192)."""
    text = facts.text
    parts = {"the cause": text.cause, "the conclusion": text.conclusion, "the follow-up": text.follow_up}
    missing = [name for name, said in parts.items() if not said.strip()]
    return f"Still to be written: {', '.join(missing)}." if missing else None


def other_batches_are_considered(facts: InvestigationFacts, _actor: Actor) -> str | None:
    """Refuse to conclude before each related batch is found affected or not (211.192)."""
    left = [str(one["number"]) for one in facts.text.other_batches if one["affected"] is None]
    return f"Not yet considered: {', '.join(left)}." if left else None


def approver_did_not_write(facts: InvestigationFacts, actor: Actor) -> str | None:
    """Refuse a person who wrote or concluded the investigation: two persons sign it (ATK-30)."""
    if actor.person not in facts.writers:
        return None
    return f"{actor.printed_name} wrote this investigation; another person approves it."
