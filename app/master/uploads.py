"""Read a master file that somebody sent: its definition, or every problem at its line and column."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import FileStorage

from app.procedure.loader import lint_master
from app.procedure.problems import MasterFileError, Problem
from records.procedure.definition import Procedure

DEFAULT_NAME = "master.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A master file as sent, and what is wrong with it; `procedure` is None where it is not one."""

    name: str
    text: str
    procedure: Procedure | None
    problems: Sequence[Problem]

    @property
    def errors(self) -> list[Problem]:
        """Give the problems that bar the approval."""
        return [problem for problem in self.problems if not problem.is_warning]

    @property
    def warnings(self) -> list[Problem]:
        """Give the problems that bar nothing."""
        return [problem for problem in self.problems if problem.is_warning]


def read_upload(file: FileStorage | None, text: str, name: str) -> Upload:
    """Return the file chosen, or the text typed where none is."""
    if file is not None and file.filename:
        return examined(file.read(), file.filename)
    return examined(text.encode("utf-8"), name.strip() or DEFAULT_NAME)


def examined(source: bytes, name: str) -> Upload:
    """Return what a file holds and everything wrong with it."""
    text = source.decode("utf-8-sig", errors="replace")
    try:
        found = lint_master(source, name)
    except MasterFileError as error:
        return Upload(name=name, text=text, procedure=None, problems=error.problems)
    return Upload(name=name, text=text, procedure=found.procedure, problems=found.problems)
