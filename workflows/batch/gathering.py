"""Read what the rules about orders and batches look at, for a command or for the buttons of a page."""

from collections.abc import Callable, Sequence
from dataclasses import fields
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.evidence import Evidence
from records.batch.models import Batch, ControlRecipe, ProductionOrder
from records.batch.queries import batch_by_number, order_by_number
from records.errors import RecordNotFoundError
from records.execution.queries import holds_of
from records.material.queries import lot_by_number, material_by_code
from records.procedure.frozen import frozen_procedure
from records.procedure.models import ProcedureVersion
from records.procedure.queries import content_of, version_by_number
from records.review.models import Investigation
from workflows.batch.contents import record_content
from workflows.batch.execution_owner import executed_batch
from workflows.batch.facts import BatchFacts, DispositionFacts, IssueFacts, OrderFacts, RecordFacts
from workflows.batch.reading import evidence_of
from workflows.execution.queries import open_parts
from workflows.perform import UnitOfWork

RecordCheck = Callable[[Session, str], Sequence[str]]
"""Verify one record's rows and trail: give a sentence for each finding, none where all is well."""


def order_facts(work: UnitOfWork, number: str, batch_number: str | None = None) -> OrderFacts:
    """Return the facts of an order, and of the batch number it is about to be given."""
    session = work.session
    order = order_by_number(session, number)
    if order is None:
        raise RecordNotFoundError(ProductionOrder.kind, number)
    return OrderFacts(
        record=order,
        master=master_of(session, order.master),
        procedure=frozen_procedure(content_of(session, order.master).content),
        at=work.at,
        batch_number=batch_number,
        batch_with_number=batch_by_number(session, batch_number) if batch_number else None,
    )


def batch_facts(session: Session, number: str) -> BatchFacts:
    """Return the facts of a batch where no rule looks further than its state."""
    return BatchFacts(record=_batch(session, number))


def issue_facts(session: Session, number: str) -> IssueFacts:
    """Return a batch with its control recipe and its master's content."""
    batch = _batch(session, number)
    return IssueFacts(
        record=batch,
        recipe=recipe_of(session, number),
        master=master_of(session, batch.master),
        content=content_of(session, batch.master),
    )


def record_facts(session: Session, number: str) -> RecordFacts:
    """Return a batch with everything its record says."""
    batch, evidence = _batch(session, number), evidence_of(session, number)
    found = session.scalars(select(Investigation).where(Investigation.batch == number))
    return RecordFacts(
        record=batch,
        awaited=holds_of(session, batch.stream),
        evidence=evidence,
        open_parts=open_parts(session, executed_batch(session, number)),
        investigations={row.number: row.state for row in found},
        record_digest=record_content(evidence).digest,
        output=output_of(evidence),
        product=material_by_code(session, batch.product),
    )


def disposition_facts(session: Session, number: str, market: str, check: RecordCheck) -> DispositionFacts:
    """Return a batch with everything a decision for one market depends on."""
    facts = record_facts(session, number)
    known = {field.name: getattr(facts, field.name) for field in fields(facts)}
    lot = lot_by_number(session, facts.record.output_lot or "")
    return DispositionFacts(
        **known,
        market=market,
        lot_state=lot.state if lot else None,
        integrity=tuple(check(session, facts.stream)),
    )


def output_of(evidence: Evidence) -> Decimal | None:
    """Return the quantity produced: the latest value of the variable that the master names as its output."""
    size = evidence.outline.procedure.batch_size
    if size is None or size.output is None:
        return None
    values = [Decimal(row["value"]) for row in evidence.current if row["variable"] == size.output]
    return values[-1] if values else None


def recipe_of(session: Session, number: str) -> ControlRecipe:
    """Return the control recipe of a batch."""
    return session.scalars(select(ControlRecipe).where(ControlRecipe.batch == number)).one()


def master_of(session: Session, number: str) -> ProcedureVersion:
    """Return a master version; raises RecordNotFoundError."""
    version = version_by_number(session, number)
    if version is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return version


def _batch(session: Session, number: str) -> Batch:
    batch = batch_by_number(session, number)
    if batch is None:
        raise RecordNotFoundError(Batch.kind, number)
    return batch
