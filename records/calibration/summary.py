"""What a run of readings tells: zero, span, hysteresis, linearity, repeatability, what looks wrong. Pure.

Figures in per cent are of the output span. Flags never change anything: they ask a person to look.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

from records.arithmetic import CalculationError, exact_arithmetic
from records.calibration.function import Function
from records.calibration.indication import PointError, hysteresis, span_error
from records.calibration.judging import LEAST_RATIO, PointResult
from records.calibration.limits import in_output_unit
from records.calibration.linearity import Line, linearity
from records.calibration.procedure import Procedure
from records.calibration.states import Direction
from records.numbers import as_text

_ENOUGH = 4
"""Readings from which on a pattern among them is worth a look."""


def summary(function: Function, procedure: Procedure, points: Sequence[PointResult]) -> dict[str, Any]:
    """Return the figures of a run as JSON, numbers as their text; what can't be had is None."""
    rising = _of_direction(points, Direction.UP)
    falling = _of_direction(points, Direction.DOWN)
    worst = max(points, key=lambda point: abs(point.error))
    ordered = sorted(rising, key=lambda point: point.applied)
    return {
        "zero": as_text(ordered[0].percent_of_span) if ordered else None,
        "span": _or_none(lambda: as_text(span_error(_errors(rising)))),
        "hysteresis": _or_none(lambda: _hysteresis(rising, falling)),
        "linearity": {line.value: _or_none(partial(_linearity, function, ordered, line)) for line in Line},
        "declared_line": procedure.line.value,
        "repeatability": [
            {"seq": point.seq, "s": as_text(point.repeatability)}
            for point in points
            if point.repeatability is not None
        ],
        "worst": {"seq": worst.seq, "percent_of_span": as_text(worst.percent_of_span)},
        "least_ratio": as_text(min(point.decision.ratio for point in points)),
        "process_met": all(_meets_process(function, point) for point in points),
        "findings": findings(procedure, points),
    }


def findings(procedure: Procedure, points: Sequence[PointResult]) -> list[str]:
    """Return what the figures say of the method itself."""
    least = min(point.decision.ratio for point in points)
    if least >= max(procedure.minimum_ratio, LEAST_RATIO):
        return []
    return [
        (
            f"The test uncertainty ratio is {round(least, 2)}: the limit is too tight for this method. "
            f"Decided by {procedure.rule_text}."
        )
    ]


def implausible(
    function: Function,
    procedure: Procedure,
    points: Sequence[PointResult],
    indications: Sequence[str],
    read_at: Sequence[tuple[int, datetime]],
) -> list[str]:
    """Return what looks wrong about readings: too good, too alike, too fast.

    `indications` are the texts as typed; `read_at` goes with them, by point.
    """
    found = []
    if len(points) >= _ENOUGH and all(point.indication == point.nominal for point in points):
        found.append("Every reading equals its nominal value.")
    digits = {text.strip()[-1:] for text in indications}
    if len(indications) > _ENOUGH and len(digits) == 1 and function.resolution and "." in indications[0]:
        found.append(f"Every reading ends in the digit {digits.pop()}.")
    fast = _too_fast(procedure, read_at)
    if fast:
        listed = ", ".join(str(seq) for seq in fast)
        found.append(
            f"Point {listed}: read sooner after the point before than {procedure.soak_seconds} s to settle."
        )
    return found


def _too_fast(procedure: Procedure, read_at: Sequence[tuple[int, datetime]]) -> list[int]:
    first: dict[int, datetime] = {}
    last: dict[int, datetime] = {}
    for seq, at in read_at:
        first[seq] = min(first.get(seq, at), at)
        last[seq] = max(last.get(seq, at), at)
    soak = timedelta(seconds=procedure.soak_seconds)
    order = sorted(first)
    return [seq for before, seq in pairwise(order) if abs(first[seq] - last[before]) < soak]


def _of_direction(points: Sequence[PointResult], way: Direction) -> list[PointResult]:
    return [point for point in points if point.direction is way]


def _errors(points: Sequence[PointResult]) -> list[PointError]:
    return [PointError(applied=point.applied, error=point.percent_of_span) for point in points]


def _hysteresis(rising: Sequence[PointResult], falling: Sequence[PointResult]) -> list[dict[str, str]]:
    found = hysteresis(rising=_errors(rising), falling=_errors(falling))
    return [{"applied": as_text(one.applied), "percent": as_text(one.error)} for one in found]


def _linearity(function: Function, ordered: Sequence[PointResult], line: Line) -> list[dict[str, str]]:
    found = linearity([(point.nominal, point.indication) for point in ordered], line)
    with exact_arithmetic():
        return [
            {"applied": as_text(point.applied), "percent": as_text(100 * deviation / function.output.span)}
            for point, deviation in zip(ordered, found.deviations, strict=True)
        ]


def _meets_process(function: Function, point: PointResult) -> bool:
    """Tell whether error and uncertainty together stay inside what the process needs (CAL-17)."""
    allowed = in_output_unit(
        function.process_tolerance,
        function.limits.basis,
        nominal=point.nominal,
        span=function.output.span,
    )
    with exact_arithmetic():
        return abs(point.error) + point.budget.expanded <= allowed


def _or_none(figure: Callable[[], Any]) -> Any:  # noqa: ANN401 -- any figure
    try:
        return figure()
    except CalculationError:
        return None
