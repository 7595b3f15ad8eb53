"""A copy in the making: a folder under HOME, filled by a process of its own, read by a status page.

The folder's name is made of the login and the form's key, so that a request sent twice begins one copy. The
process holds the folder's lock for as long as it lives: a free lock without a result means that it died.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Any

from app.config import Settings
from app.whole_files import write_whole
from records.errors import RecordNotFoundError
from records.identity import RecordName
from records.times import from_text, to_text
from workflows.export.facts import CopyForm, NewCopy

KEPT_SECONDS = 24 * 3600
"""How long a copy that was made can be fetched; it is made anew at any time."""
_ASKED, _DONE, _FAILED, _PROGRESS, _LOCK = "asked.json", "done.json", "failed.json", "progress.json", "lock"
_ROOT = Path(__file__).parents[2]


class JobState(StrEnum):
    """How far a copy is."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked for: which record in which form, by whom, when."""

    record: RecordName
    form: CopyForm
    person: str
    printed_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A copy that was made."""

    file_name: str
    size: int
    pages: int | None
    verdict: str
    new: NewCopy


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A copy in the making, as its folder shows it now."""

    token: str
    folder: Path
    asked: Asked
    state: JobState
    done: Done | None = None
    problem: str = ""
    sections: tuple[int, int] | None = None
    """Sections finished, and how many there are."""

    @property
    def file(self) -> Path:
        """Return where the copy's bytes are, once it is ready."""
        return self.folder / "copy"


def token_of(login: str, key: str) -> str:
    """Return the name of the copy that this login asks for with this form."""
    return sha256(f"{login}\n{key}".encode()).hexdigest()[:32]


def begin(settings: Settings, token: str, asked: Asked) -> None:
    """Begin a copy in a process of its own, unless it has begun already."""
    home = _home(settings)
    _forget_old(home)
    folder = home / token
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    _write(folder / _ASKED, _told(asked))
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(  # noqa: S603 -- our own program, in a folder named by a digest
            [sys.executable, "-m", "app.export.making", str(folder)],
            env=_environment(settings),
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(lock,),
            start_new_session=True,
        )
    finally:
        os.close(lock)
    Thread(target=process.wait, name=f"copy-{token[:8]}", daemon=True).start()


def find(settings: Settings, token: str, person: str) -> Job:
    """Return a copy that this person asked for; raises RecordNotFoundError, also for another's."""
    folder = _home(settings) / token
    told = _read(folder / _ASKED) if token.isalnum() else None
    if told is None or told["person"] != person:
        kind = "copy"
        raise RecordNotFoundError(kind, token)
    return _job(token, folder, _asked(told))


def asked_in(folder: Path) -> Asked:
    """Return what was asked for in this folder."""
    return _asked(_read(folder / _ASKED) or {})


def tell_progress(folder: Path, done: int, total: int) -> None:
    """Say how many sections are finished."""
    _write(folder / _PROGRESS, {"done": done, "total": total})


def tell_done(folder: Path, done: Done) -> None:
    """Say that the copy is ready."""
    new = {**asdict(done.new), "record": str(done.new.record)}
    _write(folder / _DONE, {**asdict(done), "new": new})


def tell_failed(folder: Path, problem: str) -> None:
    """Say why the copy could not be made."""
    _write(folder / _FAILED, {"problem": problem})


def one_at_a_time(home: Path) -> int:
    """Wait until no other copy is being made here; the lock ends with the process."""
    lock = os.open(home / ".making", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def _job(token: str, folder: Path, asked: Asked) -> Job:
    lives = _is_held(folder / _LOCK)
    done, failed = _read(folder / _DONE), _read(folder / _FAILED)
    if done is not None:
        new = done.pop("new")
        copy = NewCopy(**{**new, "record": RecordName.parse(new["record"]), "form": CopyForm(new["form"])})
        return Job(token=token, folder=folder, asked=asked, state=JobState.READY, done=Done(**done, new=copy))
    if failed is not None or not lives:
        problem = failed["problem"] if failed else "The process that made it ended before it was done."
        return Job(token=token, folder=folder, asked=asked, state=JobState.FAILED, problem=problem)
    told = _read(folder / _PROGRESS)
    sections = (told["done"], told["total"]) if told else None
    return Job(token=token, folder=folder, asked=asked, state=JobState.MAKING, sections=sections)


def _home(settings: Settings) -> Path:
    home = settings.home / "copies"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _forget_old(home: Path) -> None:
    """Drop the folders of copies made long ago; what left the system is on record, not here."""
    limit = time.time() - KEPT_SECONDS
    for entry in os.scandir(home):
        if entry.is_dir() and entry.stat().st_mtime < limit:
            shutil.rmtree(entry.path, ignore_errors=True)


def _is_held(path: Path) -> bool:
    lock = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def _environment(settings: Settings) -> dict[str, str]:
    """Return the environment that reads as these settings."""
    return os.environ | {
        "COUNTERSIGN_HOME": str(settings.home),
        "COUNTERSIGN_DATABASE_URL": settings.database_url,
        "COUNTERSIGN_KEYS_DIR": str(settings.keys_dir),
        "COUNTERSIGN_FILES_DIR": str(settings.files_dir),
        "COUNTERSIGN_SITE_TIMEZONE": settings.site_timezone,
    }


def _told(asked: Asked) -> dict[str, Any]:
    return {**asdict(asked), "record": str(asked.record), "at": to_text(asked.at)}


def _asked(told: Mapping[str, Any]) -> Asked:
    return Asked(
        record=RecordName.parse(told["record"]),
        form=CopyForm(told["form"]),
        person=told["person"],
        printed_name=told["printed_name"],
        at=from_text(told["at"]),
    )


def _write(path: Path, content: Mapping[str, Any]) -> None:
    write_whole(path, json.dumps(content).encode())


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found
