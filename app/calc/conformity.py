"""Calculations of conformity: decision rules, test ratios, risk of a wrong decision."""

from decimal import Decimal

from app.calc.calibration import interval_of
from app.calc.contract import (
    Calculation,
    Given,
    Result,
    Schema,
    decimal,
    decimal_text,
    flag,
    one_of,
    record,
)
from records.calibration import decision, risk
from records.numbers import as_text

_TOLERANCE = record(
    {"lower": decimal("lower limit of the error"), "upper": decimal("upper limit of the error")}
)
_UNCERTAINTY: dict[str, Schema] = {
    "expanded": decimal("the expanded uncertainty U95, in the unit of the error"),
    "coverage": decimal("its coverage factor k, about 2"),
}


def _decision(given: Given) -> Result:
    rule = given.record("rule")
    found = decision.decide(
        given.decimal("error"),
        tolerance=interval_of(given.record("tolerance")),
        expanded=given.decimal("expanded"),
        coverage=given.decimal("coverage"),
        by=decision.DecisionRule(
            rule=decision.Rule(rule.text("rule")),
            factor=rule.decimal("factor") if rule.has("factor") else Decimal(1),
            is_binary=rule.flag("is_binary", default=False),
        ),
    )
    return {
        "verdict": found.verdict,
        "guard_band": as_text(found.guard_band),
        "acceptance_lower": as_text(found.acceptance_lower),
        "acceptance_upper": as_text(found.acceptance_upper),
        "ratio": as_text(found.ratio),
        "specific_risk": as_text(found.specific_risk),
    }


def _uncertainty_ratio(given: Given) -> Result:
    ratio = decision.uncertainty_ratio(
        tolerance=interval_of(given.record("tolerance")),
        expanded=given.decimal("expanded"),
        coverage=given.decimal("coverage"),
    )
    return {"value": as_text(ratio)}


def _accuracy_ratio(given: Given) -> Result:
    ratio = decision.accuracy_ratio(
        tolerance=interval_of(given.record("tolerance")), standard=interval_of(given.record("standard"))
    )
    return {"value": as_text(ratio)}


def _global_risk(given: Given) -> Result:
    found = risk.global_risk(
        limit=given.decimal("limit"),
        acceptance=given.decimal("acceptance"),
        standard=given.decimal("standard"),
        reliability=given.decimal("reliability"),
    )
    return {
        "false_accept": as_text(found.false_accept),
        "false_reject": as_text(found.false_reject),
        "prior_deviation": as_text(found.prior_deviation),
    }


CALCULATIONS = (
    Calculation(
        definition=decision.DECISION,
        title="Statement of conformity by a declared decision rule",
        clause="ISO/IEC 17025 7.8.6",
        function=_decision,
        inputs=record(
            {
                "error": decimal("the error found"),
                "tolerance": _TOLERANCE,
                **_UNCERTAINTY,
                "rule": record(
                    {"rule": one_of("how the guard band follows", tuple(decision.Rule))},
                    {
                        "factor": decimal("r of a guard band of r·U; 1 unless given"),
                        "is_binary": flag("whether it knows pass and fail only; no unless given"),
                    },
                ),
            }
        ),
        result=record(
            {
                "verdict": one_of("the verdict", tuple(decision.Verdict)),
                "guard_band": decimal_text("the guard band w"),
                "acceptance_lower": decimal_text("lower acceptance limit, itself inside"),
                "acceptance_upper": decimal_text("upper acceptance limit, itself inside"),
                "ratio": decimal_text("test uncertainty ratio"),
                "specific_risk": decimal_text("probability of lying outside the tolerance"),
            }
        ),
    ),
    Calculation(
        definition=decision.UNCERTAINTY_RATIO,
        title="Test uncertainty ratio, TUR",
        clause="ANSI/NCSL Z540.3 5.3(b)",
        function=_uncertainty_ratio,
        inputs=record({"tolerance": _TOLERANCE, **_UNCERTAINTY}),
        result=record({"value": decimal_text("tolerance over twice U95")}),
    ),
    Calculation(
        definition=decision.ACCURACY_RATIO,
        title="Test accuracy ratio, TAR",
        clause="ANSI/NCSL Z540.3 5.3(b)",
        function=_accuracy_ratio,
        inputs=record({"tolerance": _TOLERANCE, "standard": _TOLERANCE}),
        result=record({"value": decimal_text("tolerance of the instrument over that of the standard")}),
    ),
    Calculation(
        definition=risk.GLOBAL_RISK,
        title="Probability of false acceptance and of false rejection",
        clause="ANSI/NCSL Z540.3 5.3(b)",
        function=_global_risk,
        inputs=record(
            {
                "limit": decimal("half the width of a symmetrical tolerance"),
                "acceptance": decimal("half the width of what is accepted"),
                "standard": decimal("standard uncertainty of the calibration"),
                "reliability": decimal("share found in tolerance at the end of an interval, between 0 and 1"),
            }
        ),
        result=record(
            {
                "false_accept": decimal_text("PFA, 0 to 1, 12 decimals"),
                "false_reject": decimal_text("PFR, 0 to 1, 12 decimals"),
                "prior_deviation": decimal_text("standard deviation of true errors"),
            }
        ),
    ),
)
