"""Calculations on single values and samples: parsing, rounding, limits, statistics, expressions."""

from collections.abc import Sequence
from decimal import Decimal

from app.calc.contract import (
    ROUNDED,
    ROUNDING,
    Calculation,
    Given,
    Result,
    decimal,
    decimal_text,
    flag,
    list_of,
    map_of,
    nothing_or,
    one_of,
    record,
    rounded,
    text,
    whole,
)
from records.arithmetic import CalculationError
from records.execution.statistics import STATISTICS, statistic
from records.numbers import Rounding, as_text, parse_decimal, parse_quantity, round_to
from records.procedure.expression_units import infer_unit
from records.procedure.expressions import LANGUAGE_VERSION, Recorded, RecordedValues, compile_expression
from records.procedure.limits import Limit, LimitLevel, Side, judge, looks_like_slip
from records.procedure.vocabulary import StatisticKind

_LIMITS = list_of(
    "the limits of the field",
    record(
        {"level": one_of("what happens outside", tuple(LimitLevel))},
        {
            "minimum": decimal("the lower bound"),
            "maximum": decimal("the upper bound"),
            "minimum_inclusive": flag("whether the lower bound itself is inside; yes unless given"),
            "maximum_inclusive": flag("whether the upper bound itself is inside; yes unless given"),
        },
    ),
)
_KINDS: dict[type, str] = {Decimal: "number", str: "text", bool: "condition"}


def _parse(given: Given) -> Result:
    decimals = given.whole("decimals") if given.has("decimals") else None
    if given.has("unit"):
        value = parse_quantity(given.text("raw"), unit=given.text("unit"), decimals=decimals)
    else:
        value = parse_decimal(given.text("raw"), decimals=decimals)
    return {"value": as_text(value)}


def _round(given: Given) -> Result:
    return rounded(given, given.decimal("value"))


def _limits(given: Given) -> list[Limit]:
    return [
        Limit(
            level=LimitLevel(limit.text("level")),
            minimum=limit.optional_decimal("minimum"),
            maximum=limit.optional_decimal("maximum"),
            minimum_inclusive=limit.flag("minimum_inclusive", default=True),
            maximum_inclusive=limit.flag("maximum_inclusive", default=True),
        )
        for limit in given.records("limits")
    ]


def _judge(given: Given) -> Result:
    judgement = judge(given.decimal("value"), _limits(given), unit=given.text("unit"))
    return {
        "in_limits": judgement.in_limits,
        "alert": judgement.alert,
        "action": judgement.action,
        "side": judgement.side,
        "sentence": judgement.sentence,
    }


def _slip(given: Given) -> Result:
    slip = looks_like_slip(
        given.decimal("value"),
        target=given.optional_decimal("target"),
        limits=_limits(given),
        unit=given.text("unit"),
    )
    return {
        "slip": slip is not None,
        "likely": as_text(slip.likely) if slip else None,
        "factor": as_text(slip.factor) if slip else None,
        "sentence": slip.sentence if slip else None,
    }


def _statistics(given: Given) -> Result:
    samples = given.decimals("samples")
    figures: Result = {"count": str(len(samples))}
    for kind in StatisticKind:
        figures[kind] = _figure(kind, samples, given)
    return figures


def _figure(kind: StatisticKind, samples: Sequence[Decimal], given: Given) -> str | None:
    decimals, rounding = given.whole("decimals"), Rounding(given.text("rounding"))
    try:
        return as_text(statistic(kind, samples, decimals=decimals, rounding=rounding))
    except CalculationError:  # a figure these samples do not have: sd of one, rsd around zero
        return None


def _expression(given: Given) -> Result:
    expression = compile_expression(given.text("expression"))
    numbers, texts = given.record("numbers"), given.record("texts")
    values: dict[str, Sequence[Recorded]] = {name: numbers.decimals(name) for name in numbers.names()}
    values |= {name: [str(value) for value in texts.items(name)] for name in texts.names()}
    value = expression.evaluate(RecordedValues(values))
    if isinstance(value, Decimal) and given.has("decimals"):
        value = round_to(value, given.whole("decimals"), Rounding(given.text("rounding")))
    units = given.record("units")
    return {
        "unit": infer_unit(expression, {name: units.text(name) for name in units.names()}),
        "kind": _KINDS[type(value)],
        "value": as_text(value) if isinstance(value, Decimal) else value,
        "names": sorted(expression.names),
        "aggregate_names": sorted(expression.aggregate_names),
    }


