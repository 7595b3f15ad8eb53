"""What one instrument out of tolerance reaches: 500 batches, 100 readings each by the instrument.

The master has 100 steps with a reading each, read from one thermometer; every batch used it in every step.
Rows are inserted, not entered: fifty thousand audited entries would only measure the write path. What is
measured is `workflows.out_of_tolerance.reach_back.reach_of` whole: the uses, the frozen recipes, the values,
each reading less its error, its verdict then and now. No peer does this.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from sqlalchemy import Connection, insert

from app.procedure.loader import load_master
from bench.figures import Figure, interleaved, milliseconds
from bench.masters import WIDE, WIDE_FILE, wide_master
from bench.plan import Plan
from bench.store import Store, new_store
from records.batch.models import Batch, ControlRecipe
from records.batch.states import BatchState
from records.calibration.indication import PointError
from records.execution.models import Entry, EquipmentUse
from records.execution.states import Judged, Source
from records.out_of_tolerance.calculations import checked_curve
from records.out_of_tolerance.states import Effect, ErrorBasis
from records.procedure.codec import to_content
from records.procedure.frozen import text_digest
from records.procedure.vocabulary import FieldKind
from workflows.out_of_tolerance.facts import NewCase
from workflows.out_of_tolerance.reach_back import reach_of

READINGS = 100
ASSET, TAG = "A-0777", "THM-01"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_ROLE = "equipment:\n  - {role: THM-01, title: Thermometer, class: thermometer, room: T100}\n"


@dataclass(frozen=True, slots=True)
class _Made:
    """The content of the master, and its digest."""

    content: str
    digest: str


def measure(plan: Plan) -> Iterator[Figure]:
    """Measure on each database."""
    for server in plan.servers:
        with new_store(plan.folder, server) as store:
            yield _on(store, plan)


def _on(store: Store, plan: Plan) -> Figure:
    batches = plan.size(500, 50)
    with store.engine.begin() as connection:
        _fill(connection, batches, _master())
    case = NewCase(
        asset=ASSET,
        evidence="measured",
        curve=checked_curve(
            ErrorBasis.ABSOLUTE,
            "°C",
            [
                PointError(applied=Decimal(at), error=Decimal(error))
                for at, error in ((10, "0.1"), (30, "0.6"))
            ],
        ),
        last_good_at=BEGINNING,
        last_good="measured",
        found_at=BEGINNING + timedelta(days=300),
    )
    with store.session() as session:
        reached = reach_of(session, case)
        found = interleaved(
            {"reach": lambda _times: reach_of(session, case)}, rounds=plan.size(7, 3), times=1
        )
    values = sum(len(one.values) for one in reached)
    flips = sum(value["effect"] == Effect.FLIPS for one in reached for value in one.values)
    detail = {"batches": len(reached), "values": values, "flips": flips}
    return Figure(
        id=f"reach_back.{store.kind}",
        value=median(found["reach"]),
        unit="s",
        target=3.0,
        detail=detail | {"milliseconds": milliseconds(found["reach"])},
    )


def _master() -> _Made:
    _procedure, text = wide_master(READINGS)
    text = text.replace("decimals: 1\n", f"decimals: 1\n                    instrument: {TAG}\n")
    text = text.replace("test_cases:\n", f"{_ROLE}test_cases:\n")
    content = json.dumps(to_content(load_master(text, WIDE_FILE)), ensure_ascii=False)
    return _Made(content, text_digest(content))


def _fill(connection: Connection, batches: int, master: _Made) -> None:
    """Insert batches that each read the thermometer in every step; every 50th reading is near its limit."""
    for number in range(batches):
        stream = f"batch/WB-{number:05}"
        connection.execute(insert(Batch), _batch(stream, number, master))
        connection.execute(insert(ControlRecipe), _recipe(stream, number, master))
        steps = range(1, READINGS + 1)
        at = BEGINNING + timedelta(hours=number)
        connection.execute(insert(EquipmentUse), [_use(stream, f"1.{step}/1", at) for step in steps])
        connection.execute(
            insert(Entry),
            [_entry(stream, f"1.{step}/1", at, "15.1" if step % 50 == 0 else "22.0") for step in steps],
        )


def _batch(stream: str, number: int, master: _Made) -> dict[str, Any]:
    return {
        "stream": stream,
        "rev": 1,
        "number": f"WB-{number:05}",
        "order": "PO-0001",
        "master": f"{WIDE}.1",
        "product": "WIDE-1",
        "recipe_digest": master.digest,
        "quantity": Decimal("10.000"),
        "unit": "kg",
        "state": BatchState.RUNNING,
        "created_at": BEGINNING,
    }


def _recipe(stream: str, number: int, master: _Made) -> dict[str, Any]:
    return {
        "stream": stream,
        "rev": 1,
        "part": "issue",
        "batch": f"WB-{number:05}",
        "content": master.content,
        "digest": master.digest,
        "scale": Decimal(1),
    }


def _use(stream: str, part: str, at: datetime) -> dict[str, Any]:
    return {
        "stream": stream,
        "rev": 1,
        "part": part,
        "tag": TAG,
        "asset": ASSET,
        "rule": "measuring",
        "verdict": "allow",
        "snapshot": "{}",
        "snapshot_digest": "",
        "used_at": at,
        "used_by": "P-0001",
    }


def _entry(stream: str, part: str, at: datetime, value: str) -> dict[str, Any]:
    return {
        "stream": stream,
        "rev": 1,
        "part": part,
        "field": "reading",
        "kind": FieldKind.NUMBER,
        "raw": value,
        "value": value,
        "unit": "°C",
        "source": Source.MANUAL,
        "judged": Judged.IN_LIMITS,
        "entered_at": at,
        "entered_by": "P-0001",
        "printed_name": "A. Reyes",
    }
