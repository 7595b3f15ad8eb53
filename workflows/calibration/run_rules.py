"""Rules about calibration runs, each one sentence (CAL-12, CAL-18, CAL-23 to CAL-25, ATK-42)."""

from records.calibration.judging import expected_complaint
from records.calibration.soundness import fit_complaints
from records.calibration.states import Phase, ProcedureState, Tier
from records.work_order.states import OrderKind, WorkOrderState
from workflows.authority import Actor
from workflows.calibration.run_facts import NewRunFacts, RunFacts


def order_is_a_calibration(facts: NewRunFacts, _actor: Actor) -> str | None:
    """Refuse to calibrate in an order for something else, or for another asset."""
    if facts.record.order_kind is not OrderKind.CALIBRATION:
        return f"Work order {facts.record.number} is not for a calibration. Raise one that is."
    return None


def order_is_in_progress(facts: NewRunFacts | RunFacts, _actor: Actor) -> str | None:
    """Refuse to calibrate in an order that is not being carried out."""
    order = facts.record if isinstance(facts, NewRunFacts) else facts.order
    if order.state is WorkOrderState.IN_PROGRESS:
        return None
    return f"Work order {order.number} is {order.state.replace('_', ' ')}. Start it first."


def procedure_is_in_force(facts: NewRunFacts, _actor: Actor) -> str | None:
    """Refuse a procedure that nobody has approved, or that another has superseded."""
    if facts.procedure.state is ProcedureState.EFFECTIVE:
        return None
    return f"Procedure {facts.procedure.number} is {facts.procedure.state}. Take the version in force."


def function_and_procedure_fit(facts: NewRunFacts, _actor: Actor) -> str | None:
    """Refuse an instrument without a function and limits, or a procedure made for another (211.160(b)(4))."""
    if facts.function is None:
        return (
            f"{facts.asset.number} has no function {facts.new.function} with limits. Define it first "
            f"(21 CFR 211.160(b)(4))."
        )
    return " ".join(fit_complaints(facts.function, facts.content)) or None


def no_other_run_is_open(facts: NewRunFacts, _actor: Actor) -> str | None:
    """Refuse a second run beside one under way."""
    if facts.open_run is None:
        return None
    return f"Calibration {facts.open_run.number} of it is under way. Complete it, or make it void first."


def technician_is_trained(facts: NewRunFacts | RunFacts, actor: Actor) -> str | None:
    """Refuse a technician who is not trained for the procedure (CAL-24)."""
    if facts.untrained is None:
        return None
    return f"{actor.printed_name} is {facts.untrained}. Record the training on the page Training (/training)."


