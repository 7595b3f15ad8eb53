"""What the pages of calibration show: a run point by point, the list of instruments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.listing import Asked, Column
from records.arithmetic import exact_arithmetic
from records.calibration.function import Function, function_of
from records.calibration.limits import LimitsAtPoint, limits_at, tier_of
from records.calibration.models import CalibrationReading, CalibrationResult, CalibrationRun
from records.calibration.queries import all_functions, completed_runs, results_of
from records.calibration.states import Phase, Tier
from records.numbers import Rounding, as_text, round_to
from workflows.calibration.run_facts import RunFacts

COLUMNS = (
    Column(label="Instrument", key="asset", narrow=True),
    Column(label="Function", key="function"),
    Column(label="Range"),
    Column(label="Reject limit", narrow=True),
    Column(label="Last verdict", key="verdict"),
    Column(label="Due", key="due_on", narrow=True),
    Column(label="Run", narrow=True),
)
SORTS = ("asset", "function", "verdict", "due_on")
FILE_HEAD = (
    "asset",
    "function",
    "version",
    "input",
    "output",
    "limit_basis",
    "reject",
    "adjust",
    "alert",
    "verdict",
    "due_on",
    "run",
)
BASES = {"absolute": "", "percent_span": "% of span", "percent_reading": "% of reading"}
_PLACES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One function of an instrument, and its last completed calibration."""

    function: Function
    run: CalibrationRun | None

    @property
    def asset(self) -> str:
        """Return the instrument's number."""
        return self.function.asset

    @property
    def verdict(self) -> str:
        """Return what the last calibration came to."""
        return self.run.verdict.value if self.run and self.run.verdict else "not calibrated"

    @property
    def due_on(self) -> date | None:
        """Return the last day it is valid."""
        return self.run.due_on if self.run else None

    def cells(self) -> tuple[object, ...]:
        """Return the line as a file has it."""
        one, limits = self.function, self.function.limits
        return (
            one.asset,
            one.name,
            one.version,
            range_text(one.measuring.lower, one.measuring.upper, one.input_unit),
            range_text(one.output.lower, one.output.upper, one.output_unit),
            limits.basis.value,
            as_text(limits.reject),
            as_text(limits.adjust),
            as_text(limits.alert),
            self.verdict,
            self.due_on,
            self.run.number if self.run else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PointView:
    """One reading of one point, as the tablet shows it."""

    seq: int
    repeat: int
    name: str
    nominal: str
    limits: LimitsAtPoint
    reading: CalibrationReading | None
    earlier: Sequence[tuple[CalibrationReading, CalibrationReading]]
    """What corrections replaced, each with its correction, the first first."""
    error: str
    percent: str
    tier: Tier | None
    result: CalibrationResult | None


def instruments(session: Session, what: Asked) -> list[Instrument]:
    """Return the functions asked for, in the order asked for."""
    runs, words = completed_runs(session), what.search.casefold()
    found = [
        Instrument(function=function_of(row.content), run=runs.get((row.asset, row.name)))
        for row in all_functions(session)
    ]
    wanted = what.chosen.get("verdict")
    kept = [
        one
        for one in found
        if wanted in {None, one.verdict}
        and (not words or words in f"{one.asset} {one.function.name} {one.verdict}".casefold())
    ]
    keys = {"function": lambda one: one.function.name, "due_on": lambda one: one.due_on or date.max}
    key = keys.get(what.sort, lambda one: getattr(one, what.sort))
    return sorted(kept, key=key, reverse=what.descending)


def range_text(lower: Decimal, upper: Decimal, unit: str) -> str:
    """Return an interval as pages write it."""
    return f"{as_text(lower)} to {as_text(upper)} {unit}"


def points_of(session: Session, facts: RunFacts, phase: Phase) -> list[PointView]:
    """Return every reading that a phase asks for, taken or not."""
    taken = {(one.seq, one.repeat): one for one in facts.standing(phase)}
    results = {one.seq: one for one in results_of(session, facts.record.number, phase)}
    return [
        _point(facts, phase, (seq, repeat), taken.get((seq, repeat)), results.get(seq))
        for seq in range(1, len(facts.procedure.points) + 1)
        for repeat in range(1, facts.procedure.repeats + 1)
    ]


def _point(
    facts: RunFacts,
    phase: Phase,
    place: tuple[int, int],
    reading: CalibrationReading | None,
    result: CalibrationResult | None,
) -> PointView:
    seq, repeat = place
    function = facts.function
    nominal = function.nominal(facts.procedure.points[seq - 1].applied)
    limits = limits_at(function.limits, nominal=nominal, span=function.output.span)
    error = percent = ""
    tier = None
    if reading is not None:
        with exact_arithmetic():
            off = reading.value - nominal
            percent = short(100 * off / function.output.span)
        error, tier = short(off), result.tier if result else tier_of(off, limits, is_failed=False)
    return PointView(
        seq=seq,
        repeat=repeat,
        name=facts.name_of(seq, repeat),
        nominal=format(round_to(nominal, _PLACES, Rounding.HALF_UP).normalize(), "f"),
        limits=limits,
        reading=reading,
        earlier=_replaced(facts, phase, place),
        error=error,
        percent=percent,
        tier=tier,
        result=result,
    )


def _replaced(
    facts: RunFacts, phase: Phase, place: tuple[int, int]
) -> list[tuple[CalibrationReading, CalibrationReading]]:
    of_point = {one.id: one for one in facts.readings if (one.phase, (one.seq, one.repeat)) == (phase, place)}
    return [(of_point[one.corrects], one) for one in of_point.values() if one.corrects is not None]


def figures(found: Mapping[str, Any], line: str) -> list[tuple[str, str]]:
    """Return the figures of a run as pages show them, with their names."""
    return [
        ("Zero error, % of span", _one(found["zero"])),
        ("Span error, % of span", _one(found["span"])),
        ("Hysteresis, % of span", _several(found["hysteresis"])),
        (f"Linearity ({line.replace('_', ' ')}), % of span", _several(found["linearity"][line])),
        ("What the process needs", "met" if found["process_met"] else "not met"),
    ]


def _one(text: str | None) -> str:
    return "" if text is None else short(Decimal(text))


def _several(found: Sequence[Mapping[str, str]] | None) -> str:
    return "; ".join(f"{one['applied']}: {_one(one['percent'])}" for one in found or ())


def short(value: Decimal) -> str:
    """Return a figure as pages show it: four decimals, a tie away from zero; the record keeps them all."""
    return as_text(round_to(value, _PLACES, Rounding.HALF_UP))
