"""Plan and release orders, create, issue, hold, complete and return batches (21 CFR 211.188)."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.arithmetic import exact_arithmetic
from records.batch.models import Batch, ControlRecipe, ProductionOrder
from records.batch.queries import order_by_number
from records.batch.states import BatchState, OrderState
from records.errors import RecordNotFoundError
from records.execution.queries import holds_of
from records.procedure.frozen import frozen_procedure
from records.procedure.queries import content_of
from workflows.batch import lifecycle
from workflows.batch.contents import ISSUE_PART, issue_content, production_content
from workflows.batch.facts import BatchFacts, NewOrder, NewOrderFacts, OrderFacts
from workflows.batch.gathering import issue_facts, master_of, order_facts, record_facts
from workflows.batch.output import put_out_within
from workflows.batch.start import expiry
from workflows.machine import Transition
from workflows.numbering import next_number
from workflows.perform import Changes, Content, UnitOfWork, perform

ORDER_PREFIX, ORDER_DIGITS = "PO-", 4


def plan_order(work: UnitOfWork, new: NewOrder) -> ProductionOrder:
    """Plan an order to make a quantity by a master version."""
    session = work.session
    master_of(session, new.master)
    number = new.number or next_number(session, ProductionOrder.number, ORDER_PREFIX, ORDER_DIGITS)
    facts = NewOrderFacts(
        new=new,
        number=number,
        existing=order_by_number(session, number),
        procedure=frozen_procedure(content_of(session, new.master).content),
    )
    planned: list[ProductionOrder] = []

    def plan(changes: Changes) -> None:
        order = changes.insert(
            ProductionOrder,
            Action.ORDER_PLAN,
            number=number,
            master=new.master,
            quantity=new.quantity,
            unit=new.unit,
            due_on=new.due_on,
            state=OrderState.PLANNED,
            planned_by=work.actor.person,
            planned_at=work.at,
        )
        planned.append(order)

    perform(work, lifecycle.PLAN, facts, plan)
    return planned[0]


def release_order(work: UnitOfWork, number: str) -> ProductionOrder:
    """Release an order for production; its master must be effective now."""
    return _move_order(work, number, lifecycle.RELEASE_ORDER)


def cancel_order(work: UnitOfWork, number: str) -> ProductionOrder:
    """Cancel an order of which no batch is made yet, with the reason."""
    return _move_order(work, number, lifecycle.CANCEL_ORDER)


def create_batch(work: UnitOfWork, order: str, number: str | None = None) -> Batch:
    """Create the batch of an order and freeze its control recipe; its number exists from now on (211.130)."""
    _lock_order(work.session, order)
    facts = _numbered(work, order, number)
    created: list[Batch] = []

    def create(changes: Changes) -> None:
        created.append(_create(changes, work, facts))

    perform(work, lifecycle.CREATE_BATCH, facts, create)
    return created[0]


def issue_batch(work: UnitOfWork, number: str) -> Batch:
    """Sign that the batch's record reproduces its master, and issue it (211.188(a))."""
    lock_batch(work.session, number)
    facts = issue_facts(work.session, number)

    def change(changes: Changes) -> None:
        changes.update(facts.record, Action.BATCH_STATE, issued_at=work.at)

    perform(work, lifecycle.ISSUE, facts, change, content=issue_content(facts.record, facts.recipe))
    return facts.record


def hold_batch(work: UnitOfWork, number: str) -> Batch:
    """Hold a running batch, with the reason: no step is carried out until it is resumed."""
    return _move(work, number, lifecycle.HOLD)


def resume_batch(work: UnitOfWork, number: str) -> Batch:
    """Resume a batch on hold, with the reason."""
    return _move(work, number, lifecycle.RESUME)


