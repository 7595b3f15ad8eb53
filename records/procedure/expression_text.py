"""Reading the characters of an expression before anything else does: only what the language knows passes.

What is left for the parser to meet are plain names, decimal numbers, quoted texts, brackets and operators,
so no reading of Python's own (exponents, underscores, escapes, prefixes, comments) can slip in.
"""

import re

from records.numbers import NumberError, parse_decimal
from records.procedure.expression_nodes import ExpressionError

MAXIMUM_LENGTH = 2000
MAXIMUM_BRACKETS = 40

_TOKEN = re.compile(
    r"""
      [ ]+
    | (?P<number>[0-9]++(?:\.[0-9]++)?+(?![A-Za-z_.]))
    | [A-Za-z_][A-Za-z0-9_]*+(?:\.[A-Za-z_][A-Za-z0-9_]*+)*+(?!["'.])
    | (?:"[^"\\]*+"|'[^'\\]*+')(?![ ]*["'])
    | (?P<open>\()
    | (?P<close>\))
    | \*\* | [=!<>]= | [-+*/<>,]
    """,
    re.VERBOSE,
)
_BLANKS = str.maketrans("\t\r\n", "   ")
_HINTS = {
    "=": "write == to compare.",
    "!": "write != or not.",
    "&": "write and.",
    "|": "write or.",
    "^": "write ** for a power.",
    "%": "a per cent sign is a unit, not a sign of arithmetic. Multiply or divide by 100.",
    "\N{MULTIPLICATION SIGN}": "write * to multiply.",
    "\N{MIDDLE DOT}": "write * to multiply.",
    "\N{DIVISION SIGN}": "write / to divide.",
    ":": "write / to divide.",
    "\N{MINUS SIGN}": "write the keyboard's minus sign (-).",
    "\N{EN DASH}": "write the keyboard's minus sign (-).",
    "≤": "write <=.",
    "≥": "write >=.",
    "≠": "write !=.",
    "“": 'write a text in plain quotes: "yes".',
    "”": 'write a text in plain quotes: "yes".',
    "„": 'write a text in plain quotes: "yes".',
    '"': 'write a text in one pair of plain quotes, without a backslash: "yes".',
    "'": "write a text in one pair of plain quotes, without a backslash: 'yes'.",
    ".": "write a digit before and after a decimal point.",
}


def checked(text: str) -> str:
    """Return the text, line breaks as blanks; raises ExpressionError at the first foreign character."""
    plain = text.translate(_BLANKS).rstrip(" ")
    if not plain.strip(" "):
        msg = "the expression is empty."
        raise ExpressionError(msg, 1)
    if len(plain) > MAXIMUM_LENGTH:
        msg = f"the expression is longer than {MAXIMUM_LENGTH} characters. Divide it into several fields."
        raise ExpressionError(msg, MAXIMUM_LENGTH + 1)
    _check_tokens(plain)
    return plain


def _check_tokens(text: str) -> None:
    opened: list[int] = []
    position = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        column = position + 1
        if token is None or not token[0].isprintable():
            raise ExpressionError(_hint(text[position:]), column)
        if token["number"]:
            _check_number(token["number"], column)
        elif token["open"]:
            opened.append(column)
        elif token["close"]:
            _close(opened, column)
        if len(opened) > MAXIMUM_BRACKETS:
            msg = f"more than {MAXIMUM_BRACKETS} brackets inside each other. Divide the expression."
            raise ExpressionError(msg, column)
        position = token.end()
    if opened:
        msg = "this bracket is never closed."
        raise ExpressionError(msg, opened[-1])


def _close(opened: list[int], column: int) -> None:
    if not opened:
        msg = "this bracket was never opened."
        raise ExpressionError(msg, column)
    opened.pop()


def _check_number(token: str, column: int) -> None:
    try:
        parse_decimal(token)
    except NumberError as error:
        raise ExpressionError(error.message, column) from error


def _hint(rest: str) -> str:
    first = rest[0]
    if first in "0123456789":
        return "write the number out in full, as 12.10: no exponent, no letters, one decimal point."
    if first.isascii() and (first.isalpha() or first == "_"):
        return "a name is letters, digits and _, its parts joined by single points; a text stands in quotes."
    if first in _HINTS:
        return _HINTS[first]
    if not first.isprintable():
        return f"the character U+{ord(first):04X} can't be seen. Delete it."
    return f"{first} is not part of the language."
