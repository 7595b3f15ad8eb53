"""The demo's stage on a fresh store, for tests that carry out whole batches."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from app import keys
from app.config import Settings
from app.demo import site
from app.demo.life import Story
from app.demo.stage import Stage
from app.factory import make_service
from app.files import FileStore
from records.engine import make_engine

LOADED_ON = date(2026, 11, 20)
OPENING = datetime(2026, 9, 21, 7, 0, tzinfo=UTC)
PASSWORD = "three-quiet-geese-9"


def settings_for(folder, url):
    """Return settings of an installation under a folder, with keys, on a migrated database."""
    settings = Settings.read({"COUNTERSIGN_HOME": str(folder), "COUNTERSIGN_DEMO": "1"})
    settings = Settings(
        home=settings.home,
        database_url=url,
        keys_dir=settings.keys_dir,
        files_dir=settings.files_dir,
        demo=True,
    )
    settings.files_dir.mkdir(parents=True, exist_ok=True)
    keys.create(settings.keys_dir)
    return settings


@contextmanager
def story_of(folder, url, master):
    """Lend the story of one master: site, people, equipment, lots, and the master made effective."""
    service = make_service(settings_for(folder, url))
    engine = make_engine(url)
    with Session(engine, expire_on_commit=False) as session:
        stage = Stage(service, session, OPENING)
        site.settle_in(stage, PASSWORD)
        site.install_equipment(stage, LOADED_ON)
        procedure, _text = site.read_master(master)
        lots = site.stock_up(stage, procedure, LOADED_ON, 200)
        number = site.approve_master(stage, master)
        yield Story(stage, FileStore(service.settings.files_dir), number, procedure, lots)
    engine.dispose()
