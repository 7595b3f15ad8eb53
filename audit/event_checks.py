"""Check A of ledger section 8: the events of one stream, each against its bytes, its key and its predecessor.

An event first takes a short way, one conjunction of every check. Only what fails there is looked at again,
check by check, to say what is wrong: nothing is skipped, and an intact store is verified fast.
"""

from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple
from unicodedata import is_normalized

import orjson

from audit.canonical import ProfileError, check_profile
from audit.chain import EVENT, Ledger, b64, event_hash, genesis, mac
from audit.events import Action
from audit.findings import Code, Finding, Findings

EventRow = tuple[str, int, str, str, str, bytes, bytes, bytes]
"""stream, seq, ts, actor_id, action, event_hash, mac, body: as stored, the body as bytes."""
States = dict[tuple[str, str], tuple[str, int]]
"""By table and row name: the state digest and the revision that the last event about the row left."""

_FIELDS = {
    *("v", "alg", "log", "eid", "stream", "seq", "prev", "ts", "mono", "tx", "actor", "action", "code"),
    *("rec", "state", "ch", "reason"),
}
_CANONICAL = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_BLOCK = 64
_NOT_A_BODY = (
    *(orjson.JSONDecodeError, orjson.JSONEncodeError),
    *(KeyError, TypeError, RecursionError, ProfileError),
)


class Link(NamedTuple):
    """The event a next one follows: its number, stored hash and time; zero before the first."""

    seq: int
    digest: bytes
    ts: str


NOTHING = Link(0, b"", "")


@dataclass(slots=True)
class Chain:
    """A stream's events: where they end, and what state they left each row in."""

    stream: str
    last: Link = NOTHING
    events: int = 0
    states: States = field(default_factory=dict)
    set_back: int = 0
    """Events that tell of a clock that stood before what was recorded."""


def follow(stream: str, rows: Iterable[EventRow], ledger: Ledger | None, found: Findings) -> Chain:
    """Follow a stream's events in order, adding what is wrong to `found`.

    With the MAC key an event is known to come from our encoder, which writes inside the canonical profile
    alone. Without it (`ledger` None) nobody vouches for that, and each value is looked at: much slower.
    """
    chain = Chain(stream)
    loads, dumps, hashed, states, text_of = orjson.loads, orjson.dumps, sha256, chain.states, b2a_base64
    origin = ledger and ledger.origin
    inner, outer = _pads(ledger.mac_key) if ledger else (b"", b"")
    fields = len(_FIELDS)
    seq, digest, ts = chain.last
    events = set_back = 0
    for row in rows:
        events += 1
        before, previous, at = seq, digest, ts
        _, seq, ts, actor, action, digest, code, data = row
        try:
            body = loads(data)
            holds = (
                hashed(EVENT + data).digest() == digest
                and (
                    hashed(outer + hashed(inner + digest).digest()).digest() == code
                    if ledger
                    else _is_canonical(body, data) and body.keys() == _FIELDS
                )
                and dumps(body, option=_CANONICAL) == data
                and seq == before + 1
                and body["prev"]
                == (text_of(previous, newline=False).decode() if before else _first_link(body, stream))
                and ts >= at
                and body["seq"] == seq
                and body["ts"] == ts
                and body["stream"] == stream
                and body["action"] == action
                and body["actor"]["id"] == actor
                and (body["log"] == origin or not ledger)
                and body["alg"] == "sha256"
                and body["v"] == 1
                and len(body) == fields
                and (data.isascii() or is_normalized("NFC", data.decode()))
            )
            about = body["rec"]
            states[about["type"], about["id"]] = body["state"], about["rev"]
            set_back += action == Action.CLOCK_ANOMALY
        except _NOT_A_BODY:
            holds = False
        if not holds:
            told = list(event_findings(row, Link(before, previous, at), ledger))
            found.extend(told or [_finding(row, Code.BODY_PARSE, "Its shape is not that of an event.")])
    chain.last, chain.events, chain.set_back = Link(seq, digest, ts), events, set_back
    return chain


