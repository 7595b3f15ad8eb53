"""Render print HTML as PDF/A-3b with WeasyPrint: the one file that imports it, and a process of its own.

`python -m app.pdf` reads its setting as one line of JSON on standard input, then one task a line, and answers
each with one line. It fetches nothing but the fonts and pictures of the two folders it is told. The caller
(`app.export.renderer`) ends it when a task takes too long.
"""

import gc
import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

VARIANT = "pdf/a-3b"
_NAME = re.compile(r"[A-Za-z0-9-]+\.(?:ttf|jpg)")
_TYPES = {"font": "font/ttf", "picture": "image/jpeg"}


class Assets(URLFetcher):  # type: ignore[misc]  # the library ships no types
    """Gives `font:NAME` and `picture:NAME` out of two folders, and nothing from anywhere else."""

    def __init__(self, folders: dict[str, Path]) -> None:
        super().__init__(allowed_protocols=tuple(folders))
        self._folders = folders

    def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ANN401, ARG002 -- the library's signature
        """Return the named file's bytes; anything else ends the rendering."""
        kind, _colon, name = url.partition(":")
        if kind not in self._folders or not _NAME.fullmatch(name):
            msg = f"A print may not fetch {url!r}."
            raise FatalURLFetchingError(msg)
        body = (self._folders[kind] / name).read_bytes()
        return URLFetcherResponse(url, body=body, headers={"Content-Type": _TYPES[kind]})


class Press:
    """One style sheet with its fonts, set up once, for as many sections as are asked for."""

    def __init__(self, css: str, fonts: Path, pictures: Path) -> None:
        self._assets = Assets({"font": fonts, "picture": pictures})
        self._fonts = FontConfiguration()
        self._style = CSS(string=css, font_config=self._fonts, url_fetcher=self._assets)

    def render(self, html: str, identifier: bytes) -> tuple[bytes, int]:
        """Return a section's PDF and its number of pages; the same HTML gives the same bytes."""
        source = HTML(string=html, url_fetcher=self._assets)
        options = {"pdf_variant": VARIANT, "pdf_identifier": identifier}
        document = source.render(font_config=self._fonts, stylesheets=[self._style], **options)
        return document.write_pdf(**options), len(document.pages)


def main() -> None:
    """Serve tasks until standard input ends."""
    gc.disable()  # layout makes little garbage: looking for it takes a quarter of the time
    setting = json.loads(sys.stdin.readline())
    limit = setting["megabytes"] << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    press = Press(setting["css"], Path(setting["fonts"]), Path(setting["pictures"]))
    for line in sys.stdin:
        task = json.loads(line)
        html = Path(task["html"]).read_text(encoding="utf-8")
        pdf, pages = press.render(html, task["name"].encode())
        Path(task["pdf"]).write_bytes(pdf)
        sys.stdout.write(json.dumps({"pages": pages}) + "\n")
        sys.stdout.flush()
        gc.collect()


if __name__ == "__main__":
    main()
