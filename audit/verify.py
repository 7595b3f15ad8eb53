"""Verification of one stream: its chain, its head, and every live row that its events speak of.

Pure: a reader (`audit.readers`) hands in what is stored, in order; checks A and B of ledger section 8.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audit.chain import Ledger
from audit.event_checks import EventRow, follow
from audit.findings import Findings
from audit.row_checks import RowCheck, RowChecks, Shape, head_findings

POLICY = ("chain-only", "1")
"""Name and version of what a PASS means here: every chain, head and live row; no log, no anchor yet."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds of one stream, each part in order and read once."""

    stream: str
    events: Iterable[EventRow]
    heads: Iterable[tuple[str, int, bytes]]
    tables: Iterable[tuple[Shape, Iterable[tuple[Any, ...]]]]


@dataclass(slots=True)
class Result:
    """What was checked, and what was found."""

    findings: Findings = field(default_factory=Findings)
    streams: int = 0
    events: int = 0
    rows: int = 0
    set_back: int = 0
    """Times the clock was found to stand before what was recorded, each told by an event."""

    def merge(self, other: "Result") -> None:
        """Take over the result for another part of the store."""
        self.findings.merge(other.findings)
        self.streams += other.streams
        self.events += other.events
        self.rows += other.rows
        self.set_back += other.set_back


def check_stream(
    stored: Stored,
    ledger: Ledger | None,
    checks: Mapping[str, RowCheck],
    history: Callable[[str], Iterable[bytes]],
    result: Result,
) -> None:
    """Check one stream, adding to `result`; `history` reads its event bodies again where a row differs."""
    found = result.findings
    chain = follow(stored.stream, stored.events, ledger, found)
    found.extend(head_findings(chain, stored.heads))
    rows = RowChecks(chain, lambda: history(stored.stream))
    for shape, table in stored.tables:
        found.extend(rows.compare(shape, table, checks.get(shape.table)))
    found.extend(rows.finish())
    result.streams += 1
    result.events += chain.events
    result.rows += rows.count
    result.set_back += chain.set_back
