"""Write a copy in one of its forms."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from app.export.copy import Copy
from app.export.csv_copy import csv_copy
from app.export.printing import Progress, Workshop, make_pdf
from records.identity import RecordName
from workflows.export.facts import CopyForm, NewCopy

MEDIA_TYPES = {
    CopyForm.PDF: "application/pdf",
    CopyForm.JSON: "application/json",
    CopyForm.CSV: "application/zip",
    CopyForm.BUNDLE: "application/zip",
}
ENDINGS = {
    CopyForm.PDF: "pdf",
    CopyForm.JSON: "json",
    CopyForm.CSV: "csv.zip",
    CopyForm.BUNDLE: "evidence.zip",
}
WRITERS: Mapping[CopyForm, Callable[[Copy], bytes]] = {
    CopyForm.JSON: lambda copy: copy.data,
    CopyForm.CSV: csv_copy,
    CopyForm.BUNDLE: lambda copy: copy.bundle,
}
"""How the forms without pages are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A copy as bytes, ready to be put on record and handed over."""

    form: CopyForm
    data: bytes
    file_name: str
    pages: int | None
    new: NewCopy


def write_copy(copy: Copy, form: CopyForm, shop: Workshop, progress: Progress | None = None) -> Written:
    """Return the copy in the form asked for; raises RenderingError."""
    pages = None
    if form is CopyForm.PDF:
        made = make_pdf(copy, shop, progress)
        data, pages = made.pdf, made.pages
    else:
        data = WRITERS[form](copy)
    digest = sha256(data).hexdigest()
    return Written(
        form=form,
        data=data,
        file_name=f"{copy.number}.{ENDINGS[form]}",
        pages=pages,
        new=NewCopy(
            record=RecordName.parse(copy.name),
            form=form,
            sha256=digest,
            head_seq=copy.head.seq,
            head_hash=copy.head.hash,
            bundle_sha256=copy.bundle_sha256 if form is CopyForm.PDF else None,
        ),
    )
