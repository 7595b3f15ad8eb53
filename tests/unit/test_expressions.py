"""The language of formulas and conditions: what it means, and all that it refuses."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.errors import DomainError
from records.numbers import Rounding, as_text, round_to
from records.procedure.expressions import (
    EvaluationError,
    ExpressionError,
    Kind,
    MissingValueError,
    RecordedValues,
    compile_expression,
)

BATCH = RecordedValues(
    {
        "a": [Decimal("1.5")],
        "zero": [Decimal("0.00")],
        "lod": [Decimal("1.92"), Decimal("1.71")],
        "weight": [Decimal("590.1"), Decimal("589.5"), Decimal("590.7")],
        "weight.mean": [Decimal("590.1")],
        "lactam": ["negative"],
        "seal": ["no", "yes"],
        "base": [Decimal("250.000")],
        "assay": [Decimal("99.6")],
        "para_required": [Decimal("251.507")],
    }
)
PATIENT = settings(deadline=None)


def value(text):
    found = compile_expression(text).evaluate(BATCH)
    return as_text(found) if isinstance(found, Decimal) else found


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("12.10", "12.10"),
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 4 - 3", "3"),
        ("0.1 + 0.2", "0.3"),
        ("12.10 + 0", "12.10"),
        ("1 / 3", "0.3333333333333333333333333333333333"),
        ("2 / 3", "0.6666666666666666666666666666666667"),
        ("2 ** 10", "1024"),
        ("2 ** 3 ** 2", "512"),
        ("2 ** -2", "0.25"),
        ("a ** 0", "1"),
        ("-2 ** 2", "-4"),
        ("-a", "-1.5"),
        ("+a", "1.5"),
        ("- -a", "1.5"),
        ("0 * -1", "0"),
        ("-zero", "0.00"),
        ("lod", "1.71"),
        ("weight.mean", "590.1"),
        ("  a\n  + 1\n", "2.5"),
        ("abs(1 - 3)", "2"),
        ("abs(a)", "1.5"),
    ],
)
def test_arithmetic_is_decimal_and_reads_the_latest_value(text, result):
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("sum(weight)", "1770.3"),
        ("mean(weight)", "590.1"),
        ("min(weight)", "589.5"),
        ("max(weight)", "590.7"),
        ("sd(weight)", "0.6"),
        ("count(weight)", "3"),
        ("count(seal)", "2"),
        ("count(never_recorded)", "0"),
        ("count(weight, lod)", "5"),
        ("sum(weight, lod)", "1773.93"),
        ("max(a - 2, 0)", "0"),
        ("max(lod, 1.80)", "1.92"),
        ("max(weight) - min(weight)", "1.2"),
        ("mean(weight) - weight", "-0.6"),
    ],
)
def test_aggregate_reads_all_values_of_a_bare_name(text, result):
    assert value(text) == result


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('round(2.5, 0, "half_up")', "3"),
        ('round(2.5, 0, "half_even")', "2"),
        ('round(2.1, 0, "up")', "3"),
        ('round(2.9, 0, "down")', "2"),
        ('round(250.000 * 100 / 99.6 * 100 / (100 - 0.2), 3, "half_up")', "251.507"),
        ('round(10.000 - (para_required - base), 3, "half_up")', "8.493"),
        ('round(400.0 * 1.2471 * 100 / 99.1, 1, "half_up")', "503.4"),
        ('round(round(400.0 * 1.2471, 1, "half_up") * 100 / 99.1, 1, "half_up")', "503.3"),
    ],
)
def test_rounding_happens_where_it_is_written_and_as_it_is_written(text, result):
    assert value(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("lod > 1.80", False),
        ("1.30 <= lod <= 1.80", True),
        ("1.30 <= lod < 1.71", False),
        ("lod <= 1.710", True),
        ("a == 1.50", True),
        ("a != 1.50", False),
        ("a >= 1.5", True),
        ('lactam == "negative"', True),
        ("lactam != 'negative'", False),
        ('lactam == "Negative"', False),
        ('"yes" == seal', True),
        ("a > 1 and lod > 2", False),
        ("a > 1 or lod > 2", True),
        ("not a > 1", False),
        ("a > 2 or a > 1 and not lod > 2", True),
        ("a > 1 if lod > 1 else a > 2", True),
        ("a > 2 and never_recorded > 1", False),
        ("a > 1 or never_recorded > 1", True),
    ],
)
def test_condition_compares_exactly_and_stops_when_certain(text, result):
    assert value(text) is result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('a if lactam == "negative" else 0', "1.5"),
        ('a if lactam == "positive" else 0', "0"),
        ("a if lod <= 1.80 else never_recorded", "1.5"),
        ('"dry" if lod <= 1.80 else "wet"', "dry"),
        ('lactam if lod <= 1.80 else "unknown"', "negative"),
    ],
)
def test_choice_takes_one_part_and_leaves_the_other_unread(text, result):
    assert value(text) == result


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("never + a * missing", ("missing", "never")),
        ("a * never", ("never",)),
        ("mean(never)", ("never",)),
        ("sum(never, weight, missing + 1)", ("missing", "never")),
        ("1 < never < missing", ("missing", "never")),
        ("never if a > 1 else 0", ("never",)),
        ("not never > 1", ("never",)),
    ],
)
def test_missing_inputs_are_all_named(text, names):
    with pytest.raises(MissingValueError) as refused:
        value(text)

    assert (refused.value.names, refused.value.message) == (names, f"No value yet for: {', '.join(names)}.")


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a / (base - 250)", "The calculation divides by zero (column 6 of the formula)."),
        (
            "zero / zero",
            (
                "The calculation has no result: it divides zero by zero, or an input is not a number "
                "(column 8 of the formula)."
            ),
        ),
        ("0 ** -1", "The calculation divides by zero (column 6 of the formula)."),
        ("zero ** zero", "Zero to the power of zero has no value (column 9 of the formula)."),
        (
            "2 ** 101",
            "An exponent is a whole number from -100 to 100, not 101 (column 6 of the formula).",
        ),
        (
            "2 ** 0.5",
            "An exponent is a whole number from -100 to 100, not 0.5 (column 6 of the formula).",
        ),
        (
            "9999999999 ** 99 * 9999999999 ** 99",
            "The result is too large to be recorded (column 20 of the formula).",
        ),
        (
            "0.0000000001 ** 99 / 3 ** 99",
            "The result is too small to be recorded (column 22 of the formula).",
        ),
        ("lactam + 1", 'A number is needed, not "negative" (column 1 of the formula).'),
        ("lactam < 1", 'A number is needed, not "negative" (column 1 of the formula).'),
        (
            'a == "yes"',
            'A number can\'t be compared with a text: "1.5" and "yes" (column 1 of the formula).',
        ),
        ("max(seal)", 'A number is needed, not "no" (column 1 of the formula).'),
        ("sd(a)", "A standard deviation needs at least two values (column 1 of the formula)."),
    ],
)
def test_expression_without_a_value_is_refused_with_its_column(text, sentence):
    with pytest.raises(EvaluationError) as refused:
        value(text)

    assert refused.value.message == sentence


def test_recorded_value_that_is_no_number_never_enters_a_calculation():
    broken = RecordedValues({"x": [Decimal("NaN")]})

    with pytest.raises(EvaluationError) as refused:
        compile_expression("x + 1").evaluate(broken)

    assert refused.value.message == 'A number is needed, not "NaN" (column 1 of the formula).'


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("", 1, "the expression is empty."),
        (" \n ", 1, "the expression is empty."),
        ("x" * 2001, 2001, "the expression is longer than 2000 characters. Divide it into several fields."),
        ("a = 1", 3, "write == to compare."),
        ("a ! 1", 3, "write != or not."),
        ("a & b", 3, "write and."),
        ("a | b", 3, "write or."),
        ("a ^ 2", 3, "write ** for a power."),
        ("80 %", 4, "a per cent sign is a unit, not a sign of arithmetic. Multiply or divide by 100."),
        ("a \N{MULTIPLICATION SIGN} 2", 3, "write * to multiply."),
        ("a \N{DIVISION SIGN} 2", 3, "write / to divide."),
        ("a \N{MINUS SIGN} 2", 3, "write the keyboard's minus sign (-)."),
        ("a ≤ 2", 3, "write <=."),
        ("a == “yes”", 6, 'write a text in plain quotes: "yes".'),
        ("a == 'yes", 6, "write a text in one pair of plain quotes, without a backslash: 'yes'."),
        (
            'a == "\\x41"',
            6,
            'write a text in one pair of plain quotes, without a backslash: "yes".',
        ),
        (
            'a == "it" "s"',
            6,
            'write a text in one pair of plain quotes, without a backslash: "yes".',
        ),
        ("a + \x00", 5, "the character U+0000 can't be seen. Delete it."),
        ("a\u200b", 2, "the character U+200B can't be seen. Delete it."),
        ("a # b", 3, "# is not part of the language."),
        ("[a]", 1, "[ is not part of the language."),
        ("é + 1", 1, "é is not part of the language."),
        (".5", 1, "write a digit before and after a decimal point."),
        ("(a).real", 4, "write a digit before and after a decimal point."),
        ("2 * 1E3", 5, "write the number out in full, as 12.10: no exponent, no letters, one decimal point."),
        ("0x10", 1, "write the number out in full, as 12.10: no exponent, no letters, one decimal point."),
        ("1_000", 1, "write the number out in full, as 12.10: no exponent, no letters, one decimal point."),
        ("1.", 1, "write the number out in full, as 12.10: no exponent, no letters, one decimal point."),
        ("1j", 1, "write the number out in full, as 12.10: no exponent, no letters, one decimal point."),
        ("007", 1, '"007" starts with a zero too many. Write 7, not 007.'),
        (
            "1" * 29,
            1,
            (
                "The entry has 29 digits, at most 28 are kept exactly. "
                "Check it for a stuck key or a scanned code."
            ),
        ),
        (
            'f"{a}"',
            1,
            "a name is letters, digits and _, its parts joined by single points; a text stands in quotes.",
        ),
        (
            "weight..mean",
            1,
            "a name is letters, digits and _, its parts joined by single points; a text stands in quotes.",
        ),
        ("(a", 1, "this bracket is never closed."),
        ("a)", 2, "this bracket was never opened."),
        (
            "(" * 41 + "1" + ")" * 41,
            41,
            "more than 40 brackets inside each other. Divide the expression.",
        ),
        ("+".join(["1"] * 102), 1, "more than 100 operations in a row. Divide the expression."),
        ("-" * 1999 + "1", 102, "more than 100 operations in a row. Divide the expression."),
        ("not " * 499 + "a", 405, "more than 100 operations in a row. Divide the expression."),
    ],
)
def test_text_outside_the_language_is_refused_with_its_column(text, column, sentence):
    with pytest.raises(ExpressionError) as refused:
        compile_expression(text)

    assert (refused.value.column, refused.value.message) == (column, f"Column {column}: {sentence}")


@pytest.mark.parametrize(
    ("text", "column", "sentence"),
    [
        ("a b", 3, "a value, an operator or a comma is missing, or there is one too many."),
        ("  a +", 5, "a value, an operator or a comma is missing, or there is one too many."),
        ("a <> b", 3, "a value, an operator or a comma is missing, or there is one too many."),
        ("a if b > 1", 1, "a value, an operator or a comma is missing, or there is one too many."),
        ("lambda", 6, "a value, an operator or a comma is missing, or there is one too many."),
        ("1,5", 1, "this is not part of the language. A decimal comma is a point here."),
        ("await a", 1, "this is not part of the language. A decimal comma is a point here."),
        ("max(*a, 1)", 5, "this is not part of the language. A decimal comma is a point here."),
        ("sum(x for x in y)", 1, "sum needs a name, for all its values, or several values in brackets."),
        ("a // b", 6, "only + - * / and ** calculate."),
        ("a << b", 6, "only + - * / and ** calculate."),
        ("a in b", 6, "only == != < <= > and >= compare."),
        ("a is not b", 10, "only == != < <= > and >= compare."),
        ("a == True", 6, 'compare with the answer itself, as == "yes".'),
        ("a == None", 6, 'compare with the answer itself, as == "yes".'),
        ("sum + 1", 1, "sum is a function: write sum(…)."),
        (
            "print(a)",
            1,
            "print is not a function; there are abs, count, max, mean, min, round, sd, sum.",
        ),
        (
            "a.mean(1)",
            1,
            "a.mean is not a function; there are abs, count, max, mean, min, round, sd, sum.",
        ),
        ("min()", 1, "write min(…) with its values in brackets, none of them named."),
        ("max(**a)", 1, "write max(…) with its values in brackets, none of them named."),
        ("abs(a, b)", 8, "abs takes one value."),
        ("count(a + 1)", 1, "count takes names, as count(weight)."),
        ("sum(gross - tare)", 1, "sum needs a name, for all its values, or several values in brackets."),
        ("1 and a > 1", 1, 'a condition is needed here, as lod > 1.80 or seal == "yes", not a number.'),
        ("not seal", 5, 'a condition is needed here, as lod > 1.80 or seal == "yes", not a recorded value.'),
        ('a if "yes" else b', 6, 'a condition is needed here, as lod > 1.80 or seal == "yes", not a text.'),
        ("(a > 1) + 1", 2, "a number is needed here, not a condition."),
        ('a + "1"', 5, "a number is needed here, not a text."),
        ('-("yes" if a > 1 else "no")', 3, "a number is needed here, not a text."),
        ("max(a > 1, 2)", 5, "a number is needed here, not a condition."),
        ('"a" < seal', 7, "texts are only equal or not: write == or !=."),
        ('1 == "1"', 6, "a number can't be compared with a text."),
        ('"é" == 1', 8, "a number can't be compared with a text."),
        (
            "(a > 1) == (lod > 1)",
            13,
            "a condition can't be compared; join conditions with and, or, not.",
        ),
        ('1 if a > 1 else "no"', 17, "both results must be of one kind: numbers, texts or conditions."),
        ("a if a > 1 else a > 2", 17, "both results must be of one kind: numbers, texts or conditions."),
        *[
            (
                text,
                1,
                'write round(value, decimals, "half_up"), or half_even, up, down; up to 28 decimals.',
            )
            for text in (
                "round(a)",
                "round(a, 2)",
                'round(a, 2, "bankers")',
                'round(a, 2.5, "up")',
                'round(a, 29, "up")',
                'round(a, b, "up")',
                'round(a, "up", 2)',
                'round(a, 2, "up", 1)',
            )
        ],
    ],
)
def test_expression_that_could_never_be_calculated_is_refused(text, column, sentence):
    with pytest.raises(ExpressionError) as refused:
        compile_expression(text)

    assert (refused.value.column, refused.value.message) == (column, f"Column {column}: {sentence}")


def test_expression_knows_the_names_it_reads_and_how():
    expression = compile_expression("mean(weight, a + 1) + weight if lod > 1 else count(seal)")

    assert (expression.names, expression.aggregate_names) == (
        {"weight", "a", "lod", "seal"},
        {"weight", "seal"},
    )


def test_names_are_found_inside_every_kind_of_part():
    text = '-x1 + round(abs(x2), 1, "up") > 1 and not x3 == x4 or (x5 if x6 > 1 else x7) ** 2 < 1'

    assert compile_expression(text).names == {f"x{number}" for number in range(1, 8)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a + 1", Kind.NUMBER),
        ("sum(a)", Kind.NUMBER),
        ("a", Kind.RECORDED),
        ('"yes"', Kind.TEXT),
        ("a > 1", Kind.CONDITION),
        ("a if a > 1 else 2", Kind.NUMBER),
        ("a if a > 1 else b", Kind.RECORDED),
    ],
)
def test_expression_knows_what_it_yields(text, kind):
    assert compile_expression(text).kind is kind


def test_formula_must_give_a_number():
    with pytest.raises(EvaluationError) as refused:
        compile_expression("lactam").number(BATCH)

    assert (
        refused.value.message
        == "The formula must give a number, and gives negative (column 1 of the formula)."
    )


def test_condition_must_be_true_or_false():
    with pytest.raises(EvaluationError) as refused:
        compile_expression("a").condition(BATCH)

    assert (
        refused.value.message
        == "The expression must be a condition, and gives 1.5 (column 1 of the formula)."
    )


def test_formula_and_condition_give_their_own_types():
    assert (compile_expression("a + 1").number(BATCH), compile_expression("a > 1").condition(BATCH)) == (
        Decimal("2.5"),
        True,
    )


LEAVES = st.integers(min_value=-9999, max_value=9999).map(
    lambda cents: (f"({Decimal(cents).scaleb(-2):f})", Fraction(cents, 100))
)


def joined(pairs):
    return st.tuples(pairs, st.sampled_from("+-*"), pairs).map(_join)


def _join(parts):
    (left, left_value), sign, (right, right_value) = parts
    result = {"+": left_value + right_value, "-": left_value - right_value, "*": left_value * right_value}
    return f"({left} {sign} {right})", result[sign]


@pytest.mark.requirement("G-68b2")
@PATIENT
@given(st.recursive(LEAVES, joined, max_leaves=8))
def test_sums_and_products_are_exact(pair):
    text, exact = pair

    assert Fraction(compile_expression(text).number(BATCH)) == exact


@PATIENT
@given(st.decimals(min_value=-999, max_value=999, places=3), st.integers(min_value=-9, max_value=9))
def test_power_agrees_with_fractions_to_thirty_digits(base, exponent):
    if base == 0:
        base = Decimal(2)
    exact = Fraction(base) ** exponent

    result = compile_expression(f"x ** {exponent}").number(RecordedValues({"x": [base]}))

    assert abs(Fraction(result) - exact) <= abs(exact) / 10**30


@PATIENT
@given(
    st.decimals(min_value=1, max_value=1000, places=3),
    st.decimals(min_value=90, max_value=100, places=1),
    st.sampled_from(Rounding),
)
def test_expression_agrees_with_the_same_arithmetic_in_fractions(base, assay, mode):
    formula = compile_expression(f'round(base * 100 / assay, 3, "{mode}")')

    result = formula.number(RecordedValues({"base": [base], "assay": [assay]}))

    exact = Fraction(base) * 100 / Fraction(assay)
    wide = round_to(Decimal(exact.numerator) / Decimal(exact.denominator), 20, Rounding.HALF_EVEN)
    assert result == round_to(wide, 3, mode)


PIECES = st.lists(
    st.sampled_from(
        (
            *("a", "lod", "weight", "lactam", "never", "1", "0", "2.50", '"yes"', "'no'", "(", ")", ",", "."),
            *("+", "-", "*", "/", "**", "<", "<=", "==", "!=", " and ", " or ", " not ", " if ", " else "),
            *(
                "sum(",
                "max(",
                "round(",
                "count(",
                "sd(",
                "abs(",
                "=",
                " in ",
                "%",
                "\n",
                "_",
                "e",
                "\x00",
                "é",
            ),
        )
    ),
    max_size=14,
).map("".join)


@PATIENT
@given(st.text() | PIECES)
def test_any_text_is_refused_or_gives_a_value_or_says_why_not(text):
    try:
        result = compile_expression(text).evaluate(BATCH)
    except DomainError:
        return
    assert isinstance(result, Decimal | str | bool)


@PATIENT
@given(PIECES)
def test_the_same_text_always_gives_the_same(text):
    outcomes = []
    for _ in range(2):
        try:
            outcomes.append(compile_expression(text).evaluate(BATCH))
        except DomainError as refused:
            outcomes.append(refused.message)

    assert outcomes[0] == outcomes[1]