def complete_production(work: UnitOfWork, number: str) -> Batch:
    """Sign that production is complete: every step closed, the output lot in quarantine."""
    batch = lock_batch(work.session, number)
    order = _lock_order(work.session, batch.order)
    facts = record_facts(work.session, number)
    procedure = facts.evidence.outline.procedure

    def change(changes: Changes) -> None:
        expires_on = batch.expires_on or expiry(procedure, batch.started_at or work.at)
        lot = put_out_within(changes, work, facts, expires_on)
        values = {"completed_at": work.at, "output_lot": lot, "expires_on": expires_on}
        changes.update(batch, Action.BATCH_STATE, **values)
        if order.state is OrderState.IN_PROGRESS:
            changes.update(order, Action.ORDER_STATE, state=OrderState.COMPLETED)

    perform(
        work,
        lifecycle.COMPLETE,
        facts,
        change,
        content=production_content(facts.evidence, facts.output),
    )
    return batch


def return_batch(work: UnitOfWork, number: str) -> Batch:
    """Return a record under review to production for correction, with the reason."""
    batch = lock_batch(work.session, number)
    perform(work, lifecycle.RETURN, record_facts(work.session, number))
    return batch


def content_to_issue(session: Session, number: str) -> Content:
    """Return what an issue would sign, for the dialog."""
    facts = issue_facts(session, number)
    return issue_content(facts.record, facts.recipe)


def content_to_complete(session: Session, number: str) -> Content:
    """Return what a completion would sign, for the dialog."""
    facts = record_facts(session, number)
    return production_content(facts.evidence, facts.output)


def lock_batch(session: Session, number: str) -> Batch:
    """Lock a batch until the transaction ends; raises RecordNotFoundError."""
    wanted = select(Batch).where(Batch.number == number)
    batch = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if batch is None:
        raise RecordNotFoundError(Batch.kind, number)
    return batch


def _move(work: UnitOfWork, number: str, row: Transition) -> Batch:
    batch = lock_batch(work.session, number)
    perform(work, row, BatchFacts(record=batch, awaited=holds_of(work.session, batch.stream)))
    return batch


def _move_order(work: UnitOfWork, number: str, row: Transition) -> ProductionOrder:
    _lock_order(work.session, number)
    facts = order_facts(work, number)
    perform(work, row, facts)
    return facts.record


def _lock_order(session: Session, number: str) -> ProductionOrder:
    wanted = select(ProductionOrder).where(ProductionOrder.number == number)
    order = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if order is None:
        raise RecordNotFoundError(ProductionOrder.kind, number)
    return order


def _numbered(work: UnitOfWork, order: str, number: str | None) -> OrderFacts:
    """Return the order's facts with the batch number given, or the next one of the master's series."""
    facts = order_facts(work, order, number)
    numbering = facts.procedure.header.numbering
    if number is not None or numbering is None:
        return facts
    following = next_number(work.session, Batch.number, numbering.prefix, numbering.digits)
    return order_facts(work, order, following)


def _create(changes: Changes, work: UnitOfWork, facts: OrderFacts) -> Batch:
    """Add the batch and its frozen control recipe to the batch's own stream."""
    order, content = facts.record, content_of(work.session, facts.record.master)
    number = facts.batch_number or ""
    product = facts.procedure.product
    batch = changes.insert(
        Batch,
        Action.BATCH_CREATE,
        stream=f"{Batch.kind}/{number}",
        number=number,
        order=order.number,
        master=order.master,
        product=product.code if product else facts.master.code,
        recipe_digest=facts.master.digest,
        quantity=order.quantity,
        unit=order.unit,
        state=BatchState.CREATED,
        created_at=work.at,
        issued_at=None,
        started_at=None,
        completed_at=None,
        closed_at=None,
        expires_on=None,
        output_lot=None,
    )
    changes.insert(
        ControlRecipe,
        Action.BATCH_FREEZE,
        stream=batch.stream,
        part=ISSUE_PART,
        batch=number,
        content=content.content,
        digest=facts.master.digest,
        scale=_scale(facts),
    )
    return batch


def _scale(facts: OrderFacts) -> Decimal:
    """Return the size of the batch over the size the master is written for."""
    size = facts.procedure.batch_size
    if size is None:
        return Decimal(1)
    with exact_arithmetic():
        return facts.quantity / size.quantity
