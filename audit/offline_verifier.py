"""Check a Countersign evidence bundle away from the system: no network, no database, Python 3.9 or newer.

    python3 offline_verifier.py BUNDLE [--trust TRUSTFILE] [--json]

Exit status: 0 PASS, 1 FAIL, 2 INCOMPLETE. docs/evidence-bundle.md describes the format and every check, so
that another verifier can be written. Nothing is believed because the bundle says it: a PASS needs a trust
file that came to you by another way.

This file stands alone on purpose. It shares no code with the software whose records it checks.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import struct
import sys
import unicodedata
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

VERSION = "1"
POLICY, POLICY_VERSION = "chain-only", "1"
BUNDLE_FORMAT, TRUST_FORMAT = "countersign-bundle/1", "countersign-trust/1"
STATE = b"countersign/state/v1\n"
GENESIS = b"countersign/genesis/v1\n"
EVENT = b"countersign/event/v1\n"
ESIG = b"countersign/esig/v1\n"

KNOWN = {"origin": ("ORIGIN", "log"), "mac_key_id": ("KEY_ID", "MAC key"), "record": ("RECORD", "record")}
"""What a trust file can name of a manifest: the code of a difference, and a word for it."""

MOST_BYTES = 1 << 30
MOST_FILES = 50_000
MOST_JSON_BYTES = 256 << 20
MOST_TRUST_BYTES = 1 << 20
MOST_INTEGER = 2**53 - 1
MOST_FINDINGS = 500

EVENT_FIELDS = frozenset(
    "v alg log eid stream seq prev ts mono tx actor action code rec state ch reason".split()
)
MANIFEST_FIELDS = frozenset(
    "format policy record origin mac_key_id code made_at made_for streams files".split()
)
SIGNED_FIELDS = frozenset(
    "v log rec part content rend stream after meaning signer role authority ts tz nonce sess method"
    " policy".split()
)
COPIED_TABLES = frozenset(
    "batch step_run entry signature batch_exception attachment equipment_use scan_attempt"
    " verification time_limit container label_print remark disposition procedure_version"
    " denied_attempt".split()
)
"""Tables of which every row of the record stands in record.json."""
COPIED_EVENT = {"actor": ("actor", "id"), "account": ("actor", "cred"), "login": ("actor", "sess")} | {
    "table": ("rec", "type"),
    "row": ("rec", "id"),
    "rev": ("rec", "rev"),
    "changed": ("ch",),
    **{name: (name,) for name in ("seq", "ts", "action", "reason", "tx", "prev")},
}
"""What record.json tells of an event, and where the event says it."""

ROW = {"stream": str, "id": int, "rev": int}
"""What tells that an object of record.json is a row."""

KEY = re.compile(r"[a-z0-9_]+\Z")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
SHA256_HEX = re.compile(r"[0-9a-f]{64}\Z")
KEY_ID = re.compile(r"[0-9a-f]{16}\Z")
FILE_NAME = re.compile(r"([A-Za-z0-9_.~%-]{1,300}/)?[A-Za-z0-9_.~%-]{1,600}\Z")
PLAIN_FILES = frozenset({"record.json", "offline_verifier.py", "offline_verifier.html", "READ-ME.txt"})
LATER = ("proofs/", "checkpoints/", "consistency/", "keys/", "tsa/", "secrets.jsonl")
"""Places of evidence that the policy chain-only has no use for."""

COPY_NOT_PROVED = (
    "The readable copy is not proved: heads hold events and rows, but record.json says more than these"
    " (values as corrected, limits, yields, movements, investigations, states, names, counts), which only the"
    " bundle's SHA-256 holds. Add it to bundles of the trust file, from the list of copies or the cover of"
    " the PDF."
)
NOT_PROVED = (
    "The log. Without inclusion proofs, checkpoints and cosignatures of witnesses, whoever held the"
    " installation's keys could have rewritten a whole chain before the bundle was made.",
    "The MAC of each event. Its key is secret and stays with the installation: it can't be checked offline.",
    "That nothing happened after the last event in this bundle.",
    "The time. Each event bears the server's clock; no time stamp of a third party is checked.",
    "The person behind a signature. The installation vouches that both components were checked. The manifest"
    " binds what was signed; the digests of content and rendering in it are not recomputed.",
    "Other records that this one rests on, such as lots, equipment and persons: they have their own streams.",
    "What record.json says beside rows and events, such as corrected values, limits, names, counts, what"
    " rules found, unless the whole file is known from outside.",
    "Who made this bundle, when and with what, unless the whole file is known from outside.",
    "That what was entered is true.",
)
FIXED = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")


class Finding(NamedTuple):
    """One thing wrong: a stable code, a sentence, and the place."""

    code: str
    sentence: str
    stream: str | None = None
    seq: int | None = None
    file: str | None = None


class WrongError(Exception):
    """Something is not as the format says."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


class UncheckableError(Exception):
    """Something could not be checked at all."""


