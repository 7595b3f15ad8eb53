"""Arrange a record's steps for print: as they were carried out, sub-lot by sub-lot and pass by pass. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]
LINES_PER_SECTION = 420
"""About ten pages: what one small change has rendered anew."""
_HEAD_LINES = 7
_TOO_WIDE = frozenset({"photo", "text"})
"""Kinds of value that no cell of a table of samples holds."""
_WHOLE_LINES = 17
"""A step of at most so many lines is not divided between pages."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Values of fields with as many samples, laid out as a table; one field alone runs from left to right."""

    fields: Sequence[Json]
    rows: Sequence[Sequence[Json]]

    @property
    def is_single(self) -> bool:
        """Tell whether there is one field, printed ten samples to a line."""
        return len(self.fields) == 1

    @property
    def lines_of_ten(self) -> list[list[tuple[int, Json]]]:
        """Give the samples of a single field, numbered, ten at a time."""
        numbered = [(number, row[0]) for number, row in enumerate(self.rows, start=1)]
        return [numbered[start : start + 10] for start in range(0, len(numbered), 10)]

    @property
    def entered(self) -> list[Json]:
        """Give the current entry of every cell that has one."""
        return [cell["current"] for row in self.rows for cell in row if cell["current"]]


@dataclass(frozen=True, slots=True)
class Carried:
    """One time a step was carried out: its name among the passes, its plain values and its tables."""

    row: Json
    label: str
    values: Sequence[Json]
    grids: Sequence[Grid]

    @property
    def lines(self) -> int:
        """Return about how many lines of print it takes."""
        entries = sum(max(1, len(value["entries"])) for value in self.values)
        sampled = sum(len(grid.lines_of_ten) * 2 if grid.is_single else len(grid.rows) for grid in self.grids)
        rest = (
            "equipment_uses",
            "attachments",
            "scan_attempts",
            "verifications",
            "time_limits",
            "signatures",
        )
        return entries + sampled + sum(len(self.row[name]) for name in rest) + len(self.row["remarks"]) + 2


@dataclass(frozen=True, slots=True)
class Block:
    """A step with what was done at it; `carried` is empty where it was not reached."""

    step: Json
    carried: Sequence[Carried]

    @property
    def lines(self) -> int:
        """Return about how many lines of print it takes."""
        return _HEAD_LINES + sum(one.lines for one in self.carried)

    @property
    def is_whole(self) -> bool:
        """Tell whether it stays on one page."""
        return self.lines <= _WHOLE_LINES


@dataclass(frozen=True, slots=True)
class PhasePrint:
    """A phase, or a part of one where it runs over several sections."""

    phase: Json
    blocks: Sequence[Block]
    is_first: bool = True


@dataclass(slots=True)
class OperationPrint:
    """An operation, once for each time it was repeated, or a part of it."""

    unit_procedure: Json
    operation: Json
    repeat: int | None
    number: int = 1
    """Which part of the operation it is; 1 is the first."""
    phases: list[PhasePrint] = field(default_factory=list)

    @property
    def title(self) -> str:
        """Return such as ``2B Granulate a sub-lot, Sub-lot 2``."""
        name = f"{self.operation['id']} {self.operation['title']}"
        return f"{name}, {self.operation['repeat']['label']} {self.repeat}" if self.repeat else name


def operations(record: Json) -> Iterator[OperationPrint]:
    """Give every operation in the order of the definition, divided into parts of some pages each."""
    for unit_procedure in record["unit_procedures"]:
        for operation in unit_procedure["operations"]:
            times = operation["repeat"]["times"] if operation.get("repeat") else None
            for repeat in range(1, times + 1) if times else (None,):
                yield from _parts(unit_procedure, operation, repeat)


def _parts(unit_procedure: Json, operation: Json, repeat: int | None) -> Iterator[OperationPrint]:
    part, room = OperationPrint(unit_procedure, operation, repeat), LINES_PER_SECTION
    for phase in operation["phases"]:
        kept: list[Block] = []
        is_first = True
        for block in _blocks(phase, repeat):
            if block.lines > room and (kept or part.phases):
                part.phases.append(PhasePrint(phase, kept, is_first))
                yield part
                part = OperationPrint(unit_procedure, operation, repeat, part.number + 1)
                is_first = is_first and not kept
                kept, room = [], LINES_PER_SECTION
            kept.append(block)
            room -= block.lines
        part.phases.append(PhasePrint(phase, kept, is_first))
    yield part


def _blocks(phase: Json, repeat: int | None) -> Iterator[Block]:
    """Give a phase's steps; one of several steps that is run through again is given pass by pass."""
    done = {step["number"]: _of_repeat(step, repeat) for step in phase["steps"]}
    passes = sorted({key for rows in done.values() for key in rows})
    if len(phase["steps"]) == 1 or len(passes) < 2:
        for step in phase["steps"]:
            rows = done[step["number"]]
            yield Block(step, [_carried(step, rows[key], phase, key) for key in sorted(rows)])
        return
    for key in passes:
        for step in phase["steps"]:
            if key in done[step["number"]]:
                yield Block(step, [_carried(step, done[step["number"]][key], phase, key)])


def _of_repeat(step: Json, repeat: int | None) -> dict[tuple[int, ...], Json]:
    """Return the occurrences that belong to one repeat of the operation, by the counters within it."""
    found = {}
    for row in step["occurrences"]:
        counters = tuple(int(number) for number in row["occurrence"].split("."))
        if repeat is None:
            found[counters] = row
        elif counters[0] == repeat:
            found[counters[1:]] = row
    return found


def _carried(step: Json, row: Json, phase: Json, key: tuple[int, ...]) -> Carried:
    counted = bool(phase.get("loop") or phase.get("recurring"))
    label = f"Pass {'.'.join(map(str, key))}" if counted and key else ""
    grids = list(_grids(step, row["values"]))
    gridded = {id(cell) for grid in grids for line in grid.rows for cell in line if not _is_told(cell)}
    values = [value for value in row["values"] if id(value) not in gridded]
    return Carried(row, label, values, grids)


def _is_told(value: Json) -> bool:
    """Tell whether a value has more to it than a cell of a table says: earlier values, a late entry."""
    return value["is_changed"] or any(entry["stated_at"] for entry in value["entries"])


def _grids(step: Json, values: Sequence[Json]) -> Iterator[Grid]:
    """Give the tables of samples: neighbouring fields with as many samples share one."""
    by_name = {value["name"]: value for value in values}
    group: list[Json] = []
    for one in (*step.get("fields", ()), {}):
        if group and (one.get("samples") != group[0]["samples"] or one["kind"] in _TOO_WIDE):
            numbers = range(1, group[0]["samples"] + 1)
            yield Grid(group, [[by_name[f"{each['name']}.{number}"] for each in group] for number in numbers])
            group = []
        if one.get("samples") and one["kind"] not in _TOO_WIDE:
            group = [*group, one]
