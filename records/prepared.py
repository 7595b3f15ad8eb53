"""Statements that every act runs: compiled once for each kind of database, then handed to the driver.

What SQLAlchemy does around each execution costs several times what the database does for it. The statement is
still SQLAlchemy's, and so is an error; values are given as the driver takes them: text, integers, bytes.
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]


class Prepared:
    """One statement with named values."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, list[str] | None]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run the statement in the connection's transaction and return its rows."""
        found, _ = self._run(connection, values, returns_rows=True)
        return found

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Run the statement in the connection's transaction and return how many rows it touched."""
        _, count = self._run(connection, values, returns_rows=False)
        return count

    def _run(
        self, connection: Connection, values: Mapping[str, Any], *, returns_rows: bool
    ) -> tuple[list[Row], int]:
        dialect = connection.dialect
        text, order = self._texts.get(dialect.name) or self._compile(dialect)
        given = dict(values) if order is None else [values[name] for name in order]
        driver: Any = dialect.loaded_dbapi
        if not connection.in_transaction():
            connection.begin()
        with closing(connection.connection.cursor()) as cursor:
            try:
                cursor.execute(text, given)
                return (list(cursor.fetchall()) if returns_rows else []), cursor.rowcount
            except driver.Error as error:
                raise DBAPIError.instance(
                    text, None, error, driver.Error, hide_parameters=True, dialect=dialect
                ) from error

    def _compile(self, dialect: Dialect) -> tuple[str, list[str] | None]:
        compiled: Any = self._statement.compile(dialect=dialect)
        prepared = str(compiled), compiled.positiontup if compiled.positional else None
        self._texts[dialect.name] = prepared
        return prepared
