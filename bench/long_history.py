"""The same calls over HTTP on a store whose history is 100 times longer: the ratio of interleaved medians.

Two installations side by side, each served by one worker: one begins with the events of one tablet record
(2 450), the other with 100 of them, written in bulk by the product's own trail. In both an operator then
works on a new batch of 120 steps. Each round calls both, in an order that alternates: enter a value, read the
step's page, sign it, read the record's trail, list the batches, search the whole trail.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from statistics import median
from time import perf_counter

from sqlalchemy import URL

from bench.client import Client
from bench.figures import Figure, ratio, significant
from bench.floor import SIGNED, Hand, Steps
from bench.make_history import write
from bench.plan import Plan
from bench.server import serving
from bench.site import OPERATOR, REVIEWER, wide_site
from bench.store import new_store

RECORD, STEPS = 2_450, 120
CALLS = ("enter", "read_step", "sign", "read_trail", "list_batches", "search_trail")


class _Side:
    """One installation: an operator and a reviewer signed in, a new batch, and its seconds by call."""

    def __init__(self, stack: ExitStack, plan: Plan, server: URL | None, events: int) -> None:
        store = stack.enter_context(new_store(plan.folder, server))
        self.kind = store.kind
        self.events = write(store.settings.database_url, store.service.keys.ledger, events)
        self._batch = wide_site(store, STEPS, sign=SIGNED).new_batch()
        port = stack.enter_context(serving(store.settings, 1))
        self._hand = Hand(Client(port, OPERATOR), Steps(self._batch))
        self._reviewer = Client(port, REVIEWER)
        self._page = ""
        self.seconds: dict[str, list[float]] = {name: [] for name in CALLS}

    def call(self, name: str) -> None:
        started = perf_counter()
        getattr(self, f"_{name}")()
        self.seconds[name].append(perf_counter() - started)

    def _enter(self) -> None:
        self._hand.enter()

    def _read_step(self) -> None:
        self._page = self._hand.read()

    def _sign(self) -> None:
        self._hand.sign(self._page)

    def _read_trail(self) -> None:
        self._reviewer.get(f"/batches/{self._batch}/trail")

    def _list_batches(self) -> None:
        self._reviewer.get("/batches")

    def _search_trail(self) -> None:
        self._reviewer.get("/trail")


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure on SQLite, and on PostgreSQL where there is a server."""
    for server in plan.servers:
        with ExitStack() as stack:
            short = _Side(stack, plan, server, RECORD)
            long = _Side(stack, plan, server, RECORD * plan.size(100, 10))
            _interleave((short, long), plan.size(60, 15))
        for name in CALLS:
            yield _figure(name, short, long)


def _interleave(sides: tuple[_Side, _Side], rounds: int) -> None:
    for turn in range(rounds + 3):
        if turn == 3:  # the first rounds warm up
            for side in sides:
                side.seconds = {name: [] for name in CALLS}
        for name in CALLS:
            for side in sides if turn % 2 else reversed(sides):
                side.call(name)


def _figure(name: str, short: _Side, long: _Side) -> Figure:
    slow, fast = long.seconds[name], short.seconds[name]
    detail = {
        "events": [short.events, long.events],
        "median_ms": [significant(1000 * median(found)) for found in (fast, slow)],
        "median_of_pairs": significant(ratio(slow, fast)),
        "rounds": len(fast),
    }
    return Figure(
        id=f"long_history.{long.kind}.{name}",
        value=median(slow) / median(fast),
        unit="times as long",
        target=1.25,
        detail=detail,
    )
