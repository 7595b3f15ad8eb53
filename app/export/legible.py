"""Keep every character of a print legible: what no font here has is printed as its code points.

The fonts of the product cover Latin, Greek and Cyrillic. Other writing is printed with a font of the machine,
if one has it, else as `[U+4F50 U+85E4]`: never as empty boxes.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from markupsafe import Markup

REGULAR = "IBMPlexSans-Regular.ttf"
_ALWAYS = frozenset(map(ord, "\t\n\r"))
_SECONDS = 20


@cache
def covered(font: Path) -> frozenset[int]:
    """Return the characters a font has."""
    with TTFont(font, lazy=True) as opened:
        return frozenset(opened.getBestCmap()) | _ALWAYS


@cache
def on_this_machine() -> frozenset[int]:
    """Return the characters that installed fonts have, as fontconfig lists them to whoever renders."""
    command = shutil.which("fc-list")
    if command is None:
        return frozenset()
    try:
        listed = subprocess.run(  # noqa: S603 -- a fixed command
            [command, "--format=%{charset}\n"], capture_output=True, text=True, check=True, timeout=_SECONDS
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(point for words in set(listed.split()) for point in _range(words))


def finalizer(fonts: Path) -> Callable[[Any], Any]:
    """Return what a print's templates do with everything they print; markup passes as it is."""
    known = covered(fonts / REGULAR)

    def legible(value: Any) -> Any:  # noqa: ANN401 -- whatever a template prints
        if isinstance(value, Markup) or not isinstance(value, str) or value.isascii():
            return value
        if all(ord(character) in known for character in value):
            return value
        return spelled_out(value, known | on_this_machine())

    return legible


def spelled_out(text: str, known: frozenset[int]) -> str:
    """Replace each run of characters that no font has by its code points, in brackets."""
    lacking = "".join(sorted({character for character in text if ord(character) not in known}))
    if not lacking:
        return text
    run = re.compile(f"[{re.escape(lacking)}]+(?: +[{re.escape(lacking)}]+)*")
    return run.sub(lambda found: f"[{_points(found[0])}]", text)


def is_covered(html: str, fonts: Path) -> bool:
    """Tell whether a page is set in the fonts of the product alone, so that it looks the same anywhere."""
    return html.isascii() or set(map(ord, html)) <= covered(fonts / REGULAR)


def _points(text: str) -> str:
    return " ".join(f"U+{ord(character):04X}" for character in text if character != " ")


def _range(words: str) -> range:
    low, _, high = words.partition("-")
    return range(int(low, 16), int(high or low, 16) + 1)
