"""What is wrong in a master file: where, what, and what to do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from records.errors import DomainError

SHOWN = 20
"""How many problems the error's own sentence lists; the error holds them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem; line and column count from 1, `path` names the place in the file's own words."""

    file: str
    line: int
    column: int
    path: str
    message: str
    what_to_do: str
    is_warning: bool = False

    def __str__(self) -> str:
        """Give the problem as one line."""
        where = f" {self.path}:" if self.path else ""
        return f"{self.file}:{self.line}:{self.column}:{where} {self.message} {self.what_to_do}".rstrip()


class MasterFileError(DomainError):
    """The file is not a procedure; every problem found is listed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda one: (one.line, one.column)))
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"and {len(self.problems) - SHOWN} more.")
        super().__init__("\n".join(lines))
