"""`countersign coverage`: every table of the live database, and whether a change of it would be found."""

from typing import TextIO

import orjson
from sqlalchemy import Connection, inspect

from app.tables import metadata
from app.trail.opening import opened
from audit.guards import SCHEMA_TABLE, guarded
from records.base import Base

PROTECTED = "protected"


def run_coverage(url: str, stdout: TextIO, *, as_json: bool = False) -> int:
    """Print each table with `protected` or `unprotected: reason`; return 0."""
    with opened(url) as engine, engine.connect() as connection:
        tables = coverage(connection)
    if as_json:
        stdout.write(orjson.dumps(tables, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode())
    else:
        width = max(map(len, tables), default=0)
        stdout.writelines(f"{table:{width}}  {word}\n" for table, word in tables.items())
    return 0


def coverage(connection: Connection) -> dict[str, str]:
    """Return the word for each table of the database, by name."""
    words = {SCHEMA_TABLE: PROTECTED} | unprotected() | {table.name: PROTECTED for table in guarded()}
    unknown = "unprotected: this software does not know it"
    return {name: words.get(name, unknown) for name in sorted(inspect(connection).get_table_names())}


def unprotected() -> dict[str, str]:
    """Return the reason of each table that is not protected, as its model gives it."""
    models = [mapper.class_ for mapper in Base.registry.mappers]
    return {
        model.__tablename__: f"unprotected: {model.unprotected}"
        for model in models
        if model.__tablename__ in metadata.tables and hasattr(model, "unprotected")
    }
