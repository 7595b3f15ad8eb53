"""The steps of a batch's record, a line each: what was done, what is still to come. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.execution.states import CLOSED

Json = Mapping[str, Any]
_SHOWN_VALUES = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence of a step, or a step that was not started: `run` is None then."""

    stage: str
    operation: str
    step: Json
    run: Json | None

    @property
    def part(self) -> str:
        """Give the part of the record, such as ``2.9/1``."""
        return str(self.run["part"]) if self.run else ""

    @property
    def state(self) -> str:
        """Give where it stands."""
        return str(self.run["state"]) if self.run else "not started"

    @property
    def values(self) -> list[Json]:
        """Give the values given so far."""
        return [value for value in self.run["values"] if value["current"]] if self.run else []

    @property
    def first_values(self) -> str:
        """Give the first values in words."""
        found = [
            f"{one['label']} {one['current']['value']} {one['unit'] or ''}".rstrip() for one in self.values
        ]
        more = f" and {len(found) - _SHOWN_VALUES} more" if len(found) > _SHOWN_VALUES else ""
        return "; ".join(found[:_SHOWN_VALUES]) + more

    @property
    def changed(self) -> int:
        """Count the values that are no longer those first entered."""
        return sum(value["is_changed"] for value in self.values)

    @property
    def standing(self) -> list[Json]:
        """Give the signatures that still count."""
        return [one for one in self.run["signatures"] if not one["void"]] if self.run else []


def lines(record: Json) -> list[Line]:
    """Return every step of a record in the order of the document, each as often as it was started."""
    return list(_lines(record))


def line_of(record: Json, part: str) -> tuple[Line, str, str] | None:
    """Return an occurrence and the parts before and after it; None where the record has no such part."""
    started = [line for line in _lines(record) if line.run]
    place = next((index for index, line in enumerate(started) if line.part == part), None)
    if place is None:
        return None
    before = started[place - 1].part if place else ""
    after = started[place + 1].part if place + 1 < len(started) else ""
    return started[place], before, after


SHOWS = {
    "all": "Every step",
    "started": "Started",
    "open": "Not closed",
    "exceptions": "With exceptions",
    "changed": "With changed values",
}


def narrowed(found: Sequence[Line], show: str, search: str) -> list[Line]:
    """Return the lines of a kind in whose title, number or values every word stands."""
    sought = search.lower().split()
    return [line for line in found if _is_shown(line, show) and all(word in _text(line) for word in sought)]


def _is_shown(line: Line, show: str) -> bool:
    run = line.run
    if show == "started":
        return run is not None
    if show == "open":
        return run is None or run["state"] not in CLOSED
    if show == "exceptions":
        return bool(run and run["exceptions"])
    return bool(line.changed) if show == "changed" else True


def _text(line: Line) -> str:
    return (
        f"{line.step['number']} {line.part} {line.step['title']} {line.operation} {line.first_values}".lower()
    )


def _lines(record: Json) -> Iterator[Line]:
    for unit_procedure in record["unit_procedures"]:
        for operation in unit_procedure["operations"]:
            for phase in operation["phases"]:
                for step in phase["steps"]:
                    where = (unit_procedure["title"], f"{operation['id']} {operation['title']}")
                    runs: list[Json | None] = list(step["occurrences"]) or [None]
                    yield from (Line(*where, step, run) for run in runs)
