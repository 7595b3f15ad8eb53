"""A small record with all that an evidence bundle can hold, and what somebody can do to its bundle.

It is made with the product's own code for bytes, with which the offline verifier shares nothing.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from audit import offline_verifier
from audit.bundle import LiveRow, Statement, StreamEvidence, archive, make_bundle
from audit.canonical import encode
from audit.chain import b64, event_hash, genesis, state_digest
from audit.events import Action, Envelope, RowChange, Who, body
from records.base import Recorded
from records.columns import json_text
from records.times import to_text
from signatures.components import Authenticated
from signatures.manifest import Shown, SigningSeries, content_digest, rendering_digest
from signatures.meaning import Meaning
from signatures.signing import Place, sign
from tests.ledger import ACKNOWLEDGED
from workflows.review.record_rows import Names
from workflows.review.record_trail import _event

ORIGIN = "plant.example/countersign/1"
KEY_ID = "0123456789abcdef"
RECORD, MASTER = "batch/TB-1", "master/M-1.1"
START = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
PHOTO = b"\xff\xd8 a photo of a label"
STATEMENT = Statement(
    record=RECORD,
    origin=ORIGIN,
    mac_key_id=KEY_ID,
    policy="chain-only/1",
    code="countersign tests",
    made_at=to_text(START),
    made_for="G. Andersson",
)


class Story:
    """Streams as the product would write them, one event a minute."""

    def __init__(self) -> None:
        self.bodies: dict[str, list[bytes]] = {}
        self.rows: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
        self.minutes = 0

    @property
    def now(self) -> datetime:
        return START + timedelta(minutes=self.minutes)

    def head(self, stream: str) -> bytes:
        return event_hash(self.bodies[stream][-1]) if self.bodies.get(stream) else b""

    def tell(self, stream: str, action: Action, table: str, values: dict[str, Any], **said: Any) -> None:
        """Write a row and its event; `said` replaces fields of the event's body."""
        self.minutes += 1
        bodies = self.bodies.setdefault(stream, [])
        values = {"stream": stream, **values}
        row = Recorded.row_name(values)
        before = self.rows.setdefault(stream, {}).get((table, row), {})
        eid = f"0190f1a2-7b3c-7def-8123-{self.minutes:012d}"
        changed = [
            {"p": f"/{name}", "o": before.get(name), "n": value}
            for name, value in values.items()
            if before.get(name) != value
        ]
        envelope = Envelope(
            origin=ORIGIN,
            at=to_text(self.now),
            monotonic=self.minutes,
            tx=eid,
            who=Who("P-0001", "a.reyes", "login-1"),
            code="countersign tests",
            reason={"code": "routine", "text": "née “Åse” 𝄞 \\ \u0001"} if len(bodies) == 1 else None,
        )
        state = state_digest(values)
        change = RowChange(
            stream=stream,
            action=action,
            table=table,
            row=row,
            rev=values["rev"],
            state=state,
            changed=tuple(changed),
        )
        prev = self.head(stream) or genesis(ORIGIN, stream, eid)
        content = body(envelope, change, eid=eid, seq=len(bodies) + 1, prev=prev, ts=envelope.at)
        bodies.append(encode(content | said))
        self.rows[stream][table, row] = values

    def sign(
        self, stream: str, number: int, part: str, *, of: str | None = None, after: str | None = None
    ) -> None:
        """Sign a part of a record; `of` is the stream that the manifest names, `after` what it follows."""
        kind, _, record = stream.partition("/")
        signer = Authenticated(
            person="P-0001",
            printed_name="A. Reyes",
            account="a.reyes",
            series=SigningSeries(login="login-1", number=number, is_first=number == 1),
            method="password",
            components=("user_id", "password"),
            checked_at=self.now,
            accountability=ACKNOWLEDGED,
        )
        shown = Shown(
            part=part,
            content=content_digest({"part": part}),
            rendering=rendering_digest(part),
            nonce=f"nonce-{stream}-{number}",
        )
        place = Place(
            log=ORIGIN,
            stream=of or stream,
            record={"type": kind, "id": record, "rev": 1},
            after=b64(self.head(stream)) if after is None else after,
            at=self.now,
            time_zone="Europe/Dublin",
        )
        values = sign(signer, "Operator", Meaning.PERFORMED, shown, place)
        values |= {
            "meaning": values["meaning"].value,
            "signed_at": to_text(values["signed_at"]),
            "evidence": json_text(values["evidence"]),
        }
        row = {"id": number, "rev": 1, **values}
        self.tell(stream, Action.SIGNATURE_APPLY, "signature", row)

    def streams(self) -> list[StreamEvidence]:
        return [
            StreamEvidence(
                stream,
                bodies,
                [LiveRow(table, row, values) for (table, row), values in self.rows[stream].items()],
                len(bodies),
                self.head(stream),
            )
            for stream, bodies in self.bodies.items()
        ]

    def record(self) -> dict[str, Any]:
        """The record as data: its trail, and its rows as a copy gives them."""
        names = Names({"P-0001": "A. Reyes"})
        rows = self.rows[RECORD].items()
        voids = {
            row["signature_id"]: {"cause": row["cause"], "voided_at": row["voided_at"]}
            for (table, _name), row in rows
            if table == "signature_void"
        }
        return {
            "format": "countersign-batch-record/1",
            "trail": [_event(json.loads(data), event_hash(data), names) for data in self.bodies[RECORD]],
            "rows": [
                {**values, "evidence": json.loads(values["evidence"]), "void": voids.get(values["id"])}
                if table == "signature"
                else values
                for (table, _name), values in rows
                if table != "signature_void"
            ],
        }

    def bundle(self) -> bytes:
        manifests = [
            row["manifest"].encode()
            for rows in self.rows.values()
            for (table, _name), row in rows.items()
            if table == "signature"
        ]
        further = {
            "record.json": encode(self.record()),
            f"files/{sha256(PHOTO).hexdigest()}": PHOTO,
            **{f"sigs/{_hex_of(document)}.json": document for document in manifests},
        }
        return make_bundle(STATEMENT, self.streams(), further)


