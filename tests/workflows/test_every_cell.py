"""Whatever is changed in a protected table, in whatever cell, verification fails and names the record.

The changes are made with the databases' own tools, by one who has dropped the guards.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.trail.verification import verify
from audit.findings import Verdict
from audit.guards import SCHEMA_TABLE, guarded
from audit.readers import Part
from tests.ledger import LedgerStore
from tests.samples import fill

Run = Callable[..., list[tuple[Any, ...]]]
TABLES = {table.name: table for table in guarded()}
RECORDS = sorted(name for name, table in TABLES.items() if "rev" in table.columns)
HOSTS = {name: [f"{name}/FULL", f"{name}/SPARSE"] for name in RECORDS}
"""The streams whose rows are changed, by table."""
for name in ("audit_event", "stream_head", "seal_outbox"):
    HOSTS[name] = ["entry/FULL"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerStore]:
    """A store with rows in every protected table, its guards dropped; tests put back what they change."""
    databases = request.getfixturevalue(f"{request.param}_databases")
    with databases.migrated() as url:
        store = LedgerStore(url, tmp_path_factory.mktemp("files"))
        fill(store)
        assert verify(store.evidence).verdict is Verdict.PASS
        store.drop_guards()
        yield store
        store.engine.dispose()


@contextmanager
def tool(store: LedgerStore) -> Iterator[Run]:
    """The database's own tool in the hands of its owner, who is not stopped by foreign keys either."""
    with store.tool() as run:
        if not store.is_sqlite:
            run("SET session_replication_role = replica")
        yield run


def row_of(run: Run, table: str, stream: str) -> dict[str, Any]:
    """The first row of a table that belongs to a stream."""
    columns = list(TABLES[table].columns.keys())
    names = ", ".join(f'"{column}"' for column in columns)
    where = "stream = ?"
    if table == "seal_outbox":
        where = "event_id = (SELECT min(id) FROM audit_event WHERE stream = ?)"
    (first, *_) = run(f"SELECT {names} FROM {table} WHERE {where} ORDER BY 1", stream)  # noqa: S608
    return dict(zip(columns, first, strict=True))


def other(value: Any) -> Any:
    """Another value that the column can hold."""
    if value is None:
        return "x"
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + 1000 if isinstance(value, int) else value[:-1] + ("y" if value[-1] == "x" else "x")


def changes_of(table: str, row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each column with another value; and with none, where it may have none."""
    for column in TABLES[table].columns:
        value = row[column.name]
        empty = 7 if value is None and column.type.python_type is int else other(value)
        yield column.name, empty
        if column.nullable and value is not None:
            yield column.name, None


def put(run: Run, table: str, row: dict[str, Any], column: str, value: Any) -> dict[str, Any]:
    """Change one cell of a row, and return the row as it is then."""
    key = TABLES[table].primary_key.columns.keys()[0]
    run(f'UPDATE {table} SET "{column}" = ? WHERE "{key}" = ?', value, row[key])  # noqa: S608
    return row | {column: value}


def add(run: Run, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{column}"' for column in row)
    marks = ", ".join("?" for _ in row)
    run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *row.values())  # noqa: S608


def remove(run: Run, table: str, row: dict[str, Any]) -> None:
    key = TABLES[table].primary_key.columns.keys()[0]
    run(f'DELETE FROM {table} WHERE "{key}" = ?', row[key])  # noqa: S608


def names_record(store: LedgerStore, stream: str) -> bool:
    """Tell whether verification fails and says which record is concerned."""
    return stream in {finding.stream for finding in store.findings(Part(only=stream))}


@pytest.mark.requirement("P11-10a-1")
@pytest.mark.requirement("P11-10e-5")
@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_cell_of_a_protected_table_changes_unnoticed(full, table):
    unnoticed = []
    with tool(full) as run:
        for stream in HOSTS[table]:
            row = row_of(run, table, stream)
            for column, value in changes_of(table, row):
                changed = put(run, table, row, column, value)
                if not names_record(full, stream):
                    unnoticed.append((stream, column, value))
                put(run, table, changed, column, row[column])

    assert (unnoticed, full.findings()) == ([], [])


@pytest.mark.requirement("ATK-03")
@pytest.mark.parametrize("table", sorted(TABLES))
def test_no_row_of_a_protected_table_is_deleted_unnoticed(full, table):
    unnoticed = []
    with tool(full) as run:
        for stream in HOSTS[table]:
            row = row_of(run, table, stream)
            remove(run, table, row)
            if not names_record(full, stream):
                unnoticed.append(stream)
            add(run, table, row)

    assert (unnoticed, full.findings()) == ([], [])


@pytest.mark.requirement("ATK-06")
@pytest.mark.parametrize("table", [*RECORDS, "audit_event", "stream_head"])
def test_no_row_of_a_protected_table_is_added_unnoticed(full, table):
    with tool(full) as run:
        row = row_of(run, table, HOSTS[table][0])
        forged = {name: f"{value} forged" if isinstance(value, str) else value for name, value in row.items()}
        forged |= {name: value + 1000 for name, value in row.items() if type(value) is int and name != "rev"}
        forged |= {"stream": "batch/FORGED"}
        add(run, table, forged)
        named = names_record(full, "batch/FORGED")
        remove(run, table, forged)

    assert (named, full.findings()) == (True, [])


def test_event_that_waits_for_the_log_cannot_be_invented(full):
    with tool(full) as run:
        add(run, "seal_outbox", {"event_id": 1_000_000})
        found = [(finding.code, finding.row) for finding in full.findings()]
        remove(run, "seal_outbox", {"event_id": 1_000_000})

    assert found == [("OUTBOX_WITHOUT_EVENT", "1000000")]


def test_migration_that_a_store_claims_cannot_be_changed(full):
    (held,) = full.run(f"SELECT version_num FROM {SCHEMA_TABLE}")  # noqa: S608
    full.run(f"UPDATE {SCHEMA_TABLE} SET version_num = '9999'")  # noqa: S608
    report = verify(full.evidence)
    full.run(f"UPDATE {SCHEMA_TABLE} SET version_num = ?", *held)  # noqa: S608

    told = [(f.table, f.column, f.sentence) for f in report.result.findings.kept if f.code == "SCHEMA"]
    sentence = f"{SCHEMA_TABLE}: the store is at 9999, this software needs {held[0]}."
    assert told == [(SCHEMA_TABLE, "version_num", sentence)]


def test_row_of_every_protected_table_was_there_to_be_changed(full):
    with tool(full) as run:
        empty = [name for name in TABLES if run(f"SELECT count(*) FROM {name}") == [(0,)]]  # noqa: S608

    assert empty == []
