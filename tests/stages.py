"""Stores at points of a batch's life, made once for each engine and copied for each test.

Ask for `plant` (a migrated store and its people), `mastered` (an effective master), `issued`, `executed`,
`shop` (a press and its maintenance),
`under_review` or `reviewed`: a Plant whose batch BU-0001 is there.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from records.engine import make_engine
from tests.databases import PostgresqlDatabases, SqliteDatabases
from tests.factories import Plant
from tests.shop import Shop

STAGES = {
    "plant": lambda _plant: None,
    "shop": lambda plant: Shop(plant).set_up(),
    "mastered": Plant.effective_master,
    "issued": Plant.issued_batch,
    "executed": Plant.executed_batch,
    "under_review": Plant.batch_under_review,
    "reviewed": Plant.reviewed_batch,
}


@dataclass
class Stages:
    """Templates already made, by kind of database and stage: where they are, and what time it was then."""

    made: dict[tuple[type, str], tuple[str, datetime]] = field(default_factory=dict)

    @contextmanager
    def lend(self, databases: SqliteDatabases | PostgresqlDatabases, stage: str) -> Iterator[Plant]:
        """Lend a plant on a copy of a stage's store."""
        key = (type(databases), stage)
        if key not in self.made:
            self.made[key] = _make(databases, stage)
        template, now = self.made[key]
        with _copy(databases, template) as url:
            engine = make_engine(url)
            plant = Plant(engine)
            plant.now = now
            yield plant
            engine.dispose()


@pytest.fixture(scope="session")
def stages() -> Stages:
    return Stages()


@pytest.fixture
def plant(databases, stages):
    with stages.lend(databases, "plant") as lent:
        yield lent


@pytest.fixture
def shop(databases, stages):
    with stages.lend(databases, "shop") as lent:
        yield Shop(lent)


@pytest.fixture
def mastered(databases, stages):
    with stages.lend(databases, "mastered") as lent:
        yield lent


@pytest.fixture
def issued(databases, stages):
    with stages.lend(databases, "issued") as lent:
        yield lent


@pytest.fixture
def executed(databases, stages):
    with stages.lend(databases, "executed") as lent:
        yield lent


@pytest.fixture
def under_review(databases, stages):
    with stages.lend(databases, "under_review") as lent:
        yield lent


@pytest.fixture
def reviewed(databases, stages):
    with stages.lend(databases, "reviewed") as lent:
        yield lent


def _make(databases, stage):
    if isinstance(databases, PostgresqlDatabases):
        url = databases._create(databases.template)
        return url.database, _run(url.render_as_string(hide_password=False), stage)
    path = databases.folder / f"stage-{stage}.sqlite"
    shutil.copyfile(databases.template, path)
    now = _run(f"sqlite:///{path}", stage)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return str(path), now


def _run(url, stage):
    engine = make_engine(url)
    plant = Plant(engine)
    try:
        STAGES[stage](plant)
    finally:
        engine.dispose()
    return plant.now


@contextmanager
def _copy(databases, template):
    if isinstance(databases, PostgresqlDatabases):
        yield from databases._lend(databases._create(template))
        return
    with databases.empty() as url:
        shutil.copyfile(Path(template), make_url(url).database)
        yield url
