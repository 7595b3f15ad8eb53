"""Rows as stored: insert or revise one row and read back exactly what the database keeps.

The raw values (text and integers, see `records.columns`) are what the row's audit event hashes.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Insert, Integer, Text, Update, bindparam, insert, type_coerce, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.types import TypeDecorator

from records.base import Recorded
from records.errors import StaleError

_ANY_DIALECT: Any = None
"""Our column types are stored alike everywhere, so none of them asks for a dialect."""


class Shape(NamedTuple):
    """A table's statements, compiled once: how to add a row and get it back raw."""

    columns: tuple[Column[Any], ...]
    raw: tuple[Any, ...]
    insert: Insert


@cache
def shape(model: type[Recorded]) -> Shape:
    """Return the table's shape."""
    table: Any = model.__table__
    columns = tuple(table.columns)
    raw = tuple(
        type_coerce(column, Integer() if _is_integer(column) else Text()).label(column.name)
        for column in columns
    )
    return Shape(columns, raw, insert(table).returning(*raw))


@cache
def _revision(model: type[Recorded], names: tuple[str, ...]) -> Update:
    table: Any = model.__table__
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(table.c.id == bindparam("of_id"), table.c.rev == bindparam("of_rev"))
    return statement.values(**new, rev=table.c.rev + 1).returning(*shape(model).raw)


def add_row(session: Session, model: type[Recorded], values: Mapping[str, Any]) -> dict[str, Any]:
    """Insert a row and return its raw columns."""
    normal = {name: normalised(value) for name, value in values.items()}
    return dict(session.connection().execute(shape(model).insert, normal).one()._mapping)


def revise_row(session: Session, row: Recorded, values: Mapping[str, Any]) -> dict[str, Any]:
    """Revise a row and return its raw columns; raises StaleError when it is no longer the revision read."""
    parameters = {f"new_{name}": normalised(value) for name, value in values.items()}
    statement = _revision(type(row), tuple(sorted(values)))
    found = session.connection().execute(statement, {**parameters, "of_id": row.id, "of_rev": row.rev})
    raw = found.one_or_none()
    if raw is None:
        raise StaleError(row.stream)
    return dict(raw._mapping)


def loaded(session: Session, model: type[Recorded], raw: Mapping[str, Any]) -> Recorded:
    """Return the row as the session's object, without asking the database again."""
    row = model(**{column.name: from_raw(column, raw[column.name]) for column in shape(model).columns})
    make_transient_to_detached(row)
    session.add(row)
    return row


def from_raw(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 -- any column's value
    """Return the Python value of a raw column."""
    kind = column.type
    return kind.process_result_value(value, _ANY_DIALECT) if isinstance(kind, TypeDecorator) else value


def to_raw(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 -- any column's value
    """Return the raw value a column stores for a Python value."""
    kind = column.type
    return kind.process_bind_param(value, _ANY_DIALECT) if isinstance(kind, TypeDecorator) else value


def normalised(value: Any) -> Any:  # noqa: ANN401 -- any column's value
    """Return text in NFC, as the ledger's profile asks at input; everything else unchanged."""
    if isinstance(value, str) and not value.isascii():
        return unicodedata.normalize("NFC", value)
    return value


def _is_integer(column: Column[Any]) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, Integer)
