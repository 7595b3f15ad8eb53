"""What an operator may type, and what becomes of it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.numbers import NumberError, Rounding, as_text, parse_decimal, parse_quantity, round_to

ENTERED = st.decimals(min_value=-(10**15), max_value=10**15, places=6)
CHECK = "Check it for a stuck key or a scanned code."
RESOLUTION = st.integers(min_value=0, max_value=12)
PATIENT = settings(deadline=None)


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("12", "12"),
        ("12.10", "12.10"),
        ("-0.5", "-0.5"),
        ("+3", "3"),
        ("0", "0"),
        ("0.000", "0.000"),
        (" 251.507 ", "251.507"),
        ("-0", "0"),
        ("-0.000", "0.000"),
        ("9999999999999999999999999999", "9999999999999999999999999999"),
        ("0.0000000000000000000000000001", "0.0000000000000000000000000001"),
    ],
)
def test_number_is_read_with_every_digit_it_was_typed_with(raw, text):
    assert as_text(parse_decimal(raw)) == text


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("", "Enter a number."),
        ("   ", "Enter a number."),
        ("1,5", '"1,5" has a comma. Write a decimal point: 1.5, not 1,5.'),
        (",5", '",5" has a comma. Write a decimal point: 1.5, not 1,5.'),
        (
            "1,000",
            '"1,000" can be read in two ways. Write a decimal point and no digit groups: 1.000 or 1000.',
        ),
        ("1 000.5", '"1 000.5" has digit groups. Leave out what stands between the digits: 1000.5.'),
        ("1,000.5", '"1,000.5" has digit groups. Leave out what stands between the digits: 1000.5.'),
        ("1.000,5", '"1.000,5" has digit groups. Leave out what stands between the digits: 1000.5.'),
        ("1'000", '"1\'000" has digit groups. Leave out what stands between the digits: 1000.5.'),
        ("1_000", '"1_000" has digit groups. Leave out what stands between the digits: 1000.5.'),
        (
            "1\u00a0000",
            '"1<U+00A0>000" has digit groups. Leave out what stands between the digits: 1000.5.',
        ),
        (
            "NaN",
            '"NaN" is not a reading. Enter the number the instrument shows, or say why there is none.',
        ),
        (
            "-Infinity",
            '"-Infinity" is not a reading. Enter the number the instrument shows, or say why there is none.',
        ),
        (
            "sNaN123",
            '"sNaN123" is not a reading. Enter the number the instrument shows, or say why there is none.',
        ),
        ("1e400", '"1e400" has an exponent. Write the number out in full: 1000, not 1E3.'),
        ("1E3", '"1E3" has an exponent. Write the number out in full: 1000, not 1E3.'),
        ("1,5e-3", '"1,5e-3" has an exponent. Write the number out in full: 1000, not 1E3.'),
        (".5", '".5" lacks a digit before or after its point. Write 0.5 or 5.0.'),
        ("5.", '"5." lacks a digit before or after its point. Write 0.5 or 5.0.'),
        ("007", '"007" starts with a zero too many. Write 7, not 007.'),
        (
            "\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}",
            (
                '"\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}" holds digits of another script. '
                "Type the digits 0 to 9."
            ),
        ),
        (
            "\N{ARABIC-INDIC DIGIT THREE}",
            '"\N{ARABIC-INDIC DIGIT THREE}" holds digits of another script. Type the digits 0 to 9.',
        ),
        (
            "5\N{SUPERSCRIPT TWO}",
            '"5\N{SUPERSCRIPT TWO}" holds digits of another script. Type the digits 0 to 9.',
        ),
        (
            "\N{MINUS SIGN}5",
            '"\N{MINUS SIGN}5" holds a dash. Write the keyboard\'s minus sign (-).',
        ),
        (
            "1\t2",
            '"1<U+0009>2" holds a character that can\'t be seen. Delete it and type the number again.',
        ),
        (
            "12\n",
            '"12<U+000A>" holds a character that can\'t be seen. Delete it and type the number again.',
        ),
        (
            "\u200b12",
            '"<U+200B>12" holds a character that can\'t be seen. Delete it and type the number again.',
        ),
        (
            "12\x00",
            '"12<U+0000>" holds a character that can\'t be seen. Delete it and type the number again.',
        ),
        (
            "12 kg",
            '"12 kg" is not a number. Enter digits, with a decimal point if needed, and nothing else.',
        ),
        ("--1", '"--1" is not a number. Enter digits, with a decimal point if needed, and nothing else.'),
        (
            "1.2.3",
            '"1.2.3" is not a number. Enter digits, with a decimal point if needed, and nothing else.',
        ),
        (
            "<b>1</b>",
            '"<b>1</b>" is not a number. Enter digits, with a decimal point if needed, and nothing else.',
        ),
        (
            "{0}",
            '"{0}" is not a number. Enter digits, with a decimal point if needed, and nothing else.',
        ),
        (
            "1" * 29,
            f"The entry has 29 digits, at most 28 are kept exactly. {CHECK}",
        ),
        (
            "0." + "0" * 29,
            f"The entry has 29 digits, at most 28 are kept exactly. {CHECK}",
        ),
        (
            "1" * 1_000_000,
            f"The entry is longer than 64 characters. {CHECK}",
        ),
    ],
)
def test_what_is_not_plainly_a_number_is_refused_with_what_to_do(raw, sentence):
    with pytest.raises(NumberError) as refused:
        parse_decimal(raw)

    assert refused.value.message == sentence


@pytest.mark.requirement("G-68b2")
def test_reading_finer_than_the_instrument_is_refused_not_rounded():
    with pytest.raises(NumberError) as refused:
        parse_decimal("251.5070", decimals=3, unit="kg")

    assert refused.value.message == (
        '"251.5070" has 4 decimals, the resolution is 0.001 kg. Enter the reading as displayed.'
    )


def test_reading_as_fine_as_the_instrument_is_accepted():
    assert as_text(parse_decimal("251.507", decimals=3, unit="kg")) == "251.507"


def test_resolution_of_a_counter_is_one():
    with pytest.raises(NumberError) as refused:
        parse_decimal("1.0", decimals=0)

    assert refused.value.message == (
        '"1.0" has 1 decimals, the resolution is 1. Enter the reading as displayed.'
    )


@PATIENT
@given(st.text() | st.text(alphabet="+-0123456789.,eE naNIfity\t_'", max_size=30))
def test_any_text_is_either_refused_or_read_as_it_stands(raw):
    try:
        value = parse_decimal(raw)
    except NumberError:
        return
    typed = raw.strip(" ").removeprefix("+")
    assert as_text(value) == (typed.removeprefix("-") if value == 0 else typed)


@PATIENT
@given(ENTERED)
def test_a_number_written_and_read_again_keeps_value_and_digits(value):
    again = parse_decimal(as_text(value))

    assert (again, as_text(again)) == (value, as_text(value))


@pytest.mark.requirement("G-68b2")
def test_quantity_is_read_in_the_unit_asked_for():
    assert as_text(parse_quantity("12.10 kg", unit="kg", decimals=3)) == "12.10"


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("12.10", '"12.10" has no unit. Write it with its unit, as 12.10 kg.'),
        ("12.10kg", '"12.10kg" has no unit. Write it with its unit, as 12.10 kg.'),
        ("12100 g", 'The value is asked for in kg, not in "g". Enter it in kg.'),
        ("1 000 kg", '"1 000" has digit groups. Leave out what stands between the digits: 1000.5.'),
    ],
)
def test_quantity_without_its_unit_is_refused(raw, sentence):
    with pytest.raises(NumberError) as refused:
        parse_quantity(raw, unit="kg")

    assert refused.value.message == sentence


@pytest.mark.requirement("G-68b2")
@pytest.mark.parametrize(
    ("value", "decimals", "mode", "text"),
    [
        ("2.5", 0, Rounding.HALF_UP, "3"),
        ("2.5", 0, Rounding.HALF_EVEN, "2"),
        ("3.5", 0, Rounding.HALF_EVEN, "4"),
        ("2.5", 0, Rounding.UP, "3"),
        ("2.5", 0, Rounding.DOWN, "2"),
        ("2.1", 0, Rounding.UP, "3"),
        ("-2.5", 0, Rounding.HALF_UP, "-3"),
        ("-2.5", 0, Rounding.HALF_EVEN, "-2"),
        ("-2.1", 0, Rounding.UP, "-3"),
        ("-2.9", 0, Rounding.DOWN, "-2"),
        ("1.005", 2, Rounding.HALF_UP, "1.01"),
        ("12", 2, Rounding.HALF_UP, "12.00"),
        ("-0.004", 2, Rounding.HALF_UP, "0.00"),
        ("12345678901234567890.125", 2, Rounding.HALF_EVEN, "12345678901234567890.12"),
    ],
)
def test_rounding_is_the_one_declared(value, decimals, mode, text):
    assert as_text(round_to(Decimal(value), decimals, mode)) == text


@PATIENT
@given(ENTERED, RESOLUTION, st.sampled_from(Rounding))
def test_rounding_moves_a_value_by_less_than_its_last_digit(value, decimals, mode):
    rounded = round_to(value, decimals, mode)

    distance = abs(Fraction(rounded) - Fraction(value)) * 10**decimals
    assert distance <= Fraction(1, 2) if mode.startswith("half") else distance < 1
    assert -rounded.as_tuple().exponent == decimals


@pytest.mark.parametrize("decimals", [-1, 29])
def test_rounding_to_decimals_nobody_reads_is_refused(decimals):
    with pytest.raises(NumberError) as refused:
        round_to(Decimal(1), decimals, Rounding.HALF_UP)

    assert refused.value.message == f"A number has 0 to 28 decimals, not {decimals}."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E3", "1000"),
        ("0E3", "0"),
        ("12.10", "12.10"),
        ("1E-7", "0.0000001"),
        ("-0.0", "0.0"),
        ("1E999", "1" + "0" * 999),
    ],
)
def test_text_of_a_number_is_plain(value, text):
    assert as_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("NaN", "NaN is not a number that can be recorded."),
        ("-Infinity", "-Infinity is not a number that can be recorded."),
        ("1E1000", "A number beyond 10 to the power of 999 is refused."),
        ("1E-9999", "A number beyond 10 to the power of 999 is refused."),
    ],
)
def test_value_without_plain_text_is_refused(value, sentence):
    with pytest.raises(NumberError) as refused:
        as_text(Decimal(value))

    assert refused.value.message == sentence