def _hex_of(document: bytes) -> str:
    return sha256(b"countersign/esig/v1\n" + document).hexdigest()


def told_story() -> Story:
    """A batch, an entry and its correction, a photo, a signature; its master with another signature."""
    story = Story()
    batch = {"id": 1, "rev": 1, "state": "issued", "number": "TB-1", "note": None}
    entry = {"id": 7, "rev": 1, "part": "1.1/1", "value": "12.10", "unit": "kg", "late": 0}
    photo = {"id": 3, "rev": 1, "part": "1.1/1", "sha256": sha256(PHOTO).hexdigest(), "size": len(PHOTO)}
    story.tell(RECORD, Action.BATCH_CREATE, "batch", batch)
    story.tell(MASTER, Action.MASTER_LOAD, "procedure_version", {"id": 2, "rev": 1, "state": "draft"})
    story.tell(RECORD, Action.ENTRY_RECORD, "entry", entry)
    story.tell(RECORD, Action.ENTRY_CORRECT, "entry", entry | {"id": 8, "value": "12.1", "late": 1})
    story.tell(RECORD, Action.FILE_ATTACH, "attachment", photo)
    story.sign(RECORD, 1, "1.1/1")
    story.sign(MASTER, 2, "record")
    story.tell(RECORD, Action.BATCH_STATE, "batch", batch | {"rev": 2, "state": "completed"})
    return story


def files_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def sealed_again(files: dict[str, bytes], **manifest: Any) -> bytes:
    """A bundle of altered files with a manifest that fits them again, as a forger would make it."""
    told = json.loads(files["manifest.json"])
    told["files"] = [
        {"name": name, "size": len(data), "sha256": sha256(data).hexdigest()}
        for name, data in sorted(files.items())
        if name != "manifest.json"
    ]
    rest = {name: data for name, data in sorted(files.items()) if name != "manifest.json"}
    return archive({"manifest.json": canonical(told | manifest), **rest})


def heads_again(files: dict[str, bytes]) -> dict[str, Any]:
    """The manifest's streams as they would be for these files."""
    streams = json.loads(files["manifest.json"])["streams"]
    for one in streams:
        name = offline_verifier.quoted(one["stream"])
        lines = files[f"events/{name}.jsonl"].splitlines()
        one["events"] = len(lines)
        one["head"] = {"seq": len(lines), "hash": b64(event_hash(lines[-1])) if lines else ""}
    return {"streams": streams}


def canonical(value: Any) -> bytes:
    """Sorted, compact JSON of anything, also outside the profile."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def trust_in(story: Story, **said: Any) -> dict[str, Any]:
    """What is known from outside: the log and the head of every stream."""
    heads = [
        {"stream": one.stream, "seq": one.head_seq, "hash": b64(one.head_hash)} for one in story.streams()
    ]
    known = {"format": "countersign-trust/1", "policy": "chain-only", "origin": ORIGIN, "heads": heads}
    return known | said


def checked(bundle: bytes, trust: dict[str, Any] | None = None) -> offline_verifier.Report:
    report = offline_verifier.Report("bundle.zip")
    offline_verifier.check(bundle, None if trust is None else json.dumps(trust).encode(), report)
    return report


def codes(report: offline_verifier.Report) -> set[str]:
    return {finding.code for finding in report.findings}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a JSON document, containers included."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from places(item, (*path, key))


def replaced(document: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of a document with another value at a path."""
    if not path:
        return new
    made = dict(document) if isinstance(document, dict) else list(document)
    made[path[0]] = replaced(document[path[0]], path[1:], new)
    return made


def at(document: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        document = document[step]
    return document
