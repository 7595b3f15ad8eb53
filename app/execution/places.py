"""Whose execution a page is about: a batch's or a work order's, by the beginning of its address."""

from typing import Any

from flask import Blueprint, g
from sqlalchemy.orm import Session

from records.batch.models import Batch
from records.work_order.models import WorkOrder
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.execution.owner import Owner
from workflows.perform import UnitOfWork
from workflows.work_order.owner import executed_order, executing_order

BATCHES, ORDERS = "batches", "work-orders"
RECORDS = f"/<any({BATCHES}, '{ORDERS}'):records>/<string:number>"
"""The beginning of every address of an execution."""
_OF_NO_RECORD = frozenset({"execution.scan", "execution.verifications"})
RECORD_WORDS = {BATCHES: "batch", ORDERS: "work order"}
"""What pages call the record there."""
PLACE_OF = {Batch.kind: BATCHES, WorkOrder.kind: ORDERS}
"""Where the executions of each kind of record are carried out."""


def keep_place(pages: Blueprint) -> None:
    """Let views know their record by its number alone, and addresses stay beside it."""

    @pages.url_value_preprocessor
    def _take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "records" in values:
            g.records = values.pop("records")

    @pages.url_defaults
    def _give(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint not in _OF_NO_RECORD:
            values.setdefault("records", here())


def turn_to(place: str) -> None:
    """Look at the executions of batches or of work orders from now on, where an address does not say it."""
    g.records = place if place in PLACE_OF.values() else BATCHES


def executed(session: Session, number: str) -> Owner:
    """Return the owner of the execution that this page reads."""
    return executed_order(session, number) if here() == ORDERS else executed_batch(session, number)


def executing(work: UnitOfWork, number: str) -> Owner:
    """Return the owner of the execution that this act changes, locked."""
    return executing_order(work, number) if here() == ORDERS else executing_batch(work, number)


def stream_of(number: str) -> str:
    """Return the stream of the record that this page is about."""
    return f"{WorkOrder.kind if here() == ORDERS else Batch.kind}/{number}"


def here() -> str:
    """Return where the page is: among batches or among work orders."""
    return str(g.get("records", BATCHES))
