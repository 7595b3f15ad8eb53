"""A whole small batch over HTTP, with one client and with four at once; and a history of 500 entries read.

The batch: plan and release the order, create and issue the batch, consume ten lots, do twenty steps as
identified entries, test, sign as performed and as verified, complete (which receives the output lot), read
the record's history. Four persons act, each signed in. Every request is one that a page sends, on kept
connections; the page is read where something is signed. The server is `countersign serve` with two
workers on SQLite (`synchronous=FULL`), demo mode. Every client makes its own batches; all consume the same
ten lots, whose balances must be exact at the end.

Peers, measured elsewhere (not installed here): Odoo 19 4.5 s, InvenTree and Tryton 6.6 s a batch.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from time import perf_counter

from sqlalchemy import func, select

from bench.client import Client
from bench.figures import Figure, interleaved, milliseconds
from bench.operator import Operator, batch_with
from bench.plan import Plan
from bench.server import serving
from bench.site import OPERATOR, REVIEWER, VERIFIER, Site, small_site, wide_site
from bench.store import Store, new_store
from records.batch.models import Batch
from records.batch.states import BatchState
from records.material.models import MaterialLot
from records.procedure.outline import steps

WORKERS, CLIENTS = 2, 4
_HISTORY = 500
_PLANNER, _SUPERVISOR = "c.dubois", "t.novak"
_NUMBERS = {"speed": "20", "temperature": "21.5", "load": "8.0", "drums": "2", "output": "99.500"}
_QUANTITY = Decimal("10.000")


@dataclass(frozen=True, slots=True)
class Crew:
    """Those whom one small batch takes, each with a connection of their own."""

    planner: Client
    supervisor: Client
    operator: Client
    verifier: Client

    @classmethod
    def sign_in(cls, port: int) -> "Crew":
        """Sign everybody in."""
        names = (_PLANNER, _SUPERVISOR, OPERATOR, VERIFIER)
        return cls(*(Client(port, name) for name in names))

    @property
    def requests(self) -> int:
        """How many requests they sent so far."""
        return sum(one.requests for one in (self.planner, self.supervisor, self.operator, self.verifier))


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure one client, four clients, and the reading of a history."""
    with new_store(plan.folder) as store:
        site = small_site(store)
        before = _balances(store, site)
        with serving(store.settings, WORKERS) as port:
            alone, requests = _one_client(port, site, plan.size(12, 4))
            together, seconds = _four_clients(port, site, plan.size(6, 2))
        made, wrong = _checked(store, site, before)
    peers = {"peers_elsewhere_s": {"odoo_19": 4.5, "inventree": 6.6, "tryton": 6.6}}
    common = {"workers": WORKERS, "requests_a_batch": requests, **peers}
    detail = milliseconds(alone) | common
    yield Figure(id="small_batch.one_client", value=median(alone), unit="s", target=0.6, detail=detail)
    detail = {"of": "wall time by batches made", "each": milliseconds(together)} | common
    per_batch = seconds / len(together)
    yield Figure(id="small_batch.four_clients", value=per_batch, unit="s", target=0.6, detail=detail)
    detail = {"batches": made, "lots": len(before)}
    yield Figure(id="small_batch.lot_balances_wrong", value=wrong, unit="lots", target=0, detail=detail)
    yield from _history_read(plan)


def small_batch(crew: Crew, site: Site) -> None:
    """Make one batch, from its order to the reading of its history."""
    order = {"master": site.master, "quantity": "100", "unit": "kg"}
    address = _location(crew.planner.post("/production-orders", order))
    crew.planner.post(f"{address}/release", {})
    batch = _location(crew.planner.post(f"{address}/batch", {}))
    crew.supervisor.sign(f"{batch}/issue", crew.supervisor.get(batch))
    for step in steps(site.procedure):
        for field in step.fields:
            source = {"value_source": "scan"} if field.name.startswith("lot_") else {}
            given = {"name": field.name, "value": _value(field.name, site), "complete": "1"}
            crew.operator.post(f"{batch}/steps/{step.number}/1/values", given | source)
    last = f"{batch}/steps/3.1/1"
    crew.operator.sign(f"{last}/perform", crew.operator.get(last))
    crew.verifier.sign(f"{last}/verify", crew.verifier.get(last))
    crew.supervisor.sign(f"{batch}/complete", crew.supervisor.get(batch))
    crew.supervisor.get(f"{batch}/trail")


def _value(name: str, site: Site) -> str:
    """Return what the operator gives: a scan of the component's lot, a quantity, a reading."""
    kind, _, component = name.partition("_")
    if kind == "lot":
        return f"LOT:{site.lots[component]}"
    if kind == "quantity":
        return str(_QUANTITY)
    return {**_NUMBERS, "colour": "white", "remarks": "none"}.get(name, "yes")


def _location(answer: str) -> str:
    return str(json.loads(answer)["location"])


def _timed_batches(crew: Crew, site: Site, times: int) -> list[float]:
    seconds = []
    for _ in range(times):
        started = perf_counter()
        small_batch(crew, site)
        seconds.append(perf_counter() - started)
    return seconds


def _one_client(port: int, site: Site, times: int) -> tuple[list[float], int]:
    crew = Crew.sign_in(port)
    small_batch(crew, site)
    before = crew.requests
    seconds = _timed_batches(crew, site, times)
    return seconds, (crew.requests - before) // times


def _four_clients(port: int, site: Site, times: int) -> tuple[list[float], float]:
    crews = [Crew.sign_in(port) for _ in range(CLIENTS)]
    started = perf_counter()
    with ThreadPoolExecutor(CLIENTS) as threads:
        found = list(threads.map(lambda crew: _timed_batches(crew, site, times), crews))
    return [seconds for one in found for seconds in one], perf_counter() - started


def _balances(store: Store, site: Site) -> dict[str, Decimal]:
    with store.session() as session:
        wanted = MaterialLot.number.in_(set(site.lots.values()))
        rows = session.execute(select(MaterialLot.number, MaterialLot.balance).where(wanted))
        return {row.number: row.balance for row in rows}


def _checked(store: Store, site: Site, before: dict[str, Decimal]) -> tuple[int, int]:
    """Return how many batches were completed, and how many lots do not hold exactly what is left."""
    with store.session() as session:
        wanted = select(func.count()).where(Batch.state == BatchState.PRODUCTION_COMPLETE)
        made = int(session.scalar(wanted) or 0)
    left = {number: balance - made * _QUANTITY for number, balance in before.items()}
    return made, sum(left[number] != balance for number, balance in _balances(store, site).items())


def _history_read(plan: Plan) -> Iterator[Figure]:
    """Read the trail of a record of 500 entries: as a file of all its events, and as a page of them."""
    with new_store(plan.folder) as store:
        values, site = plan.size(_HISTORY, 100), wide_site(store, 50, samples=[10])
        batch = batch_with(Operator(store), site, values, 10)
        with serving(store.settings, 1) as port:
            reader = Client(port, REVIEWER)
            pages = (f"/trail.csv?record=batch/{batch}", f"/batches/{batch}/trail")
            found = interleaved(
                {page: lambda times, page=page: [reader.get(page) for _ in range(times)] for page in pages},
                rounds=plan.size(15, 5),
                times=1,
            )
            events = reader.get(pages[0]).count(f"batch/{batch}")
    whole, page = (found[one] for one in pages)
    detail = milliseconds(whole) | {"entries": values, "events": events, "page_of_50": milliseconds(page)}
    yield Figure(
        id="small_batch.history_read", value=1000 * median(whole), unit="ms", target=30, detail=detail
    )
