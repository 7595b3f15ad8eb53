"""What a standard reaches: calibrations it was taken for, and what their instruments measured (CAL-21).

How large the error of an instrument calibrated by it is, nobody knows before it is calibrated again: its
records are listed and decided on, and a case of the instrument's own corrects their values.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from records.calibration.models import CalibrationRun, StandardUse
from records.out_of_tolerance.queries import runs_by_standard, uses_between
from records.times import to_text
from workflows.out_of_tolerance.facts import NewCase, use_told

Told = Mapping[str, Any]


def through_standards(session: Session, case: NewCase) -> Mapping[str, Sequence[Told]]:
    """Return by record what a standard was taken for, and what used the instruments it calibrated."""
    found: dict[str, list[Told]] = defaultdict(list)
    left, seen = [(case.asset, case.last_good_at)], {case.asset}
    while left:
        standard, since = left.pop(0)
        for use, run in runs_by_standard(session, standard, since, case.found_at):
            found[run.stream].append(_calibration(use, run))
            begins = run.completed_at or run.started_at
            if run.asset not in seen:
                seen.add(run.asset)
                left.append((run.asset, begins))
                _add_uses(session, found, run.asset, (begins, case.found_at))
    return found


def _calibration(use: StandardUse, run: CalibrationRun) -> Told:
    return {
        "part": run.part,
        "tag": use.standard_class,
        "asset": run.asset,
        "used_at": to_text(use.used_at),
        "verdict": run.verdict.value if run.verdict else run.state.value,
        "snapshot_digest": "",
    }


def _add_uses(
    session: Session, found: dict[str, list[Told]], asset: str, window: tuple[datetime, datetime]
) -> None:
    for use in uses_between(session, asset, *window):
        found[use.stream].append(use_told(use))
