"""Keep every character of a print legible: what its own fonts lack is followed by its code points.

The fonts of the product cover Latin, Greek and Cyrillic. Other writing is printed with a font of the machine,
if it has one; the code points behind it say what it is in any case (`[U+4F50 U+85E4]`).
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from markupsafe import Markup

REGULAR = "IBMPlexSans-Regular.ttf"
_ALWAYS = frozenset(map(ord, "\t\n\r"))


@cache
def covered(font: Path) -> frozenset[int]:
    """Return the characters a font has."""
    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap()) | _ALWAYS


def finalizer(fonts: Path) -> Callable[[Any], Any]:
    """Return what a print's templates do with everything they print; markup passes as it is."""
    known = covered(fonts / REGULAR)

    def legible(value: Any) -> Any:  # noqa: ANN401 -- whatever a template prints
        if isinstance(value, Markup) or not isinstance(value, str) or value.isascii():
            return value
        return spelled_out(value, known)

    return legible


def spelled_out(text: str, known: frozenset[int]) -> str:
    """Follow each run of characters that the fonts lack by its code points, in brackets."""
    if all(ord(character) in known for character in text):
        return text
    lacking = "".join(sorted({character for character in text if ord(character) not in known}))
    run = re.compile(f"[{re.escape(lacking)}]+(?: +[{re.escape(lacking)}]+)*")
    return run.sub(lambda found: f"{found[0]} [{_points(found[0])}]", text)


def is_covered(html: str, fonts: Path) -> bool:
    """Tell whether a page is set in the fonts of the product alone, so that it looks the same anywhere."""
    return html.isascii() or set(map(ord, html)) <= covered(fonts / REGULAR)


def _points(text: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in text if character != " ")
