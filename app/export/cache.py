"""Sections rendered before, kept by the digest of everything that made them: HTML, styles, fonts, software.

A kept section is believed only with its MAC: what somebody changes or puts there is rendered anew instead.
"""

import hmac
import os
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from app.whole_files import write_whole
from audit.chain import Ledger

DOMAIN = b"countersign/print-cache/v1\n"
MOST_BYTES = 1_000_000_000
_MAC_BYTES = 32


def name_of(parts: Iterable[bytes]) -> str:
    """Return the name of what is made of these parts: a digest over each with its length."""
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def making_of(css: str, fonts: Path) -> bytes:
    """Return the digest of what every section is made with: styles, fonts and the software that renders."""
    files = sorted(fonts.glob("*.ttf"))
    software = f"weasyprint {version('weasyprint')}, fonttools {version('fonttools')}"
    parts = [css.encode(), software.encode(), *(path.read_bytes() for path in files)]
    return bytes.fromhex(name_of(parts))


class SectionCache:
    """A folder of rendered sections, used by every process of one installation."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder
        self._key = hmac.digest(ledger.mac_key, DOMAIN, "sha256")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, name: str) -> bytes | None:
        """Return a section kept under this name, or None where there is none that can be believed."""
        path = self._folder / name
        try:
            kept = path.read_bytes()
            path.touch()
        except FileNotFoundError:
            return None
        mac, pdf = kept[:_MAC_BYTES], kept[_MAC_BYTES:]
        return pdf if hmac.compare_digest(mac, self._mac(name, pdf)) else None

    def put(self, name: str, pdf: bytes) -> None:
        """Keep a section, whole or not at all."""
        write_whole(self._folder / name, self._mac(name, pdf) + pdf)

    def prune(self, most: int = MOST_BYTES) -> None:
        """Drop what was used longest ago while there is more than so many bytes."""
        kept = sorted(
            (entry.stat().st_mtime, entry.path, entry.stat().st_size)
            for entry in os.scandir(self._folder)
            if not entry.name.startswith(".")
        )
        too_many = sum(size for _used, _path, size in kept) - most
        for _used, path, size in kept:
            if too_many <= 0:
                return
            Path(path).unlink(missing_ok=True)
            too_many -= size

    def _mac(self, name: str, pdf: bytes) -> bytes:
        return hmac.digest(self._key, name.encode("ascii") + b"\n" + pdf, "sha256")
