"""Put sections together to one PDF/A-3b: pages, feet, bookmarks, metadata, and the data it was made from."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import md5
from io import BytesIO

import pikepdf

from app.export.stamps import Foot, Stamp

PRODUCER = "Countersign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section's bookmark and pages; a part of the section before it has no bookmark of its own."""

    title: str
    pdf: bytes
    level: int = 0
    group: str = ""
    """A bookmark before its own, one level up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file inside the PDF: what the pages were made from, or what proves them."""

    name: str
    media_type: str
    data: bytes
    description: str
    relationship: str = "/Source"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the document says of itself, to a reader's software."""

    title: str
    subject: str
    at: datetime


def assemble(
    sections: Sequence[Section], stamp_page: bytes, foot: Foot, about: About, attached: Sequence[Attached]
) -> bytes:
    """Return the whole document; the same arguments give the same bytes."""
    out = pikepdf.new()
    with ExitStack() as open_until_saved:
        starts: list[int] = []
        for section in sections:
            source = open_until_saved.enter_context(pikepdf.open(BytesIO(section.pdf)))
            if not starts:
                out.Root.OutputIntents = out.copy_foreign(source.make_indirect(source.Root.OutputIntents))
            starts.append(len(out.pages))
            out.pages.extend(source.pages)
        _stamp(out, stamp_page, foot)
        _bookmarks(out, sections, starts)
        _attach(out, attached, about.at)
        _describe(out, about)
        return _saved(out)


def _stamp(out: pikepdf.Pdf, stamp_page: bytes, foot: Foot) -> None:
    stamp = Stamp(out, stamp_page)
    count = len(out.pages)
    for number, page in enumerate(out.pages, start=1):
        stamp.draw(page, foot, f"Page {number} of {count}")


def _bookmarks(out: pikepdf.Pdf, sections: Sequence[Section], starts: Sequence[int]) -> None:
    with out.open_outline() as outline:
        parents = [outline.root]
        for section, start in zip(sections, starts, strict=True):
            for level, title in ((section.level - 1, section.group), (section.level, section.title)):
                if title:
                    item = pikepdf.OutlineItem(title, start)
                    parents[level].append(item)
                    parents[level + 1 :] = [item.children]


def _attach(out: pikepdf.Pdf, files: Sequence[Attached], at: datetime) -> None:
    """Embed files, named in the order that a name tree wants."""
    in_order = sorted(files, key=lambda file: file.name)
    specifications = {file.name: _embedded(out, file, at) for file in in_order}
    tree = pikepdf.Array(part for name, one in specifications.items() for part in (pikepdf.String(name), one))
    out.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=tree))
    out.Root.AF = pikepdf.Array(specifications.values())


def _embedded(out: pikepdf.Pdf, file: Attached, at: datetime) -> pikepdf.Object:
    """Return a file with what PDF/A-3 asks for: its relationship, type, date and checksum."""
    stamp = pikepdf.String(f"D:{at:%Y%m%d%H%M%S}Z")
    checksum = md5(file.data, usedforsecurity=False).digest()  # the format wants MD5 here
    stream = pikepdf.Stream(
        out,
        file.data,
        Type=pikepdf.Name.EmbeddedFile,
        Subtype=pikepdf.Name(f"/{file.media_type}"),
        Params=pikepdf.Dictionary(
            Size=len(file.data), ModDate=stamp, CreationDate=stamp, CheckSum=pikepdf.String(checksum)
        ),
    )
    return out.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=file.name,
            UF=file.name,
            Desc=file.description,
            AFRelationship=pikepdf.Name(file.relationship),
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )


def _describe(out: pikepdf.Pdf, about: About) -> None:
    """Write the same title, producer and dates as XMP and as document information, as PDF/A wants."""
    out.Root.Lang = pikepdf.String("en")
    out.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    out.Root.PageMode = pikepdf.Name.UseOutlines
    date = pikepdf.String(f"D:{about.at:%Y%m%d%H%M%S}Z")
    out.docinfo = out.make_indirect(
        pikepdf.Dictionary(
            Title=about.title, Subject=about.subject, Producer=PRODUCER, CreationDate=date, ModDate=date
        )
    )
    iso = f"{about.at:%Y-%m-%dT%H:%M:%SZ}"
    with out.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        xmp["pdfaid:part"] = "3"
        xmp["pdfaid:conformance"] = "B"
        xmp["dc:title"] = about.title
        xmp["dc:description"] = about.subject
        xmp["pdf:Producer"] = PRODUCER
        xmp["xmp:CreateDate"] = iso
        xmp["xmp:ModifyDate"] = iso


def _saved(out: pikepdf.Pdf) -> bytes:
    target = BytesIO()
    out.save(
        target,
        min_version="1.7",
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
    return target.getvalue()
