"""Why a person may not say by hand what a running batch says of its equipment (211.67, 211.105(a)).

What a step does to its equipment the step itself writes. A hand says what no step does: what an ended batch
left behind, a cleaning outside a batch, a machine that failed.
"""

from records.equipment.calculations import plain
from records.equipment.states import Axis
from workflows.authority import Actor
from workflows.equipment.facts import StateFacts

_CLEAN = frozenset({"clean", "sterile"})
_OF_STEPS = frozenset({"available", "in_use"})
"""The words of the service axis that steps write while they use the asset."""


def content_is_not_of_a_running_batch(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to end by hand what a batch under way holds: its own steps say when it is empty (211.105(a))."""
    if facts.new.axis is not Axis.CONTENT or facts.held_batch not in facts.running:
        return None
    return (
        f"{facts.record.number} holds batch {facts.held_batch}, which is under way. "
        f"Complete or leave out its steps that use {facts.record.number}; then it is empty."
    )


def content_is_empty_before_another(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to go from one batch's content to another's: between them it is cleaned (211.67(a))."""
    held, named = facts.held_batch, facts.named_batch
    if held is None or held in facts.running or named in {None, held}:
        return None
    return f"{facts.record.number} holds batch {held}. Record that it is empty, and clean it, first."


def content_is_of_a_batch_that_uses_it(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to say that an asset holds a batch that is not carried out on it (211.105(a))."""
    batch, number = facts.named_batch, facts.record.number
    if batch is None or not facts.batch_exists:
        return None
    if batch not in facts.running:
        return f"Batch {batch} is not under way; {number} can't hold it."
    if not facts.is_used_by_named:
        return f"No step of batch {batch} has used {number}. Scan {number} in the step that uses it."
    return None


def calibration_follows_from_its_run(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to move by hand what a calibration said, a due date above all (CAL-22, ATK-42)."""
    standing = facts.open_interval
    run = (standing.detail or {}).get("run") if standing else None
    if facts.new.axis is not Axis.CALIBRATION or not run:
        return None
    return (
        f"{facts.record.number} is {plain(standing.value if standing else '')} by calibration {run}. "
        f"Calibrate it anew, or take it out of service."
    )


def what_is_clean_is_empty(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to call clean what holds a batch (211.67(a))."""
    if facts.new.axis is not Axis.CLEANING or facts.new.value not in _CLEAN or facts.held_batch is None:
        return None
    number, batch = facts.record.number, facts.held_batch
    return f"{number} holds batch {batch}; it can't be {facts.new.value}. Empty it first (21 CFR 211.105(a))."


def what_is_in_use_is_not_cleaned(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to clean what a step is using."""
    words = _CLEAN | {"in_cleaning"}
    if facts.new.axis is not Axis.CLEANING or facts.new.value not in words or not facts.steps:
        return None
    return f"{_in_use(facts)} Complete or leave out the step before {facts.record.number} is cleaned."


def service_of_what_is_in_use(facts: StateFacts, _actor: Actor) -> str | None:
    """Leave to steps what they write; a machine that fails under a batch is taken out with a reason."""
    if facts.new.axis is not Axis.SERVICE:
        return None
    if facts.steps and facts.new.value in _OF_STEPS:
        return f"{_in_use(facts)} It is available when the step is completed or left out."
    is_of_a_batch = facts.steps or facts.held_batch in facts.running
    if is_of_a_batch and not facts.reason_given:
        who = _in_use(facts) if facts.steps else f"{facts.record.number} holds batch {facts.held_batch}."
        return f"{who} Give the reason why it is {plain(facts.new.value)} now."
    return None


def maintenance_is_ended_by_its_order(facts: StateFacts, _actor: Actor) -> str | None:
    """Refuse to take an asset out of the hands of maintenance by hand (ISO/IEC 17025 6.4.4)."""
    standing = facts.open_interval
    if facts.new.axis is not Axis.SERVICE or standing is None:
        return None
    order = standing.detail.get("work_order")
    if order and standing.value == "maintenance":
        return (
            f"{facts.record.number} is in the hands of work order {order}. Its close returns it to service."
        )
    is_back = facts.new.value in _OF_STEPS and standing.value == "out_of_service"
    if order and is_back and facts.qualification != "qualified":
        return (
            f"{facts.record.number} is {plain(facts.qualification or 'not known')} since work order {order}; "
            f"record its requalification before it returns to service (Annex 15)."
        )
    return None


HAND_RULES = (
    maintenance_is_ended_by_its_order,
    content_is_not_of_a_running_batch,
    content_is_empty_before_another,
    content_is_of_a_batch_that_uses_it,
    what_is_clean_is_empty,
    what_is_in_use_is_not_cleaned,
    service_of_what_is_in_use,
    calibration_follows_from_its_run,
)
"""What a state that a person begins by hand is checked by besides `STATE_RULES`; steps answer for theirs."""


def _in_use(facts: StateFacts) -> str:
    return f"{facts.record.number} is in use by {', '.join(facts.steps)}."
