"""Whether a store's tables are those of this software: the schema check of `countersign verify`."""

from collections.abc import Iterator
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from app.migrate import head
from app.tables import metadata
from audit.findings import Code, Finding
from audit.guards import SCHEMA_TABLE


def schema_findings(connection: Connection) -> Iterator[Finding]:
    """Yield what differs: the migration the store is at, tables, columns, keys and indexes."""
    context = MigrationContext.configure(connection)
    revisions = context.get_current_heads()
    if revisions != (head(),):
        words = f"the store is at {', '.join(revisions) or 'no migration'}, this software needs {head()}"
        yield _finding(SCHEMA_TABLE, words, "version_num")
    for difference in compare_metadata(context, metadata):
        yield from _told(difference)


def _told(difference: Any) -> Iterator[Finding]:  # noqa: ANN401 -- Alembic's tuples and lists of tuples
    """Yield one finding for each operation that would bring the store to the schema."""
    if isinstance(difference, list):
        for each in difference:
            yield from _told(each)
        return
    operation, *subject = difference
    table = next((name for name in map(_table_name, subject) if name), "")
    thing = next((str(item.name) for item in reversed(subject) if getattr(item, "name", None)), "")
    words = f"{operation.replace('_', ' ')} {thing} would be needed".replace("  ", " ")
    yield _finding(table, words)


def _table_name(item: Any) -> str | None:  # noqa: ANN401 -- a table, column, key, index, name or setting
    table = getattr(item, "table", item)
    return table if isinstance(table, str) else getattr(table, "name", None)


def _finding(table: str, words: str, column: str | None = None) -> Finding:
    return Finding(code=Code.SCHEMA, sentence=f"{table}: {words}.", table=table, column=column)