def event_findings(row: EventRow, before: Link, ledger: Ledger | None) -> Iterator[Finding]:
    """Yield everything that is wrong with one event, check by check."""
    _, seq, ts, _, _, digest, code, data = row
    if seq != before.seq + 1:
        yield _finding(row, Code.SEQ_GAP, _gap(seq, before.seq), expected=before.seq + 1, found=seq)
    if event_hash(data) != digest:
        yield _finding(row, Code.EVENT_HASH, "Its bytes are not those it was written with.", column="body")
    if ledger and mac(ledger.mac_key, digest) != code:
        yield _finding(row, Code.MAC, "Its hash was not authenticated with this store's key.", column="mac")
    if ts < before.ts:
        yield _finding(
            row, Code.CLOCK_BACK, "It is earlier than its predecessor.", expected=before.ts, found=ts
        )
    try:
        body = orjson.loads(data)
        yield from _body_findings(row, body, before, ledger)
    except _NOT_A_BODY as error:
        yield _finding(row, Code.BODY_PARSE, f"Its bytes are not an event body ({error!r}).", column="body")


def _body_findings(
    row: EventRow, body: dict[str, Any], before: Link, ledger: Ledger | None
) -> Iterator[Finding]:
    stream, seq, ts, actor, action, _, _, data = row
    if not _is_canonical(body, data):
        yield _finding(row, Code.NON_CANONICAL, "The same content has another byte string.", column="body")
    said: dict[str, tuple[str | int, str | int]] = {
        "stream": (body["stream"], stream),
        "seq": (body["seq"], seq),
        "ts": (body["ts"], ts),
        "actor_id": (body["actor"]["id"], actor),
        "action": (body["action"], action),
    }
    for column, (inside, outside) in said.items():
        if inside != outside:
            words = f"Its column {column} says {outside!r}, its body {inside!r}."
            yield _finding(row, Code.PROJECTION, words, column=column, expected=inside, found=outside)
    link = b64(before.digest) if before.seq else _first_link(body, stream)
    if body["prev"] != link:
        words = "It does not follow the event stored before it."
        yield _finding(row, Code.CHAIN_BREAK, words, column="body", expected=link, found=body["prev"])
    if ledger and body["log"] != ledger.origin:
        words = f"It was written for the log {body['log']}."
        yield _finding(row, Code.ORIGIN, words, column="body", expected=ledger.origin, found=body["log"])
    if (body["v"], body["alg"]) != (1, "sha256") or body.keys() != _FIELDS or not _names_a_row(body):
        words = "Its version, algorithm or fields are not those of this software."
        yield _finding(row, Code.BODY_PARSE, words, column="body")


def _is_canonical(body: Mapping[str, Any], data: bytes) -> bool:
    try:
        check_profile(body)
    except ProfileError:
        return False
    return orjson.dumps(body, option=_CANONICAL) == data


def _names_a_row(body: Mapping[str, Any]) -> bool:
    about = body["rec"]
    texts = (about["type"], about["id"], body["state"])
    return isinstance(about["rev"], int) and all(isinstance(text, str) for text in texts)


def _first_link(body: Mapping[str, Any], stream: str) -> str:
    return b64(genesis(body["log"], stream, body["eid"]))


def _gap(seq: int, before: int) -> str:
    if seq <= before:
        return f"Event {seq} stands again after event {before}."
    missing = f"Event {before + 1} is" if seq == before + 2 else f"Events {before + 1} to {seq - 1} are"
    return f"{missing} missing before it."


def _finding(
    row: EventRow,
    code: Code,
    words: str,
    *,
    column: str | None = None,
    expected: str | int | None = None,
    found: str | int | None = None,
) -> Finding:
    return Finding(
        code=code,
        sentence=f"Event {row[1]} of {row[0]}: {words}",
        stream=row[0],
        seq=row[1],
        table="audit_event",
        column=column,
        expected=expected,
        found=found,
    )


def _pads(key: bytes) -> tuple[bytes, bytes]:
    """Return the key as HMAC's inner and outer block (RFC 2104): each event then costs two plain hashes."""
    block = (sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
