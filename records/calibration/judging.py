"""From readings to a verdict: error, uncertainty, tier and decision at each point, and the whole run. Pure.

Nothing is rounded here. Errors are in the unit of the output; `percent_of_span` goes with each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.arithmetic import CalculationError, exact_arithmetic, mean, sample_sd
from records.calibration.contributions import Basis, Contribution
from records.calibration.decision import Decision, Rule, Verdict, decide
from records.calibration.function import Function
from records.calibration.indication import error_of_indication
from records.calibration.limits import LimitsAtPoint, limits_at, tier_of
from records.calibration.procedure import BudgetRow, Procedure
from records.calibration.risk import global_risk
from records.calibration.states import GOOD_VERDICTS, Direction, RunVerdict, Tier
from records.calibration.transfer import Interval
from records.calibration.uncertainty import Budget, budget

FALSE_ACCEPTANCE = Decimal("0.02")
"""The probability of false acceptance that Z540.3, 5.3(b), allows at the most."""
LEAST_RATIO = Decimal(4)
_FAILED = frozenset({Verdict.FAIL, Verdict.CONDITIONAL_FAIL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a standard's certificate says in one range: the expanded uncertainty and its factor."""

    expanded: Decimal
    coverage: Decimal
    unit: str
    within: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """The readings at one point of the procedure."""

    seq: int
    applied: Decimal
    indications: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointResult:
    """What was found at one point."""

    seq: int
    applied: Decimal
    direction: Direction
    nominal: Decimal
    indication: Decimal
    error: Decimal
    percent_of_span: Decimal
    limits: LimitsAtPoint
    tier: Tier
    decision: Decision
    budget: Budget
    rows: tuple[Contribution, ...]
    repeatability: Decimal | None
    """The standard deviation of repeated readings; None for one reading."""
    false_acceptance: Decimal | None

    @property
    def is_failed(self) -> bool:
        """Tell whether the point does not conform."""
        return self.tier is Tier.FAIL


def judge(
    function: Function,
    procedure: Procedure,
    standards: Mapping[str, Sequence[Certified]],
    taken: Sequence[Taken],
) -> list[PointResult]:
    """Return what was found at each point, in the procedure's order; raises CalculationError."""
    return [_judge_point(function, procedure, standards, one) for one in taken]


def expected_complaint(
    function: Function, procedure: Procedure, standards: Mapping[str, Sequence[Certified]]
) -> str | None:
    """Return why the standards at hand can't support a plain pass, before anything is read (Z540.3, 5.3(b)).

    A guard band answers a small ratio by itself; simple acceptance needs the ratio, or a known risk.
    """
    for seq, point in enumerate(procedure.points, 1):
        nominal = function.nominal(point.applied)
        one = Taken(seq=seq, applied=point.applied, indications=(nominal,) * max(procedure.repeats, 1))
        try:
            found = _judge_point(function, procedure, standards, one)
        except CalculationError as error:
            return error.message
        if procedure.rule.rule is not Rule.SIMPLE or found.decision.ratio >= procedure.minimum_ratio:
            continue
        if found.false_acceptance is None or found.false_acceptance > FALSE_ACCEPTANCE:
            risk = "not known" if found.false_acceptance is None else "above 2 %"
            return (
                f"The test uncertainty ratio is {round(found.decision.ratio, 2)}, below "
                f"{procedure.minimum_ratio}, and the probability of false acceptance is {risk}: simple "
                f"acceptance can't say pass (ANSI/NCSL Z540.3 5.3(b)). Use better standards or a procedure "
                f"with a guard band."
            )
    return None


def overall(
    as_found: Sequence[PointResult] | None,
    as_left: Sequence[PointResult],
    *,
    is_adjusted: bool,
    use: Interval | None = None,
) -> RunVerdict:
    """Return the verdict of a whole run.

    `as_found` is None where it could not be had; `use` is the range that use is restricted to.
    """
    failed = [point for point in as_left if point.is_failed]
    if failed:
        restricted = use is not None and not any(use.holds(point.applied) for point in failed)
        return RunVerdict.LIMITED_USE if restricted else RunVerdict.FAIL_ASLEFT
    if as_found is not None and any(point.is_failed for point in as_found):
        return RunVerdict.FAIL_ASFOUND_PASS_ASLEFT
    if use is not None:
        return RunVerdict.LIMITED_USE
    if is_adjusted:
        return RunVerdict.PASS_ADJUSTED
    return RunVerdict.ALERT if any(point.tier is not Tier.WITHIN for point in as_left) else RunVerdict.PASS