class Report:
    """Everything that a verification has to say."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.sha256 = ""
        self.about: dict[str, str] = {}
        self.counts = dict.fromkeys(("streams", "events", "rows", "signatures", "attachments"), 0)
        self.findings: list[Finding] = []
        self.more = 0
        self.outside: list[str] = []
        self.missing: list[str] = []
        self.not_proved = list(NOT_PROVED)
        self.notes: list[str] = []

    def add(self, code: str, sentence: str, **place: Any) -> None:  # noqa: ANN401 -- a finding's own fields
        """Keep a finding; of very many the rest is counted."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(code, sentence, **place))
        else:
            self.more += 1

    @property
    def verdict(self) -> str:
        """FAIL beats INCOMPLETE beats PASS."""
        if self.findings:
            return "FAIL"
        return "INCOMPLETE" if self.missing else "PASS"

    @property
    def exit_status(self) -> int:
        """Return 0, 1 or 2."""
        return ("PASS", "FAIL", "INCOMPLETE").index(self.verdict)


class Stream:
    """A stream as its events tell it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.events: list[tuple[str, dict[str, Any] | None]] = []
        """Each event's hash in base64 and body; None where it can't be read."""
        self.states: dict[tuple[str, str], tuple[str, int]] = {}
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.signatures: set[str] = set()
        """The digest of each signature's manifest, hexadecimal."""

    def of(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the rows of one table by name."""
        return {name: row for (of, name), row in self.rows.items() if of == table}

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash of the last event, by its place."""
        return len(self.events), self.events[-1][0] if self.events else ""


# Bytes


def b64(digest: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(digest).decode("ascii")


def hashed(domain: bytes, data: bytes) -> str:
    """Return SHA-256 over a domain string and data, in base64."""
    return b64(hashlib.sha256(domain + data).digest())


def canonical(value: Any) -> bytes:  # noqa: ANN401 -- any JSON value
    """Return the RFC 8785 bytes of a value inside the profile, where keys are ASCII."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def parse(data: bytes, code: str = "BUNDLE_FORMAT") -> Any:  # noqa: ANN401 -- any JSON value
    """Parse canonical JSON of the profile; raises WrongError for anything else."""
    if len(data) > MOST_JSON_BYTES:
        raise WrongError(code, "It is too large to be read.")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError) as error:
        raise WrongError(
            code, f"It is not JSON of the profile countersign-json/1 ({_short(error)})."
        ) from error
    try:
        same = _is_normal(data) and canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    if not same:
        raise WrongError("NON_CANONICAL", "The same content has another byte string.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a key stands twice")
    for key in made:
        if not KEY.match(key):
            raise ValueError(f"the key {_short(key)}")
    return made


def _integer(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > MOST_INTEGER:
        raise ValueError("an integer beyond 2^53-1")
    return int(text)


def _no_number(text: str) -> None:
    raise ValueError(f"the number {_short(text)}")


def _is_normal(data: bytes) -> bool:
    return data.isascii() or unicodedata.is_normalized("NFC", data.decode("utf-8"))


def _short(thing: object) -> str:
    """Return a thing for a sentence: printable, not long."""
    text = str(thing)
    shown = text if len(text) <= 120 else text[:120] + "…"
    return _printable(shown)


def _printable(text: str) -> str:
    """Return text that no terminal takes for a command, and that stays on its line."""
    return "".join(one if one.isprintable() else "?" for one in text)


# The archive: a zip file of which no byte is free


def read_archive(data: bytes, report: Report) -> dict[str, bytes]:
    """Return the files of the archive; raises WrongError where it can't be followed."""
    files: dict[str, bytes] = {}
    directory, at = b"", 0
    while data[at : at + 4] == b"PK\x03\x04":
        name, content, crc, end = _entry(data, at)
        if name in files:
            raise WrongError("BUNDLE_FORMAT", f"{name} stands twice in the archive.")
        if len(files) >= MOST_FILES:
            raise WrongError("BUNDLE_FORMAT", "The archive holds too many files.")
        if zlib.crc32(content) != crc:
            report.add(
                "BUNDLE_FILE", f"{name}: its bytes are not those the archive was made with.", file=name
            )
        files[name] = content
        raw, size = name.encode("ascii"), len(content)
        # made by 2.0 on Unix, needs 2.0, flags, stored, time, date, sums, lengths, disk, attributes, place
        directory += (
            CENTRAL.pack(
                b"PK\x01\x02",
                0x0314,
                20,
                0,
                0,
                0,
                0x21,
                crc,
                size,
                size,
                len(raw),
                0,
                0,
                0,
                0,
                0o100644 << 16,
                at,
            )
            + raw
        )
        at = end
    count = len(files)
    expected = directory + END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), at, 0)
    if not files:
        raise WrongError("BUNDLE_FORMAT", "This is not an evidence bundle.")
    if data[at:] != expected:
        report.add("BUNDLE_FORMAT", "The archive's directory is not that of its files.")
    return files


