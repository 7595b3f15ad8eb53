"""Rules about functions, certificates and procedures, each one sentence (211.160(b)(4), ISO/IEC 17025)."""

from records.calibration.soundness import function_complaints, procedure_complaints
from workflows.authority import Actor
from workflows.calibration.facts import CertificateFacts, FunctionFacts, NewProcedureFacts, ProcedureFacts
from workflows.naming import number_refusal


def function_is_sound(facts: FunctionFacts, _actor: Actor) -> str | None:
    """Refuse a function without limits, or with limits that contradict each other (211.160(b)(4))."""
    return " ".join(function_complaints(facts.new)) or None


def function_has_a_name(facts: FunctionFacts, _actor: Actor) -> str | None:
    """Refuse a name that pages and signatures can't carry."""
    return number_refusal("The function's name", facts.new.name)


def change_has_a_reason(facts: FunctionFacts, _actor: Actor) -> str | None:
    """Refuse to change limits without saying why (ATK-42)."""
    if facts.new.version > 1 and not facts.reason_given:
        return f"Say why the {facts.title} is changed: its earlier versions stay on record."
    return None


def no_run_is_open(facts: FunctionFacts, _actor: Actor) -> str | None:
    """Refuse to change limits while a calibration by them is under way (ATK-42)."""
    if facts.open_run is None:
        return None
    return f"Calibration {facts.open_run.number} of it is under way. Complete it before its limits change."


def certificate_is_new(facts: CertificateFacts, _actor: Actor) -> str | None:
    """Refuse a certificate that is on record."""
    if facts.is_on_record:
        return f"Certificate {facts.new.certificate} of {facts.record.number} is on record already."
    return None


def certificate_has_a_number(facts: CertificateFacts, _actor: Actor) -> str | None:
    """Refuse a certificate number that pages and signatures can't carry."""
    return number_refusal("The certificate's number", facts.new.certificate)


def certificate_days_are_in_order(facts: CertificateFacts, _actor: Actor) -> str | None:
    """Refuse a certificate of a day to come, or one that ends before it begins."""
    if facts.new.calibrated_on > facts.today:
        return f"The day of calibration {facts.new.calibrated_on} is still to come."
    if facts.new.valid_until < facts.new.calibrated_on:
        return f"Valid until {facts.new.valid_until} is before the calibration on {facts.new.calibrated_on}."
    return None


def certificate_states_uncertainty(facts: CertificateFacts, _actor: Actor) -> str | None:
    """Refuse a certificate without an uncertainty: nothing is traceable by it (ISO/IEC 17025 6.5)."""
    if not facts.new.ranges:
        return "A certificate states its expanded uncertainty in one range at least."
    if any(one.expanded <= 0 or one.coverage < 1 for one in facts.new.ranges):
        return "An expanded uncertainty is above zero, its coverage factor one or more."
    return None


def chain_goes_on(facts: CertificateFacts, _actor: Actor) -> str | None:
    """Refuse a certificate that leads nowhere: neither a standard above it nor an accredited laboratory."""
    if facts.new.parent is None:
        if facts.new.accreditation:
            return None
        return "Name the standard it was calibrated by, or the accreditation of the laboratory (17025 6.5)."
    if facts.new.parent == facts.record.number:
        return f"{facts.record.number} can't be calibrated by itself."
    if not facts.parent_is_standard:
        return f"{facts.new.parent} has no certificate of its own. Record that one first."
    return None


def procedure_has_a_number(facts: NewProcedureFacts, _actor: Actor) -> str | None:
    """Refuse a procedure's number that pages and streams can't carry."""
    return number_refusal("The procedure's number", facts.new.code)


def procedure_is_whole(facts: NewProcedureFacts | ProcedureFacts, _actor: Actor) -> str | None:
    """Refuse a procedure that lacks points, conditions, standards, budget or rule; every lack is told."""
    procedure = facts.new.procedure if isinstance(facts, NewProcedureFacts) else facts.procedure
    return " ".join(procedure_complaints(procedure)) or None


def checker_did_not_write_it(facts: ProcedureFacts, actor: Actor) -> str | None:
    """Refuse the author as the checker: it takes another person."""
    if actor.person == facts.record.created_by:
        return f"{actor.printed_name} wrote the procedure; another person checks it."
    return None


def approver_is_a_third_person(facts: ProcedureFacts, actor: Actor) -> str | None:
    """Refuse the author or the checker as the one who approves."""
    if actor.person in {facts.record.created_by, facts.record.checked_by}:
        return f"{actor.printed_name} wrote or checked the procedure; another person approves it."
    return None
