"""The evidence bundle: what a record is verified with away from the system (docs/evidence-bundle.md).

Pure: streams, rows and files are handed in, and the same ones give the same bytes. Nothing is compressed, so
that a verifier reads each byte where it stands, and no byte of the archive is free to be changed.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from audit.canonical import encode
from audit.chain import b64
from records.errors import DomainError

FORMAT = "countersign-bundle/1"
MANIFEST = "manifest.json"
MOST_BYTES = 1 << 30
_MADE = (1980, 1, 1, 0, 0, 0)
_REGULAR_FILE = 0o100644 << 16


class BundleTooLargeError(DomainError):
    """A record's files are more than one bundle can hold."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"The evidence is {size} bytes; one bundle holds {MOST_BYTES}. "
            "Have the data copied as JSON, and the attached files by hand."
        )


@dataclass(frozen=True, slots=True)
class LiveRow:
    """A row as it is now, under the name that events call it by: its columns, raw."""

    table: str
    name: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StreamEvidence:
    """A whole stream: its events' exact bytes in order, its live rows, and its head."""

    stream: str
    bodies: Sequence[bytes]
    rows: Sequence[LiveRow]
    head_seq: int
    head_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the bundle says of itself; only the streams below it are proved."""

    record: str
    origin: str
    mac_key_id: str
    policy: str
    code: str
    made_at: str
    made_for: str


def make_bundle(
    statement: Statement, streams: Sequence[StreamEvidence], further: Mapping[str, bytes]
) -> bytes:
    """Return the bundle; `further` are its other files by name. Raises BundleTooLargeError."""
    files = {**{name: data for stream in streams for name, data in _files_of(stream)}, **further}
    manifest = {
        "format": FORMAT,
        "policy": statement.policy,
        "record": statement.record,
        "origin": statement.origin,
        "mac_key_id": statement.mac_key_id,
        "code": statement.code,
        "made_at": statement.made_at,
        "made_for": statement.made_for,
        "streams": [_told(stream) for stream in streams],
        "files": [
            {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        ],
    }
    return archive({MANIFEST: encode(manifest), **dict(sorted(files.items()))})


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a zip file of these files in this order, stored, every other field fixed."""
    if (size := sum(map(len, files.values()))) > MOST_BYTES:
        raise BundleTooLargeError(size)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as made:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.create_system = 3
            entry.external_attr = _REGULAR_FILE
            made.writestr(entry, data)
    return target.getvalue()


def file_name(stream: str) -> str:
    """Return a stream's name as part of a file's: every byte but letters, digits, ``_.-~`` as ``%XX``."""
    return quote(stream, safe="")


def _files_of(stream: StreamEvidence) -> list[tuple[str, bytes]]:
    rows = sorted(stream.rows, key=lambda row: (row.table, row.name))
    told = [{"table": row.table, "row": row.name, "values": dict(row.values)} for row in rows]
    name = file_name(stream.stream)
    return [
        (f"events/{name}.jsonl", b"".join(body + b"\n" for body in stream.bodies)),
        (f"state/{name}.json", encode({"stream": stream.stream, "rows": told})),
    ]


def _told(stream: StreamEvidence) -> dict[str, Any]:
    return {
        "stream": stream.stream,
        "events": len(stream.bodies),
        "rows": len(stream.rows),
        "head": {"seq": stream.head_seq, "hash": b64(stream.head_hash)},
    }
