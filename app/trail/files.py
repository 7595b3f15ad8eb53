"""Where the bytes of attached files lie: by their SHA-256, under the files directory."""

import re
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}\Z")


def path_of(folder: Path, sha256: str) -> Path | None:
    """Return where the file with this digest lies; None for what is no digest, and so names no file."""
    return folder / sha256[:2] / sha256 if _SHA256.match(sha256) else None
