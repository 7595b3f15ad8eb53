"""Measure: `make bench`, or `python -m bench [--quick] [--only NAME …]`; writes results.json, prints a table.

Every benchmark is a module of this folder whose docstring says what it measures, under which conditions and
beside which peer or limit. docs/benchmarks.md has the latest table.
"""

import json
import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.machine import conditions
from bench.plan import Plan
from bench.report import document, table
from bench.store import postgresql_server

RESULTS = Path(__file__).with_name("results.json")
DOCUMENT = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BENCHMARKS = (
    "audited_write",
    "small_batch",
    "operators",
    "long_history",
    "verify",
    "review_page",
    "batch_pdf",
    "genealogy",
    "reach_back",
    "maintenance",
)


def main(arguments: Sequence[str]) -> int:
    """Run the benchmarks asked for; figures of those not asked for stay as they were."""
    asked = _asked(arguments)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.folder) as folder:
        plan = Plan(
            folder=Path(folder),
            quick=asked.quick,
            load_seconds=asked.load_seconds or (20 if asked.quick else 75),
            postgresql=None if asked.sqlite_only else postgresql_server(),
        )
        meta = conditions(plan.folder) | {"quick": plan.quick, "postgresql": plan.postgresql is not None}
        found: list[Figure] = []
        for name in asked.only or BENCHMARKS:
            measured = _run(name, plan)
            found += measured
            _write(asked.output, meta | {"load_after": os.getloadavg()}, name, measured)
    sys.stdout.write("\n" + table(found))
    return 0


def _write(path: Path, meta: dict[str, Any], name: str, measured: Sequence[Figure]) -> None:
    """Write one benchmark's figures in the place of its earlier ones, so that a run cut short is not lost."""
    before = json.loads(path.read_text(encoding="utf-8"))["results"] if path.exists() else []
    kept = [Figure(**one) for one in before if not one["id"].startswith(f"{name}.")]
    found = sorted([*kept, *measured], key=lambda one: BENCHMARKS.index(one.id.partition(".")[0]))
    content = {"meta": meta, "results": [figure.content() for figure in found]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if path == RESULTS:
        DOCUMENT.write_text(document(meta, found), encoding="utf-8")


def _run(name: str, plan: Plan) -> list[Figure]:
    print(f"{name} …", flush=True)
    started = time.monotonic()
    when = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "load_before": os.getloadavg()[:2],
        "quick": plan.quick,
    }
    found = [
        replace(figure, detail=figure.detail | when)
        for figure in import_module(f"bench.{name}").measure(plan)
    ]
    print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)
    return found


def _asked(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="about two minutes, smaller sizes")
    parser.add_argument(
        "--only", nargs="+", choices=BENCHMARKS, help="these only; other figures stay as they were"
    )
    parser.add_argument("--load-seconds", type=int, metavar="N", help="how long the load of operators lasts")
    parser.add_argument("--sqlite-only", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--folder", type=Path, help="where stores are made: on the disk that counts")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the results go")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
