"""What somebody does to a store who owns the database."""

from records.engine import make_engine


def alter(store_url, table, statement):
    """Change a table as an intruder would who owns the database, and put its guards back."""
    owner = make_engine(store_url, migrating=True)
    with owner.begin() as connection:
        guards = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        ).all()
        for name, _sql in guards:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        assert connection.exec_driver_sql(statement).rowcount > 0
        for _name, sql in guards:
            connection.exec_driver_sql(sql)
    owner.dispose()
