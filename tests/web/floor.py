"""Fixtures for pages of batches under way: stores that stand at a step, hands, a robot.

`standing_at("2.3/1")` begins a test where every earlier step is done. Such stores are made once, each from
the one before it, and copied.
"""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.factory import make_service
from records.engine import make_engine
from records.execution.models import Entry
from tests.batch_site import READY, Hands, stand_site
from tests.robot import TABLET_LOTS, TABLET_VALUES, Robot
from tests.web.conftest import NOW, MovableClock, _settings

TABLETS, PREMIX = "TB-0001", "RB-00001"
STAGES = ("1.1a/1", "1.1b/1", "1.2a/1", "1.2b/1", "1.3/1", "1.4/1", "1.10/1", "2.2/1", "2.3/1", "2.4a/1")
STAGES += ("2.9/1", "2.11a/1", "2.8b/2.1", "3.2/1", "4.3a/1")


def standing_at(part):
    """A mark: the batch of tablets stands at this step."""
    return pytest.mark.parametrize("stage", [part], indirect=True)


def at(part, batch=TABLETS):
    """The address of a step."""
    return f"/batches/{batch}/steps/{part}"


class Stages:
    """Stores at each stage, made as they are asked for."""

    def __init__(self, folder: Path, first: Path, keys_dir: Path) -> None:
        self.folder, self.keys_dir = folder, keys_dir
        self.made: dict[str, tuple[Path, datetime]] = {STAGES[0]: (first, NOW)}

    def __call__(self, part: str) -> tuple[Path, datetime]:
        if part not in self.made:
            before, at_before = self(STAGES[STAGES.index(part) - 1])
            path, clock = self.folder / f"{part.replace('/', '-')}.sqlite", MovableClock(at_before)
            shutil.copyfile(before, path)
            with _hands(f"sqlite:///{path}", self.keys_dir, self.folder, clock) as hands:
                Robot(hands, TABLETS, TABLET_LOTS, TABLET_VALUES).run_to(part)
            self.made[part] = (path, clock.at)
        return self.made[part]


class _hands:  # noqa: N801 -- read as a function in a with statement
    def __init__(self, url, keys_dir, home, clock):
        self.engine = make_engine(url)
        self.session = Session(self.engine)
        self.service = make_service(_settings(url, keys_dir, home), clock)

    def __enter__(self):
        return Hands(self.service, self.session)

    def __exit__(self, *_error):
        self.session.close()
        self.engine.dispose()


@pytest.fixture(scope="session")
def stages(cast_store, keys_dir, tmp_path_factory):
    folder = tmp_path_factory.mktemp("floor")
    path = folder / "issued.sqlite"
    shutil.copyfile(cast_store, path)
    with _hands(f"sqlite:///{path}", keys_dir, folder, MovableClock(READY)) as hands:
        made = stand_site(hands.service, hands.session, "mbr-9000", "mbr-0042")
    assert made == {"mbr-9000": PREMIX, "mbr-0042": TABLETS}
    return Stages(folder, path, keys_dir)


@pytest.fixture
def stage(request):
    return getattr(request, "param", STAGES[0])


@pytest.fixture
def store_url(stages, stage, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(stages(stage)[0], path)
    return f"sqlite:///{path}"


@pytest.fixture
def clock(stages, stage):
    return MovableClock(stages(stage)[1])


@pytest.fixture
def hands(store_url, keys_dir, tmp_path, clock):
    with _hands(store_url, keys_dir, tmp_path, clock) as hands:
        yield hands


@pytest.fixture
def robot(hands):
    return Robot(hands, TABLETS, TABLET_LOTS, TABLET_VALUES)


@pytest.fixture
def reyes(browser_of):
    return browser_of("a.reyes")


@pytest.fixture
def entries(store):
    """A function that returns (field, value) of a part's entries, oldest first."""

    def read(part, batch=TABLETS):
        store.rollback()
        wanted = select(Entry).where(Entry.stream == f"batch/{batch}", Entry.part == part)
        return [(one.field, one.value) for one in store.scalars(wanted.order_by(Entry.id))]

    return read
