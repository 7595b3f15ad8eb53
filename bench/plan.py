"""What one run of the benchmarks is to do: how much, where, and on which databases."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import URL

Size = TypeVar("Size", int, float)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The choices of the command line."""

    folder: Path
    """Where stores are made; they are gone when the run is over."""
    quick: bool
    load_seconds: int
    """How long the load of many operators lasts."""
    postgresql: URL | None
    """A server that lets us create databases; None where there is none."""

    def size(self, usual: Size, quick: Size) -> Size:
        """Return the size of a measurement for this run."""
        return quick if self.quick else usual

    @property
    def servers(self) -> tuple[URL | None, ...]:
        """Return the databases to measure on: SQLite (None), and PostgreSQL where there is a server."""
        return (None,) if self.postgresql is None else (None, self.postgresql)
