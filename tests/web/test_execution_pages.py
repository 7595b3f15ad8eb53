"""Carry out a batch in the browser: one step, one input, the truth about what is saved."""

import shutil
from datetime import timedelta

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session

from app.factory import make_service
from records.engine import make_engine
from tests.batch_site import READY, Hands, stand_site
from tests.web.conftest import NOW, MovableClock, _settings

TABLETS, PREMIX = "TB-0001", "RB-00001"


@pytest.fixture(scope="session")
def floor_store(cast_store, keys_dir, tmp_path_factory):
    """The cast's store with a batch of tablets and one of premix issued, made once; tests get copies."""
    path = tmp_path_factory.mktemp("floor") / "floor.sqlite"
    shutil.copyfile(cast_store, path)
    url = f"sqlite:///{path}"
    engine = make_engine(url)
    with Session(engine) as session:
        service = make_service(_settings(url, keys_dir, path.parent), MovableClock(READY))
        assert stand_site(service, session, "mbr-9000", "mbr-0042") == {"mbr-9000": PREMIX, "mbr-0042": TABLETS}
    engine.dispose()
    return path


@pytest.fixture
def store_url(floor_store, tmp_path):
    path = tmp_path / "store.sqlite"
    shutil.copyfile(floor_store, path)
    return f"sqlite:///{path}"


@pytest.fixture
def hands(app, store_url, keys_dir, tmp_path, clock):
    engine = make_engine(store_url)
    with Session(engine) as session:
        yield Hands(make_service(_settings(store_url, keys_dir, tmp_path), clock), session)
    engine.dispose()


def at(batch, part):
    return f"/batches/{batch}/steps/{part}"


def test_operator_is_taken_to_the_first_step(browser_of):
    browser = browser_of("a.reyes")

    answer = browser.get(f"/batches/{TABLETS}/execute")

    assert (answer.status_code, answer.headers["Location"]) == (303, at(TABLETS, "1.1a/1"))
    page = browser.follow(answer)
    assert "Clear the dispensing room" in page.text
