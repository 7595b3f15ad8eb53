"""The database itself refuses what would hide an earlier value, on both engines (ledger section 12)."""

# ruff: noqa: S608 -- the attacks are SQL made of the registry's names

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from app.migrate import install_guards, upgrade
from app.tables import metadata
from app.trail.coverage import unprotected
from audit import guards
from audit.guard_triggers import unique_keys
from audit.guards import guarded
from records.engine import make_engine
from tests.databases import PostgresqlDatabases
from tests.ledger import LedgerStore
from tests.samples import fill

TABLES = {table.name: table for table in guarded()}
ROLE_NAMES = ("owner", "migrator", "app", "sealer", "verifier")
ROLES = Path(__file__).parents[2] / "docs" / "postgresql-roles.md"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerStore]:
    """A guarded store with rows in every protected table, which no test can change."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    with databases.migrated() as url:
        store = LedgerStore(url, tmp_path_factory.mktemp("files"))
        fill(store)
        yield store
        store.engine.dispose()


def everything(store: LedgerStore, table: str) -> list[tuple[Any, ...]]:
    return store.run(f"SELECT * FROM {table} ORDER BY 1")


def key_of(table: str) -> str:
    return TABLES[table].primary_key.columns.keys()[0]


def columns_of(table: str, **instead: str) -> tuple[str, str]:
    """A table's columns, and the same with expressions in place of some."""
    columns = TABLES[table].columns.keys()
    return ", ".join(f'"{c}"' for c in columns), ", ".join(instead.get(c, f'"{c}"') for c in columns)


def attacks(store: LedgerStore, table: str) -> Iterator[str]:
    """Every way to put something in the place of a row, in the words of the database at hand."""
    key, rules = key_of(table), guarded()[TABLES[table]]
    for column in TABLES[table].columns:
        yield f'UPDATE {table} SET "{column.name}" = "{column.name}"'
    if not rules.may_delete:
        yield f"DELETE FROM {table}"
    if "rev" in TABLES[table].columns:
        names, fresh = columns_of(table, rev="2", id="id + 1000")
        yield f"INSERT INTO {table} ({names}) SELECT {fresh} FROM {table} LIMIT 1"
        yield f"UPDATE {table} SET rev = rev + 2"
        yield f"UPDATE {table} SET rev = rev + 1, id = id + 1000"
        yield f"UPDATE {table} SET rev = rev + 1, stream = 'batch/OTHER'"
    if store.is_sqlite:
        yield from replacements(table)
        return
    if not rules.may_delete:
        yield f"TRUNCATE {table} CASCADE"
    names, _ = columns_of(table)
    yield (
        f"INSERT INTO {table} ({names}) SELECT {names} FROM {table}"
        f' ON CONFLICT ("{key}") DO UPDATE SET "{key}" = excluded."{key}"'
    )


def replacements(table: str) -> Iterator[str]:
    """SQLite's REPLACE: over the same row, and by any unique key over the row that holds it."""
    names, first = columns_of(table, rev="1")
    yield f"REPLACE INTO {table} ({names}) SELECT {first} FROM {table}"
    yield f"INSERT OR REPLACE INTO {table} ({names}) SELECT {first} FROM {table}"
    upsert = f'ON CONFLICT DO UPDATE SET "{key_of(table)}" = 1'
    yield f"INSERT INTO {table} ({names}) SELECT {first} FROM {table} WHERE true {upsert}"
    if "rev" in TABLES[table].columns:
        names, other = columns_of(table, rev="1", id="id + 1000")
        columns = TABLES[table].columns
        unique = [key for key in unique_keys(TABLES[table])[1:] if not any(columns[c].nullable for c in key)]
        if unique:
            yield f"INSERT OR REPLACE INTO {table} ({names}) SELECT {other} FROM {table}"
            yield f"REPLACE INTO {table} ({names}) SELECT {other} FROM {table}"
        for each in unique:
            taken = ", ".join(f'"{c}" = (SELECT "{c}" FROM {table} WHERE id = 2)' for c in each)
            yield f"UPDATE OR REPLACE {table} SET rev = rev + 1, {taken} WHERE id = 1"


@pytest.mark.requirement("P11-10e-3")
@pytest.mark.requirement("P11-10e-5")
@pytest.mark.parametrize("setting", ["as connected", "with the guards' setting switched off"])
@pytest.mark.parametrize("table", sorted(TABLES))
def test_database_refuses_to_put_anything_in_the_place_of_a_row(full, table, setting):
    off = "PRAGMA recursive_triggers = OFF" if full.is_sqlite else "SET session_replication_role = replica"
    on = "PRAGMA recursive_triggers = ON" if full.is_sqlite else "SET session_replication_role = origin"
    before = everything(full, table)

    accepted = []
    with full.tool() as run:
        run(on if setting == "as connected" else off)
        for statement in attacks(full, table):
            try:
                run(statement)
            except Exception as error:  # noqa: BLE001 -- either driver's
                if table not in str(error):
                    accepted.append((statement, str(error)))
            else:
                accepted.append((statement, "accepted"))

    assert (accepted, everything(full, table)) == ([], before)


