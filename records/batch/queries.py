"""Reads of production orders and batches: by number, what is where, and lists as pages ask for them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from records.batch.models import Batch, Disposition, ProductionOrder
from records.batch.states import BatchState
from records.execution.models import BatchException, StepRun
from records.execution.states import CLOSED, DECIDED, OPEN
from records.listing import Listing, Page, page_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a batch stands at a glance: occurrences under way and closed, exceptions and those undecided."""

    open_steps: int = 0
    closed_steps: int = 0
    exceptions: int = 0
    undecided: int = 0


def order_by_number(session: Session, number: str) -> ProductionOrder | None:
    """Return an order, or None where there is none of that number."""
    return session.scalars(select(ProductionOrder).where(ProductionOrder.number == number)).one_or_none()


def batch_by_number(session: Session, number: str) -> Batch | None:
    """Return a batch, or None where there is none of that number."""
    return session.scalars(select(Batch).where(Batch.number == number)).one_or_none()


def batch_of_order(session: Session, number: str) -> Batch | None:
    """Return the batch made from an order, or None where none is made yet."""
    return session.scalars(select(Batch).where(Batch.order == number)).one_or_none()


def orders(session: Session, listing: Listing) -> Page[ProductionOrder]:
    """Return one page of the list of orders."""
    columns = {
        "number": ProductionOrder.number,
        "master": ProductionOrder.master,
        "state": ProductionOrder.state,
        "due_on": ProductionOrder.due_on,
        "planned_at": ProductionOrder.planned_at,
        "planned_by": ProductionOrder.planned_by,
    }
    return page_of(session, ProductionOrder, listing, columns)


def batches(session: Session, listing: Listing) -> Page[Batch]:
    """Return one page of the list of batches."""
    columns = {
        "number": Batch.number,
        "product": Batch.product,
        "master": Batch.master,
        "order": Batch.order,
        "state": Batch.state,
        "created_at": Batch.created_at,
        "started_at": Batch.started_at,
        "completed_at": Batch.completed_at,
        "closed_at": Batch.closed_at,
        "expires_on": Batch.expires_on,
    }
    return page_of(session, Batch, listing, columns)


def batches_in(session: Session, states: Collection[BatchState]) -> Sequence[Batch]:
    """Return the batches in any of these states, oldest first."""
    return session.scalars(select(Batch).where(Batch.state.in_(states)).order_by(Batch.id)).all()


def dispositions_of(session: Session, stream: str) -> Sequence[Disposition]:
    """Return the decisions on a batch, in the order they were made."""
    return session.scalars(
        select(Disposition).where(Disposition.stream == stream).order_by(Disposition.id)
    ).all()


def progress(session: Session, streams: Collection[str]) -> dict[str, Progress]:
    """Return where each of these batches stands at a glance, by stream."""
    steps = session.execute(
        select(
            StepRun.stream,
            func.sum(case((StepRun.state.in_(OPEN), 1), else_=0)).label("open"),
            func.sum(case((StepRun.state.in_(CLOSED), 1), else_=0)).label("closed"),
        )
        .where(StepRun.stream.in_(streams))
        .group_by(StepRun.stream)
    )
    raised = session.execute(
        select(
            BatchException.stream,
            func.count().label("all"),
            func.sum(case((BatchException.state.in_(DECIDED), 0), else_=1)).label("undecided"),
        )
        .where(BatchException.stream.in_(streams))
        .group_by(BatchException.stream)
    )
    done = {row.stream: (int(row.open), int(row.closed)) for row in steps}
    found = {row.stream: (int(row.all), int(row.undecided)) for row in raised}
    return {
        stream: Progress(
            open_steps=done.get(stream, (0, 0))[0],
            closed_steps=done.get(stream, (0, 0))[1],
            exceptions=found.get(stream, (0, 0))[0],
            undecided=found.get(stream, (0, 0))[1],
        )
        for stream in streams
    }