CALCULATIONS = (
    Calculation(
        definition="number.parse/1",
        title="What an operator typed, as a number or refused",
        clause="21 CFR 211.68(b)",
        function=_parse,
        inputs=record(
            {"raw": text("what was typed")},
            {
                "decimals": whole("decimals the instrument shows"),
                "unit": text("the unit that must stand behind the number"),
            },
        ),
        result=record({"value": decimal_text("the number, every digit kept")}),
    ),
    Calculation(
        definition="rounding.round/1",
        title="A value rounded as declared",
        clause="21 CFR 211.68(b)",
        function=_round,
        inputs=record({"value": decimal("the value"), **ROUNDING}),
        result=record(ROUNDED),
    ),
    Calculation(
        definition="limits.judge/1",
        title="A value against action and alert limits",
        clause="21 CFR 211.110(b)",
        function=_judge,
        inputs=record(
            {"value": decimal("the value, after the rounding of its field"), "limits": _LIMITS},
            {"unit": text("the unit of value and limits")},
        ),
        result=record(
            {
                "in_limits": flag("whether every limit is kept"),
                "alert": flag("whether an alert limit is crossed"),
                "action": flag("whether an action limit is crossed"),
                "side": nothing_or(one_of("the side of the most serious limit crossed", tuple(Side))),
                "sentence": text("the same in words"),
            }
        ),
    ),
    Calculation(
        definition="limits.slip/1",
        title="Whether a value looks mistyped by a power of ten",
        clause="21 CFR 211.68(b)",
        function=_slip,
        inputs=record(
            {"value": decimal("the value")},
            {
                "target": decimal("the target of the field"),
                "limits": _LIMITS,
                "unit": text("the unit of all of them"),
            },
        ),
        result=record(
            {
                "slip": flag("whether to ask"),
                "likely": nothing_or(decimal_text("the number probably meant")),
                "factor": nothing_or(decimal_text("value over likely number")),
                "sentence": nothing_or(text("the question to ask")),
            }
        ),
    ),
    Calculation(
        definition=STATISTICS,
        title="Mean, sum, range, standard deviation of samples",
        clause="21 CFR 211.110(b), 211.165(d)",
        function=_statistics,
        inputs=record({"samples": list_of("the samples", decimal("a sample"), at_least=1), **ROUNDING}),
        result=record(
            {
                "count": decimal_text("how many samples"),
                **{
                    kind: nothing_or(decimal_text(f"{kind} of the samples, null where there is none"))
                    for kind in StatisticKind
                },
            }
        ),
    ),
    Calculation(
        definition="expression.evaluate/1",
        title="A formula or condition of a master with its inputs",
        clause="21 CFR 211.68(b), 211.100(a)",
        function=_expression,
        language=LANGUAGE_VERSION,
        inputs=record(
            {"expression": text("the text of the expression")},
            {
                "numbers": map_of("numbers by name, the latest last", list_of("values", decimal("a value"))),
                "units": map_of("units by name, empty for a plain number", text("a unit")),
                "texts": map_of("answers by name, the latest last", list_of("answers", text("an answer"))),
                **ROUNDING,
            },
        )
        | {"dependentRequired": {"decimals": ["rounding"], "rounding": ["decimals"]}},
        result=record(
            {
                "kind": one_of("what came out", tuple(_KINDS.values())),
                "value": {
                    "title": "number and answer as text, condition as flag",
                    "type": ["string", "boolean"],
                },
                "unit": nothing_or(text("unit of the number, null where the units given do not tell")),
                "names": list_of("the names it reads", text("a name")),
                "aggregate_names": list_of("those of which it reads all values", text("a name")),
            }
        ),
    ),
)
