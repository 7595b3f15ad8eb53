"""Read training from CSV: the sheet it makes, or every problem at its line (21 CFR 211.25)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from records.text import first_unseen, holds_controls
from records.training.subjects import SubjectKind
from workflows.training.facts import NewSheet, NewTraining

HEAD = ("person", "kind", "subject", "version", "trained_from", "valid_until", "trainer", "evidence")
MOST_LINES = 2000
_LONGEST = 200
_OPTIONAL = frozenset({"version", "valid_until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that can't be used: in which line and column, and what to do."""

    line: int
    column: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Training as sent, and what is wrong with it; `sheet` holds the lines that can be read."""

    name: str
    text: str
    sheet: NewSheet
    problems: Sequence[Problem]


def read_training(text: str, name: str) -> Report:
    """Return what a CSV text holds and everything wrong with it; its first line names the columns."""
    rows = list(csv.reader(io.StringIO(text)))
    problems = _wrong_head(rows)
    lines: list[NewTraining] = []
    if not problems:
        head = [cell.strip() for cell in rows[0]]
        for number, row in enumerate(rows[1:], start=2):
            if any(cell.strip() for cell in row):
                found, wrong = _line(number, head, row)
                problems += wrong
                lines += [found] if found else []
    return Report(
        name=name, text=text, sheet=NewSheet(lines=tuple(lines), source_name=name or None), problems=problems
    )


def as_csv(rows: Iterable[Mapping[str, str]]) -> str:
    """Return lines typed into the form as the CSV that an import would send."""
    text = io.StringIO()
    writer = csv.DictWriter(text, HEAD, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _wrong_head(rows: Sequence[Sequence[str]]) -> list[Problem]:
    head = [cell.strip() for cell in rows[0]] if rows else []
    missing = [name for name in HEAD if name not in head]
    unknown = [name or "(none)" for name in head if name not in HEAD]
    found = [Problem(line=1, column=name, message="The column is missing.") for name in missing]
    found += [Problem(line=1, column=name, message="There is no such column.") for name in unknown]
    if len(rows) > MOST_LINES + 1:
        message = f"At most {MOST_LINES} lines at once; this has {len(rows) - 1}. Send it in parts."
        found.append(Problem(line=MOST_LINES + 2, column="", message=message))
    return found


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> tuple[NewTraining | None, list[Problem]]:
    if len(row) != len(head):
        message = f"The line has {len(row)} cells; the first line names {len(head)}."
        return None, [Problem(line=number, column="", message=message)]
    cells = {name: cell.strip() for name, cell in zip(head, row, strict=True)}
    wrong = [
        Problem(line=number, column=name, message=message)
        for name in HEAD
        if (message := _wrong_cell(name, cells[name], cells))
    ]
    return (None, wrong) if wrong else (_training(cells), [])


def _wrong_cell(name: str, cell: str, cells: Mapping[str, str]) -> str:
    """Return what is wrong with a cell; empty where nothing is."""
    if not cell:
        return _wrong_blank(name, cells)
    if len(cell) > _LONGEST or holds_controls(cell) or first_unseen(cell):
        return f"The text has more than {_LONGEST} characters, or some that can't be seen."
    if name == "kind" and cell not in set(SubjectKind):
        return f"{cell!r} is none of {', '.join(SubjectKind)}."
    if name == "version" and cells["kind"] == SubjectKind.QUALIFICATION:
        return "A qualification has no version. Leave it empty."
    if name in {"trained_from", "valid_until"} and not _is_day(cell):
        return f"{cell!r} is no day; write it as 2026-11-23."
    return ""


def _wrong_blank(name: str, cells: Mapping[str, str]) -> str:
    if name == "version" and cells["kind"] in {SubjectKind.MASTER, SubjectKind.PROCEDURE}:
        return f"Training on a {cells['kind']} names its version."
    return "" if name in _OPTIONAL else "It is needed."


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _training(cells: Mapping[str, str]) -> NewTraining:
    return NewTraining(
        person=cells["person"],
        subject_kind=SubjectKind(cells["kind"]),
        subject=cells["subject"],
        version=cells["version"] or None,
        trained_from=date.fromisoformat(cells["trained_from"]),
        valid_until=date.fromisoformat(cells["valid_until"]) if cells["valid_until"] else None,
        trainer=cells["trainer"],
        evidence=cells["evidence"],
    )
