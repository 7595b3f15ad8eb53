"""Write a long history fast: batches of steps, entries and signatures with their audit events.

    python -m bench.make_history URL KEY_FILE EVENTS

The store is created; it must not be there yet. Events are made by the product's own trail; rows are inserted
in bulk with numbers given in advance, so that a million events take minutes. KEY_FILE receives the MAC key.
The mix is that of a tablet record: for each step a start, three or four entries, two moves, a signature.
"""

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, TableClause, bindparam, column, insert, text, update
from sqlalchemy import table as table_clause

from app.migrate import upgrade
from audit.chain import Ledger, state_digest
from audit.events import Action, Envelope, RowChange, Who
from audit.trail import Trail
from records.base import Recorded
from records.engine import WRITES, make_engine
from records.execution.models import Entry, StepRun
from records.times import to_text
from signatures.accountability import Accountability
from signatures.components import Authenticated
from signatures.manifest import Shown, SigningSeries, content_digest, rendering_digest
from signatures.meaning import Meaning
from signatures.models import Signature
from signatures.signing import Place, sign
from workflows.rows import to_raw

ORIGIN = "bench.example/countersign/1"
STEPS = 350
STEPS_AT_ONCE = 25
WHO = Who(person="p-0012", account="a.reyes", login="L-8d7f6e21")
START = datetime(2026, 1, 5, 6, 0, tzinfo=UTC)
_ACKNOWLEDGED = Accountability(version="1", is_acknowledged=True)


@dataclass
class History:
    """What is being written: the ledger, and the next number of each table's rows."""

    ledger: Ledger
    at: datetime = START
    events: int = 0
    numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    def tick(self) -> str:
        """Let seven seconds pass and return the time."""
        self.at += timedelta(seconds=7)
        return to_text(self.at)

    def number(self, model: type[Recorded]) -> int:
        """Return the next row number of a table."""
        return next(self.numbers.setdefault(model.__tablename__, count(1)))


def write(url: str, ledger: Ledger, events: int) -> int:
    """Write batches until there are at least so many events; return how many there are."""
    engine = make_engine(url)
    history = History(ledger)
    for number in count(1):
        with engine.connect().execution_options(**WRITES) as connection, connection.begin():
            _batch(connection, history, f"batch/TB-{number:06}")
        if history.events >= events:
            break
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for model in (StepRun, Entry, Signature):
                table = model.__tablename__
                connection.execute(
                    text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")  # noqa: S608
                )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()
    return history.events


def _batch(connection: Connection, history: History, stream: str) -> None:
    batch = Batch(connection, history, stream)
    for step in range(STEPS):
        if step % STEPS_AT_ONCE == 0:
            batch.begin_act()
        batch.add_step(f"{step // 50 + 1}.{step % 50 + 1}", entries=3 + step % 2)
    batch.trail.write()
    for model, rows in batch.rows.items():
        table = _untyped(model)
        connection.execute(insert(table), [versions[0] for versions in rows])
        later = [version for versions in rows for version in versions[1:]]
        if later:
            changed: dict[str, Any] = {
                name: bindparam(name) for name in later[0] if name not in {"id", "stream"}
            }
            by_number = update(table).where(table.c.id == bindparam("of"))
            connection.execute(by_number.values(changed), [{**row, "of": row["id"]} for row in later])


def _untyped(model: type[Recorded]) -> TableClause:
    """Return the table without our column types: the rows written here are raw already."""
    return table_clause(model.__tablename__, *(column(each.name) for each in model.__table__.columns))


