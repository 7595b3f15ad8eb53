"""Bring a store to the schema of this software: `countersign init` and the tests' databases start here."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from audit import guards
from records.engine import lent_engine

CONFIG = Path(__file__).parent / "migrations" / "alembic.ini"


def upgrade(url: str) -> None:
    """Create or upgrade the store at this URL, guards included; all of it happens or none."""
    with lent_engine(url, migrating=True) as engine, engine.begin() as connection:
        config = Config(CONFIG)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def install_guards(url: str) -> list[str]:
    """Put missing guards back, and return what was missing: a deliberate act, never part of a start."""
    with lent_engine(url, migrating=True) as engine, engine.begin() as connection:
        found = guards.missing(connection)
        guards.install(connection)
    return found


def current(url: str) -> str | None:
    """Return the revision the store is at; None where it has no schema yet."""
    with lent_engine(url) as engine, engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """Return the revision this software needs."""
    revision = ScriptDirectory.from_config(Config(CONFIG)).get_current_head()
    if revision is None:
        msg = "There is no migration; the installation is incomplete."
        raise FileNotFoundError(msg)
    return revision
