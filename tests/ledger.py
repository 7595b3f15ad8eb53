"""One store seen from below the commands: acts through perform() alone, and the database's own tools.

Here perform() gets transitions that say nothing, so that tests of the trail need no plant around them.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from app.trail.files import path_of
from app.trail.verification import Store, check_streams
from audit.chain import Ledger
from audit.events import Action
from audit.findings import Finding
from audit.readers import Part, snapshot
from audit.verify import Result
from records.engine import WRITES, make_engine
from records.personnel.states import Role
from signatures.components import Authenticated
from signatures.manifest import Shown, SigningSeries, content_digest, rendering_digest
from signatures.meaning import Meaning
from signatures.signing import Place, sign
from tests.signers import ACKNOWLEDGED
from workflows.authority import Actor, Permission
from workflows.machine import Transition
from workflows.perform import Changes, UnitOfWork, perform

AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
LEDGER = Ledger(origin="plant.example/countersign/1", mac_key=bytes(range(32)))
NOVAK = Actor(
    person="t.novak",
    printed_name="T. Novak",
    roles=frozenset({Role.SUPERVISOR}),
    account="t.novak",
    login="login-1",
)
WHOLE = Part()
ANY_ACT = Transition(
    act="any", words="do anything", permission=Permission.STEP_SUPERVISE, event=Action.REMARK, by_system=True
)


@dataclass
class Thing:
    """A record as perform() sees it."""

    stream: str = "batch/TB-1"
    title: str = "Batch TB-1"
    state: StrEnum | None = None
    rev: int = 1


class LedgerStore:
    """A store with its ledger, and one person who acts on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.files = folder
        self.engine = make_engine(url)
        self.ledger = LEDGER
        self.actor = NOVAK

    @contextmanager
    def work(self, at: datetime = AT, actor: Actor = NOVAK, **given: Any) -> Iterator[UnitOfWork]:
        """Run one act and commit it; an exception rolls it back."""
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options=WRITES)
            yield UnitOfWork(
                session=session,
                ledger=self.ledger,
                actor=actor,
                at=at,
                time_zone="Europe/Dublin",
                code="countersign tests",
                **given,
            )
            session.commit()

    def change(
        self, change: Callable[[Changes], Any], stream: str = "batch/TB-1", at: datetime = AT, **given: Any
    ) -> None:
        """Let the person change rows of a record."""
        with self.work(at, **given) as work:
            perform(work, ANY_ACT, Thing(stream), change)

    @contextmanager
    def tool(self) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
        """Lend the database's own tool: one statement after another, each committed at once."""
        place = make_url(self.url)
        if place.get_backend_name() == "sqlite":
            with closing(sqlite3.connect(place.database, isolation_level=None)) as connection:
                yield lambda statement, *values: connection.execute(statement, values).fetchall()
            return
        address = place.set(drivername="postgresql").render_as_string(hide_password=False)
        with closing(psycopg.connect(address, autocommit=True)) as connection:

            def run(statement: str, *values: Any) -> list[tuple[Any, ...]]:
                cursor = connection.execute(statement.replace("?", "%s"), values or None)
                return cursor.fetchall() if cursor.description else []

            yield run

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement with the database's own tool."""
        with self.tool() as run:
            return run(statement, *values)

    def drop_guards(self) -> None:
        """Drop every guard, as the database's owner can."""
        with self.tool() as run:
            if self.is_sqlite:
                for (name,) in run("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                    run(f"DROP TRIGGER {name}")
            else:
                run("DROP FUNCTION countersign_refuse CASCADE")

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def evidence(self) -> Store:
        """What `countersign verify` is given."""
        return Store(self.url, self.ledger, self.files)

    def findings(self, part: Part = WHOLE) -> list[Finding]:
        """What verification finds in streams and outbox, guards and tables aside."""
        result = Result()
        check_streams(self.engine, self.evidence, part, result)
        with snapshot(self.engine) as view:
            result.findings.extend(view.outbox_findings(part))
        return result.findings.kept


def attach(files: Path, data: bytes) -> dict[str, Any]:
    """Keep a file's bytes and return the columns that speak of them."""
    digest = sha256(data).hexdigest()
    path = path_of(files, digest)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return {"sha256": digest, "size": len(data)}


def signed(stream: str, part: str, log: str = LEDGER.origin) -> dict[str, Any]:
    """The columns of a signature given as Countersign gives it."""
    series = SigningSeries(login="login-1", number=1, is_first=True)
    signer = Authenticated(
        person=NOVAK.person,
        printed_name=NOVAK.printed_name,
        account=NOVAK.account,
        series=series,
        method="password",
        components=("user_name", "password"),
        checked_at=AT,
        accountability=ACKNOWLEDGED,
    )
    seen = Shown(
        part=part,
        content=content_digest({"part": part}),
        rendering=rendering_digest(part),
        nonce=uuid4().hex,
    )
    place = Place(
        log=log,
        stream=stream,
        record={"type": "batch", "id": "TB-1", "rev": 1},
        after=content_digest({"after": part}),
        at=AT,
        time_zone="Europe/Dublin",
    )
    return sign(signer, "Supervisor", Meaning.PERFORMED, seen, place)
