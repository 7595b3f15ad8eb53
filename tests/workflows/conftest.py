"""Fixtures of the tests below the commands.

store    a LedgerStore on a fresh migrated database, once on SQLite and once on PostgreSQL
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledger import LedgerStore


@pytest.fixture
def store(engine_url: str, tmp_path: Path) -> Iterator[LedgerStore]:
    store = LedgerStore(engine_url, tmp_path)
    yield store
    store.engine.dispose()
