"""Files given to a record: checked by content, never by name, and kept by their SHA-256, whole or not at all.

What is kept is what was sent, byte for byte, with the camera's own data (EXIF): it is the original record.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image, UnidentifiedImageError

from app.whole_files import write_whole
from records.errors import DomainError

LARGEST_FILE = 15 * 1024 * 1024
LARGEST_PICTURE = 50_000_000
"""Pixels; a small file that unpacks into more is refused before it is unpacked."""
LONGEST_NAME = 120
_PICTURES = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_KINDS = "a JPEG, PNG or WebP picture, or a PDF"


class FileRefusedError(DomainError):
    """A file can't be kept; the message says why and what to do."""


class FileDamagedError(DomainError):
    """A kept file is gone, or its bytes are not those that were given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file as it was kept."""

    sha256: str
    media_type: str
    size: int
    file_name: str


class FileStore:
    """A folder of files, each named by the SHA-256 of its bytes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, data: bytes, file_name: str) -> KeptFile:
        """Check and keep a file; raises FileRefusedError. The same bytes are kept once."""
        media_type = media_type_of(data)
        digest = sha256(data).hexdigest()
        path = self._path(digest)
        if not path.is_file():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, data)
        return KeptFile(
            sha256=digest, media_type=media_type, size=len(data), file_name=plain_name(file_name, media_type)
        )

    def read(self, digest: str) -> bytes:
        """Return a file's bytes after comparing them with their digest; raises FileDamagedError."""
        try:
            data = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            msg = f"The file {digest[:16]}… is missing from the store. Restore it from the backup."
            raise FileDamagedError(msg) from error
        if sha256(data).hexdigest() != digest:
            msg = f"The file {digest[:16]}… is damaged; its bytes are others. Restore it from the backup."
            raise FileDamagedError(msg)
        return data

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def media_type_of(data: bytes) -> str:
    """Return the media type that the content is; raises FileRefusedError with what to send instead."""
    if not data:
        msg = f"The file is empty. Give {_KINDS}."
        raise FileRefusedError(msg)
    if len(data) > LARGEST_FILE:
        most = f"{LARGEST_FILE:,} bytes (15 MB)"
        msg = f"The file is larger than {most}, the most that can be kept. Take a smaller photo."
        raise FileRefusedError(msg)
    if data.startswith(b"%PDF-"):
        return _checked(_pdf, data)
    if data.startswith(_SIGNATURES):
        return _checked(_picture, data)
    msg = f"The file is not {_KINDS}, whatever its name says. Set the camera to JPEG."
    raise FileRefusedError(msg)


def plain_name(name: str, media_type: str) -> str:
    """Return a file's name as pages show it: no folder, nothing unseen, not too long."""
    base = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(character for character in base if character.isprintable()).strip(" .")
    return shown[-LONGEST_NAME:] or f"file.{media_type.rpartition('/')[2]}"


def _checked(check: Callable[[bytes], str], data: bytes) -> str:
    """Return what a check found; whatever a damaged file does to a parser is a refusal."""
    try:
        return check(data)
    except FileRefusedError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        msg = "The picture has more than 50 million pixels. Take it again at a lower resolution."
        raise FileRefusedError(msg) from error
    except (
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        UnidentifiedImageError,
        pikepdf.PdfError,
    ) as error:
        msg = "The file is damaged or not complete. Take the photo again, or send the file again."
        raise FileRefusedError(msg) from error


def _picture(data: bytes) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            width, height = picture.size
            if width * height > LARGEST_PICTURE:
                msg = f"The picture has {width} by {height} pixels; at most 50 million can be kept."
                raise FileRefusedError(msg)
            kind = _PICTURES[picture.format or ""]
            picture.verify()
        with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
            picture.draft("RGB", (640, 640))  # a JPEG is unpacked small; a missing end shows all the same
            picture.load()
    return kind


def _pdf(data: bytes) -> str:
    with pikepdf.open(BytesIO(data)) as document:
        if not document.pages:
            msg = "The PDF has no page. Send the whole document."
            raise FileRefusedError(msg)
    return "application/pdf"
