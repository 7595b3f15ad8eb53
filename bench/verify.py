"""`countersign verify` of a million events: on one core, on all, and of one record; beside bare hashing.

The history is written in bulk with the product's own trail, in the mix of a tablet record (`make_history`),
on SQLite. Every check of the policy `chain-only` is on: bytes, hashes, MACs, chain, canonical form, columns,
and every live row and signature. The limit in the same run: the same rows streamed and hashed once (SHA-256),
with nothing compared. Seconds are wall time; events a second of one core are by processor time, since another
program on the machine would count otherwise.
"""

import os
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from time import perf_counter, process_time

from sqlalchemy import make_url

from app.trail.verification import Store as Evidence
from app.trail.verification import verify
from audit.findings import Verdict
from bench.figures import Figure, significant
from bench.make_history import write
from bench.plan import Plan
from bench.store import new_store

_ROWS = (
    "SELECT stream, seq, ts, actor_id, action, event_hash, mac, CAST(body AS BLOB)"
    " FROM audit_event ORDER BY stream, seq"
)
_HASHED = 400_000


def measure(plan: Plan) -> Iterator[Figure]:
    """Write the history, then verify it."""
    with new_store(plan.folder) as store:
        ledger = store.service.keys.ledger
        events = write(store.settings.database_url, ledger, plan.size(1_000_000, 60_000))
        evidence = Evidence(store.settings.database_url, ledger, store.settings.files_dir)
        limits = _limits(str(make_url(store.settings.database_url).database))
        one_core = _verified(evidence, processes=1)
        all_cores = _verified(evidence, processes=None)
        record = _verified(evidence, record="batch/TB-000001")
    detail = {"events": events, "per_core_s": significant(one_core[1]), "limits_per_second": limits}
    rate = events / one_core[1]
    yield Figure(
        id="verify.one_core", value=rate, unit="events/s", better="higher", target=150_000, detail=detail
    )
    detail = {"events": events, "seconds": significant(all_cores[0]), "cores": len(os.sched_getaffinity(0))}
    value = events / all_cores[0]
    yield Figure(
        id="verify.all_cores", value=value, unit="events/s", better="higher", target=166_667, detail=detail
    )
    yield Figure(id="verify.one_record", value=record[0], unit="s", detail={"of": "a batch of 350 steps"})


def _verified(
    evidence: Evidence, *, processes: int | None = 1, record: str | None = None
) -> tuple[float, float]:
    """Verify; return seconds of wall time and of this process's processor time."""
    wall, processor = perf_counter(), process_time()
    report = verify(evidence, processes=processes, record=record)
    found = perf_counter() - wall, process_time() - processor
    if report.verdict is not Verdict.PASS:
        raise RuntimeError(report.text())
    return found


def _limits(path: str) -> dict[str, float]:
    """Return how many events a second pass when they are only read, read and hashed, or hashed in memory."""
    connection = sqlite3.connect(path)
    rates = {}
    for name, hashes in (("streamed", False), ("streamed_and_hashed", True)):
        started, events = process_time(), 0
        for row in connection.execute(_ROWS):
            events += 1
            if hashes:
                sha256(row[7]).digest()
        rates[name] = events / (process_time() - started)
    bodies = [row[7] for row in connection.execute(f"{_ROWS} LIMIT {_HASHED}")]
    connection.close()
    started = process_time()
    for body in bodies:
        sha256(body).digest()
    rates["hashed"] = len(bodies) / (process_time() - started)
    return {name: significant(rate) for name, rate in rates.items()}