def _entry(data: bytes, at: int) -> tuple[str, bytes, int, int]:
    """Return one file's name, content, CRC-32 and where the next one begins."""
    if len(data) < at + FIXED.size:
        raise WrongError("BUNDLE_FORMAT", "The archive is cut off.")
    _mark, *fixed, crc, packed, size, name_length, extra = FIXED.unpack_from(data, at)
    if fixed != [20, 0, 0, 0, 0x21] or packed != size or extra:
        raise WrongError("BUNDLE_FORMAT", f"The archive's entry at byte {at} is not written as in a bundle.")
    start = at + FIXED.size + name_length
    if start + size > len(data):
        raise WrongError("BUNDLE_FORMAT", "The archive is cut off.")
    name = data[at + FIXED.size : start].decode("latin-1")
    if not FILE_NAME.match(name):
        raise WrongError("BUNDLE_FORMAT", f"{_short(name)!r} is no name of a file in a bundle.")
    return name, data[start : start + size], crc, start + size


# The manifest


def read_manifest(files: Mapping[str, bytes], report: Report) -> dict[str, Any]:
    """Return the manifest, its shape checked; raises WrongError."""
    if next(iter(files)) != "manifest.json":
        raise WrongError("BUNDLE_FORMAT", "The bundle does not begin with its manifest.")
    try:
        manifest = parse(files["manifest.json"])
    except WrongError as error:
        raise WrongError("BUNDLE_FORMAT", f"manifest.json: {error.sentence}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != BUNDLE_FORMAT:
        raise WrongError("BUNDLE_FORMAT", f"The manifest is not of the format {BUNDLE_FORMAT}.")
    texts = {name: manifest.get(name) for name in MANIFEST_FIELDS - {"streams", "files"}}
    if not (
        manifest.keys() == MANIFEST_FIELDS
        and all(isinstance(text, str) for text in texts.values())
        and KEY_ID.match(manifest["mac_key_id"])
        and _are(manifest["streams"], {"stream": str, "events": int, "rows": int, "head": dict})
        and _are([one["head"] for one in manifest["streams"]], {"seq": int, "hash": str})
        and _are(manifest["files"], {"name": str, "size": int, "sha256": str})
    ):
        raise WrongError("BUNDLE_FORMAT", "The manifest's fields are not those of its format.")
    report.about = {name: str(text) for name, text in sorted(texts.items())}
    if manifest["policy"] != f"{POLICY}/{POLICY_VERSION}":
        report.missing.append(
            f"The bundle was made for the policy {_short(manifest['policy'])}; this verifier checks"
            f" {POLICY}/{POLICY_VERSION} only."
        )
    return manifest


def _are(things: Any, shape: Mapping[str, type]) -> bool:  # noqa: ANN401 -- whatever was parsed
    """Tell whether this is a list of objects with exactly these fields of exactly these types."""
    return isinstance(things, list) and all(
        isinstance(one, dict)
        and one.keys() == shape.keys()
        and all(type(one[name]) is kind for name, kind in shape.items())
        for one in things
    )


def check_files(manifest: Mapping[str, Any], files: Mapping[str, bytes], report: Report) -> None:
    """Compare each file with the manifest: names, order, sizes, digests, and that each has a place."""
    told = [one["name"] for one in manifest["files"]]
    if told != sorted(set(told)):
        report.add("BUNDLE_FORMAT", "The manifest's files are not in order.", file="manifest.json")
    for name in sorted(set(told) - files.keys()):
        report.add("BUNDLE_FILE", f"{_short(name)} is named by the manifest, but it is not there.", file=name)
    there = [name for name in files if name != "manifest.json"]
    for name in sorted(set(there) - set(told)):
        report.add("BUNDLE_FILE", f"{name} is there, but the manifest does not name it.", file=name)
    if sorted(there) != there:
        report.add("BUNDLE_FORMAT", "The archive's files are not in order.")
    for one in manifest["files"]:
        data = files.get(one["name"])
        if data is not None and (one["size"], one["sha256"]) != (len(data), hashlib.sha256(data).hexdigest()):
            report.add(
                "BUNDLE_FILE", f"{one['name']}: its bytes are not those of the manifest.", file=one["name"]
            )
    streams = {quoted(one["stream"]) for one in manifest["streams"]}
    placed = {f"events/{name}.jsonl" for name in streams} | {f"state/{name}.json" for name in streams}
    for name in there:
        if name.startswith(LATER):
            report.not_proved.append(f"{name}: this policy does not look at it.")
        elif not (name in placed | PLAIN_FILES or name.startswith(("sigs/", "files/"))):
            report.add("BUNDLE_FILE", f"{name} has no place in a bundle.", file=name)


def quoted(stream: str) -> str:
    """Return a stream's name as part of a file's name."""
    return urllib.parse.quote(stream, safe="")


# Events


def follow(name: str, data: bytes, origin: str, report: Report) -> Stream:
    """Follow a stream's events from its first to its last."""
    stream = Stream(name)
    lines = data.split(b"\n")
    if lines.pop() != b"":
        report.add("BUNDLE_FORMAT", f"{name}: its last event is cut off.", stream=name)
    before, ts = "", ""
    for seq, line in enumerate(lines, 1):
        digest = hashed(EVENT, line)
        body = None
        try:
            body = read_event(line)
        except WrongError as error:
            report.add(error.code, f"Event {seq} of {name}: {error.sentence}", stream=name, seq=seq)
        if body is not None:
            for code, sentence in event_faults(body, name, seq, before, ts, origin):
                report.add(code, f"Event {seq} of {name}: {sentence}", stream=name, seq=seq)
            about, ts = body["rec"], body["ts"]
            stream.states[about["type"], about["id"]] = body["state"], about["rev"]
        stream.events.append((digest, body))
        before = digest
    report.counts["events"] += len(lines)
    return stream


def read_event(line: bytes) -> dict[str, Any]:
    """Return an event's body, its shape checked; raises WrongError."""
    body = parse(line, "BODY_PARSE")
    if not (isinstance(body, dict) and body.keys() == EVENT_FIELDS and _is_event(body)):
        raise WrongError("BODY_PARSE", "Its version, algorithm or fields are not those of an event.")
    return body


def _is_event(body: Mapping[str, Any]) -> bool:
    reason = body["reason"]
    return (
        (body["v"], body["alg"]) == (1, "sha256")
        and type(body["v"]) is int
        and type(body["seq"]) is int
        and type(body["mono"]) is int
        and all(
            isinstance(body[n], str) for n in ("log", "eid", "stream", "prev", "ts", "tx", "action", "code")
        )
        and bool(TIME.match(body["ts"]) and UUID.match(body["eid"]))
        and _is_digest(body["state"])
        and _are([body["actor"]], {"id": str, "cred": str, "sess": str})
        and _are([body["rec"]], {"type": str, "id": str, "rev": int})
        and isinstance(body["ch"], list)
        and all(isinstance(one, dict) and one.keys() == {"p", "o", "n"} for one in body["ch"])
        and (reason is None or _are([reason], {"code": str, "text": str}))
    )


def _is_digest(text: Any) -> bool:  # noqa: ANN401 -- whatever was parsed
    try:
        return isinstance(text, str) and len(base64.b64decode(text, validate=True)) == 32 and len(text) == 44
    except ValueError:
        return False


def event_faults(
    body: Mapping[str, Any], name: str, seq: int, before: str, ts: str, origin: str
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an event in its place."""
    if body["seq"] != seq:
        yield "SEQ_GAP", f"it is number {body['seq']}, so events are missing, doubled or out of order."
    if body["stream"] != name:
        yield "PROJECTION", f"it belongs to the stream {_short(body['stream'])}."
    if body["log"] != origin:
        yield "ORIGIN", f"it was written for the log {_short(body['log'])}."
    first = {"eid": body["eid"], "log": body["log"], "stream": body["stream"]}
    if body["prev"] != (before or hashed(GENESIS, canonical(first))):
        told = (
            "it does not follow the one before: one of the two was altered"
            if before
            else "it begins no stream"
        )
        yield "CHAIN_BREAK", f"{told}."
    if body["ts"] < ts:
        yield "CLOCK_BACK", "it is earlier than the event before it."


def check_head(stream: Stream, told: Mapping[str, Any], report: Report) -> None:
    """Compare a stream's end with the manifest."""
    head = (told["head"]["seq"], told["head"]["hash"])
    if head != stream.head or told["events"] != len(stream.events) or not stream.events:
        sentence = (
            f"{stream.name}: its head is not its last event: the last event was changed, or events left out."
        )
        report.add("HEAD_MISMATCH", sentence, stream=stream.name, seq=len(stream.events))


# Rows


def check_rows(stream: Stream, told: Mapping[str, Any], data: bytes, report: Report) -> None:
    """Compare each live row with the state its last event left, and each event with its row."""
    state = parse(data)
    if not (
        isinstance(state, dict)
        and state.keys() == {"stream", "rows"}
        and state["stream"] == stream.name
        and _are(state["rows"], {"table": str, "row": str, "values": dict})
    ):
        raise WrongError("BUNDLE_FORMAT", "Its shape is not that of a stream's rows.")
    names = [(one["table"], one["row"]) for one in state["rows"]]
    if names != sorted(set(names)) or told["rows"] != len(names):
        report.add(
            "BUNDLE_FORMAT", f"{stream.name}: its rows are not in order or not complete.", stream=stream.name
        )
    left = dict(stream.states)
    for one in state["rows"]:
        name, values = (one["table"], one["row"]), one["values"]
        for code, sentence in _row_faults(stream.name, name, values, left.pop(name, None)):
            report.add(code, f"{stream.name}: {_short(' '.join(name))} {sentence}", stream=stream.name)
        stream.rows[name] = values
    for name in left:
        sentence = f"{stream.name}: {_short(' '.join(name))} is gone, though events tell of it."
        report.add("RECORD_MISSING", sentence, stream=stream.name)
    report.counts["rows"] += len(names)


def _row_faults(
    stream: str, name: tuple[str, str], values: Mapping[str, Any], state: tuple[str, int] | None
) -> Iterator[tuple[str, str]]:
    part, number = values.get("part"), values.get("id")
    if name[1] != (f"{part}#{number}" if part else str(number)) or values.get("stream") != stream:
        yield "PROJECTION", "is called otherwise than its columns say."
    if state is None:
        yield "RECORD_WITHOUT_TRAIL", "is there, but no event tells where it came from."
    elif state != (hashed(STATE, canonical(values)), values.get("rev")):
        yield "STATE_MISMATCH", "is not as its last event left it."


# Signatures and attached files


def check_signatures(stream: Stream, files: Mapping[str, bytes], origin: str, report: Report) -> None:
    """Check each signature against its manifest, its place in the chain and its file."""
    places = {
        body["rec"]["id"]: number
        for number, (_hash, body) in enumerate(stream.events)
        if body is not None and body["action"] == "sig.apply" and body["rec"]["type"] == "signature"
    }
    order = {event[0]: number for number, event in enumerate(stream.events)}
    for name, row in stream.of("signature").items():
        report.counts["signatures"] += 1
        document = str(row.get("manifest")).encode()
        digest = hashlib.sha256(ESIG + document)
        stream.signatures.add(digest.hexdigest())
        told = list(_signature_faults(row, document, stream.name, origin))
        if row.get("digest") != b64(digest.digest()):
            told.append("has a digest that is not its manifest's.")
        if files.get(f"sigs/{digest.hexdigest()}.json") != document:
            told.append(f"has no manifest of its own at sigs/{digest.hexdigest()}.json.")
        if name not in places:
            told.append("was never applied by an event.")
        elif not _follows(document, order, places[name]):
            told.append("does not name an earlier event of its record as the one it followed.")
        for sentence in told:
            report.add("SIGNATURE", f"{stream.name}: signature {_short(name)} {sentence}", stream=stream.name)


def _signature_faults(row: Mapping[str, Any], document: bytes, stream: str, origin: str) -> Iterator[str]:
    try:
        signed = parse(document)
    except WrongError as error:
        yield f"has a manifest that can't be read: {error.sentence}"
        return
    if not (
        isinstance(signed, dict)
        and signed.keys() == SIGNED_FIELDS
        and _are([signed["meaning"]], {"code": str, "text": str})
        and _are([signed["signer"]], {"id": str, "name": str})
        and _are([signed["rec"]], {"type": str, "id": str, "rev": int})
    ):
        yield "has a manifest whose fields are not those of one."
        return
    columns = {
        "stream": signed["stream"],
        "part": signed["part"],
        "content_digest": signed["content"],
        "meaning": signed["meaning"]["code"],
        "meaning_text": signed["meaning"]["text"],
        "signer": signed["signer"]["id"],
        "printed_name": signed["signer"]["name"],
        "role": signed["role"],
        "signed_at": signed["ts"],
        "time_zone": signed["tz"],
        "nonce": signed["nonce"],
    }
    for column, said in columns.items():
        if row.get(column) != said:
            yield f"has another {column} than was signed."
    if signed["log"] != origin or signed["stream"] != stream:
        yield f"was given for {_short(signed['stream'])} of the log {_short(signed['log'])}."


def _follows(document: bytes, order: Mapping[str, int], place: int) -> bool:
    """Tell whether a manifest names an event before its signature's own; none only where there was none."""
    try:
        after = parse(document)["after"]
    except (WrongError, KeyError, TypeError):
        return False
    return (isinstance(after, str) and order.get(after, place) < place) or (after == "" and place == 0)


def check_attachments(stream: Stream, files: Mapping[str, bytes], report: Report) -> None:
    """Compare each attached file's bytes and size with its row."""
    for name, row in stream.of("attachment").items():
        report.counts["attachments"] += 1
        data = files.get(f"files/{row.get('sha256')}")
        if data is None:
            code, what = "FILE_MISSING", "is not there"
        elif (hashlib.sha256(data).hexdigest(), len(data)) != (row.get("sha256"), row.get("size")):
            code, what = "FILE_HASH", "has other bytes than were attached"
        else:
            continue
        report.add(code, f"{stream.name}: attachment {_short(name)} {what}.", stream=stream.name)


# The record as data


def check_record(streams: Mapping[str, Stream], name: str, data: bytes, report: Report) -> None:
    """Compare record.json with the streams: trail and rows, both complete and without anything else."""
    record = parse(data)
    trail = record.get("trail") if isinstance(record, dict) else None
    if not isinstance(trail, list):
        raise WrongError("RECORD_COPY", "It holds no trail.")
    events = streams[name].events
    if len(trail) != len(events):
        report.add("RECORD_COPY", f"record.json tells {len(trail)} events, the chain has {len(events)}.")
    for seq, (told, (digest, body)) in enumerate(zip(trail, events), 1):  # noqa: B905 -- counted above
        if body is not None and not _tells(told, digest, body):
            report.add(
                "RECORD_COPY", f"record.json tells event {seq} otherwise than it is.", stream=name, seq=seq
            )
    found = _copied_rows(record, streams, report)
    for stream in (name, f"denied/{name}"):
        for row in streams[stream].rows if stream in streams else ():
            if row[0] in COPIED_TABLES and (stream, row) not in found:
                report.add("RECORD_COPY", f"record.json leaves out {_short(' '.join(row))}.", stream=stream)


def _by_place(streams: Mapping[str, Stream]) -> dict[tuple[str, int, int], list[tuple[Any, Any]]]:
    """Return rows by what an object of record.json names of them: stream, id, revision."""
    rows: dict[tuple[str, int, int], list[tuple[Any, Any]]] = {}
    for stream in streams.values():
        for row, values in stream.rows.items():
            if type(values.get("id")) is int and type(values.get("rev")) is int:
                rows.setdefault((stream.name, values["id"], values["rev"]), []).append((row, values))
    return rows


def _copied_rows(
    record: Any,  # noqa: ANN401 -- whatever was parsed
    streams: Mapping[str, Stream],
    report: Report,
) -> set[tuple[str, tuple[str, str]]]:
    """Return the rows that record.json holds, adding a finding for each that the streams don't."""
    found = set()
    rows = _by_place(streams)
    waiting: list[Any] = [record]
    while waiting:
        thing = waiting.pop()
        inside = thing.values() if isinstance(thing, dict) else thing
        waiting += [one for one in inside if isinstance(one, (dict, list))]
        if not isinstance(thing, dict) or not _are([{n: thing.get(n) for n in ROW}], ROW):
            continue
        if thing["stream"] not in streams:
            continue
        place = (thing["stream"], thing["id"], thing["rev"])
        same = [row for row, values in rows.get(place, ()) if _is_copy(thing, values)]
        found |= {(thing["stream"], row) for row in same}
        if any(table == "signature" for table, _row in same) and not _tells_void(thing, streams):
            sentence = f"record.json tells otherwise whether signature {thing['id']} is void."
            report.add("RECORD_COPY", sentence, stream=thing["stream"])
        if not same:
            name = f"row {thing['id']} of {_short(thing['stream'])}"
            report.add("RECORD_COPY", f"record.json holds a {name} that is not in its trail.")
    return found


def _tells_void(signature: Mapping[str, Any], streams: Mapping[str, Stream]) -> bool:
    """Tell whether a copied signature is void exactly where a row says so, for the cause given there."""
    rows = streams[signature["stream"]].of("signature_void").values()
    told = signature.get("void", 0)
    voids = [row for row in rows if row.get("signature_id") == signature["id"]]
    if not voids:
        return told is None
    return [{name: row.get(name) for name in ("cause", "voided_at")} for row in voids] == [told]


def _tells(told: Any, digest: str, body: Mapping[str, Any]) -> bool:  # noqa: ANN401 -- whatever was parsed
    if not isinstance(told, dict) or told.get("event_hash") != digest:
        return False
    for name, path in COPIED_EVENT.items():
        said: Any = body
        for step in path:
            said = said[step]
        if told.get(name) != said:
            return False
    return True


def _is_copy(thing: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(name in thing and _is_same(thing[name], value) for name, value in values.items())


def _is_same(told: Any, stored: Any) -> bool:  # noqa: ANN401 -- any JSON value
    """Tell whether a copy's value is the stored one: itself, a flag of 0 or 1, or JSON kept as text."""
    if type(told) is type(stored):
        return bool(told == stored)
    if isinstance(told, bool):
        return type(stored) is int and told == stored
    if isinstance(stored, str):
        try:
            return bool(json.loads(stored) == told)
        except (ValueError, RecursionError):
            return False
    return False


# What is known from outside


def read_trust(data: bytes) -> dict[str, Any]:
    """Return what a trust file says; raises UncheckableError."""
    try:
        trust = json.loads(data.decode("utf-8"), object_pairs_hook=_object, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise UncheckableError(f"The trust file can't be read: {_short(error)}.") from error
    if not isinstance(trust, dict) or trust.get("format") != TRUST_FORMAT:
        raise UncheckableError(f"The trust file is not of the format {TRUST_FORMAT}.")
    trust = {"mac_key_id": None, "record": None, "bundles": [], "heads": [], **trust}
    known = {"format", "policy", "origin", "mac_key_id", "record", "bundles", "heads"}
    if not (
        trust.keys() == known
        and isinstance(trust["policy"], str)
        and isinstance(trust["origin"], str)
        and isinstance(trust["bundles"], list)
        and all(isinstance(one, str) and SHA256_HEX.match(one) for one in trust["bundles"])
        and _are(trust["heads"], {"stream": str, "seq": int, "hash": str})
        and all(isinstance(trust[name], (str, type(None))) for name in ("mac_key_id", "record"))
    ):
        raise UncheckableError("The trust file asks for something that this verifier does not know.")
    return trust


def check_trust(trust: Mapping[str, Any], streams: Mapping[str, Stream], report: Report) -> None:
    """Compare the bundle with what is known from outside; say what that leaves open."""
    if trust["policy"] not in {POLICY, f"{POLICY}/{POLICY_VERSION}"}:
        wanted = _short(trust["policy"])
        report.missing.append(
            f"The trust file asks for the policy {wanted}, which this verifier can't check."
        )
    _compare_known(trust, report)
    anchored = dict.fromkeys(streams, 0)
    for head in trust["heads"]:
        if head["stream"] in streams:
            anchored[head["stream"]] = max(anchored[head["stream"]], _anchor(head, streams, report))
    if report.sha256 in trust["bundles"]:
        report.outside.append("The whole file: its SHA-256 is in the trust file.")
        return
    if trust["bundles"]:
        report.add(
            "BUNDLE_DIGEST", "The file's SHA-256 is none of those in the trust file: it is another one."
        )
    for name, seq in anchored.items():
        if seq < len(streams[name].events):
            which = f"{name} after number {seq}" if seq else name
            report.missing.append(
                f"Nothing from outside holds the events of {which}: the trust file names neither the last of"
                " them nor the bundle's SHA-256."
            )
    report.missing.append(COPY_NOT_PROVED)


def _compare_known(trust: Mapping[str, Any], report: Report) -> None:
    for name, (code, what) in KNOWN.items():
        said, known = report.about[name], trust[name]
        if known == said:
            report.outside.append(f"The {what} is {_short(known)}.")
        elif known is not None:
            sentence = f"The bundle's {what} is {_short(said)}, the trust file names {_short(known)}."
            report.add(code, sentence, file="manifest.json")


def _anchor(head: Mapping[str, Any], streams: Mapping[str, Stream], report: Report) -> int:
    """Return how far a head known from outside holds its stream; 0 where it does not."""
    name, seq = str(head["stream"]), int(head["seq"])
    events = streams[name].events
    if seq > len(events):
        sentence = f"{name} ends with event {len(events)}, but event {seq} is known from outside."
        report.add("ROLLBACK_VS_ANCHOR", sentence, stream=name, seq=seq)
    elif seq < 1 or events[seq - 1][0] != head["hash"]:
        sentence = f"Event {seq} of {name} is another one than the event known from outside."
        report.add("FORK_VS_ANCHOR", sentence, stream=name, seq=seq)
    else:
        report.outside.append(f"Event {seq} of {name}, and by the chain every event before it.")
        return seq
    return 0


# The whole


def verify(bundle: Path, trust_file: Path | None = None) -> Report:
    """Check a bundle; never raises for what it or the trust file holds."""
    report = Report(bundle.name)
    try:
        data = _read(bundle, MOST_BYTES, "bundle")
        trust = _read(trust_file, MOST_TRUST_BYTES, "trust file") if trust_file else None
    except UncheckableError as error:
        report.missing.append(str(error))
        return report
    check(data, trust, report)
    return report


def check(data: bytes, trust_data: bytes | None, report: Report) -> None:
    """Check a bundle's bytes by what a trust file's bytes say, if there is one."""
    report.sha256 = hashlib.sha256(data).hexdigest()
    try:
        trust = _known_from_outside(trust_data, report)
        streams = _check_bundle(data, report)
        if trust is not None:
            check_trust(trust, streams, report)
    except WrongError as error:
        report.add(error.code, error.sentence)
    except Exception as error:  # noqa: BLE001 -- whatever happens, the answer is no PASS
        report.missing.append(f"The verifier itself failed ({type(error).__name__}), so nothing is claimed.")


def _known_from_outside(data: bytes | None, report: Report) -> dict[str, Any] | None:
    """Return what is known from outside; without it the bundle is checked all the same, but can't pass."""
    try:
        if data is not None:
            return read_trust(data)
        told = "No trust file was given (--trust)."
    except UncheckableError as error:
        told = str(error)
    report.missing.append(
        f"{told} The bundle is only compared with itself, and whoever made one could have made all of it."
    )
    return None


def _check_bundle(data: bytes, report: Report) -> dict[str, Stream]:
    """Check everything that the bundle says against each other, and return its streams."""
    files = read_archive(data, report)
    manifest = read_manifest(files, report)
    check_files(manifest, files, report)
    names = [one["stream"] for one in manifest["streams"]]
    if names[:1] != [manifest["record"]] or len(set(names)) != len(names):
        raise WrongError(
            "BUNDLE_FORMAT", "The manifest does not begin with the record's stream, or has one twice."
        )
    streams = {
        told["stream"]: _check_stream(told, manifest["origin"], files, report) for told in manifest["streams"]
    }
    used = {f"sigs/{name}.json" for stream in streams.values() for name in stream.signatures}
    used |= {
        f"files/{row.get('sha256')}"
        for stream in streams.values()
        for row in stream.of("attachment").values()
    }
    for file in files:
        if file.startswith(("sigs/", "files/")) and file not in used:
            report.add("BUNDLE_FILE", f"{file} belongs to no signature and no attachment.", file=file)
    with _telling("record.json", report):
        check_record(streams, manifest["record"], _file(files, "record.json"), report)
    report.counts["streams"] = len(streams)
    _describe(files, streams, report)
    return streams


def _check_stream(told: Mapping[str, Any], origin: str, files: Mapping[str, bytes], report: Report) -> Stream:
    name = quoted(told["stream"])
    stream = follow(told["stream"], _file(files, f"events/{name}.jsonl"), origin, report)
    check_head(stream, told, report)
    with _telling(f"state/{name}.json", report):
        check_rows(stream, told, _file(files, f"state/{name}.json"), report)
    check_signatures(stream, files, origin, report)
    check_attachments(stream, files, report)
    return stream


@contextmanager
def _telling(file: str, report: Report) -> Iterator[None]:
    """Turn what makes the check of one file impossible into a finding."""
    try:
        yield
    except WrongError as error:
        report.add(error.code, f"{file}: {error.sentence}", file=file)


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise WrongError("BUNDLE_FILE", f"{_short(name)} is missing.")
    return files[name]


def _describe(files: Mapping[str, bytes], streams: Mapping[str, Stream], report: Report) -> None:
    """Note what a person compares by eye."""
    for name, stream in streams.items():
        report.notes.append(f"{_short(name)} ends with event {stream.head[0]}, hash {stream.head[1]}")
    running = Path(__file__).read_bytes()
    if "record.json" in files:
        digest = hashlib.sha256(files["record.json"]).hexdigest()
        report.notes.append(f"record.json: SHA-256 {digest}, which stands at the foot of each printed page.")
    report.notes.append(
        f"Verifier {VERSION}, SHA-256 {hashlib.sha256(running).hexdigest()}: compare it with the one that the"
        " installation publishes."
    )
    if files.get("offline_verifier.py") not in {None, running}:
        report.notes.append("The verifier inside the bundle is another one than this.")


def _read(path: Path, most: int, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise UncheckableError(f"The {what} can't be read: {_short(error.strerror)}.") from error
    if len(data) > most:
        raise UncheckableError(f"The {what} is larger than {most} bytes.")
    return data


# What is printed


def as_text(report: Report) -> str:
    """Return the report for people."""
    about, counts = report.about, report.counts
    name = f"{_short(about['record'])}, " if about else ""
    lines = [f"{report.verdict}: {name}policy {POLICY}/{POLICY_VERSION}"]
    lines += [
        MEANING[report.verdict],
        "",
        f"File: {_short(report.file)}, SHA-256 {report.sha256 or 'not known'}",
    ]
    if about:
        lines.append(f"Log {_short(about['origin'])}, MAC key {about['mac_key_id']}.")
        made = f"made {_short(about['made_at'])} for {_short(about['made_for'])} with {_short(about['code'])}"
        lines.append(f"The manifest says, and nothing proves: {made}.")
    lines += report.notes
    lines += ["", "Looked at: " + ", ".join(f"{number} {what}" for what, number in counts.items()) + "."]
    if not report.findings and about:
        lines.append(AGREES)
    for title, told in (
        ("Found", [f"{one.code}  {one.sentence}" for one in report.findings]),
        ("Known from outside", report.outside),
        ("Missing for a PASS", report.missing),
        ("Not proved by this policy", report.not_proved),
    ):
        if told:
            lines += ["", f"{title}:", *(f"  - {sentence}" for sentence in told)]
        if title == "Found" and report.more:
            lines.append(f"  - and {report.more} more")
    return "\n".join([*map(_printable, lines), ""])


MEANING = {
    "PASS": "Everything that the policy asks for was checked, and agrees with what you knew from outside.",
    "FAIL": "Something is not as it was written. Do not rely on this bundle; see below.",
    "INCOMPLETE": "Nothing wrong was found, but something that a PASS needs was not there.",
}
AGREES = (
    "Each event's bytes, number, predecessor and log; each stream's head; each row's state digest; each"
    " signature's manifest and place; each attached file; the rows and events in the"
    " record as data; the manifest: all agree."
)


def as_json(report: Report) -> str:
    """Return the report as one JSON object."""
    document = {
        "verdict": report.verdict,
        "policy": {"name": POLICY, "version": POLICY_VERSION, "not_proved": report.not_proved},
        "file": {"name": report.file, "sha256": report.sha256},
        "manifest": report.about,
        "counts": report.counts,
        "findings": [{k: v for k, v in one._asdict().items() if v is not None} for one in report.findings],
        "more_findings": report.more,
        "known_from_outside": report.outside,
        "missing": report.missing,
        "notes": report.notes,
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def main(arguments: Sequence[str] | None = None, name: str | None = None) -> int:
    """Check the bundle named on the command line: 0 PASS, 1 FAIL, 2 INCOMPLETE."""
    parser = argparse.ArgumentParser(prog=name, description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="the evidence bundle, a zip file")
    parser.add_argument(
        "--trust", type=Path, metavar="TRUSTFILE", help="what you know from outside the bundle"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    asked = parser.parse_args(arguments)
    report = verify(asked.bundle, asked.trust)
    text = as_json(report) if asked.json else as_text(report)
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    return report.exit_status


if __name__ == "__main__":
    sys.exit(main())
