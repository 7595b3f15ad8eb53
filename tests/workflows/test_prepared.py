"""Prepared statements: the same rows as SQLAlchemy's own, and the same errors without the values given."""

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from records.engine import lent_engine
from records.prepared import Prepared

THINGS = Table(
    "thing", MetaData(), Column("id", Integer, primary_key=True), Column("name", Text, unique=True)
)
ADD = Prepared(insert(THINGS).values(name=bindparam("name")).returning(THINGS.c.id))
FIND = Prepared(select(THINGS.c.id, THINGS.c.name).where(THINGS.c.name == bindparam("wanted")))


@pytest.fixture
def connection(tmp_path):
    with lent_engine(f"sqlite:///{tmp_path / 'things.sqlite'}") as engine:
        THINGS.metadata.create_all(engine)
        with engine.connect() as connection:
            yield connection


def test_prepared_statement_runs_in_the_transaction_of_its_connection(connection):
    assert ADD.rows(connection, {"name": "one"}) == [(1,)]
    assert FIND.rows(connection, {"wanted": "one"}) == [(1, "one")]

    connection.rollback()

    assert FIND.rows(connection, {"wanted": "one"}) == []


def test_prepared_statement_fails_as_any_other_and_keeps_its_values_to_itself(connection):
    ADD.rows(connection, {"name": "a secret"})

    with pytest.raises(IntegrityError) as failed:
        ADD.rows(connection, {"name": "a secret"})

    assert "INSERT INTO thing" in str(failed.value)
    assert "a secret" not in str(failed.value)
