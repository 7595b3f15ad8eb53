"""The small plant of tests/factories.py with the cast's persons and keys: stores for pages of records."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.config import Settings
from app.factory import make_service
from app.service import Service
from records.engine import WRITES, make_engine
from records.execution.queries import exceptions_of
from tests.cast import CAST
from tests.factories import BATCH, BRANDT, NOVAK, REYES, Plant, _signing
from tests.web.conftest import NOW
from workflows.batch.execution_owner import executing_batch
from workflows.execution import signoff
from workflows.execution.content import value_acceptance_content
from workflows.execution.exception_commands import accept_value
from workflows.perform import Reason, UnitOfWork
from workflows.review import commands as reviews

BEGINS = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


class CastPlant(Plant):
    """Acts of the factories, each by the member of the cast with that user name."""

    def __init__(self, engine: Engine, service: Service) -> None:
        super().__init__(engine)
        self.now = BEGINS
        self.service = service

    @contextmanager
    def act(self, actor, *, reason=None, signs=None) -> Iterator[UnitOfWork]:
        member = CAST[actor.account]
        who = replace(actor, person=member.number, printed_name=member.name, roles=frozenset(member.roles))
        self.now += timedelta(minutes=1)
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options=WRITES)
            yield UnitOfWork(
                session=session,
                ledger=self.service.keys.ledger,
                actor=who,
                at=self.now,
                time_zone=self.service.settings.site_timezone,
                code=self.service.code,
                reason=Reason(code="other", text=reason) if reason else None,
                signing=_signing(who, self.now, signs) if signs else None,
            )
            session.commit()

    def perform(self, part, *, actor=REYES, batch=BATCH):
        """Complete a step; a value out of its limits is accepted by the supervisor first."""
        with self.read() as session:
            found = exceptions_of(session, f"batch/{batch}", part)
        for row in found:
            if row.state == "open" and row.entry_id:
                with self.act(
                    NOVAK, reason="The sensor is right.", signs=value_acceptance_content(row)
                ) as work:
                    accept_value(work, executing_batch(work, batch), row.number)
        super().perform(part, actor=actor, batch=batch)

    def batch_with_exceptions(self):
        """A batch under review after a value out of limits and two corrections."""
        number = self.issued_batch()
        self.execute(number, temperature="26.1")
        self.correct("1.3/1", "weight", "10.020")
        self.sign_step(signoff.perform_step, "1.3/1")
        self.sign_step(signoff.verify_step, "1.3/1", actor=NOVAK)
        self.correct("1.5/1", "actual", "9.950")
        self.perform("1.5/1")
        self.sign_step(signoff.verify_step, "1.5/1", actor=NOVAK)
        self.remark("The lamp flickered twice.")
        self.complete(number)
        self.do(BRANDT, reviews.begin_review, number)


STAGES = {
    "empty": lambda _plant: None,
    "mastered": CastPlant.effective_master,
    "created": CastPlant.created_batch,
    "issued": CastPlant.issued_batch,
    "executed": CastPlant.executed_batch,
    "completed": lambda plant: plant.complete(plant.executed_batch()),
    "under_review": CastPlant.batch_under_review,
    "with_exceptions": CastPlant.batch_with_exceptions,
    "reviewed": CastPlant.reviewed_batch,
}
"""Points of a batch's life."""


class RecordStores:
    """Stores at points of a batch's life, made once and copied for each test."""

    def __init__(self, cast_store: Path, keys_dir: Path, folder: Path) -> None:
        self.cast_store, self.keys_dir, self.folder = cast_store, keys_dir, folder
        self.made: dict[str, Path] = {}

    def plant(self, url: str) -> CastPlant:
        settings = Settings(
            home=self.folder,
            database_url=url,
            keys_dir=self.keys_dir,
            files_dir=self.folder / "files",
            demo=True,
        )
        return CastPlant(make_engine(url), make_service(settings))

    def copy(self, stage: str, folder: Path) -> str:
        """Copy a stage's store into a folder and return its address."""
        if stage not in self.made:
            self.made[stage] = self._make(stage)
        path = folder / "store.sqlite"
        shutil.copyfile(self.made[stage], path)
        return f"sqlite:///{path}"

    def _make(self, stage: str) -> Path:
        path = self.folder / f"{stage}.sqlite"
        shutil.copyfile(self.cast_store, path)
        plant = self.plant(f"sqlite:///{path}")
        STAGES[stage](plant)
        with plant.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        plant.engine.dispose()
        return path


@pytest.fixture(scope="session")
def record_stores(cast_store, keys_dir, tmp_path_factory) -> RecordStores:
    return RecordStores(cast_store, keys_dir, tmp_path_factory.mktemp("records"))


@pytest.fixture
def cast_plant(record_stores, store_url) -> Iterator[CastPlant]:
    """Hands on the store of a test, which act an hour before the application's clock."""
    plant = record_stores.plant(store_url)
    plant.now = NOW - timedelta(hours=1)
    yield plant
    plant.engine.dispose()
