"""Run migrations on one connection, in one transaction; guards are put in place at its end."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from app.tables import metadata
from audit import guards
from records.engine import lent_engine


def render_item(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Write our column types as what they store, so that a migration does not change with them."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    return f"sa.{type(item.impl_instance).__name__}()"


def run(connection: Connection) -> None:
    """Run what is due. Only an upgrade that ran installs guards: no start heals, and so hides, a lost one."""
    upgrades: list[object] = []
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render_item,
        on_version_apply=lambda *, step, **_: upgrades.extend([step] if step.is_upgrade else []),
    )
    context.run_migrations()
    if upgrades:
        guards.install(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.get_x_argument(as_dictionary=True)["url"]
    with lent_engine(url, migrating=True) as engine, engine.begin() as connection:
        run(connection)
