"""The PDF of a whole batch record (350 steps, 1 225 values, 350 signatures), cold and after a small change.

`countersign export` in a process of its own on `bench.tablet`'s record: verified, read, laid out by two
rendering processes, assembled with its data inside, put on record. Cold: no section was rendered before.
After a small change: one exception more, with the sections that did not change kept. Memory is the most that
any one process of the export held (resident), as the system counts it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from app.config import Settings
from bench.figures import Figure, significant
from bench.operator import Operator
from bench.plan import Plan
from bench.server import ROOT, variables_of
from bench.site import REVIEWER
from bench.store import open_store
from bench.tablet import tablet_record
from records.procedure.vocabulary import Severity
from workflows.review.commands import raise_exception


@dataclass(frozen=True, slots=True)
class _Made:
    seconds: float
    peak_mb: float
    pages: int
    size: int


def measure(plan: Plan) -> Iterator[Figure]:
    """Make the PDF twice."""
    settings, batch = tablet_record(plan.folder, plan.size(350, 70))
    cold = _export(settings, batch)
    with open_store(settings) as store:
        found = ("Seen again while reading.", Severity.LOW, "1.7/1")
        Operator(store, REVIEWER).act(lambda work: raise_exception(work, batch, *found))
    again = _export(settings, batch)
    for name, made, target in (("cold", cold, 45), ("small_change", again, 6)):
        detail = {
            "pages": made.pages,
            "bytes": made.size,
            "ms_a_page": significant(1000 * made.seconds / made.pages),
        }
        yield Figure(id=f"batch_pdf.{name}", value=made.seconds, unit="s", target=target, detail=detail)
    peak = max(cold.peak_mb, again.peak_mb)
    yield Figure(id="batch_pdf.largest_process", value=peak, unit="MB", target=600)


def _export(settings: Settings, batch: str) -> _Made:
    out, log = settings.home / "record.pdf", settings.home / "export.log"
    command = [Path(sys.executable).with_name("countersign"), "export", f"batch/{batch}", "-o", out]
    started = perf_counter()
    with log.open("w") as told:
        process = subprocess.Popen(  # noqa: S603 -- our own program
            command, env=os.environ | variables_of(settings), cwd=ROOT, stdout=told, stderr=told
        )
        _, status, used = os.wait4(process.pid, 0)  # of it and its own processes: the most that any one held
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - started
    pages = re.search(r"(\d+) pages", log.read_text())
    if process.returncode or not pages:
        raise RuntimeError(log.read_text())
    return _Made(seconds, used.ru_maxrss / 1024, int(pages[1]), out.stat().st_size)
