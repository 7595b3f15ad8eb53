"""What stands at the foot of every page of a copy: record, page number, digest, software; drawn when merged.

The pages come from sections that don't know their place, so the foot is drawn last, in a font that a page
made for it (`templates/print/stamp.html`) brings along, embedded as PDF/A wants it.
"""

import re
from dataclasses import dataclass
from io import BytesIO

import pikepdf

CHARACTERS = "".join(map(chr, range(0x21, 0x7F))) + " ·…"
"""What the foot may be written with; another character is printed as a question mark."""
_WIDTH, _SIDE = 595.28, 39.7
_ADVANCE = 0.6
"""Every glyph of the stamp's font is 600 units wide."""
_FONT = pikepdf.Name("/CsFoot")
_LARGE, _SMALL = 7.0, 5.8
_INK, _GREY, _RED = "0.08 0.13 0.17 rg", "0.35 0.42 0.47 rg", "0.62 0.05 0.08 rg"
_RULE = f"0.75 0.79 0.81 RG 0.5 w {_SIDE} 38.5 m {_WIDTH - _SIDE:.2f} 38.5 l S"
_GLYPHS = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]{4})>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """The words at the foot: the record's name, the digest of its data, the software, a warning if any."""

    record: str
    sha256: str
    code: str
    warning: str = ""


class Stamp:
    """Writes at the foot of pages with the embedded font of a stamp page."""

    def __init__(self, out: pikepdf.Pdf, page: bytes) -> None:
        with pikepdf.open(BytesIO(page)) as source:
            (font,) = source.pages[0].Resources.Font.values()
            self._codes = {
                chr(int(character, 16)): code.decode()
                for code, character in _GLYPHS.findall(font.ToUnicode.read_bytes())
            }
            self._font = out.copy_foreign(source.make_indirect(font))

    def draw(self, page: pikepdf.Page, foot: Foot, place: str) -> None:
        """Draw the foot of one page; `place` is such as ``Page 3 of 214``."""
        if "/Font" not in page.Resources:
            page.Resources.Font = pikepdf.Dictionary()
        page.Resources.Font[_FONT] = self._font
        drawn = [
            "Q q",
            _RULE,
            self._text(foot.record, _LARGE, 29.0, _INK),
            self._text(foot.warning, _LARGE, 29.0, _RED, align=0.5),
            self._text(place, _LARGE, 29.0, _INK, align=1),
            self._text(f"SHA-256 of the record {foot.sha256}", _SMALL, 20.5, _GREY),
            self._text(foot.code, _SMALL, 20.5, _GREY, align=1),
            "Q",
        ]
        page.contents_add(b"q", prepend=True)
        page.contents_add("\n".join(drawn).encode("ascii"))

    def _text(self, text: str, size: float, y: float, ink: str, align: float = 0) -> str:
        room = _WIDTH - 2 * _SIDE - len(text) * _ADVANCE * size
        codes = "".join(self._codes.get(character, self._codes["?"]) for character in text)
        return f"BT {ink} {_FONT} {size} Tf 1 0 0 1 {_SIDE + room * align:.2f} {y} Tm <{codes}> Tj ET"
