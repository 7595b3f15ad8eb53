"""Why an order or batch may not move on: each rule a sentence (21 CFR 211.22(a), 211.188, 211.192)."""

from records.batch.states import Decision
from records.execution.facts import split_part
from records.execution.states import DECIDED, ExceptionState, Judged, RequestState
from records.identity import RECORD_PART
from records.material.states import LotState
from records.material.units import decimals_of
from records.numbers import as_text
from records.procedure.frozen import text_digest
from records.procedure.queries import is_in_force
from records.procedure.vocabulary import StepType
from records.review.checks import shown, signatures_given
from records.review.states import InvestigationState
from signatures.meaning import Meaning
from workflows.authority import Actor
from workflows.batch.facts import (
    BatchFacts,
    DispositionFacts,
    IssueFacts,
    NewOrderFacts,
    OrderFacts,
    RecordFacts,
)
from workflows.execution.rules import awaited_words
from workflows.naming import number_refusal

QP_MARKETS = frozenset({"EU"})
"""Markets a batch reaches only by a Qualified Person's certification (Annex 16, Annex 11 section 15)."""


def order_is_new(facts: NewOrderFacts, _actor: Actor) -> str | None:
    """Refuse a number that another order has."""
    if facts.existing:
        return f"Order {facts.number} exists already."
    return number_refusal("The order number", facts.number)


def quantity_is_in_range(facts: NewOrderFacts | OrderFacts, _actor: Actor) -> str | None:
    """Refuse a batch size the master was not written for (211.186(b)(4))."""
    size = facts.procedure.batch_size
    if size is None:
        return "This master has no batch size; nothing can be produced by it."
    if facts.unit != size.unit:
        return f"The master's batch size is in {size.unit}, not in {facts.unit}."
    if size.minimum <= facts.quantity <= size.maximum:
        return None
    span = f"{as_text(size.minimum)} to {as_text(size.maximum)} {size.unit}"
    return f"The master is written for {span}; {as_text(facts.quantity)} {facts.unit} is outside."


def quantity_can_be_counted(facts: NewOrderFacts | OrderFacts, _actor: Actor) -> str | None:
    """Refuse a fraction of what is counted, or finer than any scale shows (211.186(b)(4))."""
    places = decimals_of(facts.unit)
    if facts.quantity == round(facts.quantity, places):
        return None
    most = f"at most {places} decimals" if places else "no decimals"
    return f"A quantity in {facts.unit} has {most}; {as_text(facts.quantity)} has more. Give another."


