"""A file sent with a form: checked and kept before the act; what is refused is refused by the act."""

from dataclasses import dataclass

from flask import request

from app.execution.places import stream_of
from app.files import LARGEST_FILE, FileRefusedError, FileStore, KeptFile
from app.http import service
from workflows.execution.files import FileGiven
from workflows.perform import RefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What came of a file: kept, or refused with a sentence."""

    kept: KeptFile | None = None
    refused: str = ""

    def accepted(self, number: str, part: str, act: str = "attach") -> FileGiven:
        """Return the file for a command; raises RefusedError, so that the attempt is on record."""
        if self.kept is None:
            raise RefusedError([self.refused], act=act, stream=stream_of(number), part=part)
        kept = self.kept
        return FileGiven(kept.sha256, kept.media_type, kept.size, kept.file_name)


def given_file(field: str) -> Upload:
    """Check and keep the file of a form field."""
    file = request.files.get(field)
    if file is None:
        return Upload(refused="No file came with the form. Take the photo, then send it.")
    data = file.stream.read(LARGEST_FILE + 1)
    try:
        return Upload(kept=file_store().keep(data, file.filename or ""))
    except FileRefusedError as error:
        return Upload(refused=error.message)


def file_store() -> FileStore:
    """Return the installation's store of files."""
    return FileStore(service().settings.files_dir)