def test_correction_cannot_be_put_in_the_place_of_another(sqlite_url, tmp_path):
    store = LedgerStore(sqlite_url, tmp_path)
    fill(store)
    names, copy = columns_of("entry", id="id + 1000", supersedes="1")
    store.run(f"INSERT INTO entry ({names}) SELECT {copy} FROM entry WHERE id = 2")
    before = everything(store, "entry")

    names, other = columns_of("entry", id="id + 1000")
    with pytest.raises(sqlite3.IntegrityError, match="entry: a new row has keys of its own"):
        store.run(f"INSERT OR REPLACE INTO entry ({names}) SELECT {other} FROM entry WHERE supersedes = 1")

    store.engine.dispose()
    assert everything(store, "entry") == before


def refusal(connection: Connection, statement: str) -> str:
    """The database's words for refusing a statement; empty where it did not."""
    try:
        with connection.begin_nested():
            connection.execute(text(statement))
    except DBAPIError as error:
        return str(error.orig).partition("\n")[0]
    return ""


def test_refusal_says_which_table_and_why(full):
    with full.engine.connect() as connection:
        told = [
            refusal(connection, statement)
            for statement in ("UPDATE entry SET value = '1'", "DELETE FROM batch", "UPDATE batch SET rev = 9")
        ]

    assert told == [
        "entry: rows are never overwritten; a revision counts up by one in its place",
        "batch: rows are never deleted",
        "batch: rows are never overwritten; a revision counts up by one in its place",
    ]


@pytest.mark.parametrize(
    "event",
    [{"seq": "seq + 1"}, {"seq": "seq + 7", "id": "id + 1000"}, {"stream": "'batch/NEW'", "seq": "2"}],
)
def test_sqlite_takes_events_without_a_gap_only(sqlite_url, tmp_path, event):
    store = LedgerStore(sqlite_url, tmp_path)
    fill(store)
    names = ", ".join(TABLES["audit_event"].columns.keys())
    values = ", ".join({"id": "id + 1000", **event}.get(c, c) for c in names.split(", "))
    statement = f"INSERT INTO audit_event ({names}) SELECT {values} FROM audit_event WHERE seq = 1 LIMIT 1"

    with store.engine.begin() as connection:
        told = refusal(connection, statement)

    store.engine.dispose()
    assert told == "audit_event: a new row has keys of its own, in order, and starts at revision 1"


def test_head_of_a_stream_only_moves_forward(full):
    moves = [
        "UPDATE stream_head SET seq = seq - 1",
        "UPDATE stream_head SET event_hash = event_hash",
        "UPDATE stream_head SET stream = 'batch/OTHER', seq = seq + 1",
        "DELETE FROM stream_head",
        "INSERT INTO stream_head SELECT 'batch/NEW', 0, event_hash FROM stream_head LIMIT 1",
    ]
    with full.engine.connect() as connection:
        accepted = [statement for statement in moves if not refusal(connection, statement)]
        may_move = refusal(connection, "UPDATE stream_head SET seq = seq + 2")
        connection.rollback()

    assert (accepted, may_move) == ([], "")


def test_sealer_may_take_events_from_the_outbox(full):
    with full.engine.connect() as connection:
        told = refusal(connection, "DELETE FROM seal_outbox")
        connection.rollback()

    assert told == ""


def test_every_table_is_guarded_or_says_why_not():
    named = {table.name for table in guarded()}

    assert (named & unprotected().keys(), named | unprotected().keys()) == (set(), set(metadata.tables))


def test_fresh_store_misses_no_guard(engine):
    with engine.connect() as connection:
        assert guards.missing(connection) == []


DAMAGE = {
    "sqlite": {
        "DROP TRIGGER entry_guard_update": "entry: the guard entry_guard_update is missing.",
        "CREATE TRIGGER quiet AFTER INSERT ON entry BEGIN SELECT 1; END": (
            "entry: the trigger quiet is not one of ours."
        ),
        "CREATE TABLE aside (id INTEGER)": (
            "aside: this software does not know the table, so nothing guards it."
        ),
    },
    "postgresql": {
        "DROP TRIGGER entry_guard_update ON entry": "entry: the guard entry_guard_update is missing.",
        "ALTER TABLE entry DISABLE TRIGGER entry_guard_update": (
            "entry: the guard entry_guard_update is altered or switched off."
        ),
        "ALTER TABLE entry ENABLE TRIGGER entry_guard_update": (
            "entry: the guard entry_guard_update is altered or switched off."
        ),
        "CREATE RULE quiet AS ON UPDATE TO entry DO INSTEAD NOTHING": (
            "entry: the rule quiet is not one of ours."
        ),
        "CREATE OR REPLACE FUNCTION countersign_refuse() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NEW; END'": (
            "countersign_refuse: the function that refuses is missing or altered."
        ),
        "CREATE TABLE aside (id INTEGER)": (
            "aside: this software does not know the table, so nothing guards it."
        ),
    },
}


