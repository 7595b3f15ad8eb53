"""What a calibration does to its instrument's axes: in calibration until when, or out of tolerance.

Nothing here is moved by hand: a due date follows from the run and the interval of its procedure (CAL-22).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from records.calibration.judging import is_good
from records.calibration.queries import functions_of, last_completed
from records.calibration.states import RunVerdict
from records.equipment.models import PhysicalAsset
from records.equipment.queries import open_interval
from records.equipment.states import Axis
from records.numbers import as_text
from workflows.calibration.outcome import Outcome
from workflows.calibration.run_facts import RunFacts
from workflows.equipment.commands import change_state_within
from workflows.equipment.facts import NewState
from workflows.perform import Changes, UnitOfWork

_OUT = "oot_open"


@dataclass(frozen=True, slots=True)
class OnInstrument:
    """What an act on a run does to its instrument: the changes it owes, and the instrument, locked."""

    changes: Changes
    work: UnitOfWork
    facts: RunFacts
    asset: PhysicalAsset


def found_out_of_tolerance(act: OnInstrument) -> None:
    """Begin the out-of-tolerance state as soon as a failed as-found is locked."""
    _become(act, Axis.CALIBRATION, _OUT, {})


def completed(act: OnInstrument, found: Outcome) -> None:
    """Bring the instrument's axes to what the completed run says of it."""
    told: dict[str, Any] = {"verdict": found.verdict.value}
    if found.due_on is not None:
        told["due_on"] = found.due_on.isoformat()
    if found.verdict in {RunVerdict.FAIL_ASLEFT, RunVerdict.FAIL_ASFOUND_PASS_ASLEFT}:
        _become(act, Axis.CALIBRATION, _OUT, told)
        if found.verdict is RunVerdict.FAIL_ASLEFT:
            _become(act, Axis.SERVICE, "out_of_service", {})
    elif found.due_on is not None and not _is_out_by_another(act):
        _calibrated(act, found, found.due_on, told)


def _calibrated(act: OnInstrument, found: Outcome, due_on: date, told: dict[str, Any]) -> None:
    due = _due_of_all(act, due_on)
    if due is None:
        return
    told = {**told, "due_on": due.isoformat()}
    use = act.facts.use
    if found.verdict is RunVerdict.LIMITED_USE and use is not None:
        limits = {"lower": as_text(use.lower), "upper": as_text(use.upper)}
        _become(
            act, Axis.CALIBRATION, "limited", {**told, "use": limits, "unit": act.facts.function.input_unit}
        )
    else:
        _become(act, Axis.CALIBRATION, "in_cal", told)


def _due_of_all(act: OnInstrument, due_on: date) -> date | None:
    """Return the earliest due day of all functions; None while another one is not in calibration."""
    dues = [due_on]
    for one in functions_of(act.work.session, act.asset.number):
        if one.name == act.facts.record.function:
            continue
        last = last_completed(act.work.session, act.asset.number, one.name)
        if last is None or last.due_on is None or last.verdict is None or not is_good(last.verdict):
            return None
        dues.append(last.due_on)
    return min(dues)


def _is_out_by_another(act: OnInstrument) -> bool:
    """Tell whether an earlier failure still waits for its case: a pass does not make up for it (CAL-21)."""
    standing = open_interval(act.work.session, act.asset.number, Axis.CALIBRATION)
    if standing is None or standing.value != _OUT:
        return False
    return bool((standing.detail or {}).get("run") != act.facts.record.number)


def _become(act: OnInstrument, axis: Axis, word: str, told: dict[str, Any]) -> None:
    facts = act.facts
    detail = {"run": facts.record.number, "work_order": facts.order.number, **told}
    cause = f"{facts.stream} {facts.record.number}"
    new = NewState(axis=axis, value=word, cause=cause, detail=detail)
    change_state_within(act.changes, act.work, act.asset, new)
