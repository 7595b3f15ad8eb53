"""Executing a procedure's test cases, by the evaluator that executes its batches (21 CFR 211.68(b)). Pure.

A case proves one calculation with numbers worked out by other means. What is still unproved keeps a master
from being checked and from becoming effective.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.errors import DomainError
from records.numbers import NumberError, as_text, parse_decimal, round_to
from records.procedure.calculations import Calculation, Rounded, calculations, one_line
from records.procedure.definition import Procedure
from records.procedure.expressions import Recorded, RecordedValues, Value, compile_expression
from records.procedure.sections import FormulaCase


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOutcome:
    """What came out of a case; `actual` has every digit, `rounded` is what is compared."""

    number: str
    formula: str
    given: dict[str, list[str]]
    expected: str
    actual: str
    rounded: str
    rounding: str
    passed: bool


HOLDS, DOES_NOT_HOLD, NO_RESULT, EXACT = "holds", "does not hold", "no result", "exact"


def run_case(case: FormulaCase) -> CaseOutcome:
    """Return the outcome of one case; an evaluation that breaks off is a failed case that says why."""
    try:
        value = compile_expression(case.formula).evaluate(inputs_of(case))
        actual = _words(value)
        rounded = _words(_rounded(value, case))
    except DomainError as error:
        actual, rounded = error.message, NO_RESULT
        value = None
    return CaseOutcome(
        number=case.number,
        formula=one_line(case.formula),
        given={given.name: list(given.values) for given in case.given},
        expected=_words(case.expected),
        actual=actual,
        rounded=rounded,
        rounding=_rounding_words(case),
        passed=value is not None and _is_expected(_rounded(value, case), case),
    )


def inputs_of(case: FormulaCase) -> RecordedValues:
    """Return what a case gives: a text that reads as a number is one, any other is the text of an answer."""
    return RecordedValues(
        {given.name: [_number_or_text(one) for one in given.values] for given in case.given}
    )


def decimals_of(case: FormulaCase) -> int:
    """Return how many decimals a case's expected number has."""
    return len(str(case.expected).partition(".")[2])


def unproved(procedure: Procedure, passed: Collection[str]) -> list[str]:
    """Return a sentence for each calculation that the passed cases, by number, leave unproved."""
    proofs = [case for case in procedure.test_cases if case.number in passed]
    return [
        f"{one.text}: {lacking}."
        for one in calculations(procedure)
        if (lacking := _lacking(one, [case for case in proofs if one_line(case.formula) == one.text]))
    ]


def _lacking(calculation: Calculation, proofs: Sequence[FormulaCase]) -> str | None:
    if calculation.is_condition:
        missing = [words for word, words in _BOTH_WAYS if word not in {case.expected for case in proofs}]
        return (
            f"no passed test case in which it {' and none in which it '.join(missing)}" if missing else None
        )
    if not proofs:
        return "no passed test case"
    shown = {Rounded(decimals_of(case), case.rounding) for case in proofs if case.rounding}
    left = [one for one in calculation.roundings if one not in shown]
    if not left:
        return None
    return "no passed test case rounded to " + ", ".join(
        f"{one.decimals} decimals ({one.mode})" for one in left
    )


_BOTH_WAYS = ((True, HOLDS), (False, DOES_NOT_HOLD))


def _rounded(value: Value, case: FormulaCase) -> Value:
    if isinstance(value, Decimal) and case.rounding:
        return round_to(value, decimals_of(case), case.rounding)
    return value


def _is_expected(value: Value, case: FormulaCase) -> bool:
    if isinstance(value, bool) or isinstance(case.expected, bool):
        return value is case.expected
    return value == parse_decimal(case.expected)


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return HOLDS if value else DOES_NOT_HOLD
    return as_text(value) if isinstance(value, Decimal) else value


def _rounding_words(case: FormulaCase) -> str:
    if case.rounding is None:
        return EXACT
    decimals = decimals_of(case)
    return f"{decimals} decimal{'' if decimals == 1 else 's'}, {case.rounding}"


def _number_or_text(given: str) -> Recorded:
    try:
        return parse_decimal(given)
    except NumberError:
        return given
