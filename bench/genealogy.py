"""Genealogy of 100 000 lots in ten levels, a million edges: what a lot was made of, and what it became.

Each lot is produced by a batch that consumes nine lots of the level below, chosen at random near its own
place, so that what one lot of the top was made of is about 10 000 records. The edges are inserted as rows,
not by commands: a million audited ones would only measure the write path. Both ways are read in turns with
the question which records used an asset in an interval, over 200 000 uses. The product's own queries run,
as pages call them; peers keep no such graph.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert

from bench.figures import Figure, interleaved, milliseconds
from bench.plan import Plan
from bench.store import Store, new_store
from records.execution.models import EquipmentUse
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.genealogy.queries import Direction, records_using, trace

LEVELS = 10
USED = 9
"""Lots that a batch consumes."""
NEAR = 60
"""How far from its own place a batch takes its lots."""
ASSETS = 200
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure on each database."""
    for server in plan.servers:
        with new_store(plan.folder, server) as store:
            yield from _on(store, plan)


def _on(store: Store, plan: Plan) -> Iterator[Figure]:
    wide = plan.size(10_000, 1_000)
    with store.engine.begin() as connection:
        edges = _fill(connection, wide)
        uses = _use(connection, plan.size(200_000, 20_000))
    top, bottom = f"lot/{LEVELS - 1}-{wide // 2}", f"lot/0-{wide // 2}"
    with store.session() as session:
        back = trace(session, top, Direction.BACKWARD)
        forth = trace(session, bottom, Direction.FORWARD)
        fortnight = (BEGINNING + timedelta(days=10), BEGINNING + timedelta(days=25))
        touched = records_using(session, "A-0007", *fortnight)
        found = interleaved(
            {
                "backward": lambda _times: trace(session, top, Direction.BACKWARD),
                "forward": lambda _times: trace(session, bottom, Direction.FORWARD),
                "touched": lambda _times: records_using(session, "A-0007", *fortnight),
            },
            rounds=plan.size(9, 3),
            times=1,
        )
    sizes = {"edges": edges, "uses": uses, "touched": len(touched)}
    sizes |= {"backward_records": len(back.reached), "forward_records": len(forth.reached)}
    for name, target in (("backward", 1.0), ("forward", 1.0), ("touched", 0.5)):
        detail = sizes | {"milliseconds": milliseconds(found[name])}
        yield Figure(
            id=f"genealogy.{store.kind}.{name}",
            value=median(found[name]),
            unit="s",
            target=target,
            detail=detail,
        )


def _fill(connection: Connection, wide: int) -> int:
    """Insert the edges level by level; return how many."""
    chance = random.Random(1)  # noqa: S311 -- the same graph every time, not a secret
    count = 0
    for level in range(LEVELS):
        rows = [edge for place in range(wide) for edge in _edges(chance, level, place, wide)]
        count += len(rows)
        connection.execute(insert(GenealogyEdge), rows)
    return count


def _edges(chance: random.Random, level: int, place: int, wide: int) -> Iterator[dict[str, Any]]:
    batch = f"batch/{level}-{place}"
    yield _edge(batch, EdgeKind.PRODUCES, f"lot/{level}-{place}")
    if level:
        low, high = max(0, place - NEAR), min(wide, place + NEAR)
        for used in chance.sample(range(low, high), USED):
            yield _edge(batch, EdgeKind.CONSUMES, f"lot/{level - 1}-{used}")


def _edge(source: str, kind: EdgeKind, target: str) -> dict[str, Any]:
    return {
        "stream": source,
        "rev": 1,
        "edge": kind,
        "source": source,
        "target": target,
        "quantity": Decimal("12.500"),
        "unit": "kg",
        "step_part": "1.1/1",
        "at": BEGINNING,
    }


def _use(connection: Connection, count: int) -> int:
    """Insert uses of the assets in turn, one every two minutes."""
    rows = [
        {
            "stream": f"batch/U-{number // 50}",
            "rev": 1,
            "part": f"1.{number % 50}/1",
            "tag": f"T-{number % ASSETS}",
            "asset": f"A-{number % ASSETS:04}",
            "rule": "measuring",
            "verdict": "allow",
            "snapshot": "{}",
            "snapshot_digest": "",
            "used_at": BEGINNING + timedelta(minutes=2 * number),
            "used_by": "P-0001",
        }
        for number in range(count)
    ]
    connection.execute(insert(EquipmentUse), rows)
    return count
