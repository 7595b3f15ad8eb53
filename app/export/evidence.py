"""Read what proves a record: the whole streams it is made of, and the bundle that is made of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.trail.files import path_of
from audit import offline_verifier
from audit.bundle import LiveRow, Statement, StreamEvidence, make_bundle
from audit.chain import Ledger, mac_key_id
from audit.models import ExportedCopy
from audit.readers import Part, Snapshot, shapes
from audit.verify import POLICY, Stored
from records.batch.models import Batch, ProductionOrder
from records.errors import DomainError
from records.execution.models import Attachment
from records.identity import RecordName
from records.procedure.models import ProcedureVersion
from signatures.manifest import MANIFEST
from signatures.models import Signature
from workflows.export.queries import bundle_of

VERIFIER_NAME = "offline_verifier.py"
_READ_ME = Path(__file__).with_name("bundle_read_me.txt")


class SecretInEvidenceError(DomainError):
    """A stream holds what must not leave the system."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"The stream {stream} holds secrets, so it can't be part of a bundle.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The streams that prove a record, the record's own first, and where attached files lie."""

    streams: tuple[StreamEvidence, ...]
    files: Path


def read_evidence(session: Session, name: RecordName, files: Path) -> Evidence:
    """Read the streams of a record, in the view of the store that the session has."""
    view = Snapshot(session.connection())
    try:
        found = [
            _of_stream(stored) for stream in _streams_of(session, name) for stored in _stored(view, stream)
        ]
    finally:
        view.close()
    return Evidence(streams=tuple(found), files=files)


def evidence_bundle(evidence: Evidence, statement: Statement, data: bytes) -> bytes:
    """Return the bundle: streams, signatures' manifests, attached files, the record as data, the verifier."""
    further = {
        "record.json": data,
        VERIFIER_NAME: verifier_source(),
        "READ-ME.txt": _READ_ME.read_bytes(),
        **dict(_signatures(evidence)),
        **dict(_attached(evidence)),
    }
    return make_bundle(statement, evidence.streams, further)


@cache
def verifier_source() -> bytes:
    """Return the offline verifier as it is handed out."""
    return Path(offline_verifier.__file__).read_bytes()


@cache
def verifier_sha256() -> str:
    """Return the digest that the verifier is published with."""
    return sha256(verifier_source()).hexdigest()


def trust_file(session: Session, copy: ExportedCopy, ledger: Ledger) -> dict[str, Any]:
    """Return what is to be known from outside to check a copy that left (docs/evidence-bundle.md)."""
    bundle = bundle_of(session, copy)
    return {
        "format": offline_verifier.TRUST_FORMAT,
        "policy": POLICY[0],
        "record": copy.stream,
        "origin": ledger.origin,
        "mac_key_id": mac_key_id(ledger.mac_key),
        "heads": [{"stream": copy.stream, "seq": copy.head_seq, "hash": copy.head_hash}],
        "bundles": [bundle] if bundle else [],
    }


def _streams_of(session: Session, name: RecordName) -> Iterator[str]:
    """Yield a record's streams: its own, its refused attempts, and of a batch its order and master.

    Lots, equipment and persons have streams of their own, which tell of other batches too: a chain can't be
    handed out in parts, so they stay.
    """
    yield str(name)
    yield f"denied/{name}"
    batch = session.scalar(select(Batch).where(Batch.stream == str(name)))
    if batch:
        yield str(RecordName(ProcedureVersion.kind, batch.master))
        yield str(RecordName(ProductionOrder.kind, batch.order))


def _stored(view: Snapshot, stream: str) -> Iterator[Stored]:
    return view.streams(Part(only=stream), shapes())


def _of_stream(stored: Stored) -> StreamEvidence:
    bodies = [bytes(row[7]) for row in stored.events]
    _stream, seq, digest = next(iter(stored.heads), (stored.stream, 0, b""))
    rows = []
    for shape, table in stored.tables:
        if shape.secrets:
            raise SecretInEvidenceError(stored.stream)
        for row in table:
            values = dict(zip(shape.columns, row, strict=True))
            rows.append(LiveRow(shape.table, shape.row_name(values), values))
    return StreamEvidence(stored.stream, bodies, rows, seq, bytes(digest))


def _rows(evidence: Evidence, table: str) -> Iterator[Mapping[str, str]]:
    return (row.values for stream in evidence.streams for row in stream.rows if row.table == table)


def _signatures(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    for row in _rows(evidence, Signature.__tablename__):
        document = row["manifest"].encode()
        yield f"sigs/{sha256(MANIFEST + document).hexdigest()}.json", document


def _attached(evidence: Evidence) -> Iterator[tuple[str, bytes]]:
    """Yield the files that are there; one that is gone is a finding of whoever verifies."""
    for row in _rows(evidence, Attachment.__tablename__):
        path = path_of(evidence.files, row["sha256"])
        if path is not None and path.is_file():
            yield f"files/{row['sha256']}", path.read_bytes()
