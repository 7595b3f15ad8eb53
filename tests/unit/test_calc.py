"""`countersign calc`: every regulated calculation by name, JSON in and out."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.calc.cli import USAGE, run_calc
from app.calc.registry import REGISTRY
from tests.unit import calibration_vectors

LOD = '{"level": "action", "minimum": 1.30, "maximum": 1.80}'
TO_THE_GRAM = '"decimals": 3, "rounding": "half_up"'
TO_A_HUNDREDTH = '"decimals": 2, "rounding": "half_up"'
VECTORS = {
    "compensator.quantity": [
        (
            f'{{"base": 10.000, "replaced": [{{"base": 250.000, "as_is": 251.507}}], {TO_THE_GRAM}}}',
            {"value": "8.493", "unrounded": "8.493"},
        )
    ],
    "expression.evaluate": [
        (
            (
                '{"expression": "base * 100 / assay", "numbers": {"base": [250.000], "assay": [99.6]}, '
                f'"units": {{"base": "kg", "assay": "%"}}, {TO_THE_GRAM}}}'
            ),
            {
                "kind": "number",
                "value": "251.004",
                "unit": "kg",
                "names": ["assay", "base"],
                "aggregate_names": [],
            },
        ),
        (
            (
                '{"expression": "mean(w) > 1 and r == \\"no\\"", '
                '"numbers": {"w": [1, 2.50]}, "texts": {"r": ["no"]}}'
            ),
            {
                "kind": "condition",
                "value": True,
                "unit": None,
                "names": ["r", "w"],
                "aggregate_names": ["w"],
            },
        ),
        (
            '{"expression": "lod", "numbers": {"lod": ["1.92", "1.710"]}}',
            {"kind": "number", "value": "1.710", "unit": None, "names": ["lod"], "aggregate_names": []},
        ),
    ],
    "maintenance.due": [
        (
            (
                '{"done_on": "2026-08-01", "kind": "preventive", "gmp_impact": "direct", "stop_days": 7, '
                '"calendar": {"every": 90, "unit": "day"}, "meter": {"unit": "h", "every": 500, "early": 50, '
                '"late": 25, "counted_then": 12418.0, "counted": 12884.0, "read_on": "2026-10-08"}, '
                '"event": {"after": 3, "days": ["2026-08-20"]}}'
            ),
            {
                "first": {
                    "due_on": "2026-10-13",
                    "opens_on": "2026-10-06",
                    "grace_until": "2026-10-16",
                    "stops_on": "2026-10-20",
                    "by": "every 500 h of meter meter (window -50/+25 h)",
                },
                "each": [
                    {"by": "every 90 days, counted from the day it was done", "due_on": "2026-10-30"},
                    {"by": "every 500 h of meter meter (window -50/+25 h)", "due_on": "2026-10-13"},
                    {"by": "after 3 times tooling changeover", "due_on": None},
                ],
            },
        ),
        (
            '{"done_on": "2026-08-01", "kind": "inspection", "gmp_impact": "none", "stop_days": 0}',
            {"first": None, "each": []},
        ),
    ],
    "maintenance.meter_rate": [
        (
            (
                '{"done_on": "2026-08-01", "every": 500, "counted_then": 12418.0, "counted": 12884.0, '
                '"read_on": "2026-10-08"}'
            ),
            {"used": "466.0", "days": "68", "each_day": "6.853", "days_to_every": "72.96", "due_day": "73"},
        )
    ],
    "limits.judge": [
        (
            f'{{"value": 1.80, "unit": "%", "limits": [{LOD}]}}',
            {
                "in_limits": True,
                "alert": False,
                "action": False,
                "side": None,
                "sentence": "1.80 % keeps the action limit (1.30 to 1.80 %).",
            },
        ),
        (
            '{"value": 1.80, "limits": [{"level": "action", "maximum": 1.80, "maximum_inclusive": false}]}',
            {
                "in_limits": False,
                "alert": False,
                "action": True,
                "side": "above",
                "sentence": "1.80 is exactly on the excluded bound of the action limit (< 1.80).",
            },
        ),
    ],
    "limits.slip": [
        (
            f'{{"value": 15.5, "limits": [{LOD}]}}',
            {
                "slip": True,
                "likely": "1.55",
                "factor": "10",
                "sentence": "15.5 is about 10 times more than expected. "
                "Was 1.55 meant? Check the decimal point and the unit.",
            },
        ),
        (
            '{"value": 590, "target": 590.00}',
            {"slip": False, "likely": None, "factor": None, "sentence": None},
        ),
    ],
    "number.parse": [
        ('{"raw": " 12.10 ", "decimals": 3}', {"value": "12.10"}),
        ('{"raw": "12.10 kg", "unit": "kg"}', {"value": "12.10"}),
        ('{"raw": "-0.00"}', {"value": "0.00"}),
    ],
    "potency.as_is": [
        (
            f'{{"base": 250.000, "assay": 99.6, "loss_on_drying": 0.2, {TO_THE_GRAM}}}',
            {"value": "251.507", "unrounded": "251.5070301245060401928354701370613"},
        ),
        (
            '{"base": 400.0, "salt_factor": 1.2471, "assay": 99.1, "decimals": 1, "rounding": "half_up"}',
            {"value": "503.4", "unrounded": "503.3703329969727547931382441977800"},
        ),
    ],
    "reconciliation.labels": [
        (
            f'{{"issued": 1000, "used": 950, "destroyed": 10, "returned": 20, {TO_A_HUNDREDTH}}}',
            {
                "accounted": "980",
                "unexplained": "20",
                "percent": {"value": "98.00", "unrounded": "98"},
            },
        )
    ],
    "rounding.round": [
        (
            '{"value": 2.5, "decimals": 0, "rounding": "half_even"}',
            {"value": "2", "unrounded": "2.5"},
        )
    ],
    "statistics.samples": [
        (
            '{"samples": [591.2, 589.8, 590.4], "decimals": 2, "rounding": "half_even"}',
            {
                "count": "3",
                "mean": "590.47",
                "sum": "1771.40",
                "minimum": "589.80",
                "maximum": "591.20",
                "range": "1.40",
                "sd": "0.70",
                "rsd": "0.12",
            },
        ),
        (
            '{"samples": ["0.0"], "decimals": 1, "rounding": "half_even"}',
            {
                "count": "1",
                "mean": "0.0",
                "sum": "0.0",
                "minimum": "0.0",
                "maximum": "0.0",
                "range": "0.0",
                "sd": None,
                "rsd": None,
            },
        ),
    ],
    "weight.theoretical": [
        (
            f'{{"per_unit": 590.00, "units": 500000, {TO_THE_GRAM}}}',
            {"value": "295.000", "unrounded": "295.00"},
        )
    ],
    "yield.mass_balance": [
        (
            f'{{"charged": 295.000, "recovered": [290.500, 1.550], {TO_A_HUNDREDTH}}}',
            {
                "accounted": "292.050",
                "unaccounted": "2.950",
                "percent": {"value": "99.00", "unrounded": "99"},
            },
        )
    ],
    "yield.percent": [
        (
            f'{{"actual": 487500, "theoretical": 500000, {TO_A_HUNDREDTH}}}',
            {"value": "97.50", "unrounded": "97.5"},
        )
    ],
    "yield.theoretical": [
        (
            '{"base": 500000, "scale": 0.5, "decimals": 0, "rounding": "half_up"}',
            {"value": "250000", "unrounded": "250000.0"},
        )
    ],
    "yield.units": [('{"quantity": 200000, "per_unit": 2.15}', {"value": "93023"})],
}
VECTORS |= calibration_vectors.VECTORS
EACH_VECTOR = [(name, text, result) for name, rows in VECTORS.items() for text, result in rows]


def calc(*argv, stdin=""):
    """Run the command on streams; return exit code, output and error text."""
    stdout, stderr = io.StringIO(), io.StringIO()
    code = run_calc(argv, io.StringIO(stdin), stdout, stderr)
    return code, stdout.getvalue(), stderr.getvalue()


@pytest.mark.requirement("CAL-16")
@pytest.mark.requirement("CAL-16")
@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(("name", "text", "result"), EACH_VECTOR)
def test_calculation_gives_its_vector(name, text, result):
    code, output, complaint = calc(name, stdin=text)

    assert (code, json.loads(output)["result"], complaint) == (0, result, "")


@pytest.mark.parametrize(("name", "text", "_result"), EACH_VECTOR)
def test_output_is_what_its_schema_says(name, text, _result):
    schema = json.loads(calc(name, "--schema")[1])["output"]
    output = json.loads(calc(name, stdin=text)[1])

    assert [error.message for error in Draft202012Validator(schema).iter_errors(output)] == []


@pytest.mark.parametrize("name", REGISTRY)
def test_published_schemas_are_valid_json_schema(name):
    schemas = json.loads(calc(name, "--schema")[1])

    for schema in (schemas["input"], schemas["output"]):
        Draft202012Validator.check_schema(schema)
    assert set(schemas) == {"input", "output"}


@pytest.mark.requirement("G-103")
def test_output_repeats_the_inputs_digit_for_digit_with_name_and_version():
    _, output, _ = calc(
        "yield.percent", stdin=f'{{"actual": 99.90, "theoretical": "100.0", {TO_A_HUNDREDTH}}}'
    )

    assert json.loads(output) == {
        "calculation": "yield.percent",
        "version": "1",
        "inputs": {"actual": "99.90", "theoretical": "100.0", "decimals": "2", "rounding": "half_up"},
        "result": {"value": "99.90", "unrounded": "99.9"},
    }


def test_expression_result_names_the_version_of_the_language():
    _, output, _ = calc("expression.evaluate", stdin='{"expression": "1"}')

    assert json.loads(output)["language"] == "countersign-expr/1"


def test_every_listed_calculation_is_validated_here():
    listed = [line.split()[:2] for line in calc("--list")[1].splitlines()]

    assert listed == [[name, REGISTRY[name].version] for name in sorted(VECTORS)]


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("number.parse", '{"raw": "1,5"}', '"1,5" has a comma. Write a decimal point: 1.5, not 1,5.'),
        (
            "number.parse",
            '{"raw": "1.25", "decimals": 1}',
            '"1.25" has 2 decimals, the resolution is 0.1. Enter the reading as displayed.',
        ),
        (
            "rounding.round",
            '{"value": NaN, "decimals": 1, "rounding": "up"}',
            "The input holds NaN, which is not a number.",
        ),
        (
            "rounding.round",
            '{"value": 1e400, "decimals": 1, "rounding": "up"}',
            (
                "The input does not fit the schema.\n"
                "$.value: '1e400' does not match '^[+-]?(0|[1-9][0-9]*)(\\\\.[0-9]+)?$'"
            ),
        ),
        (
            "rounding.round",
            '{"value": true, "rounding": "bankers", "extra": 1}',
            (
                "The input does not fit the schema.\n"
                "$.rounding: 'bankers' is not one of ['half_up', 'half_even', 'up', 'down']\n"
                "$.value: True is not of type 'number', 'string'\n"
                "$: 'decimals' is a required property\n"
                "$: Additional properties are not allowed ('extra' was unexpected)"
            ),
        ),
        ("rounding.round", "[]", "The input does not fit the schema.\n$: [] is not of type 'object'"),
        ("rounding.round", "", "The input is not JSON: line 1, column 1: Expecting value."),
        ("rounding.round", "[" * 100_000, "The input is nested too deeply."),
        ("rounding.round", '{"value": 1, "value": 2}', "The input gives 'value' twice."),
        (
            "rounding.round",
            '{"value": "1\\n", "decimals": 29, "rounding": "up"}',
            '"1<U+000A>" holds a character that can\'t be seen. Delete it and type the number again.',
        ),
        (
            "rounding.round",
            '{"value": 1, "decimals": 29, "rounding": "up"}',
            "A number has 0 to 28 decimals, not 29.",
        ),
        (
            "expression.evaluate",
            '{"expression": "a + b", "numbers": {"a": [1], "b": [2]}, "units": {"a": "kg", "b": "g"}}',
            "Column 5: kg and g can't be added or compared. Convert one of them.",
        ),
        ("expression.evaluate", '{"expression": "a + 1"}', "No value yet for: a."),
        (
            "expression.evaluate",
            '{"expression": "1 / 0"}',
            "The calculation divides by zero (column 5 of the formula).",
        ),
        (
            "expression.evaluate",
            '{"expression": "1", "decimals": 1}',
            "The input does not fit the schema.\n$: 'rounding' is a dependency of 'decimals'",
        ),
        (
            "maintenance.meter_rate",
            '{"done_on": "2026-08-01", "every": 1, "counted_then": 7, "counted": 7, "read_on": "2026-08-02"}',
            "There is no rate: the meter has not run, or was not read on a later day.",
        ),
        (
            "maintenance.due",
            '{"done_on": "2026-02-30", "kind": "inspection", "gmp_impact": "none", "stop_days": 0}',
            "2026-02-30 is no day of the calendar.",
        ),
        (
            "limits.judge",
            '{"value": 1, "limits": [{"level": "action"}]}',
            "The action limit has neither a minimum nor a maximum.",
        ),
        (
            "yield.percent",
            f'{{"actual": 1, "theoretical": 0, {TO_A_HUNDREDTH}}}',
            "Theoretical must be more than zero, not 0.",
        ),
        ("yield.guess", "{}", "There is no calculation 'yield.guess'. `countersign calc --list` names them."),
    ],
)
def test_input_that_cannot_be_calculated_is_refused_with_the_reason(name, text, complaint):
    assert calc(name, stdin=text) == (1, "", f"{complaint}\n")


def test_input_that_is_not_utf_8_is_refused():
    stdin = io.TextIOWrapper(io.BytesIO(b'{"raw": "\xff"}'), encoding="utf-8")
    stderr = io.StringIO()

    code = run_calc(["number.parse"], stdin, io.StringIO(), stderr)

    assert (code, stderr.getvalue()) == (1, "The input is not text in UTF-8.\n")


@pytest.mark.parametrize(
    "argv", [(), ("--frobnicate",), ("yield.percent", "extra"), ("--list", "--list", "x")]
)
def test_command_that_is_not_understood_explains_its_use(argv):
    assert calc(*argv) == (1, "", USAGE)


def test_help_explains_the_use():
    assert calc("--help") == (0, USAGE, "")


@settings(deadline=None)
@given(st.sampled_from(sorted(REGISTRY)), st.text())
def test_any_input_is_answered_without_breaking(name, text):
    code, output, complaint = calc(name, stdin=text)

    assert (code == 1, output == "", complaint != "") == (True, True, True)


@settings(deadline=None)
@given(st.text())
def test_any_entry_is_parsed_or_refused(raw):
    code, output, complaint = calc("number.parse", stdin=json.dumps({"raw": raw}))

    assert (code == 0) == (complaint == "") == (output != "")