@pytest.mark.requirement("ATK-11")
@pytest.mark.requirement("FAIL-06")
@pytest.mark.parametrize("number", range(6))
def test_lost_guard_is_named(store, number):
    damages = list(DAMAGE[store.engine.dialect.name].items())
    statement, sentence = damages[number % len(damages)]
    store.run(statement)

    with store.engine.connect() as connection:
        assert guards.missing(connection) == [sentence]


@pytest.mark.requirement("ATK-11")
def test_altered_guard_is_named(store):
    dialect = guards.DIALECTS[store.engine.dialect.name]
    (guard,) = [
        each
        for each in dialect.triggers(TABLES["batch"], guarded()[TABLES["batch"]])
        if "update" in each.name
    ]
    store.run(f"DROP TRIGGER {guard.name}" + ("" if store.is_sqlite else " ON batch"))
    store.run(guard.definition.replace("old.rev + 1", "old.rev + 2"))

    with store.engine.connect() as connection:
        assert guards.missing(connection) == [
            "batch: the guard batch_guard_update is altered or switched off."
        ]


@pytest.mark.requirement("ATK-11")
def test_start_does_not_quietly_put_back_a_dropped_guard(store):
    store.drop_guards()
    upgrade(store.url)

    with store.engine.connect() as connection:
        assert len(guards.missing(connection)) > 100


def test_guards_are_put_back_deliberately(store):
    store.drop_guards()

    lost = install_guards(store.url)

    with store.engine.connect() as connection:
        assert (len(lost) > 100, guards.missing(connection)) == (True, [])


@pytest.mark.requirement("ATK-11")
@pytest.mark.parametrize(
    "statement",
    ["DROP TRIGGER entry_guard_update", "DROP TABLE entry", "ALTER TABLE entry ADD COLUMN more TEXT"],
)
def test_application_cannot_touch_the_schema_on_sqlite(sqlite_url, statement):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        told = refusal(connection, statement)
    engine.dispose()

    assert told == "not authorized"


@pytest.fixture
def roles(postgresql_databases: PostgresqlDatabases, tmp_path: Path) -> Iterator[tuple[LedgerStore, str]]:
    """A filled store on PostgreSQL with the roles of the documentation, and what their names begin with."""
    prefix = f"cs_test_{uuid4().hex[:12]}_"
    statements = re.findall(
        r"^```sql\n(.*?)^```", ROLES.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    with postgresql_databases.migrated() as url:
        store = LedgerStore(url, tmp_path)
        fill(store)
        for each in statements:
            store.run(re.sub(r"countersign_(?=owner|migrator|app|sealer|verifier)", prefix, each))
        yield store, prefix
        store.run(f"DROP OWNED BY {', '.join(prefix + name for name in ROLE_NAMES)}")
        store.run(f"DROP ROLE {', '.join(prefix + name for name in ROLE_NAMES)}")
        store.engine.dispose()


@pytest.mark.requirement("P11-10e-2")
@pytest.mark.requirement("P11-10e-5")
@pytest.mark.requirement("ATK-01")
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("app", ["SELECT", "INSERT", "REVISE", "LOG OUT"]),
        ("sealer", ["SELECT", "SEAL"]),
        ("verifier", ["SELECT"]),
    ],
)
def test_each_role_may_do_its_own_work_and_no_more(roles, role, allowed):
    store, prefix = roles
    names, copy = columns_of("audit_event", id="id + 1000", stream="'batch/NEW'")
    statements = {
        "SELECT": "SELECT * FROM audit_event",
        "INSERT": f"INSERT INTO audit_event ({names}) SELECT {copy} FROM audit_event WHERE seq = 1 LIMIT 1",
        "UPDATE": "UPDATE audit_event SET body = body",
        "DELETE": "DELETE FROM audit_event",
        "TRUNCATE": "TRUNCATE audit_event",
        "DISABLE": "ALTER TABLE audit_event DISABLE TRIGGER ALL",
        "DROP": "DROP TRIGGER audit_event_guard_update ON audit_event",
        "UPDATE entry": "UPDATE entry SET value = value",
        "DELETE batch": "DELETE FROM batch",
        "REVISE": "UPDATE batch SET rev = rev + 1",
        "LOG OUT": "DELETE FROM login_session",
        "MIGRATE": "UPDATE alembic_version SET version_num = version_num",
        "SEAL": "DELETE FROM seal_outbox",
    }
    address = make_url(store.url).set(drivername="postgresql").render_as_string(hide_password=False)

    found = []
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute(f"SET ROLE {prefix}{role}")
        for name, statement in statements.items():
            try:
                with connection.transaction(force_rollback=True):
                    connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                continue
            found.append(name)

    assert found == allowed
