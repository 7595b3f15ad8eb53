"""Calculations of uncertainty: a budget by the law of propagation."""

from app.calc.contract import (
    Calculation,
    Given,
    Result,
    decimal,
    decimal_text,
    list_of,
    nothing_or,
    one_of,
    record,
    text,
    whole,
)
from records.calibration.contributions import Basis, Contribution
from records.calibration.uncertainty import UNCERTAINTY_BUDGET, budget, to_the_place_of
from records.numbers import as_text

_CONTRIBUTION = record(
    {
        "name": text("what contributes"),
        "basis": one_of("what it is known by", tuple(Basis)),
        "figure": decimal("s, u, U, half-width a or step d, as the basis says"),
    },
    {
        "sensitivity": decimal("units of the result for each unit of this quantity; 1 unless given"),
        "readings": whole("number of readings averaged, for readings only"),
        "coverage": decimal("coverage factor of a certificate, for a normal basis only"),
        "degrees_of_freedom": decimal("where known, for type B; infinite unless given"),
    },
)
_CORRELATION = record(
    {"left": text("a contribution"), "right": text("another"), "r": decimal("from -1 to 1")}
)
_LINE = record(
    {
        "name": text("what contributes"),
        "standard": decimal_text("u(x), in the unit of its quantity"),
        "contribution": decimal_text("|c|·u(x), in the unit of the result"),
        "percent_of_variance": decimal_text("share of the combined variance"),
    }
)


def _budget(given: Given) -> Result:
    found = budget(
        [_contribution(line) for line in given.records("contributions")],
        correlations={
            (pair.text("left"), pair.text("right")): pair.decimal("r")
            for pair in given.records("correlations")
        },
        coverage=given.optional_decimal("coverage"),
    )
    value = given.optional_decimal("value")
    return {
        "lines": [
            {
                "name": line.name,
                "standard": as_text(line.standard),
                "contribution": as_text(line.contribution),
                "percent_of_variance": as_text(line.percent_of_variance),
            }
            for line in found.lines
        ],
        "combined": as_text(found.combined),
        "degrees_of_freedom": None if found.degrees_of_freedom is None else str(found.degrees_of_freedom),
        "coverage": as_text(found.coverage),
        "expanded": as_text(found.expanded),
        "reported": as_text(found.reported),
        "value": None if value is None else as_text(to_the_place_of(value, found.reported)),
    }


def _contribution(line: Given) -> Contribution:
    optional = {"sensitivity": line.decimal("sensitivity")} if line.has("sensitivity") else {}
    return Contribution(
        name=line.text("name"),
        basis=Basis(line.text("basis")),
        figure=line.decimal("figure"),
        readings=line.whole("readings") if line.has("readings") else None,
        coverage=line.optional_decimal("coverage"),
        degrees_of_freedom=line.optional_decimal("degrees_of_freedom"),
        **optional,
    )


CALCULATIONS = (
    Calculation(
        definition=UNCERTAINTY_BUDGET,
        title="Uncertainty budget: combined and expanded uncertainty",
        clause="ISO/IEC 17025 7.6",
        function=_budget,
        inputs=record(
            {"contributions": list_of("the lines of the budget", _CONTRIBUTION, at_least=1)},
            {
                "correlations": list_of("pairs that are not independent", _CORRELATION),
                "coverage": decimal("a declared coverage factor; for 95.45 % unless given"),
                "value": decimal("the result, to be rounded to the place of its uncertainty"),
            },
        ),
        result=record(
            {
                "lines": list_of("each line worked out", _LINE),
                "combined": decimal_text("combined standard uncertainty"),
                "degrees_of_freedom": nothing_or(decimal_text("effective, truncated; null for infinite")),
                "coverage": decimal_text("coverage factor"),
                "expanded": decimal_text("expanded uncertainty, unrounded"),
                "reported": decimal_text("expanded uncertainty, two figures, rounded up"),
                "value": nothing_or(decimal_text("the result, rounded to the same place")),
            }
        ),
    ),
)
