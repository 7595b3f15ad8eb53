"""The guards as triggers of SQLite and of PostgreSQL: how they are written, and how they are found again.

SQLite: `REPLACE` deletes whatever stands in its way by any unique key, and fires no delete trigger unless a
pragma of the connection says so. The insert and update guards therefore look for every unique key themselves.
PostgreSQL: `ENABLE ALWAYS`, so that `session_replication_role = replica` does not switch the guards off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection, Table, UniqueConstraint, text

REASONS = {
    "insert": "a new row has keys of its own, in order, and starts at revision 1",
    "update": "rows are never overwritten; a revision counts up by one in its place",
    "delete": "rows are never deleted",
    "truncate": "rows are never deleted",
}
FUNCTION = "countersign_refuse"
_FUNCTION_BODY = """
BEGIN
  RAISE EXCEPTION '%: %', TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a table refuses: conditions over new and old, true where the row must not pass."""

    insert: str | None
    """None: every new row passes whose keys are new."""
    update: str | None
    """None: no row is ever changed."""
    may_delete: bool = False
    dense: str | None = None
    """A further condition on new rows, over other rows: SQLite's triggers can ask it, PostgreSQL's cannot."""


@dataclass(frozen=True, slots=True, order=True)
class Trigger:
    """One guard: its table, its name, and its definition as the database gives it back."""

    table: str
    name: str
    definition: str


class Dialect(Protocol):
    """What `audit.guards` asks of either database."""

    def triggers(self, table: Table, rules: Rules) -> Iterator[Trigger]:
        """Yield the guards a table must have."""

    def installed(self, connection: Connection) -> list[Trigger]:
        """Return every trigger there is; a definition says too when its trigger is switched off."""

    def prepare(self, connection: Connection) -> None:
        """Put in place what the triggers need."""

    def create(self, connection: Connection, trigger: Trigger) -> None:
        """Install a guard."""

    def drop(self, connection: Connection, trigger: Trigger) -> None:
        """Remove a trigger."""

    def other_faults(self, connection: Connection) -> list[tuple[str, str]]:
        """Return what else defeats the guards: the table and a sentence each."""


class SqliteTriggers:
    """Guards on SQLite."""

    def triggers(self, table: Table, rules: Rules) -> Iterator[Trigger]:
        """Yield the guards a table must have."""
        keys = unique_keys(table)
        taken = [_exists(table, key) for key in keys]
        insert = [condition for condition in (rules.insert, rules.dense) if condition]
        yield self._trigger(table, "insert", " OR ".join([*insert, *taken]))
        if rules.update is None:
            yield self._trigger(table, "update", None)
        else:
            others = [_exists(table, key, besides=keys[0]) for key in keys[1:]]
            yield self._trigger(table, "update", " OR ".join([rules.update, *others]))
        if not rules.may_delete:
            yield self._trigger(table, "delete", None)

    def installed(self, connection: Connection) -> list[Trigger]:
        """Return every trigger there is."""
        found = text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        return [Trigger(*row) for row in connection.execute(found)]

    def prepare(self, connection: Connection) -> None:
        """Nothing is needed."""

    def create(self, connection: Connection, trigger: Trigger) -> None:
        """Install a guard."""
        connection.exec_driver_sql(trigger.definition)

    def drop(self, connection: Connection, trigger: Trigger) -> None:
        """Remove a trigger."""
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')

    def other_faults(self, connection: Connection) -> list[tuple[str, str]]:  # noqa: ARG002 -- the protocol's
        """Return nothing: SQLite knows no other way to turn a statement away."""
        return []

    def _trigger(self, table: Table, operation: str, condition: str | None) -> Trigger:
        name = f"{table.name}_guard_{operation}"
        when = f" WHEN {condition}" if condition else ""
        refuse = f"SELECT RAISE(ABORT, '{table.name}: {REASONS[operation]}')"
        definition = (
            f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table.name}{when} BEGIN {refuse}; END"
        )
        return Trigger(table.name, name, definition)


class PostgresqlTriggers:
    """Guards on PostgreSQL."""

    def triggers(self, table: Table, rules: Rules) -> Iterator[Trigger]:
        """Yield the guards a table must have."""
        if rules.insert:
            yield self._trigger(table, "insert", rules.insert)
        yield self._trigger(table, "update", rules.update)
        if not rules.may_delete:
            yield self._trigger(table, "delete", None)
            yield self._trigger(table, "truncate", None)

    def installed(self, connection: Connection) -> list[Trigger]:
        """Return every trigger of the schema; a definition ends with its state unless that is ALWAYS."""
        found = text(
            "SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true)"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
        return [
            Trigger(table, name, definition if enabled == "A" else f"{definition} -- enabled: {enabled}")
            for table, name, enabled, definition in connection.execute(found)
        ]

    def prepare(self, connection: Connection) -> None:
        """Create the function that refuses."""
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql"
            f" AS $refuse${_FUNCTION_BODY}$refuse$".replace("%", "%%")
        )

    def create(self, connection: Connection, trigger: Trigger) -> None:
        """Install a guard that no session setting switches off."""
        connection.exec_driver_sql(trigger.definition)
        connection.exec_driver_sql(f"ALTER TABLE {trigger.table} ENABLE ALWAYS TRIGGER {trigger.name}")

    def drop(self, connection: Connection, trigger: Trigger) -> None:
        """Remove a trigger."""
        connection.exec_driver_sql(f'DROP TRIGGER "{trigger.name}" ON "{trigger.table}"')

    def other_faults(self, connection: Connection) -> list[tuple[str, str]]:
        """Return an altered function and rewrite rules, which turn a statement away before any trigger."""
        bodies = connection.execute(
            text("SELECT prosrc FROM pg_proc WHERE proname = :name"), {"name": FUNCTION}
        ).scalars()
        rules = connection.execute(
            text("SELECT tablename, rulename FROM pg_rules WHERE schemaname = current_schema()")
        )
        found = [(table, f"{table}: the rule {rule} is not one of ours.") for table, rule in rules]
        if list(bodies) != [_FUNCTION_BODY]:
            found.append((FUNCTION, f"{FUNCTION}: the function that refuses is missing or altered."))
        return found

    def _trigger(self, table: Table, operation: str, condition: str | None) -> Trigger:
        name = f"{table.name}_guard_{operation}"
        each = "STATEMENT" if operation == "truncate" else "ROW"
        when = f" WHEN ({condition})" if condition else ""
        refuse = f"EXECUTE FUNCTION {FUNCTION}('{REASONS[operation]}')"
        definition = (
            f"CREATE TRIGGER {name} BEFORE {operation.upper()} ON {table.name} FOR EACH {each}{when} {refuse}"
        )
        return Trigger(table.name, name, definition)


def unique_keys(table: Table) -> list[tuple[str, ...]]:
    """Return the primary key, then every other unique key, each as its columns."""
    constraints = [tuple(c.columns.keys()) for c in table.constraints if isinstance(c, UniqueConstraint)]
    indexes = [tuple(index.columns.keys()) for index in table.indexes if index.unique]
    return [tuple(table.primary_key.columns.keys()), *sorted({*constraints, *indexes})]


def _exists(table: Table, key: tuple[str, ...], besides: tuple[str, ...] = ()) -> str:
    """Return the condition that another row has the new row's key; `besides` names the old row's own."""
    same = " AND ".join(f'"{name}" = new."{name}"' for name in key)
    other = " OR ".join(f'"{name}" <> old."{name}"' for name in besides)
    where = f"{same} AND ({other})" if other else same
    return f"EXISTS (SELECT 1 FROM {table.name} WHERE {where})"  # noqa: S608 -- names from the table registry
