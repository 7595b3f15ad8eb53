"""Why a work order may not move on: each rule a sentence (21 CFR 211.67, 211.68, Annex 15 section 11)."""

from records.equipment.states import GmpImpact
from records.execution.states import DECIDED, ExceptionState
from records.material.states import MovementKind
from records.material.usability import quality_refusals
from records.procedure.queries import is_in_force
from records.procedure.vocabulary import OperationsType
from records.work_order.states import OrderKind, SourceKind
from signatures.meaning import Meaning
from workflows.authority import Actor
from workflows.material.rules import movement_refusal
from workflows.naming import number_refusal
from workflows.work_order.facts import FailureFacts, LabourFacts, NewOrderFacts, OrderFacts, PartFacts

_UNASSESSED = frozenset({ExceptionState.OPEN, ExceptionState.RETURNED})


def order_is_new(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse a number that another order has."""
    if facts.existing:
        return f"Work order {facts.number} is there already: {facts.existing.title}."
    return number_refusal("The number of the work order", facts.number)


def asset_is_there(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse an order on an asset that is not registered, or retired."""
    if facts.asset is None:
        return f"There is no asset {facts.new.asset}. Scan its label, or check the number."
    return f"Asset {facts.new.asset} is retired." if facts.asset_service == "retired" else None


def what_is_wrong_is_said(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse an order that says nothing."""
    return None if facts.new.title.strip() else "Say in a few words what is wrong or to be done."


def window_is_in_order(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse a window that ends before it begins."""
    new = facts.new
    times = [one for one in (new.window_opens_at, new.due_at, new.hard_stop_at) if one]
    if times == sorted(times):
        return None
    return "The window must open before the work is due, and the work be due before its hard stop."


def plan_names_its_procedure(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse an order from a plan without its version, or signatures that no plan version asks for (C5)."""
    new = facts.new
    if (new.source_kind is SourceKind.PLAN) is not (new.plan_version is not None):
        return "An order from a plan names the version of the plan; any other order names none."
    if new.plan_version is None and (new.signatures or new.master):
        return "Procedure and signatures come from a plan version, or from the planner; not from a request."
    return None


def source_is_there(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse an order from something that is not on record, or that is decided already."""
    kind, source = facts.new.source_kind, facts.new.source
    if kind is SourceKind.EXCEPTION:
        if facts.exception is None:
            return f"There is no exception {source}. Check the number."
        if facts.exception.state in DECIDED:
            return f"Exception {facts.exception.number} is {facts.exception.state}; nothing waits for it."
    if kind is SourceKind.FOLLOW_UP and facts.source_order is None:
        return f"There is no work order {source} to follow."
    return None


def procedure_is_for_maintenance(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to plan without a procedure in force for maintenance; a calibration brings its own."""
    version, named = facts.version, facts.record.master
    if version is None:
        is_without = facts.record.order_kind is OrderKind.CALIBRATION
        return None if is_without else "Name the procedure by which the work is done."
    if version.operations_type != OperationsType.MAINTENANCE:
        return f"{version.number} is a procedure of {version.operations_type}, not of maintenance."
    if facts.work.procedure is None and not is_in_force(version, facts.at):
        return f"{named or version.number} is not in force now ({version.state}). Choose the version that is."
    return None


def assignee_may_do_it(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to give the work to a person who may not carry it out."""
    if facts.assignee_may:
        return None
    return f"{facts.assignee} is not authorised to carry out work orders."


def scanned_asset_is_the_orders(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to begin at another asset than the order's."""
    if facts.scanned == facts.record.asset:
        return None
    wrong = f"{facts.scanned} was scanned. " if facts.scanned else ""
    return f"{wrong}This order is for {facts.record.asset}: scan that one."


def every_step_is_closed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to finish with steps or readings still to be done."""
    left = facts.work.open_steps
    return f"Still to be done: step {', '.join(left)}." if left else None


def calibration_is_completed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to finish a calibration order in which nothing was calibrated (211.160(b)(4))."""
    if facts.record.order_kind is not OrderKind.CALIBRATION or facts.work.is_calibrated:
        return None
    return "No calibration in this order is completed and signed. Complete one, or cancel the order."


def exceptions_are_assessed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to finish while a supervisor has not assessed what went wrong."""
    left = [one.number for one in facts.grave if one.state in _UNASSESSED]
    return f"A supervisor must first assess: {', '.join(left)}." if left else None


def repair_is_verified(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to end a repair without a passed verification after it (ISO/IEC 17025 6.4.4)."""
    work = facts.work
    is_repair = facts.record.order_kind is OrderKind.CORRECTIVE or bool(work.changes)
    if not is_repair:
        return None
    last = work.checks[-1] if work.checks else None
    if last is None:
        return f"Verify that {facts.asset.number} works after the repair, and record it."
    if not last.has_passed:
        return f"The verification after the repair did not pass: {last.what}. Repair and verify again."
    repaired_at = max((one.changed_at for one in work.changes), default=None)
    if repaired_at and last.checked_at < repaired_at:
        return f"{work.changes[-1].what} was changed after the last verification. Verify again."
    return None


def change_is_assessed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to close before the effect of a changed part or firmware on the qualified state is assessed."""
    work = facts.work
    if not work.changes:
        return None
    last = work.assessments[-1] if work.assessments else None
    if last and last.assessed_at >= work.changes[-1].changed_at:
        return None
    changed = ", ".join(one.what for one in work.changes)
    return (
        f"Requalification assessment required: {changed} changed. Say whether {facts.asset.number} needs it."
    )


def something_changed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to assess where nothing of the asset was changed."""
    if facts.work.changes:
        return None
    return f"No part or firmware of {facts.asset.number} was changed: there is nothing to assess."


def assessor_did_not_do_it(facts: OrderFacts, actor: Actor) -> str | None:
    """Refuse a person who changed the part to say alone what it means."""
    if actor.person not in facts.work.hands:
        return None
    return f"{actor.printed_name} did some of this work; another person assesses it."


def reviewer_did_none_of_it(facts: OrderFacts, actor: Actor) -> str | None:
    """Refuse a reviewer who did any of the work, by whatever account (ATK-30)."""
    if actor.person not in facts.work.hands:
        return None
    return f"{actor.printed_name} did some of this work; another person reviews it."


def work_is_signed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to review what its performer's signature no longer covers."""
    if Meaning.WORK_DONE in facts.work.signed:
        return None
    return "The work is not signed by its performer as it stands. Return it to be signed again."


def review_is_signed(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse a return to service while the technical review does not stand."""
    wanted = {Meaning.WORK_DONE, Meaning.WORK_REVIEWED}
    if wanted <= set(facts.work.signed):
        return None
    return "The signatures of performer and reviewer do not stand. Return the order to be signed again."


def quality_need_not_sign(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to close without the quality unit where it must sign (C5)."""
    if not facts.needs_quality:
        return None
    if facts.asset.gmp_impact is GmpImpact.DIRECT:
        return f"{facts.asset.number} has direct GMP impact: the quality unit returns it to service."
    return "The quality unit returns it to service: its plan asks for it, or something was out of limits."


def plan_version_stands(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse another procedure than the one a plan version names (C5)."""
    version, record = facts.version, facts.record
    if record.plan_version is None or version is None or version.number == record.master:
        return None
    return f"Plan {record.plan_version} names {record.master}; change the plan, not its order."


def time_is_stopped(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to finish while somebody's time still runs."""
    running = [one.person for one in facts.work.labour if one.stopped_at is None]
    return f"Stop the time of {', '.join(running)} first." if running else None


def failure_is_told(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to end a repair without saying in codes what failed (ISO 14224)."""
    if facts.record.order_kind is not OrderKind.CORRECTIVE or facts.work.failure is not None:
        return None
    return "Say what failed: its mode, mechanism and cause."


def codes_are_known(facts: FailureFacts, _actor: Actor) -> str | None:
    """Refuse codes that the asset's class does not have, and a downtime that ends before it begins."""
    new, codes = facts.new, facts.codes
    for what, code, known in (
        ("mode", new.mode, codes.modes),
        ("mechanism", new.mechanism, codes.mechanisms),
        ("cause", new.cause, codes.causes),
    ):
        if code not in known:
            return f"{code} is no {what} of this class. Choose one of {', '.join(known)}."
    if new.down_from and new.down_until and new.down_until < new.down_from:
        return "The asset can't have been up again before it was down."
    return None


def part_may_be_taken(facts: PartFacts, _actor: Actor) -> str | None:
    """Refuse a part from a lot that is not released, is expired, or holds less (never below zero)."""
    lot = facts.lot
    found = quality_refusals(lot, facts.at, facts.time_zone)
    refused = movement_refusal(lot, MovementKind.CONSUME, facts.quantity)
    return " ".join([*found, *([refused] if refused else [])]) or None


def own_time_is_not_running(facts: LabourFacts, actor: Actor) -> str | None:
    """Refuse to start a person's time twice."""
    return f"The time of {actor.printed_name} runs already." if facts.running else None


def own_time_is_running(facts: LabourFacts, actor: Actor) -> str | None:
    """Refuse to stop a time that does not run."""
    return None if facts.running else f"The time of {actor.printed_name} does not run. Start it first."
