"""Write what was found at each point, unrounded, where every later question finds it (CAL-16, CAL-21)."""

from collections.abc import Sequence
from decimal import Decimal

from audit.events import Action
from records.calibration.contributions import Contribution
from records.calibration.judging import PointResult
from records.calibration.models import CalibrationResult
from records.calibration.states import Phase
from records.calibration.uncertainty import BudgetLine
from records.numbers import as_text
from workflows.calibration.run_facts import RunFacts
from workflows.perform import Changes


def write_results(changes: Changes, facts: RunFacts, phase: Phase, points: Sequence[PointResult]) -> None:
    """Write a row for each point."""
    for point in points:
        changes.insert(
            CalibrationResult,
            Action.CALIBRATION_RESULT,
            part=facts.record.number,
            asset=facts.record.asset,
            function=facts.record.function,
            phase=phase,
            seq=point.seq,
            applied=point.applied,
            direction=point.direction,
            nominal=point.nominal,
            indication=point.indication,
            error=point.error,
            percent_of_span=point.percent_of_span,
            tier=point.tier,
            word=point.decision.verdict.value,
            reject=point.limits.reject,
            acceptance=point.decision.acceptance_upper,
            expanded=point.budget.expanded,
            coverage=point.budget.coverage,
            ratio=point.decision.ratio,
            risk=point.decision.specific_risk,
            false_acceptance=point.false_acceptance,
            budget=[_line(*one) for one in zip(point.rows, point.budget.lines, strict=True)],
        )


def _line(row: Contribution, line: BudgetLine) -> dict[str, str | None]:
    return {
        "name": row.name,
        "basis": row.basis.value,
        "figure": as_text(row.figure),
        "sensitivity": as_text(row.sensitivity),
        "coverage": _text(row.coverage),
        "degrees_of_freedom": _text(row.degrees_of_freedom),
        "standard": as_text(line.standard),
        "contribution": as_text(line.contribution),
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else as_text(value)