def master_is_in_force(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse to make a batch by a master that is not effective now (211.100(a), 211.186)."""
    if is_in_force(facts.master, facts.at):
        return None
    return f"Master {facts.master.number} is not effective now: it is {facts.master.state.replace('_', ' ')}."


def batch_number_is_new(facts: OrderFacts, _actor: Actor) -> str | None:
    """Refuse a batch without a number, or with one that another batch has (211.130)."""
    if facts.batch_number is None:
        return f"Master {facts.master.number} does not say how its batches are numbered. Give a number."
    if facts.batch_with_number:
        return f"Batch {facts.batch_number} exists already."
    return number_refusal("The batch number", facts.batch_number)


def recipe_reproduces_master(facts: IssueFacts, _actor: Actor) -> str | None:
    """Refuse to issue anything but an accurate reproduction of the approved master (211.188(a))."""
    recipe = text_digest(facts.recipe.content)
    digests = {
        recipe,
        facts.recipe.digest,
        facts.record.recipe_digest,
        facts.master.digest,
        text_digest(facts.content.content),
    }
    if len(digests) == 1:
        return None
    return f"The control recipe (SHA-256 {recipe[:16]}…) is not the content of master {facts.master.number}."


def production_was_not_ended(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse to go on with a batch that was ended before its production was complete (211.165(f))."""
    if not facts.evidence.was_ended:
        return None
    return (
        f"Batch {facts.record.number} was ended before its production was complete. It can only be rejected."
    )


def every_step_is_closed(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse until each step is done or ruled out (211.188(b)(11))."""
    return f"Steps still open: {', '.join(facts.open_parts)}." if facts.open_parts else None


def every_step_of_production_is_closed(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse until each step is done or ruled out but those whose results may arrive later."""
    outline = facts.evidence.outline
    found = [part for part in facts.open_parts if not outline.step(split_part(part)[0]).is_after_production]
    return f"Steps still open: {', '.join(found)}." if found else None


def nothing_blocks_execution(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse while an exception that stops the work is not assessed."""
    unassessed = {ExceptionState.OPEN, ExceptionState.RETURNED}
    found = [
        row["number"]
        for row in facts.evidence.exceptions
        if row["blocks_execution"] and row["state"] in unassessed
    ]
    return f"A supervisor must first assess {', '.join(found)}." if found else None


def nothing_is_awaited(facts: BatchFacts, _actor: Actor) -> str | None:
    """Refuse to go on before the work order raised from an exception has ended."""
    return awaited_words(facts.awaited)


def every_exception_is_decided(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse while the quality unit has not decided on each exception (211.192, G-22a)."""
    found = [row["number"] for row in facts.evidence.exceptions if row["state"] not in DECIDED]
    return f"Exceptions not decided: {', '.join(found)}." if found else None


def every_investigation_is_approved(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse while an investigation is open (211.192)."""
    found = [
        number
        for number, state in sorted(facts.investigations.items())
        if state is not InvestigationState.APPROVED
    ]
    return f"Investigations not approved: {', '.join(found)}." if found else None


def trail_is_reviewed(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse without a review of the audit trail that covers the record as it is (FAIL-04)."""
    if _covers_record(facts, Meaning.TRAIL_REVIEWED):
        return None
    if any(row["meaning"] == Meaning.TRAIL_REVIEWED for row in facts.evidence.signatures):
        return "The record has changed since its audit trail was reviewed. Review it again."
    return "The audit trail has not been reviewed."


def record_is_reviewed(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse without a review that covers the record as it is (211.192, FAIL-05)."""
    if _covers_record(facts, Meaning.REVIEWED):
        return None
    if any(row["meaning"] == Meaning.REVIEWED for row in facts.evidence.signatures):
        return "The record has changed since it was reviewed. Review it again."
    return "The record has not been reviewed."


def actor_took_no_part(facts: RecordFacts, actor: Actor) -> str | None:
    """Refuse a person who did or checked any of the work, under any account (211.22(a), ATK-30)."""
    if actor.person not in facts.evidence.hands:
        return None
    return f"{actor.printed_name} took part in the work on {facts.title}; another person reviews and decides."


def product_can_be_put_out(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse to complete what makes a lot of a material that is not defined, or is kept in another unit."""
    batch = facts.record
    if batch.output_lot is not None or facts.output is None or facts.output <= 0:
        return None
    if facts.product is None:
        return f"The product {batch.product} is not defined as a material. Define it, in {batch.unit}, first."
    if facts.product.unit != batch.unit:
        return f"The product {batch.product} is kept in {facts.product.unit}, not in {batch.unit}."
    return None


def signatures_stand(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse while a signature that a closed step takes is missing, or lapsed and not renewed (11.70)."""
    found = [check.part for check in signatures_given(facts.evidence) if check.problem]
    if not found:
        return None
    return f"Signatures missing, or lapsed and not renewed, on: {', '.join(dict.fromkeys(found))}."


def no_request_is_open(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse while a second person has been asked and has not answered."""
    found = [
        row["step_part"] for row in facts.evidence.verifications if row["state"] == RequestState.REQUESTED
    ]
    return f"A second person was asked and has not answered on: {', '.join(found)}." if found else None


def yields_are_explained(facts: RecordFacts, _actor: Actor) -> str | None:
    """Refuse a yield outside its limits without an approved investigation (211.103, 211.192)."""
    evidence = facts.evidence
    approved = {
        row["step_part"]
        for row in evidence.exceptions
        if facts.investigations.get(row["investigation"]) is InvestigationState.APPROVED
    }
    steps = {place.step.number: place.step.type for place in evidence.outline.places}
    found = [
        f"{shown(entry)} in {entry['part']}"
        for entry in evidence.current
        if steps.get(entry["part"].partition("/")[0]) is StepType.YIELD
        and entry["judged"] == Judged.ACTION
        and entry["part"] not in approved
    ]
    return (
        f"Yield outside its limits without an approved investigation: {'; '.join(found)}." if found else None
    )


def output_lot_is_not_held(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse a release that would lift a hold or a rejection of the output lot (211.110(c))."""
    if facts.lot_state not in {LotState.ON_HOLD, LotState.REJECTED}:
        return None
    return f"Lot {facts.record.output_lot} is {facts.lot_state.replace('_', ' ')}. Decide on that first."


def integrity_holds(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse a record whose stored rows or trail fail verification (11.10(a), ATK-44)."""
    if not facts.integrity:
        return None
    return f"The integrity check of {facts.stream} failed: {' '.join(facts.integrity)}"


def market_is_wanted(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse a market the batch was not made for."""
    wanted = facts.evidence.outline.procedure.header.markets
    if facts.market in wanted:
        return None
    return (
        f"Batch {facts.record.number} is made for {', '.join(wanted) or 'no market'}, not for {facts.market}."
    )


def market_is_undecided(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse to decide twice."""
    for row in facts.evidence.dispositions:
        if row["market"] == facts.market:
            return f"{facts.market} is decided already: {Decision(row['decision'])}."
    return None


def market_takes_a_release(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse the quality unit's decision where a Qualified Person's is required (Annex 11 section 15)."""
    if facts.market not in QP_MARKETS:
        return None
    return f"A batch for {facts.market} is certified or rejected by a Qualified Person."


def market_takes_a_certification(facts: DispositionFacts, _actor: Actor) -> str | None:
    """Refuse a Qualified Person's decision where the quality unit's is required (211.22(a))."""
    if facts.market in QP_MARKETS:
        return None
    return f"A batch for {facts.market} is released or rejected by the quality unit."


def _covers_record(facts: RecordFacts, meaning: Meaning) -> bool:
    return any(
        (row["part"], row["meaning"], row["content_digest"]) == (RECORD_PART, meaning, facts.record_digest)
        for row in facts.evidence.standing
    )
