"""Rows as stored: insert or revise one row and read back exactly what the database keeps.

The raw values (text and integers, see `records.columns`) are what the row's audit event hashes.
"""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Integer, Text, bindparam, insert, literal_column, type_coerce, update
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.types import TypeDecorator

from records.base import Recorded
from records.errors import StaleError
from records.prepared import Prepared

_ANY_DIALECT: Any = None
"""Our column types are stored alike everywhere, so none of them asks for a dialect."""


class Shape(NamedTuple):
    """A table's columns, as they are and as raw values, and their names."""

    columns: tuple[Column[Any], ...]
    raw: tuple[Any, ...]
    names: tuple[str, ...]


@cache
def shape(model: type[Recorded]) -> Shape:
    """Return the table's shape."""
    table: Any = model.__table__
    columns = tuple(table.columns)
    raw = tuple(
        type_coerce(column, Integer() if _is_integer(column) else Text()).label(column.name)
        for column in columns
    )
    return Shape(columns, raw, tuple(column.name for column in columns))


@cache
def _addition(model: type[Recorded], names: tuple[str, ...]) -> Prepared:
    table: Any = model.__table__
    given: dict[str, Any] = {name: bindparam(name) for name in names}
    return Prepared(insert(table).values(given).returning(*shape(model).raw))


@cache
def _revision(model: type[Recorded], names: tuple[str, ...]) -> Prepared:
    table: Any = model.__table__
    new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in names}
    statement = update(table).where(table.c.id == bindparam("of_id"), table.c.rev == bindparam("of_rev"))
    return Prepared(
        statement.values(**new, rev=table.c.rev + literal_column("1")).returning(*shape(model).raw)
    )


def add_row(session: Session, model: type[Recorded], values: Mapping[str, Any]) -> dict[str, Any]:
    """Insert a row and return its raw columns."""
    statement = _addition(model, tuple(sorted(values)))
    (row,) = statement.rows(session.connection(), _given(model, values))
    return dict(zip(shape(model).names, row, strict=True))


def revise_row(session: Session, row: Recorded, values: Mapping[str, Any]) -> dict[str, Any]:
    """Revise a row and return its raw columns; raises StaleError when it is no longer the revision read."""
    model = type(row)
    parameters = {f"new_{name}": value for name, value in _given(model, values).items()}
    statement = _revision(model, tuple(sorted(values)))
    found = statement.rows(session.connection(), {**parameters, "of_id": row.id, "of_rev": row.rev})
    if not found:
        raise StaleError(row.stream)
    return dict(zip(shape(model).names, found[0], strict=True))


def _given(model: type[Recorded], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values as columns store them, text in NFC."""
    columns: Any = model.__table__.columns
    return {name: to_raw(columns[name], normalised(value)) for name, value in values.items()}


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
