"""Checks of a definition's test cases: each tests a calculation that is there, with all it reads. Pure.

Which calculations no case tests is no finding here: the checker runs the cases, and is told then.
"""

from collections.abc import Iterator

from records.numbers import NumberError, parse_decimal
from records.procedure.calculations import Calculation, calculations, one_line
from records.procedure.expressions import compile_expression
from records.procedure.lint_finding import Finding, at_section
from records.procedure.outline import Outline
from records.procedure.sections import FormulaCase


def cases_test_what_is_there(of: Outline) -> Iterator[Finding]:
    """Find test cases with a number taken, of no calculation of this procedure, or that can't be run."""
    known = {one.text: one for one in calculations(of.procedure)}
    taken: set[str] = set()
    for index, case in enumerate(of.procedure.test_cases):
        if case.number in taken:
            yield _finding(index, case, "Another case has this number.", "number")
        taken.add(case.number)
        calculation = known.get(one_line(case.formula))
        if calculation is None:
            message = "No formula, condition or limit of this procedure has this text."
            yield _finding(index, case, message, "formula")
            continue
        yield from (_finding(index, case, message, key) for key, message in _problems(case, calculation))


def _problems(case: FormulaCase, calculation: Calculation) -> Iterator[tuple[str, str]]:
    names, given = compile_expression(calculation.text).names, {one.name for one in case.given}
    if missing := sorted(names - given):
        yield "given", f"The formula reads {', '.join(missing)}, which the case does not give."
    if unread := sorted(given - names):
        yield "given", f"The formula does not read {', '.join(unread)}."
    if calculation.is_condition != isinstance(case.expected, bool):
        wanted = "true or false" if calculation.is_condition else "a number"
        yield "expected", f"The result of this text is {wanted}."
    elif isinstance(case.expected, str):
        try:
            parse_decimal(case.expected)
        except NumberError as error:
            yield "expected", error.message
    if case.rounding and calculation.is_condition:
        yield "rounding", "A condition is not rounded."


def _finding(index: int, case: FormulaCase, message: str, key: str) -> Finding:
    return at_section("test_cases", f"Case {case.number}: {message}", index, key)