class Batch:
    """One batch being written: its rows, each with its revisions, and its events."""

    trail: Trail

    def __init__(self, connection: Connection, history: History, stream: str) -> None:
        self.rows: dict[type[Recorded], list[list[dict[str, Any]]]] = {StepRun: [], Entry: [], Signature: []}
        self._connection = connection
        self._history = history
        self._stream = stream

    def begin_act(self) -> None:
        """Write the events so far and begin the next transaction, as far as the trail can tell."""
        if self._history.events and hasattr(self, "trail"):
            self.trail.write()
        envelope = Envelope(
            origin=self._history.ledger.origin,
            at=self._history.tick(),
            monotonic=1_000_000 + self._history.events * 7,
            tx=str(uuid4()),
            who=WHO,
            code="countersign 0.1.0+g654a261",
            reason=None,
        )
        self.trail = Trail(self._connection, self._history.ledger, lambda: envelope)
        self.trail.lock([self._stream])

    def add_step(self, step: str, entries: int) -> None:
        """Carry out one step: start, entries, two moves and a signature."""
        part, history = f"{step}/1", self._history
        run = self._row(StepRun, part=part, step=step, occurrence="1", started_by=WHO.person)
        run |= {"state": "in_progress", "started_at": history.tick()}
        self._tell(StepRun, Action.STEP_START, run, run)
        values = [self._entry(part, number) for number in range(entries)]
        performed = {
            "state": "awaiting_verification",
            "performed_at": history.tick(),
            "performed_by": "p-0012",
        }
        second = run | performed | {"rev": 2}
        self._tell(StepRun, Action.STEP_STATE, second, performed)
        signed = self._signature(part)
        done = {"state": "done", "closed_at": history.tick()}
        third = second | done | {"rev": 3}
        self._tell(StepRun, Action.STEP_STATE, third, done)
        self.rows[StepRun].append([run, second, third])
        self.rows[Entry] += [[value] for value in values]
        self.rows[Signature].append([signed])

    def _entry(self, part: str, number: int) -> dict[str, Any]:
        entry = self._row(Entry, part=part, field=f"result_{number}", raw="12.10", value="12.10", unit="kg")
        entry |= {
            "source": "manual",
            "judged": "in_limits",
            "entered_by": WHO.person,
            "printed_name": "A. Reyes",
        }
        entry |= {
            "limits": '{"action":{"maximum":"12.50","minimum":"11.50"}}',
            "entered_at": self._history.tick(),
        }
        self._tell(Entry, Action.ENTRY_RECORD, entry, entry)
        return entry

    def _signature(self, part: str) -> dict[str, Any]:
        self._history.tick()
        at = self._history.at
        series = SigningSeries(login="L-1f2e3d4c", number=2, is_first=False)
        signer = Authenticated(
            person="p-0015",
            printed_name="H. Brandt",
            account="h.brandt",
            series=series,
            method="password",
            components=("password",),
            checked_at=at,
            accountability=_ACKNOWLEDGED,
        )
        seen = Shown(
            part=part,
            content=content_digest({"part": part}),
            rendering=rendering_digest(part),
            nonce=secrets.token_hex(16),
        )
        place = Place(
            log=self._history.ledger.origin,
            stream=self._stream,
            record={"type": "batch", "id": self._stream.partition("/")[2], "rev": 1},
            after=content_digest({"after": part}),
            at=at,
            time_zone="Europe/Dublin",
        )
        signature = self._row(Signature) | sign(signer, "Verifier", Meaning.VERIFIED, seen, place)
        columns: dict[str, Any] = {each.name: each for each in Signature.__table__.columns}
        signature |= {name: to_raw(columns[name], value) for name, value in signature.items()}
        told = {name: signature[name] for name in ("part", "meaning", "manifest", "evidence")}
        self._tell(Signature, Action.SIGNATURE_APPLY, signature, told)
        return signature

    def _row(self, model: type[Recorded], **values: str | int) -> dict[str, Any]:
        """Return a row with these values, and what a column demands where none is given."""
        columns = model.__table__.columns
        empty = {each.name: None if each.nullable else "" for each in columns}
        return empty | {"id": self._history.number(model), "stream": self._stream, "rev": 1} | values

    def _tell(self, model: type[Recorded], action: Action, row: dict[str, Any], told: dict[str, Any]) -> None:
        change = RowChange(
            stream=self._stream,
            action=action,
            table=model.__tablename__,
            row=model.row_name(row),
            rev=row["rev"],
            state=state_digest(row),
            changed=tuple(
                {"p": f"/{name}", "o": None, "n": value}
                for name, value in told.items()
                if value is not None and name not in {"id", "stream", "rev"}
            ),
        )
        self.trail.add(change)
        self._history.events += 1


if __name__ == "__main__":
    url, key_file, wanted = sys.argv[1:]
    key = secrets.token_bytes(32)
    Path(key_file).write_text(key.hex(), encoding="ascii")
    upgrade(url)
    print(write(url, Ledger(ORIGIN, key), int(wanted)), "events")
