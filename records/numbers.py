"""Numbers as people type and read them: strict parsing, declared rounding, plain text (21 CFR 211.68(b)).

What was typed is kept beside the number by whoever calls; nothing here guesses, repairs or rounds silently.
"""

import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal, InvalidOperation
from enum import StrEnum

from records.errors import DomainError

# Calculations carry 34 digits (`records.arithmetic`); 28 leave six to spare, so a sum of a million entries
# is still exact. No instrument shows more: a longer number is a stuck key or a scanned code.
MAXIMUM_DIGITS = 28
MAXIMUM_CHARACTERS = 64
MAXIMUM_MAGNITUDE = 999

_NUMBER = re.compile(r"[+-]?(?P<whole>0|[1-9][0-9]*)(?:\.(?P<fraction>[0-9]+))?")
_CHECK_ENTRY = "Check it for a stuck key or a scanned code."
_AS_DISPLAYED = "Enter the reading as displayed."
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d")
_GROUPS = r"[ ,.'_\u2019\u00a0\u2009\u202f]"
_WIDE = Context(prec=2 * MAXIMUM_MAGNITUDE + 2, Emin=-9999, Emax=9999, traps=[InvalidOperation])


class NumberError(DomainError):
    """A number can't be accepted as it stands; the message says what to do."""


class Rounding(StrEnum):
    """How a digit is dropped; every rounding declares one."""

    HALF_UP = "half_up"
    """To the nearest; a tie away from zero. The baseline for pass or fail."""
    HALF_EVEN = "half_even"
    """To the nearest; a tie to the even digit. The baseline for statistics."""
    UP = "up"
    """Away from zero."""
    DOWN = "down"
    """Towards zero."""


_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}


def parse_decimal(raw: str, *, decimals: int | None = None, unit: str = "") -> Decimal:
    """Return the number a person typed, every digit kept; raises NumberError (21 CFR 211.68(b)).

    Accepts ``12``, ``12.10``, ``-0.5`` and ``+3``, with spaces around. A negative zero becomes zero, since a
    balance near its zero shows ``-0.000``; the text as typed stays on record. ``decimals`` is the resolution
    of the instrument: more are refused, never rounded. ``unit`` serves the message only.
    """
    text = raw.strip(" ")
    found = _NUMBER.fullmatch(text) if len(text) <= MAXIMUM_CHARACTERS else None
    if found is None:
        raise NumberError(_complaint(text))
    whole, fraction = found["whole"], found["fraction"] or ""
    digits = len(whole.lstrip("0")) + len(fraction)
    if digits > MAXIMUM_DIGITS:
        msg = f"The entry has {digits} digits, at most {MAXIMUM_DIGITS} are kept exactly. {_CHECK_ENTRY}"
        raise NumberError(msg)
    if decimals is not None and len(fraction) > decimals:
        resolution = f"{as_text(_quantum(decimals))} {unit}".strip()
        msg = f"{shown(text)} has {len(fraction)} decimals, the resolution is {resolution}. {_AS_DISPLAYED}"
        raise NumberError(msg)
    return _without_negative_zero(Decimal(text))


def parse_quantity(raw: str, *, unit: str, decimals: int | None = None) -> Decimal:
    """Return the number of a quantity written with its unit, as ``12.10 kg``; raises NumberError.

    The unit must be there and be the one asked for: nothing is converted.
    """
    text = raw.strip(" ")
    if text.endswith(f" {unit}"):
        return parse_decimal(text.removesuffix(f" {unit}"), decimals=decimals, unit=unit)
    number, _, given = text.partition(" ")
    if given:
        msg = f"The value is asked for in {unit}, not in {shown(given)}. Enter it in {unit}."
        raise NumberError(msg)
    msg = f"{shown(number)} has no unit. Write it with its unit, as 12.10 {unit}."
    raise NumberError(msg)


