"""Every test gets a database of its own, on both engines."""

from sqlalchemy import create_engine, inspect, make_url, text

from app.migrate import current, head
from tests.databases import PostgresqlDatabases, SqliteDatabases


def _tables_found_by_a_test_that_leaves_one(databases):
    with databases.empty() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            found = inspect(connection).get_table_names()
            connection.execute(text("CREATE TABLE left_behind (id INTEGER)"))
        engine.dispose()
    return found


def test_no_test_sees_what_another_left(databases):
    first = _tables_found_by_a_test_that_leaves_one(databases)
    second = _tables_found_by_a_test_that_leaves_one(databases)

    assert (first, second) == ([], [])


def test_lent_database_is_gone_afterwards(postgresql_url):
    databases = PostgresqlDatabases(postgresql_url)
    with databases.empty() as url:
        name = make_url(url).database
    databases.close()

    engine = create_engine(postgresql_url)
    with engine.connect() as connection:
        left = connection.scalars(
            text("SELECT datname FROM pg_database WHERE datname = :name"), {"name": name}
        ).all()
    engine.dispose()

    assert left == []


def test_lent_database_has_the_schema_of_this_software(engine_url):
    assert current(engine_url) == head()


def test_engine_speaks_to_the_lent_database(engine, databases):
    expected = {SqliteDatabases: "sqlite", PostgresqlDatabases: "postgresql"}

    assert engine.dialect.name == expected[type(databases)]
