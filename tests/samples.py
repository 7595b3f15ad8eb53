"""Rows of every protected table, made from its columns alone, so that a new table needs no line here.

Signatures and attached files are the exceptions: their columns must agree with a manifest and with bytes.
"""

from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import Column, UniqueConstraint

from audit.events import Action
from records.base import Base, Guard, Recorded
from records.columns import DateText, DecimalText, Flag, JsonText, UtcDateTime, Word
from records.execution.models import Attachment
from signatures.models import Signature
from tests.ledger import AT, LedgerStore, attach, signed
from workflows.perform import Changes

FULL, SPARSE = "FULL", "SPARSE"
SAMPLES = {
    UtcDateTime: AT,
    DateText: date(2026, 11, 2),
    DecimalText: Decimal("12.10"),
    Flag: True,
    JsonText: {"maximum": "1.80"},
}


def fill(store: LedgerStore) -> None:
    """Write two rows of every protected table through perform(): every column given, and as few as it may be.

    Each is a record of its own, ``TABLE/FULL`` or ``TABLE/SPARSE``; the first is revised where it may be.
    """
    for kind in (FULL, SPARSE):
        written: dict[str, int] = {}
        for model in models():
            write = partial(_write, store=store, model=model, kind=kind, written=written)
            store.change(write, f"{model.__tablename__}/{kind}")


def models() -> list[type[Recorded]]:
    """Every protected model, each after those it refers to."""
    found = {
        m.class_.__tablename__: m.class_ for m in Base.registry.mappers if issubclass(m.class_, Recorded)
    }
    return [found[table.name] for table in Base.metadata.sorted_tables if table.name in found]


def _write(
    changes: Changes, store: LedgerStore, model: type[Recorded], kind: str, written: dict[str, int]
) -> None:
    values = {
        column.name: _sample(column, written)
        for column in model.__table__.columns
        if column.name not in {"id", "stream", "rev"} and not (kind == SPARSE and column.nullable)
    }
    if model is Signature:
        values |= signed(f"signature/{kind}", "2.9/1")
    if model is Attachment:
        values |= attach(store.files, f"a photo of a label, {kind}".encode())
    row = changes.insert(model, Action.REMARK, **values)
    written[model.__tablename__] = row.id
    if model.guard is Guard.REVISED and kind == FULL:
        changes.update(row, Action.REMARK, **{_revisable(model): "revised"})


def _sample(column: Column[Any], written: dict[str, int], numbers: count = count(1)) -> Any:  # noqa: B008 -- one series
    if column.foreign_keys:
        (key,) = column.foreign_keys
        return written.get(key.column.table.name)
    if isinstance(column.type, Word):
        return next(iter(column.type.vocabulary))
    if column.type.__class__ in SAMPLES:
        return SAMPLES[column.type.__class__]
    return f"{column.name} {next(numbers)}" if column.type.python_type is str else next(numbers)


def _revisable(model: type[Recorded]) -> str:
    """The first column of plain text that no key holds."""
    table = model.__table__
    keys = {
        column.name
        for each in table.constraints
        if isinstance(each, UniqueConstraint)
        for column in each.columns
    }
    return next(
        column.name
        for column in table.columns
        if type(column.type).__name__ == "Text" and column.name not in keys | {"stream", "part"}
    )
