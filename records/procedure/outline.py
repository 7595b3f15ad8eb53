"""Find one's way in a procedure: steps in document order, by number, with what encloses them. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from records.procedure.definition import Operation, Phase, Procedure, StepDefinition, UnitProcedure
from records.procedure.fields import Field, field_variables

Path = tuple[str | int, ...]


class Counter(StrEnum):
    """What counts a number of an occurrence: the repeat of an operation, the pass of a loop or recurrence."""

    REPEAT = "repeat"
    LOOP = "loop"
    RECURRENCE = "recurrence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A step with everything that encloses it; `position` counts from 0 in document order.

    `path` leads to the step through the lists of the definition, as keys and indices of its content.
    """

    position: int
    path: Path
    unit_procedure: UnitProcedure
    operation: Operation
    phase: Phase
    step: StepDefinition

    @property
    def counters(self) -> tuple[Counter, ...]:
        """Give the counters of the step's occurrence, outermost first; none means occurrence "1"."""
        found = []
        if self.operation.repeat:
            found.append(Counter.REPEAT)
        if self.phase.loop:
            found.append(Counter.LOOP)
        if self.phase.recurring:
            found.append(Counter.RECURRENCE)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Outline:
    """The steps of a procedure in document order and by number."""

    procedure: Procedure
    places: tuple[Place, ...]
    by_number: Mapping[str, Place]

    def place(self, number: str) -> Place:
        """Give the place of a step by its number; KeyError when there is none."""
        return self.by_number[number]

    def step(self, number: str) -> StepDefinition:
        """Give a step by its number; KeyError when there is none."""
        return self.by_number[number].step


def outline(procedure: Procedure) -> Outline:
    """List the steps of a procedure; build it once per definition and keep it."""
    places = tuple(_places(procedure))
    return Outline(procedure, places, MappingProxyType({place.step.number: place for place in places}))


def phases(procedure: Procedure) -> Iterator[tuple[Path, UnitProcedure, Operation, Phase]]:
    """Give every phase with its path and what encloses it, in document order."""
    for first, unit_procedure in enumerate(procedure.unit_procedures):
        for second, operation in enumerate(unit_procedure.operations):
            for third, phase in enumerate(operation.phases):
                path: Path = ("unit_procedures", first, "operations", second, "phases", third)
                yield path, unit_procedure, operation, phase


def steps(procedure: Procedure) -> Iterator[StepDefinition]:
    """Give the steps in document order."""
    return (place.step for place in _places(procedure))


def fields(procedure: Procedure) -> Iterator[tuple[StepDefinition, Field]]:
    """Give every field with its step, in document order."""
    return ((step, field) for step in steps(procedure) for field in step.fields)


def published_variables(step: StepDefinition) -> tuple[str, ...]:
    """Give the variables a step publishes to later expressions."""
    return tuple(name for field in step.fields for name in field_variables(field))


def required_qualifications(procedure: Procedure) -> tuple[str, ...]:
    """Give the qualifications its steps ask for, sorted."""
    return tuple(sorted({name for step in steps(procedure) for name in step.qualifications}))


def _places(procedure: Procedure) -> Iterator[Place]:
    position = 0
    for path, unit_procedure, operation, phase in phases(procedure):
        for index, step in enumerate(phase.steps):
            yield Place(
                position=position,
                path=(*path, "steps", index),
                unit_procedure=unit_procedure,
                operation=operation,
                phase=phase,
                step=step,
            )
            position += 1
