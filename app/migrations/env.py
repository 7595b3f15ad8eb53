"""Run migrations on one connection, in one transaction; guards are put in place at its end."""

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.tables import metadata
from records.engine import make_engine


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as what they store, so that a migration does not change with them."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    return f"sa.{type(item.impl_instance).__name__}()"


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        transaction_per_migration=False,
    )
    context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(context.get_x_argument(as_dictionary=True)["url"], migrating=True)
    with engine.begin() as connection:
        run(connection)
