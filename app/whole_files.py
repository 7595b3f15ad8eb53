"""The one place that writes files to keep: each is there whole or not at all, also after a crash."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

OWNER_ONLY = 0o600
AS_UMASK_SAYS = 0o666


@contextmanager
def drafted(path: Path, data: bytes, mode: int = OWNER_ONLY) -> Iterator[None]:
    """Write the bytes beside a path and give them its name once the block has ended well.

    Raises OSError that names the path; then nothing is left of the draft, and what was there stays.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with _naming(path):
            _write(draft, data, mode)
        yield
        with _naming(path):
            draft.replace(path)
            _sync_folder(path.parent)
    finally:
        with suppress(OSError):
            draft.unlink()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, over one that is there; raises OSError."""
    with drafted(path, data):
        pass


def write_once(path: Path, text: str) -> None:
    """Write a file that only its owner reads, never over one that is there; raises OSError."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with _naming(path):
            _write(draft, f"{text}\n".encode("ascii"), OWNER_ONLY)
            with suppress(FileExistsError):
                os.link(draft, path)
    finally:
        with suppress(OSError):
            draft.unlink()


def refusals_to_write(path: Path) -> list[str]:
    """Return why a file can't be written there, as far as can be told before it is made."""
    if path.is_dir():
        return [f"{path} is a folder. Name a file in it."]
    if path.exists() and not path.is_file():
        return [f"{path} is a device, not a file. Name a file."]
    if not path.parent.is_dir():
        return [f"There is no folder {path.parent}. Make it, or name a file in a folder that is there."]
    if not os.access(path.parent, os.W_OK | os.X_OK):
        return [f"Nothing can be written into the folder {path.parent}. Name a file in another folder."]
    return []


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an error name the file that was asked for: a full disk names none, and nobody knows the draft."""
    try:
        yield
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error


def _write(draft: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make a rename durable; where folders can't be opened for that, the file system does it itself."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
