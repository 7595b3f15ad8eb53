"""Background work: what must happen when its time comes, whether or not anybody looks (211.111).

A thread in every serving process, and `countersign worker` beside several. Work that two of them find at once
is done once, because each act locks its rows and looks again.
"""

import threading
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.maintenance.generating import raise_due_orders
from app.service import Service
from app.writing import Intent, the_software, write
from records.engine import lent_engine
from records.errors import DomainError
from records.identity import RecordName
from records.work_order.models import WorkOrder
from workflows.batch.execution_owner import executing_batch_of_stream
from workflows.execution.owner import Owner
from workflows.execution.sweep import breach_overdue, overdue_streams
from workflows.perform import AlteredError, UnitOfWork
from workflows.work_order.owner import executing_order_of_stream

ORDERS_EVERY = timedelta(minutes=1)
"""How often due maintenance orders are looked for."""
PAUSE = 1.0
"""Seconds between two looks; a breach is on record about so long after it happened."""

_log = structlog.get_logger("worker")


def start(service: Service) -> threading.Event:
    """Start the worker's thread and return the event that stops it."""
    stop = threading.Event()
    threading.Thread(target=run, args=(service, stop), name="worker", daemon=True).start()
    return stop


def run(service: Service, stop: threading.Event) -> None:
    """Look again and again until told to stop; a fault is logged and tried again, never swallowed."""
    altered: set[str] = set()
    orders_at = service.clock()
    with lent_engine(service.settings.database_url) as engine:
        while not stop.wait(PAUSE):
            try:
                with Session(engine) as session:
                    sweep(service, session, altered)
                    if service.clock() >= orders_at:
                        orders_at = service.clock() + ORDERS_EVERY
                        raise_due_orders(service, session, altered)
            except (SQLAlchemyError, DomainError):
                _log.exception("sweep_failed")


def sweep(service: Service, session: Session, altered: set[str] | None = None) -> int:
    """Record every breach that is due now; return how many there were.

    A record found altered outside the software raises its alarm, joins `altered` and is not swept again.
    """
    altered = set() if altered is None else altered
    streams = overdue_streams(session, service.clock())
    session.rollback()
    found = 0
    for stream in (stream for stream in streams if stream not in altered):
        act = partial(breach_overdue, stream=stream, owner_of=owner_of_stream)
        try:
            found += write(service, session, Intent(who=the_software), act)
        except AlteredError:
            altered.add(stream)
    return found


def owner_of_stream(work: UnitOfWork, stream: str) -> Owner:
    """Return whose execution a stream holds: a work order's or a batch's."""
    is_order = RecordName.parse(stream).kind == WorkOrder.kind
    return executing_order_of_stream(work, stream) if is_order else executing_batch_of_stream(work, stream)