def standard_is_asked_for(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse a standard of a class that the procedure does not ask for, or the instrument itself."""
    if facts.standard is None:
        return None
    asset, its_class = facts.standard.asset, facts.standard.standard_class
    if asset == facts.record.asset:
        return f"{asset} is what is calibrated; it can't be its own standard."
    if its_class is None:
        return f"{asset} has no certificate: it is no standard. Scan one that is."
    if its_class not in facts.procedure.standards:
        wanted = " and ".join(facts.procedure.standards)
        return f"{asset} is a standard of class {its_class}; the procedure asks for {wanted}."
    return None


def standard_is_valid(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse a standard whose chain is broken today: overdue, out of tolerance, without accreditation."""
    return facts.standard.chain.refusal if facts.standard else None


def standards_change_before_readings(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to change a standard once something was read with it."""
    if not facts.readings or facts.standard is None:
        return None
    if facts.standard.standard_class not in facts.standards:
        return None
    return "Readings were taken with the standards scanned. Make the calibration void and begin anew."


def standards_are_at_hand(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse a reading before every standard is scanned, and with one that has become invalid (CAL-25)."""
    lacking = [name for name in facts.procedure.standards if name not in facts.standards]
    if lacking:
        return f"Scan a standard of class {' and '.join(lacking)} first."
    return " ".join(facts.broken) or None


def conditions_are_kept(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to go on without the conditions of the environment, or outside them (CAL-23)."""
    lacking = [one.quantity for one in facts.procedure.conditions if one.quantity not in facts.conditions]
    if lacking:
        return f"Record the {' and '.join(lacking)} of the room first."
    outside = [one for one in facts.conditions.values() if not one.is_within]
    if outside:
        told = ", ".join(f"{one.quantity} {one.value} {one.unit}" for one in outside)
        return f"The room is outside what the procedure allows: {told}. Wait, then record it again."
    return None


def uncertainty_supports_the_rule(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to read where the standards can't support a plain pass (Z540.3, 5.3(b))."""
    if facts.readings or set(facts.procedure.standards) - set(facts.standards):
        return None
    return expected_complaint(facts.function, facts.procedure, facts.certified)


def phase_is_open(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse a reading of a phase that is locked or not begun: as-found stays as it was found (CAL-12)."""
    wanted = facts.reading.phase if facts.reading else facts.phase
    if wanted is facts.phase:
        return None
    if wanted is Phase.AS_FOUND:
        return "The as-found readings are locked; none is added or corrected."
    return "Lock the as-found readings before anything is read as left."


def point_is_the_procedures(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse a point or repeat that the procedure does not have."""
    reading = facts.reading
    if reading is None or (
        1 <= reading.seq <= len(facts.procedure.points) and 1 <= reading.repeat <= facts.procedure.repeats
    ):
        return None
    return f"The procedure has no point {reading.seq}, reading {reading.repeat}."


def point_is_not_read_yet(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to write over a reading: it is corrected, with a reason."""
    if facts.found is None or facts.reading is None:
        return None
    name = facts.name_of(facts.reading.seq, facts.reading.repeat)
    return f"{name.capitalize()} is read already. Correct it with a reason."


def there_is_a_reading_to_correct(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to correct what was never read."""
    if facts.found is not None or facts.reading is None:
        return None
    return f"Point {facts.reading.seq} is not read yet; there is nothing to correct."


def decided_before_as_left(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse as-left readings before an adjustment, or the statement that there is none, is on record."""
    asks_as_left = facts.reading is None or facts.reading.phase is Phase.AS_LEFT
    if not asks_as_left or facts.phase is Phase.AS_FOUND:
        return None
    if facts.adjustments or facts.record.as_found_waived:
        return None
    return "Record what was adjusted, or that nothing was, before it is read as left."


def every_point_is_read(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to lock or complete while a point lacks its reading."""
    if facts.phase is Phase.AS_LEFT and not facts.needs_as_left:
        return None
    missing = facts.missing(facts.phase)
    return f"Not read yet: {', '.join(missing)}." if missing else None


def nothing_is_unsaved(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to lock or adjust while the device holds readings that the server has not acknowledged."""
    if not facts.unsaved:
        return None
    return f"{facts.unsaved} reading(s) on this device are not saved. Wait until they are."


def waiver_is_by_another(facts: RunFacts, actor: Actor) -> str | None:
    """Refuse the technician as the one who approves a calibration without as-found (CAL-12)."""
    if actor.person == facts.record.started_by:
        return f"{actor.printed_name} carries out the calibration; another person approves it."
    return None


def adjustment_says_what(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse an adjustment that does not say what was adjusted, from which setting to which."""
    adjustment = facts.adjustment
    if adjustment is None or (adjustment.what.strip() and adjustment.before and adjustment.after):
        return None
    return "Say what was adjusted, and its setting before and after."


def no_adjustment_is_explained(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to leave alone, without a reason, what lies beyond its adjust limit."""
    if facts.adjustment is not None:
        return None
    if facts.is_adjusted:
        return "An adjustment is on record already; it can't be said that there was none."
    beyond = {Tier.ADJUST, Tier.FAIL} & facts.tiers
    if beyond and not facts.reason_given:
        return "Errors lie beyond the adjust limit. Adjust, or say why it is not adjusted."
    return None


def adjustment_is_decided(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to complete a calibration that does not say whether it was adjusted."""
    if facts.adjustments:
        return None
    return "Record what was adjusted, or that nothing was, before the calibration is completed."


def restriction_is_explained(facts: RunFacts, _actor: Actor) -> str | None:
    """Refuse to restrict the use without a reason, or to a range that was not calibrated."""
    use = facts.use
    if use is None:
        return None
    inside = [point for point in facts.procedure.points if use.holds(point.applied)]
    if not (facts.function.measuring.holds(use.lower) and facts.function.measuring.holds(use.upper)):
        return "The restricted range lies inside the measuring range."
    if len({point.applied for point in inside}) < 2:
        return "Two points or more of the procedure lie in a range that use is restricted to."
    return None if facts.reason_given else "Say why the use is restricted."
