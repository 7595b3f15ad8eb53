"""Bar codes as drawings: the dark modules of a QR code, for a page to draw as one path."""

from dataclasses import dataclass

import zint

_QUIET = 4
"""Modules of white that a scanner needs around a code."""
_BITS = 8
"""Modules in one byte of the encoded rows."""
_LEVEL_M = 2
"""Error correction: 15 % of the code may be soiled."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A code as an SVG path in a square of `size` modules, the quiet zone included."""

    size: int
    path: str


def qr_code(text: str) -> Drawing:
    """Return the QR code of a text."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.option_1 = _LEVEL_M
    symbol.encode(text)
    modules, width = symbol.encoded_data, symbol.width
    dark = [
        f"M{column + _QUIET} {row + _QUIET}h1v1h-1z"
        for row in range(symbol.rows)
        for column in range(width)
        if modules[row, column // _BITS] >> column % _BITS & 1
    ]
    return Drawing(size=width + 2 * _QUIET, path="".join(dark))
