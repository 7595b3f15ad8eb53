"""`/readyz` says ready only where an act could be written now, and writes nothing by looking."""

import pytest
from sqlalchemy import event, func, make_url, select, text

from app import readiness
from app.extensions import db
from app.factory import create_app
from audit.models import audit_event, seal_outbox
from records.engine import make_engine
from tests.web.conftest import _settings


@pytest.fixture
def app(engine_url, keys_dir, tmp_path, clock):
    app = create_app(_settings(engine_url, keys_dir, tmp_path), clock)
    yield app
    with app.app_context():
        db.engine.dispose()


def told(app):
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.json.get("reason")


def held(url):
    engine = make_engine(url)
    with engine.connect() as connection:
        found = [
            connection.scalar(select(func.count()).select_from(table)) for table in (audit_event, seal_outbox)
        ]
    engine.dispose()
    return found


def make_read_only(app, url):
    """Let no connection write: a setting of the database, and of each connection where it is a file."""
    with app.app_context():
        engine = db.engine
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                connection.execute(
                    text(f'ALTER DATABASE "{make_url(url).database}" SET default_transaction_read_only = on')
                )
                connection.commit()
        else:
            event.listen(engine, "connect", lambda raw, _record: raw.execute("PRAGMA query_only = ON"))
        engine.dispose()


@pytest.mark.requirement("P11-10a-1")
def test_store_that_takes_writes_is_ready_and_nothing_is_written(app, engine_url):
    before = held(engine_url)

    assert (told(app), told(app), held(engine_url)) == ((200, None), (200, None), before)


@pytest.mark.requirement("P11-10a-1")
def test_store_that_can_only_be_read_is_not_ready(app, engine_url):
    make_read_only(app, engine_url)

    assert told(app) == (503, "The store can't be written.")


def test_full_disk_and_lost_keys_are_not_ready(app, tmp_path, keys_dir, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(readiness, "LEAST_FREE_BYTES", 10**18)
        full = told(app)
    (keys_dir / "mac.key").rename(tmp_path / "mac.key")
    lost = told(app)
    (tmp_path / "mac.key").rename(keys_dir / "mac.key")

    assert full == (503, "The disk of the attached files is full.")
    assert (lost, told(app)) == ((503, "The folder of the keys is not as it must be."), (200, None))
