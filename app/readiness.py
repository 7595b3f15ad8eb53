"""Whether this installation can serve and write: the store, its guards and keys, and room for what comes.

Nothing is kept of the look: what it writes is rolled back, and no event is written.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, insert, make_url
from sqlalchemy.exc import SQLAlchemyError

from app import keys
from app.config import Settings
from app.key_check import key_faults
from app.service import Service
from audit import guards
from audit.models import seal_outbox
from records.engine import WRITES

LEAST_FREE_BYTES = 50_000_000
"""Below it a store may end in the middle of a day's work; `countersign doctor` warns much earlier."""
_NO_EVENT = -1


def unreadiness(service: Service, engine: Engine) -> Iterator[str]:
    """Yield every reason why it is not ready, in a sentence that tells a stranger nothing more."""
    try:
        with engine.connect() as connection:
            missing, faults = guards.missing(connection), key_faults(connection, service.keys.ledger)
    except SQLAlchemyError:
        yield "The store does not answer."
        return
    if missing:
        yield "Guards of the store are missing."
    if faults:
        yield "The keys are not those of the store."
    if keys.unsafe(service.settings.keys_dir):
        yield "The folder of the keys is not as it must be."
    if not _takes_writes(engine):
        yield "The store can't be written."
    yield from _without_room(service.settings)


def _takes_writes(engine: Engine) -> bool:
    """Try to hand an event to the sealer, as every act does, and take it back."""
    try:
        with engine.connect().execution_options(**WRITES) as connection:
            connection.execute(insert(seal_outbox), {"event_id": _NO_EVENT})
            connection.rollback()
    except SQLAlchemyError:
        return False
    return True


def _without_room(settings: Settings) -> Iterator[str]:
    store = make_url(settings.database_url).database if settings.is_sqlite else None
    folders = {"attached files": settings.files_dir, **({"store": Path(store).parent} if store else {})}
    for name, folder in folders.items():
        there = next((path for path in (folder, *folder.parents) if path.is_dir()), Path("/"))
        if not os.access(there, os.W_OK | os.X_OK):
            yield f"The folder of the {name} can't be written."
        elif shutil.disk_usage(there).free < LEAST_FREE_BYTES:
            yield f"The disk of the {name} is full."
