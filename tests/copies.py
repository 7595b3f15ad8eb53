"""Copies for tests: of a record at hand, and the text of the PDF made of one."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pypdf

from app.export.cache import SectionCache
from app.export.copy import Copy, Integrity
from app.export.evidence import Evidence
from app.export.printing import Workshop
from audit.chain import Ledger

MADE_AT = datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)
KEY = b"k" * 32


def integrity(verdict="PASS", findings=(), missing=()):
    return Integrity(
        verdict=verdict,
        policy="chain-only/1",
        checked_at=MADE_AT,
        events=794,
        rows=600,
        findings=findings,
        missing=missing,
        not_seen="What this policy cannot see.",
    )


def copy_of(record, name="batch/TB-0771", checked=None) -> Copy:
    return Copy(
        name=name,
        record=record,
        integrity=checked or integrity(),
        evidence=Evidence(streams=(), files=Path("files")),
        origin="plant.example/countersign/1",
        mac_key_id="0" * 16,
        made_at=MADE_AT,
        made_for="G. Andersson",
        code="countersign 0.1.0 (0123456789ab)",
    )


def workshop_in(folder: Path, key: bytes = KEY) -> Workshop:
    cache = SectionCache(folder / "cache", Ledger(origin="test", mac_key=key))
    return Workshop(files=folder / "files", cache=cache)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def cover_of(pdf: bytes) -> str:
    """The text of the first page alone."""
    return pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def squeezed(text: str) -> str:
    """Text without any white space, for what wraps wherever it must."""
    return "".join(text.split())