def is_good(verdict: RunVerdict) -> bool:
    """Tell whether an instrument is in calibration after a verdict."""
    return verdict in GOOD_VERDICTS


def _judge_point(
    function: Function, procedure: Procedure, standards: Mapping[str, Sequence[Certified]], one: Taken
) -> PointResult:
    nominal = function.nominal(one.applied)
    indication = mean(one.indications)
    limits = limits_at(function.limits, nominal=nominal, span=function.output.span)
    repeatability = sample_sd(one.indications) if len(one.indications) > 1 else None
    rows = tuple(
        _contribution(row, function, standards, one, repeatability, nominal) for row in procedure.budget
    )
    worked = budget(rows, coverage=procedure.coverage)
    found = error_of_indication(indication=indication, reference=nominal, span=function.output.span)
    tolerance = Interval(lower=-limits.reject, upper=limits.reject)
    decision = decide(
        found.absolute,
        tolerance=tolerance,
        expanded=worked.expanded,
        coverage=worked.coverage,
        by=procedure.rule,
    )
    return PointResult(
        seq=one.seq,
        applied=one.applied,
        direction=procedure.points[one.seq - 1].direction,
        nominal=nominal,
        indication=indication,
        error=found.absolute,
        percent_of_span=found.percent_of_span,
        limits=limits,
        tier=tier_of(found.absolute, limits, is_failed=decision.verdict in _FAILED),
        decision=decision,
        budget=worked,
        rows=rows,
        repeatability=repeatability,
        false_acceptance=_false_acceptance(procedure, limits, decision, worked),
    )


def _false_acceptance(
    procedure: Procedure, limits: LimitsAtPoint, decision: Decision, worked: Budget
) -> Decimal | None:
    if procedure.reliability is None:
        return None
    return global_risk(
        limit=limits.reject,
        acceptance=max(decision.acceptance_upper, Decimal(0)),
        standard=worked.combined,
        reliability=procedure.reliability,
    ).false_accept


def _contribution(
    row: BudgetRow,
    function: Function,
    standards: Mapping[str, Sequence[Certified]],
    one: Taken,
    repeatability: Decimal | None,
    nominal: Decimal,
) -> Contribution:
    sensitivity = function.slope if row.sensitivity is None else row.sensitivity
    if row.source == "repeats":
        return Contribution(
            name=row.name,
            basis=Basis.READINGS,
            figure=repeatability or Decimal(0),
            sensitivity=sensitivity,
            readings=len(one.indications),
        )
    figure, coverage = _figure(row, function, standards, one.applied, nominal)
    with exact_arithmetic():
        return Contribution(
            name=row.name,
            basis=row.basis,
            figure=figure,
            sensitivity=sensitivity,
            coverage=coverage,
            degrees_of_freedom=row.degrees_of_freedom,
        )


def _figure(
    row: BudgetRow,
    function: Function,
    standards: Mapping[str, Sequence[Certified]],
    applied: Decimal,
    nominal: Decimal,
) -> tuple[Decimal, Decimal | None]:
    if row.source == "resolution":
        return function.resolution, None
    if not row.source:
        return row.figure or Decimal(0), row.coverage
    wanted = row.source.removeprefix("standard:")
    places = {function.input_unit: applied, function.output_unit: nominal}
    for certified in standards.get(wanted, ()):
        if certified.unit in places and certified.within.holds(places[certified.unit]):
            return certified.expanded, certified.coverage
    msg = (
        f"No standard of class {wanted} at hand is certified at {applied} {function.input_unit} "
        f"({nominal} {function.output_unit}). Scan one that is."
    )
    raise CalculationError(msg)
