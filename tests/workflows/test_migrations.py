"""A migrated store has the tables of the models, on both engines, and the way there and back is whole."""

import time

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.orm import Session

from app.export.evidence import trust_file
from app.migrate import CONFIG, current, head, upgrade
from app.tables import metadata
from app.trail.schema import schema_findings
from app.trail.verification import verify
from audit import guards
from audit.events import Action
from audit.guards import SCHEMA_TABLE
from audit.models import ExportedCopy
from records.engine import make_engine
from tests.ledger import LedgerStore


def tables_of(url):
    engine = create_engine(url)
    names = inspect(engine).get_table_names()
    engine.dispose()
    return set(names)


@pytest.mark.requirement("ATK-11")
def test_migrated_store_is_what_the_models_say(engine):
    with engine.connect() as connection:
        assert list(schema_findings(connection)) == []


def test_empty_store_is_migrated_to_every_table_with_its_guards(empty_url):
    before = current(empty_url)
    upgrade(empty_url)

    engine = make_engine(empty_url)
    with engine.connect() as connection:
        lacking = guards.missing(connection)
    engine.dispose()
    assert (before, current(empty_url), lacking) == (None, head(), [])
    assert tables_of(empty_url) == {*metadata.tables, SCHEMA_TABLE}


def test_migrated_store_is_migrated_again_without_a_change(engine_url):
    upgrade(engine_url)

    assert current(engine_url) == head()


def test_way_back_leaves_no_table(empty_url):
    upgrade(empty_url)
    engine = make_engine(empty_url, migrating=True)
    config = Config(CONFIG)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    engine.dispose()

    assert tables_of(empty_url) == {SCHEMA_TABLE}


def test_migration_that_fails_leaves_nothing_behind(empty_url):
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE step_run (id INTEGER)")
    engine.dispose()

    with pytest.raises(Exception, match="step_run"):
        upgrade(empty_url)

    assert tables_of(empty_url) == {"step_run"}


def test_migration_that_fails_leaves_no_connection_open(postgresql_databases):
    with postgresql_databases.empty() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE step_run (id INTEGER)")
        with pytest.raises(Exception, match="step_run"):
            upgrade(url)

        with engine.connect() as connection:
            left = _waits_until_alone(connection)
        engine.dispose()
    assert left == 1, "only the connection that asks"


def _waits_until_alone(connection):
    """Count the connections to this database; a closed one may take the server a moment to forget."""
    counted = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
    for _ in range(50):
        if (found := connection.scalar(counted)) == 1:
            break
        connection.rollback()
        time.sleep(0.1)
    return found


@pytest.mark.requirement("ATK-11")
@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        ("CREATE TABLE aside (id INTEGER)", ["aside: remove table aside would be needed."]),
        ("DROP INDEX ix_entry_stream", ["entry: add index ix_entry_stream would be needed."]),
        ("ALTER TABLE entry ADD COLUMN more TEXT", ["entry: remove column more would be needed."]),
        (
            "DROP TABLE idempotency_key",
            [
                "idempotency_key: add table idempotency_key would be needed.",
                "idempotency_key: add index ix_idempotency_key_kept_at would be needed.",
            ],
        ),
    ],
)
def test_schema_that_was_changed_is_named(store, statement, sentences):
    store.run(statement)

    with store.engine.connect() as connection:
        assert [finding.sentence for finding in schema_findings(connection)] == sentences


@pytest.mark.requirement("ATK-01")
def test_login_without_a_mac_ends_on_migration(empty_url):
    engine = make_engine(empty_url, migrating=True)
    config = Config(CONFIG)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.exec_driver_sql(
            "INSERT INTO login_session"
            " (token_hash, public_id, account, person, started_at, last_act_at, signings) VALUES"
            " ('t', 'p', 'a.reyes', 'P-0002', '2026-11-23T08:00:00.000000Z',"
            " '2026-11-23T09:00:00.000000Z', 0)"
        )
    upgrade(empty_url)

    with engine.connect() as connection:
        ended = connection.exec_driver_sql("SELECT ended_at, mac FROM login_session").all()
    engine.dispose()
    assert [tuple(row) for row in ended] == [("2026-11-23T09:00:00.000000Z", None)]


@pytest.mark.requirement("P11-10b-2")
def test_copy_exported_before_bundles_were_on_record_still_verifies(empty_url, tmp_path):
    engine = make_engine(empty_url, migrating=True)
    config = Config(CONFIG)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
    engine.dispose()
    store = LedgerStore(empty_url, tmp_path)
    copy = {
        "form": "pdf",
        "sha256": "0f" * 32,
        "head_seq": 1,
        "head_hash": "h",
        "exported_by": "p",
        "at": "t",
    }
    store.change(lambda changes: changes.insert(ExportedCopy, Action.RECORD_EXPORT, **copy))
    upgrade(empty_url)

    report = verify(store.evidence)
    with Session(store.engine) as session:
        trust = trust_file(session, session.scalars(select(ExportedCopy)).one(), store.ledger)
    store.engine.dispose()
    assert (report.verdict, report.result.findings.kept, trust["bundles"]) == ("PASS", [], [])
