"""Check B of ledger section 8: heads and live rows against the last event that speaks of them."""

from binascii import b2a_base64
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from audit.chain import STATE
from audit.event_checks import Chain
from audit.events import Action
from audit.findings import Code, Finding

_LONGEST_SHOWN = 120
Values = dict[str, Any]
"""One row's raw columns, in order of name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A protected table: its columns in order of name, and how events call its rows."""

    table: str
    columns: tuple[str, ...]
    row_name: Callable[[Values], str]
    secrets: frozenset[str] = frozenset()
    """Columns whose values events do not tell, and findings neither."""

    @property
    def tellable(self) -> list[str]:
        """The columns whose values events tell where they are not empty."""
        return [column for column in self.columns if column not in self.secrets | {"id", "stream", "rev"}]


class Difference(NamedTuple):
    """A column that is not as it should be."""

    column: str
    expected: str | int | None
    found: str | int | None


class RowFault(NamedTuple):
    """What a further check says of one row."""

    code: Code
    words: str
    difference: Difference | None = None


RowCheck = Callable[[Values], Iterable[RowFault]]
"""A further check of one table's rows: a signature's manifest, an attachment's file."""


def head_findings(chain: Chain, heads: Iterable[tuple[str, int, bytes]]) -> Iterator[Finding]:
    """Yield a finding unless the stream has one head and it is the last event; or neither head nor event."""
    stored = [(seq, digest) for _, seq, digest in heads]
    if stored == ([(chain.last.seq, chain.last.digest)] if chain.events else []):
        return
    head = f"its head is event {stored[0][0]}" if stored else "it has no head"
    yield Finding(
        code=Code.HEAD_MISMATCH,
        sentence=f"{chain.stream}: {head}, its last event {chain.last.seq} has another place or hash.",
        stream=chain.stream,
        seq=chain.last.seq,
        table="stream_head",
        expected=chain.last.seq,
        found=stored[0][0] if stored else None,
    )


class RowChecks:
    """The live rows of one stream, compared with the states its events left."""

    def __init__(self, chain: Chain, history: Callable[[], Iterable[bytes]]) -> None:
        self._chain = chain
        self._history = history
        self.count = 0
        self._without_event: list[tuple[Shape, str, Values]] = []

    def compare(
        self, shape: Shape, rows: Iterable[tuple[Any, ...]], check: RowCheck | None
    ) -> Iterator[Finding]:
        """Yield what is wrong with a table's rows in this stream; each state they match is used up."""
        states, columns, table, row_name = self._chain.states, shape.columns, shape.table, shape.row_name
        for row in rows:
            self.count += 1
            values = dict(zip(columns, row, strict=True))
            name = row_name(values)
            state = states.pop((table, name), None)
            if state is None:
                self._without_event.append((shape, name, values))
            elif state != (state_text(values), values["rev"]):
                yield from self._mismatches(shape, name, values, state)
            if check:
                for fault in check(values):
                    yield self._finding(fault.code, table, name, fault.words, fault.difference)

    def finish(self) -> Iterator[Finding]:
        """Yield rows without an event, and events without their row, once all tables are compared."""
        states = self._chain.states
        called = {(table, _number(name)): name for table, name in states}
        for shape, name, values in self._without_event:
            known_as = called.get((shape.table, _number(name)), name)
            state = states.get((shape.table, known_as))
            told = list(self._mismatches(shape, known_as, values, state)) if state else []
            if told:
                del states[shape.table, known_as]
                yield from told
            else:
                words = "is there, but no event tells where it came from"
                yield self._finding(Code.RECORD_WITHOUT_TRAIL, shape.table, name, words)
        for table, name in states:
            yield self._finding(Code.RECORD_MISSING, table, name, "is gone, though events tell of it")

    @cached_property
    def _told(self) -> dict[tuple[str, str], Values]:
        """What the stream's events tell of each row, read again once something differs."""
        return recorded_values(self._history())

    def _mismatches(
        self, shape: Shape, name: str, values: Values, state: tuple[str, int]
    ) -> Iterator[Finding]:
        """Yield one finding for each column that differs from what the events left, as far as they tell."""
        told = self._told.get((shape.table, name), {})
        known = {column: value for column, value in told.items() if column in shape.tellable}
        known |= {"stream": self._chain.stream, "rev": state[1]}
        complete = dict.fromkeys(shape.tellable) | known
        if state_text(values | complete) == state[0]:  # what no event tells was empty
            known = complete
        for column, expected in known.items():
            if values[column] != expected:
                difference = Difference(column, expected, values[column])
                words = f"has {_shown(values[column])} in column {column}, its events left {_shown(expected)}"
                yield self._finding(Code.STATE_MISMATCH, shape.table, name, words, difference)
        if state_text(values | known) != state[0]:
            untold = [column for column in shape.columns if column not in known]
            words = f"is not as its last event left it, in one of {', '.join(untold)}"
            yield self._finding(Code.STATE_MISMATCH, shape.table, name, words)

    def _finding(
        self, code: Code, table: str, name: str, words: str, difference: Difference | None = None
    ) -> Finding:
        column, expected, found = difference or (None, None, None)
        return Finding(
            code=code,
            sentence=f"{self._chain.stream}: {table} {name} {words}.",
            stream=self._chain.stream,
            table=table,
            row=name,
            column=column,
            expected=expected,
            found=found,
        )


def recorded_values(bodies: Iterable[bytes]) -> dict[tuple[str, str], Values]:
    """Return each row's columns as events tell them, by table and name; what they leave out is not in it."""
    told: dict[tuple[str, str], Values] = {}
    revisions: dict[tuple[str, str], int] = {}
    for data in bodies:
        try:
            body = orjson.loads(data)
            about = body["rec"]
            row = about["type"], about["id"]
            if about["rev"] > revisions.get(row, 0) and body["action"] != Action.CLOCK_ANOMALY:
                changes = {change["p"].removeprefix("/"): change["n"] for change in body["ch"]}
                told[row] = told.get(row, {}) | changes
                revisions[row] = about["rev"]
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            continue  # an event that cannot be read has a finding of its own
    return told


def state_text(values: Values) -> str | None:
    """Return the state digest of raw columns in order of name; None where they could never be a state."""
    try:
        digest = sha256(STATE + orjson.dumps(values)).digest()
        return b2a_base64(digest, newline=False).decode()
    except orjson.JSONEncodeError:
        return None


def _shown(value: object) -> str:
    """Return a value for a sentence; of a long one its beginning and length, for a finding holds it whole."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}… ({len(text)} characters)"


def _number(name: str) -> str:
    return str(name).rpartition("#")[2]  # an event may hold anything in place of a name
