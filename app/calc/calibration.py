"""Calculations of calibration: transfer, errors, linearity, decision rules, risk."""

from collections.abc import Sequence
from decimal import Decimal

from app.calc.contract import (
    Calculation,
    Given,
    Result,
    Schema,
    decimal,
    decimal_text,
    flag,
    list_of,
    nothing_or,
    one_of,
    record,
)
from records.calibration import decision, indication, risk, transfer
from records.calibration.linearity import LINEARITY, Line, linearity
from records.numbers import as_text

_INTERVAL = record({"lower": decimal("lower range value"), "upper": decimal("upper range value")})
_TOLERANCE = record(
    {"lower": decimal("lower limit of the error"), "upper": decimal("upper limit of the error")}
)
_POINT_ERROR = record({"applied": decimal("what was applied"), "error": decimal("the error found there")})
_UNCERTAINTY: dict[str, Schema] = {
    "expanded": decimal("the expanded uncertainty U95, in the unit of the error"),
    "coverage": decimal("its coverage factor k, about 2"),
}


def _nominal(given: Given) -> Result:
    value = transfer.nominal_output(
        given.decimal("applied"),
        measuring=_interval(given.record("measuring")),
        output=_interval(given.record("output")),
        transfer=transfer.Transfer(given.text("transfer")),
        table=[
            transfer.Knot(applied=knot.decimal("applied"), output=knot.decimal("output"))
            for knot in given.records("table")
        ],
    )
    return {"value": as_text(value)}


def _error(given: Given) -> Result:
    found = indication.error_of_indication(
        indication=given.decimal("indication"),
        reference=given.decimal("reference"),
        span=given.decimal("span"),
    )
    of_reading = found.percent_of_reading
    return {
        "absolute": as_text(found.absolute),
        "percent_of_span": as_text(found.percent_of_span),
        "percent_of_reading": None if of_reading is None else as_text(of_reading),
    }


def _span_error(given: Given) -> Result:
    return {"value": as_text(indication.span_error(_errors(given, "points")))}


def _hysteresis(given: Given) -> Result:
    points = indication.hysteresis(rising=_errors(given, "rising"), falling=_errors(given, "falling"))
    return {
        "points": [{"applied": as_text(point.applied), "error": as_text(point.error)} for point in points],
        "worst": as_text(max((point.error for point in points), key=abs)),
    }


def _corrected(given: Given) -> Result:
    corrected = indication.corrected_reading(given.decimal("reading"), _errors(given, "found"))
    return {
        "error": as_text(corrected.error),
        "value": as_text(corrected.value),
        "outside": corrected.outside,
    }


def _linearity(given: Given) -> Result:
    points = [(point.decimal("applied"), point.decimal("indicated")) for point in given.records("points")]
    found = linearity(points, Line(given.text("line")))
    return {
        "slope": as_text(found.slope),
        "intercept": as_text(found.intercept),
        "deviations": [as_text(deviation) for deviation in found.deviations],
        "worst": as_text(found.worst),
    }


def _decision(given: Given) -> Result:
    rule = given.record("rule")
    found = decision.decide(
        given.decimal("error"),
        tolerance=_interval(given.record("tolerance")),
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
        tolerance=_interval(given.record("tolerance")),
        expanded=given.decimal("expanded"),
        coverage=given.decimal("coverage"),
    )
    return {"value": as_text(ratio)}


def _accuracy_ratio(given: Given) -> Result:
    ratio = decision.accuracy_ratio(
        tolerance=_interval(given.record("tolerance")), standard=_interval(given.record("standard"))
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


def _interval(given: Given) -> transfer.Interval:
    return transfer.Interval(lower=given.decimal("lower"), upper=given.decimal("upper"))


def _errors(given: Given, key: str) -> Sequence[indication.PointError]:
    return [
        indication.PointError(applied=point.decimal("applied"), error=point.decimal("error"))
        for point in given.records(key)
    ]


CALCULATIONS = (
    Calculation(
        definition=transfer.NOMINAL_OUTPUT,
        title="What an instrument should put out for what is applied",
        clause="21 CFR 211.160(b)(4)",
        function=_nominal,
        inputs=record(
            {
                "applied": decimal("what is applied, in the unit of the measuring interval"),
                "measuring": _INTERVAL,
                "output": _INTERVAL,
                "transfer": one_of("how the output follows", tuple(transfer.Transfer)),
            },
            {
                "table": list_of(
                    "points of a table, rising",
                    record({"applied": decimal("applied"), "output": decimal("output there")}),
                )
            },
        ),
        result=record({"value": decimal_text("the nominal output")}),
    ),
    Calculation(
        definition=indication.ERROR_OF_INDICATION,
        title="Error of one reading, absolute and in per cent",
        clause="21 CFR 211.160(b)(4)",
        function=_error,
        inputs=record(
            {
                "indication": decimal("what the instrument showed"),
                "reference": decimal("the reference value, in the same unit"),
                "span": decimal("upper less lower range value of the output"),
            }
        ),
        result=record(
            {
                "absolute": decimal_text("indication less reference"),
                "percent_of_span": decimal_text("in per cent of the span"),
                "percent_of_reading": nothing_or(decimal_text("in per cent of the reference; null at zero")),
            }
        ),
    ),
    Calculation(
        definition=indication.SPAN_ERROR,
        title="Span error: error at the highest less that at the lowest point",
        clause="21 CFR 211.160(b)(4)",
        function=_span_error,
        inputs=record({"points": list_of("errors of one run", _POINT_ERROR, at_least=2)}),
        result=record({"value": decimal_text("the span error")}),
    ),
    Calculation(
        definition=indication.HYSTERESIS,
        title="Hysteresis: falling less rising error at each point",
        clause="21 CFR 211.160(b)(4)",
        function=_hysteresis,
        inputs=record(
            {
                "rising": list_of("errors of the rising run", _POINT_ERROR),
                "falling": list_of("errors of the falling run", _POINT_ERROR),
            }
        ),
        result=record(
            {
                "points": list_of(
                    "each point of both runs",
                    record({"applied": decimal_text("applied"), "error": decimal_text("the difference")}),
                ),
                "worst": decimal_text("the largest, signed"),
            }
        ),
    ),
    Calculation(
        definition=indication.CORRECTED_READING,
        title="A reading less the error found later, interpolated",
        clause="21 CFR 211.192",
        function=_corrected,
        inputs=record(
            {
                "reading": decimal("the recorded reading"),
                "found": list_of("errors found, in the unit of the reading", _POINT_ERROR, at_least=1),
            }
        ),
        result=record(
            {
                "error": decimal_text("the error at the reading"),
                "value": decimal_text("the reading less its error"),
                "outside": flag("whether the reading lay outside the points"),
            }
        ),
    ),
    Calculation(
        definition=LINEARITY,
        title="Deviations from a straight line",
        clause="21 CFR 211.160(b)(4)",
        function=_linearity,
        inputs=record(
            {
                "points": list_of(
                    "one reading for each point, rising",
                    record({"applied": decimal("applied"), "indicated": decimal("indicated")}),
                    at_least=3,
                ),
                "line": one_of("which straight line", tuple(Line)),
            }
        ),
        result=record(
            {
                "slope": decimal_text("of the line"),
                "intercept": decimal_text("of the line"),
                "deviations": list_of("each point's distance", decimal_text("indicated less the line")),
                "worst": decimal_text("the largest, signed"),
            }
        ),
    ),
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
