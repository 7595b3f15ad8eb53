"""What the database itself refuses on every protected table, and whether it still does (ledger section 12).

The guards follow from the table registry, so a new table cannot be forgotten. They stop accidents and faults
of ours; whoever drops them, or works around them as the database's owner, is found by `countersign verify`.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Table, inspect

from audit.guard_triggers import Dialect, PostgresqlTriggers, Rules, SqliteTriggers, Trigger
from audit.models import audit_event, seal_outbox, stream_head
from records.base import Base, Guard, Recorded

SCHEMA_TABLE = "alembic_version"
"""The one table that is not in the registry: which migration the store is at."""

RULES: dict[Guard, Rules] = {
    Guard.APPEND_ONLY: Rules(insert="new.rev <> 1", update=None),
    Guard.REVISED: Rules(
        insert="new.rev <> 1",
        update="new.rev <> (old.rev + 1) OR new.id <> old.id OR new.stream <> old.stream",
    ),
}
TRAIL_RULES: dict[Table, Rules] = {
    audit_event: Rules(
        insert=None,
        update=None,
        dense="new.seq <> 1 + coalesce((SELECT max(seq) FROM audit_event WHERE stream = new.stream), 0)",
    ),
    stream_head: Rules(insert="new.seq < 1", update="new.stream <> old.stream OR new.seq <= old.seq"),
    seal_outbox: Rules(insert=None, update=None, may_delete=True),
}
DIALECTS: dict[str, Dialect] = {"sqlite": SqliteTriggers(), "postgresql": PostgresqlTriggers()}


@dataclass(frozen=True, slots=True)
class GuardFault:
    """A guard that is not as it must be, or a trigger that nobody knows, in a sentence."""

    table: str
    sentence: str


def guarded() -> dict[Table, Rules]:
    """Return the rules of every protected table (`app.tables` must have imported the models)."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    recorded = {
        Base.metadata.tables[model.__tablename__]: RULES[model.guard]
        for model in models
        if issubclass(model, Recorded)
    }
    return {**recorded, **TRAIL_RULES}


def install(connection: Connection) -> None:
    """Put the guards of every table there is in place; the connection must be a migrating one."""
    dialect = DIALECTS[connection.dialect.name]
    dialect.prepare(connection)
    there = inspect(connection).get_table_names()
    wanted = {trigger for trigger in _expected(dialect) if trigger.table in there}
    found = set(dialect.installed(connection))
    for trigger in sorted(found - wanted):
        dialect.drop(connection, trigger)
    for trigger in sorted(wanted - found):
        dialect.create(connection, trigger)


def missing(connection: Connection) -> list[str]:
    """Return a sentence for each guard that is absent, altered or switched off, and for each stranger.

    Nothing is served, and no store passes verification, unless the list is empty.
    """
    return [fault.sentence for fault in faults(connection)]


def faults(connection: Connection) -> list[GuardFault]:
    """Return what `missing` says, with the table each sentence is about."""
    dialect = DIALECTS[connection.dialect.name]
    wanted, found = _expected(dialect), set(dialect.installed(connection))
    names = {(each.table, each.name) for each in wanted}
    there = {(each.table, each.name) for each in found}
    lost = [
        GuardFault(each.table, f"{each.table}: the guard {each.name} is {_word(each, there)}.")
        for each in sorted(wanted - found)
    ]
    strange = [
        GuardFault(each.table, f"{each.table}: the trigger {each.name} is not one of ours.")
        for each in sorted(found)
        if (each.table, each.name) not in names
    ]
    other = [GuardFault(*fault) for fault in dialect.other_faults(connection)]
    return lost + strange + other + _tables_without_rules(connection)


def _expected(dialect: Dialect) -> set[Trigger]:
    return {trigger for table, rules in guarded().items() for trigger in dialect.triggers(table, rules)}


def _word(trigger: Trigger, there: set[tuple[str, str]]) -> str:
    return "altered or switched off" if (trigger.table, trigger.name) in there else "missing"


def _tables_without_rules(connection: Connection) -> list[GuardFault]:
    known = {*Base.metadata.tables, SCHEMA_TABLE}
    return [
        GuardFault(name, f"{name}: this software does not know the table, so nothing guards it.")
        for name in inspect(connection).get_table_names()
        if name not in known
    ]
