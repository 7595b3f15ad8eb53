"""`python -m app.export.making FOLDER`: make the copy asked for in this folder, and say how it went."""

import os
import sys
from functools import partial
from pathlib import Path

from app import keys
from app.config import Settings
from app.export.forms import write_copy
from app.export.jobs import Done, asked_in, one_at_a_time, tell_done, tell_failed, tell_progress
from app.export.reading import read_copy
from app.export.workshop import workshop
from app.version import code
from app.whole_files import write_whole
from records.errors import DomainError


def main(folder: Path) -> None:
    """Make one copy; whatever goes wrong is told in the folder."""
    lock = one_at_a_time(folder.parent)
    try:
        _make(folder)
    except DomainError as error:
        tell_failed(folder, error.message)
    except Exception as error:
        tell_failed(folder, f"An error of the software: {type(error).__name__}.")
        raise
    finally:
        os.close(lock)


def _make(folder: Path) -> None:
    settings = Settings.read(os.environ)
    kept = keys.read(settings.keys_dir)
    asked = asked_in(folder)
    copy = read_copy(settings, kept, asked.record, made_at=asked.at, made_for=asked.printed_name, code=code())
    written = write_copy(copy, asked.form, workshop(settings, kept), partial(tell_progress, folder))
    write_whole(folder / "copy", written.data)
    tell_done(
        folder,
        Done(
            file_name=written.file_name,
            size=len(written.data),
            pages=written.pages,
            verdict=copy.integrity.verdict,
            new=written.new,
        ),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
