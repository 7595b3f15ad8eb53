"""Small pictures of attached photographs, for print; the photographs themselves are named by their digest."""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from app.trail.files import path_of

LARGEST = (640, 640)
_NAME_LENGTH = 40


def thumbnails(record: Mapping[str, Any], files: Path, folder: Path) -> dict[str, str]:
    """Write a thumbnail of each attached picture into the folder; returns its name by the picture's digest.

    A picture that is missing, altered or unreadable has none: the integrity check says so, the print goes on.
    """
    found = {}
    for row in record.get("attachments", ()):
        if not row["media_type"].startswith("image/"):
            continue
        small = _thumbnail(path_of(files, row["sha256"]), row["sha256"])
        if small is not None:
            name = f"{sha256(small).hexdigest()[:_NAME_LENGTH]}.jpg"
            (folder / name).write_bytes(small)
            found[row["sha256"]] = name
    return found


def _thumbnail(path: Path | None, digest: str) -> bytes | None:
    if path is None or not path.is_file():
        return None
    data = path.read_bytes()
    if sha256(data).hexdigest() != digest:
        return None
    try:
        with Image.open(BytesIO(data)) as picture:
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail(LARGEST)
            target = BytesIO()
            upright.save(target, "JPEG", quality=72)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    return target.getvalue()
