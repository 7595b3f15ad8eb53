"""Have sections rendered in processes of their own, with a memory limit and a time limit for each."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from types import TracebackType
from typing import IO, Self

from records.errors import DomainError

PROCESSES = 2
MEGABYTES = 1500
"""Address space a process may take; what it really uses is less than half of it."""
SECONDS = 120
"""The longest a single section may take."""
_WORTH_A_PROCESS = 100_000
"""Characters of HTML for which another process pays: a second or two of layout."""
_WORDS_OF_A_FAULT = 300
_LIBRARIES = ("libgobject", "libpango", "libharfbuzz", "cannot load library")


class RenderingError(DomainError):
    """A PDF could not be made; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Task:
    """One section: its HTML, and the name that its PDF is kept under."""

    name: str
    html: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A section's PDF and its number of pages."""

    pdf: bytes
    pages: int


class Renderer:
    """Processes that render: one started at once, to be ready for the first section, more as they pay."""

    def __init__(self, css: str, fonts: Path, pictures: Path, processes: int = PROCESSES) -> None:
        self._setting = {
            "css": css,
            "fonts": str(fonts),
            "pictures": str(pictures),
            "megabytes": MEGABYTES,
        }
        self._processes = processes
        self._idle: SimpleQueue[_Process] = SimpleQueue()
        self._started = 0
        self._open = ExitStack()

    def __enter__(self) -> Self:
        """Start the first process."""
        self._folder = Path(
            self._open.enter_context(tempfile.TemporaryDirectory(prefix="countersign-print-"))
        )
        self._start(1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self._open.close()

    def render(self, tasks: Iterable[Task], done: Callable[[Task, Rendered], None]) -> None:
        """Render the tasks, telling each as it is done; raises RenderingError."""
        given = list(tasks)
        work = sum(len(task.html) for task in given)
        self._start(max(1, min(self._processes, work // _WORTH_A_PROCESS)))
        with ThreadPoolExecutor(self._started) as threads:
            try:
                for future in [threads.submit(partial(self._one, task)) for task in given]:
                    done(*future.result())
            except RenderingError:
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def _start(self, processes: int) -> None:
        while self._started < processes:
            process = _Process(self._folder, self._started, self._setting)
            self._open.callback(process.end)
            self._idle.put(process)
            self._started += 1

    def _one(self, task: Task) -> tuple[Task, Rendered]:
        process = self._idle.get()
        try:
            return task, process.render(task)
        finally:
            self._idle.put(process)


class _Process:
    """One process of `app.pdf`, asked for one section at a time."""

    def __init__(self, folder: Path, number: int, setting: dict[str, object]) -> None:
        self._html, self._pdf = folder / f"{number}.html", folder / f"{number}.pdf"
        self._faults: IO[str] = (folder / f"{number}.log").open("w+", encoding="utf-8")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "app.pdf"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._faults,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self._say(setting)

    def render(self, task: Task) -> Rendered:
        """Have one section rendered; raises RenderingError."""
        self._html.write_text(task.html, encoding="utf-8")
        timer = Timer(SECONDS, self._child.kill)
        timer.start()
        try:
            self._say({"name": task.name, "html": str(self._html), "pdf": str(self._pdf)})
            answer = self._child.stdout.readline() if self._child.stdout else ""
        finally:
            timer.cancel()
        if not answer:
            raise RenderingError(self._fault())
        return Rendered(self._pdf.read_bytes(), json.loads(answer)["pages"])

    def end(self) -> None:
        """End the process and close what was open to it."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout, self._faults):
            if pipe:
                with suppress(BrokenPipeError):  # what it was not told any more
                    pipe.close()

    def _say(self, message: dict[str, object]) -> None:
        try:
            if self._child.stdin:
                self._child.stdin.write(json.dumps(message) + "\n")
                self._child.stdin.flush()
        except BrokenPipeError:
            return  # it has ended; the missing answer says so

    def _fault(self) -> str:
        status = self._child.wait()
        self._faults.seek(0)
        told = self._faults.read()
        if any(word in told for word in _LIBRARIES):
            return "PDFs can't be made here: Pango is missing. `countersign doctor` names the package."
        last = (told.strip().splitlines() or [""])[-1][:_WORDS_OF_A_FAULT]
        return f"The PDF could not be made: a page maker ended with status {status}. {last}".strip()