def round_to(value: Decimal, decimals: int, mode: Rounding) -> Decimal:
    """Return the value with exactly so many decimals (0 to 28), rounded as declared; raises NumberError."""
    _check_plain(value)
    rounded = value.quantize(_quantum(decimals), rounding=_MODES[mode], context=_WIDE)
    return _without_negative_zero(rounded)


def as_text(value: Decimal) -> str:
    """Return plain notation: trailing zeros kept, never an exponent, no negative zero."""
    _check_plain(value)
    return format(_without_negative_zero(value), "f")


def shown(text: str) -> str:
    """Return foreign text as a sentence may quote it: short, every unseen character spelt out."""
    short = text if len(text) <= MAXIMUM_CHARACTERS else f"{text[:MAXIMUM_CHARACTERS]}…"
    return '"' + "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in short) + '"'


def _quantum(decimals: int) -> Decimal:
    if not 0 <= decimals <= MAXIMUM_DIGITS:
        msg = f"A number has 0 to {MAXIMUM_DIGITS} decimals, not {decimals}."
        raise NumberError(msg)
    return Decimal((0, (1,), -decimals))


def _check_plain(value: Decimal) -> None:
    if not value.is_finite():
        msg = f"{value} is not a number that can be recorded."
        raise NumberError(msg)
    exponent = int(value.as_tuple().exponent)
    if value.adjusted() > MAXIMUM_MAGNITUDE or exponent < -2 * MAXIMUM_MAGNITUDE:
        msg = f"A number beyond 10 to the power of {MAXIMUM_MAGNITUDE} is refused."
        raise NumberError(msg)


def _without_negative_zero(value: Decimal) -> Decimal:
    return value.copy_abs() if value.is_zero() else value


def _unseen(text: str) -> bool:
    return any(unicodedata.category(char).startswith("C") for char in text)


def _foreign_digit(text: str) -> bool:
    return any(unicodedata.category(char).startswith("N") and char not in "0123456789" for char in text)


def _pattern(expression: str) -> Callable[[str], object]:
    return re.compile(expression, re.IGNORECASE | re.ASCII).fullmatch


_COMPLAINTS: tuple[tuple[Callable[[str], object], str], ...] = (
    (lambda text: not text, "Enter a number."),
    (
        lambda text: len(text) > MAXIMUM_CHARACTERS,
        f"The entry is longer than {MAXIMUM_CHARACTERS} characters. {_CHECK_ENTRY}",
    ),
    (_unseen, "{} holds a character that can't be seen. Delete it and type the number again."),
    (_foreign_digit, "{} holds digits of another script. Type the digits 0 to 9."),
    (lambda text: bool(_DASHES & set(text)), "{} holds a dash. Write the keyboard's minus sign (-)."),
    (
        _pattern(r"[+-]?(s?nan\d*|inf(inity)?)"),
        "{} is not a reading. Enter the number the instrument shows, or say why there is none.",
    ),
    (
        _pattern(r"[+-]?[\d.,]+e[+-]?\d+"),
        "{} has an exponent. Write the number out in full: 1000, not 1E3.",
    ),
    (
        _pattern(r"[+-]?\d{1,3},\d{3}"),
        "{} can be read in two ways. Write a decimal point and no digit groups: 1.000 or 1000.",
    ),
    (_pattern(r"[+-]?\d*,\d+"), "{} has a comma. Write a decimal point: 1.5, not 1,5."),
    (
        _pattern(rf"[+-]?\d+({_GROUPS}\d{{3}})+([.,]\d*)?"),
        "{} has digit groups. Leave out what stands between the digits: 1000.5.",
    ),
    (_pattern(r"[+-]?(\.\d+|\d+\.)"), "{} lacks a digit before or after its point. Write 0.5 or 5.0."),
    (_pattern(r"[+-]?0\d+(\.\d+)?"), "{} starts with a zero too many. Write 7, not 007."),
)


def _complaint(text: str) -> str:
    for applies, sentence in _COMPLAINTS:
        if applies(text):
            return sentence.format(shown(text))
    return f"{shown(text)} is not a number. Enter digits, with a decimal point if needed, and nothing else."
