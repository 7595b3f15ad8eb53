"""Make the PDF of a copy: sections rendered or taken from the cache, contents, feet, the data inside."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf

from app.export import batch_print, master_print
from app.export.assembly import About, Attached, Section, assemble
from app.export.cache import SectionCache, making_of, name_of
from app.export.copy import Copy
from app.export.environment import FONTS, environment, styles
from app.export.legible import is_covered
from app.export.pictures import thumbnails
from app.export.renderer import Rendered, Renderer, Task
from app.export.sheets import Print, Sheet
from app.export.stamps import CHARACTERS, Foot

Progress = Callable[[int, int], None]
PRINTS: Mapping[str, Callable[[Copy, Mapping[str, str]], Print]] = {
    "batch": batch_print.batch_print,
    "master": master_print.master_print,
}
"""How a record of each kind is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """Where prints are made: attached files to show, and sections rendered before."""

    files: Path
    cache: SectionCache


@dataclass(frozen=True, slots=True)
class Made:
    """A finished PDF and its number of pages."""

    pdf: bytes
    pages: int


def make_pdf(copy: Copy, shop: Workshop, progress: Progress | None = None) -> Made:
    """Return the copy as PDF/A-3b output with its data inside; the same copy gives the same bytes.

    Raises RenderingError.
    """
    with tempfile.TemporaryDirectory(prefix="countersign-pictures-") as folder:
        pictures = Path(folder)
        css = styles()
        with Renderer(css, FONTS, pictures) as renderer:
            form = PRINTS[copy.kind](copy, thumbnails(copy.record, shop.files, pictures))
            press = _Press(copy, form, shop.cache, renderer, making_of(css, FONTS))
            return press.make(progress)


class _Press:
    """The making of one print."""

    def __init__(
        self, copy: Copy, form: Print, cache: SectionCache, renderer: Renderer, making: bytes
    ) -> None:
        self._copy, self._form, self._cache, self._renderer = copy, form, cache, renderer
        self._making = making
        self._templates = environment(copy.zone)

    def make(self, progress: Progress | None) -> Made:
        form = self._form
        sheets = (form.cover, *form.sheets)
        foot = Sheet(title="Foot", template="stamp.html", shows={"characters": CHARACTERS})
        cover, stamp, *rest = self._rendered([form.cover, foot, *form.sheets], progress)
        contents = self._contents(sheets, [cover.pages, *(one.pages for one in rest)])
        pdf = assemble(
            [
                Section(title=form.title, pdf=cover.pdf),
                Section(title="Contents", pdf=contents.pdf),
                *(
                    Section(
                        title=sheet.title if sheet.bookmark else "",
                        pdf=one.pdf,
                        level=sheet.level,
                        group=sheet.group,
                    )
                    for sheet, one in zip(form.sheets, rest, strict=True)
                ),
            ],
            stamp.pdf,
            self._foot(),
            About(title=form.title, subject=form.heading, at=self._copy.made_at),
            [self._data(), self._evidence()],
        )
        return Made(pdf, cover.pages + contents.pages + sum(one.pages for one in rest))

    def _rendered(self, sheets: Sequence[Sheet], progress: Progress | None) -> list[Rendered]:
        """Return each section, from the cache where it is there; the largest are rendered first."""
        tasks = [self._task(sheet) for sheet in sheets]
        found = {task.name: kept for task in tasks if (kept := self._kept(task))}
        missing = {task.name: task for task in tasks if task.name not in found}
        largest_first = sorted(missing.values(), key=lambda task: -len(task.html))

        def done(task: Task, rendered: Rendered) -> None:
            found[task.name] = rendered
            if is_covered(task.html, FONTS):
                self._cache.put(task.name, rendered.pdf)
            if progress:
                progress(len(found), len(tasks))

        self._renderer.render(largest_first, done)
        self._cache.prune()
        return [found[task.name] for task in tasks]

    def _contents(self, sheets: Sequence[Sheet], pages: Sequence[int]) -> Rendered:
        """Return the table of contents; its own pages count, so more than one has it made again."""
        expected = 1
        while True:
            rendered: list[Rendered] = []
            entries = list(_entries(sheets, pages, after_cover=expected))
            sheet = Sheet(title="Contents", template="contents.html", shows={"entries": entries})
            self._renderer.render([self._task(sheet)], lambda _task, one: rendered.append(one))  # noqa: B023 -- called at once
            if rendered[0].pages == expected:
                return rendered[0]
            expected = rendered[0].pages

    def _task(self, sheet: Sheet) -> Task:
        template = self._templates.get_template(f"print/{sheet.template}")
        page = template.render(heading=self._form.heading, place=sheet.title, **sheet.shows)
        return Task(name_of([self._making, page.encode()]), page)

    def _kept(self, task: Task) -> Rendered | None:
        pdf = self._cache.get(task.name)
        if pdf is None:
            return None
        with pikepdf.open(BytesIO(pdf)) as opened:
            return Rendered(pdf, len(opened.pages))

    def _foot(self) -> Foot:
        copy = self._copy
        warnings = [
            "INTEGRITY FAILED" if copy.integrity.verdict == "FAIL" else "",
            "DEMO DATA" if self._form.is_demo else "",
        ]
        return Foot(
            record=self._form.name,
            sha256=copy.sha256,
            code=copy.code,
            warning=" · ".join(word for word in warnings if word),
        )

    def _data(self) -> Attached:
        return Attached(
            name=self._form.data_name,
            media_type="application/json",
            data=self._copy.data,
            description="The record as data: canonical JSON, the source of these pages",
        )

    def _evidence(self) -> Attached:
        return Attached(
            name=self._copy.bundle_name,
            media_type="application/zip",
            data=self._copy.bundle,
            description="The evidence: what the record can be verified with, away from the system",
            relationship="/Supplement",
        )


def _entries(
    sheets: Sequence[Sheet], pages: Sequence[int], *, after_cover: int
) -> Iterable[dict[str, str | int]]:
    """Give the lines of the contents, with the pages their sections begin on."""
    page = 1 + pages[0] + after_cover
    for sheet, count in zip(sheets[1:], pages[1:], strict=True):
        if sheet.group:
            yield {"title": sheet.group, "level": 0, "page": page}
        if sheet.bookmark:
            yield {"title": sheet.title, "level": sheet.level, "page": page}
        page += count
