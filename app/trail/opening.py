"""Open a store that is there: reading commands must not begin an empty one by mistake."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, make_url

from records.engine import lent_engine
from records.errors import DomainError


class NoStoreError(DomainError):
    """There is no store where one was to be read."""


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Lend an engine; raises NoStoreError rather than begin an empty store."""
    file = make_url(url).database
    if url.startswith("sqlite") and not (file and Path(file).is_file()):
        msg = f"There is no store at {file}. Run `countersign init`, or set COUNTERSIGN_DATABASE_URL."
        raise NoStoreError(msg)
    with lent_engine(url) as engine:
        yield engine
