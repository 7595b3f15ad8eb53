"""The templates of prints: their own environment, with no request, no clock and no web about it."""

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Undefined

from app.export.filters import filters
from app.export.legible import finalizer
from app.export.words import STEP_STATES, TONES, VERDICTS

_ROOT = Path(__file__).parents[2]
TEMPLATES = _ROOT / "templates"
FONTS = _ROOT / "app" / "static" / "fonts"
STYLES = _ROOT / "app" / "static" / "css" / "print"
_SHEETS = ("record.css", "cover.css", "steps.css")


class _Absent(Undefined):
    """What a definition leaves out: false and empty; to print it, or a part of it, is a fault of ours."""

    def __str__(self) -> str:
        return self._fail_with_undefined_error()


@lru_cache(maxsize=8)
def environment(zone: str) -> Environment:
    """Return the environment of prints whose times are shown in this zone."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=_Absent,
        finalize=finalizer(FONTS),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(filters(zone))
    found.globals.update(step_states=STEP_STATES, verdicts=VERDICTS, tones=TONES)
    return found


def styles() -> str:
    """Return the style sheet of prints."""
    return "\n".join((STYLES / name).read_text(encoding="utf-8") for name in _SHEETS)
