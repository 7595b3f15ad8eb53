"""Calculations of an instrument: transfer, errors, hysteresis, linearity."""

from collections.abc import Sequence

from app.calc.contract import (
    Calculation,
    Given,
    Result,
    decimal,
    decimal_text,
    flag,
    list_of,
    nothing_or,
    one_of,
    record,
)
from records.calibration import indication, transfer
from records.calibration.linearity import LINEARITY, Line, linearity
from records.numbers import as_text

_INTERVAL = record({"lower": decimal("lower range value"), "upper": decimal("upper range value")})
_POINT_ERROR = record({"applied": decimal("what was applied"), "error": decimal("the error found there")})


def _nominal(given: Given) -> Result:
    value = transfer.nominal_output(
        given.decimal("applied"),
        measuring=interval_of(given.record("measuring")),
        output=interval_of(given.record("output")),
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


def interval_of(given: Given) -> transfer.Interval:
    """Return a range that was given by its two ends."""
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
)
