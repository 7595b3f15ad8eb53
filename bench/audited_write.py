"""One audited write: a value with its event, the chain's head and the outbox row, committed durably.

Side by side, in turns: the command layer (`enter_value` in a step already begun, on a small executing
batch), `perform()` with one row, the raw SQL of the same rows (the limit), the ORM without any audit, and
SQLAlchemy-Continuum's audited update. SQLite with `synchronous=FULL`, or PostgreSQL with
`synchronous_commit=on`; one client, one transaction each, a new session each.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from sqlalchemy import URL, select, text

from audit.events import Action
from bench.figures import Figure, interleaved, ratio, significant
from bench.operator import Operator
from bench.peers.continuum import ContinuumPeer
from bench.peers.orm import OrmPeer
from bench.peers.raw import RawPeer
from bench.plan import Plan
from bench.site import Site, wide_site
from bench.store import Store, new_store
from records.execution.models import Entry
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.perform import Changes, perform

SAMPLES, STEPS = 10, 30
_LONE = Transition(
    act="bench.write", words="write a row", permission=Permission.STEP_PERFORM, event=Action.ENTRY_RECORD
)


@dataclass(frozen=True, slots=True)
class _Alone:
    """A subject of nothing but a stream."""

    title: str = "a stream"
    stream: str = "batch/ALONE"
    state: StrEnum | None = None
    record: None = None


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure on SQLite, and on PostgreSQL where there is a server."""
    for server in plan.servers:
        yield from _measure(plan, server)


def _measure(plan: Plan, server: URL | None) -> Iterator[Figure]:
    with ExitStack() as stack:
        store = stack.enter_context(new_store(plan.folder, server))
        operator = _Operator(store, wide_site(store, STEPS, samples=[SAMPLES]))
        written = operator.one_value()
        bare = [stack.enter_context(new_store(plan.folder, server)).settings.database_url for _ in range(3)]
        raw = RawPeer(bare[0], written.entry, written.event)
        orm, continuum = OrmPeer(bare[1], written.values), ContinuumPeer(bare[2], written.values)
        for peer in (raw, orm, continuum):
            stack.callback(peer.close)
        rounds, times = plan.size(9, 5), plan.size(60, 30)
        operator.prepare((rounds + 1) * times)
        contenders: dict[str, Callable[[int], object]] = {
            "value": operator.write_values,
            "perform": operator.write_rows,
            "raw": raw.write,
            "orm": orm.write,
            "continuum": continuum.write,
        }
        found = interleaved(contenders, rounds=rounds, times=times)
    yield from _figures(found, store.kind)


def _figures(found: dict[str, list[float]], kind: str) -> Iterator[Figure]:
    rates = {name: significant(1 / median(seconds)) for name, seconds in found.items()}
    detail = {"per_second": rates, "rounds": len(found["value"]), "database": kind}
    for name, what in (("value", "command layer"), ("perform", "perform() alone")):
        for peer, target in (("continuum", 2.5), ("orm", 1.0), ("raw", 0.5)):
            yield Figure(
                id=f"audited_write.{kind}.{name}_to_{peer}",
                value=ratio(found[peer], found[name]),
                unit="times as many",
                better="higher",
                target=target,
                detail={"of": what} | detail,
            )
        yield Figure(
            id=f"audited_write.{kind}.{name}_per_second",
            value=1 / median(found[name]),
            unit="1/s",
            better="higher",
            detail={"of": what} | detail,
        )


@dataclass(frozen=True, slots=True)
class _Written:
    """The rows of one value: the entry and its event as stored, and the entry's values as Python has them."""

    entry: Mapping[str, Any]
    event: Mapping[str, Any]
    values: Mapping[str, Any]


class _Operator(Operator):
    """A person with readings ahead, in steps already begun."""

    def __init__(self, store: Store, site: Site) -> None:
        super().__init__(store)
        self._site = site
        self._asked: list[tuple[str, str, str]] = []

    def prepare(self, values: int) -> None:
        """Begin steps until so many further values may be entered in them."""
        while len(self._asked) < values:
            batch = self._site.new_batch()
            parts = [f"1.{number}/1" for number in range(1, STEPS + 1)]
            for part in parts:
                self.enter(batch, part, "reading.1")
            self._asked += [
                (batch, part, f"reading.{number}") for part in parts for number in range(2, SAMPLES + 1)
            ]

    def write_values(self, times: int) -> None:
        """Enter so many values in steps already begun."""
        for _ in range(times):
            self.enter(*self._asked.pop())

    def write_rows(self, times: int) -> None:
        """Write so many rows of a value by `perform()`, with no rule and no reading before."""
        for _ in range(times):
            self.act(lambda work: perform(work, _LONE, _Alone(), self._add_row))

    def one_value(self) -> _Written:
        """Enter a value and return its rows."""
        self.prepare(1)
        self.write_values(1)
        with self._store.session() as session:
            entry = session.scalars(select(Entry).order_by(Entry.id.desc()).limit(1)).one()
            values = {column.name: getattr(entry, column.name) for column in Entry.__table__.columns}
            self._values = {
                name: value for name, value in values.items() if name not in {"id", "stream", "rev"}
            }
            stored, event = (
                dict(session.execute(text(f"SELECT * FROM {table} ORDER BY id DESC LIMIT 1")).one()._mapping)  # noqa: S608 -- two names of ours
                for table in ("entry", "audit_event")
            )
        return _Written(stored, event, values)

    def _add_row(self, changes: Changes) -> None:
        changes.insert(Entry, Action.ENTRY_RECORD, **self._values)
