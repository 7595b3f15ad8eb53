"""What verification can say: codes, findings and the verdict. Codes are stable: never renamed or reused."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

KEPT = 1000
"""Findings kept one by one; the others are counted by code."""


class Code(StrEnum):
    """What is wrong; `meaning` is the sentence of the documentation."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Make a member that carries its meaning."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    # ledger section 8, check A: the events of one stream
    EVENT_HASH = "EVENT_HASH", "The stored hash of an event is not that of its stored bytes."
    BODY_PARSE = "BODY_PARSE", "An event's bytes are not an event body that this software can read."
    NON_CANONICAL = "NON_CANONICAL", "An event's bytes are not the canonical form of what they say."
    PROJECTION = "PROJECTION", "A column of an event says otherwise than its body."
    SEQ_GAP = "SEQ_GAP", "Events of a stream are missing, doubled or out of order."
    CHAIN_BREAK = "CHAIN_BREAK", "An event does not name the event stored before it as its predecessor."
    CLOCK_BACK = "CLOCK_BACK", "An event is earlier than the one before it in its stream."
    MAC = "MAC", "The MAC of an event was not made with this store's key."
    ORIGIN = "ORIGIN", "An event was written for another log."
    # check B: heads and live rows
    HEAD_MISMATCH = "HEAD_MISMATCH", "A stream's head is not its last event."
    STATE_MISMATCH = "STATE_MISMATCH", "A live row is not as its last event left it."
    RECORD_WITHOUT_TRAIL = "RECORD_WITHOUT_TRAIL", "A live row has no event."
    RECORD_MISSING = "RECORD_MISSING", "An event names a row that is not there."
    SIGNATURE = "SIGNATURE", "A signature's columns, manifest and digest do not agree."
    FILE_HASH = "FILE_HASH", "An attached file's bytes are not those that were attached."
    FILE_MISSING = "FILE_MISSING", "An attached file is not there."
    # check C, as far as there is no log yet
    EVENT_NEVER_SEALED = "EVENT_NEVER_SEALED", "An event is neither in the log nor waiting for it."
    OUTBOX_WITHOUT_EVENT = "OUTBOX_WITHOUT_EVENT", "An event that waited for the log is gone."
    # the store around them
    GUARD_MISSING = "GUARD_MISSING", "A guard of the database is missing, altered or switched off."
    SCHEMA = "SCHEMA", "The store's tables are not those of this software."
    UNREADABLE = "UNREADABLE", "Something in the store could not be read."


class Verdict(StrEnum):
    """The result, and the command's exit status; FAIL beats INCOMPLETE beats PASS."""

    PASS = "PASS"  # noqa: S105 -- a word, not a secret
    FAIL = "FAIL"
    INCOMPLETE = "INCOMPLETE"

    @property
    def exit_status(self) -> int:
        """Return 0, 1 or 2."""
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong: where, and what was expected and found, as far as that can be said."""

    code: Code
    sentence: str
    stream: str | None = None
    seq: int | None = None
    table: str | None = None
    row: str | None = None
    column: str | None = None
    expected: str | int | None = None
    found: str | int | None = None


@dataclass(slots=True)
class Findings:
    """Findings as they come in, each code counted, the first ones kept whole."""

    kept: list[Finding] = field(default_factory=list)
    counts: Counter[Code] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it while there is room."""
        self.counts[finding.code] += 1
        if len(self.kept) < KEPT:
            self.kept.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add several."""
        for finding in findings:
            self.add(finding)

    def merge(self, other: "Findings") -> None:
        """Take over what another part of the store's verification found."""
        self.counts.update(other.counts)
        self.kept.extend(other.kept[: KEPT - len(self.kept)])


def conclude(findings: Findings, missing: Iterable[str]) -> Verdict:
    """Return the verdict: FAIL for anything wrong, INCOMPLETE for anything that could not be checked."""
    if findings.counts:
        return Verdict.FAIL
    return Verdict.INCOMPLETE if list(missing) else Verdict.PASS
