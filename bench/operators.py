"""Value entry and signing over HTTP by 150 operators over 20 batches at once, beside a limit in milliseconds.

The server is `countersign serve` with two workers, on PostgreSQL where there is a server, else on SQLite.
Each batch has 350 steps that may be done in any order. The operators make six changes a second, and 20 a
second for three seconds of every 15: each enters a value in a step of their own, and with the next act reads
its page and signs it (Argon2id included). A change is timed from when it was due, so that waiting in a queue
counts; one entry in ten is sent twice, as a double click does. Afterwards every value acknowledged must be
there once. Clients, server and database share the machine's cores.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import func, select

from bench.client import Client, UnexpectedAnswerError
from bench.figures import Figure, milliseconds, percentile
from bench.floor import SIGNED, Hand, Steps
from bench.plan import Plan
from bench.server import serving
from bench.site import wide_site
from bench.store import Store, new_store
from records.execution.models import Entry
from signatures.models import Signature

OPERATORS, BATCHES, STEPS, WORKERS = 150, 20, 350, 2
RATE, BURST, BURST_SECONDS, BURST_EVERY = 6, 20, 3, 15
_DOUBLED = 10


@dataclass(slots=True)
class Kept:
    """The seconds of each kind of change, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"enter": [], "read": [], "sign": []})
    failures: list[str] = field(default_factory=list)


def due_times(seconds: int) -> list[float]:
    """Return when the changes of a load are due, in seconds from its start."""
    found = []
    for second in range(seconds):
        rate = BURST if second % BURST_EVERY >= BURST_EVERY - BURST_SECONDS else RATE
        found += [second + number / rate for number in range(rate)]
    return found


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure the load and check what it left."""
    with new_store(plan.folder, plan.postgresql) as store:
        site = wide_site(store, STEPS, sign=SIGNED)
        names = site.hire(plan.size(OPERATORS, 40))
        steps = [Steps(site.new_batch()) for _ in range(BATCHES)]
        with serving(store.settings, WORKERS) as port, ThreadPoolExecutor(4) as few:
            clients = list(few.map(lambda name: Client(port, name), names))
            hands = [Hand(client, steps[number % BATCHES]) for number, client in enumerate(clients)]
            kept = _load(hands, due_times(plan.load_seconds))
        wrong = _lost_or_doubled(store, kept)
    yield from _figures(kept, wrong, store.kind, plan.load_seconds)


def _load(hands: list[Hand], due: list[float]) -> Kept:
    kept, started = Kept(), time.perf_counter()
    locks = [Lock() for _ in hands]
    with ThreadPoolExecutor(len(hands)) as threads:
        for number, at in enumerate(due):
            time.sleep(max(0.0, started + at - time.perf_counter()))
            of = number % len(hands)
            threads.submit(_change, hands[of], locks[of], kept, number, started + at)
    return kept


def _change(hand: Hand, lock: Lock, kept: Kept, number: int, due: float) -> None:
    with lock:
        try:
            if not hand.open:
                hand.enter(twice=number % _DOUBLED == 0)
                kept.seconds["enter"].append(time.perf_counter() - due)
                return
            page = hand.read()
            kept.seconds["read"].append(time.perf_counter() - due)
            due = time.perf_counter()  # the person reads before signing
            hand.sign(page)
            kept.seconds["sign"].append(time.perf_counter() - due)
        except (OSError, LookupError, UnexpectedAnswerError) as error:
            kept.failures.append(repr(error))


def _lost_or_doubled(store: Store, kept: Kept) -> int:
    """Return by how many values and signatures the store differs from what was acknowledged."""
    with store.session() as session:
        once = select(Entry.stream, Entry.part, Entry.field).where(Entry.field == "reading").distinct()
        values = session.scalar(select(func.count()).select_from(once.subquery())) or 0
        rows = session.scalar(select(func.count()).where(Entry.field == "reading")) or 0
        signed = select(func.count()).where(Signature.part.like("1.%"), Signature.meaning == "performed")
        signatures = session.scalar(signed) or 0
    entered, done = len(kept.seconds["enter"]), len(kept.seconds["sign"])
    return abs(values - entered) + abs(rows - values) + abs(signatures - done)


def _figures(kept: Kept, wrong: int, kind: str, seconds: int) -> Iterator[Figure]:
    common = {"database": kind, "workers": WORKERS, "seconds": seconds, "batches": BATCHES}
    for name, target in (("enter", 150), ("sign", 600)):
        found = kept.seconds[name]
        detail = milliseconds(found) | common
        if name == "sign":
            detail["page_before"] = milliseconds(kept.seconds["read"])
        value = 1000 * percentile(found, 95)
        yield Figure(id=f"operators.{name}_p95", value=value, unit="ms", target=target, detail=detail)
    detail = {"failures": kept.failures[:5]} | common
    yield Figure(id="operators.failed", value=len(kept.failures), unit="requests", target=0, detail=detail)
    yield Figure(id="operators.lost_or_doubled", value=wrong, unit="values", target=0, detail=common)
