"""What is known of one carrying-out of an operation while its steps are put in sequence.

What has begun, what is finished and what a condition says, from the runs and the views made so far.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from records.errors import DomainError
from records.execution.facts import Run, RunKey
from records.execution.states import ENDED, StepState
from records.procedure.definition import Operation, Phase
from records.procedure.expressions import Inputs, MissingValueError, compile_expression
from records.procedure.outline import Outline
from workflows.execution.picture import RuledOut, StepView

InputsFor = Callable[[str, str], Inputs]
"""From an operation's id and the occurrence asked for, the values in that scope."""


@dataclass(slots=True)
class Known:
    """The procedure, its runs, and the views made so far, in the order of the walk."""

    outline: Outline
    runs: Mapping[RunKey, Run]
    inputs_for: InputsFor
    views: dict[RunKey, StepView] = field(default_factory=dict)
    by_number: dict[str, list[StepView]] = field(default_factory=dict)
    exhausted: list[str] = field(default_factory=list)

    def keep(self, view: StepView) -> None:
        """Add a view to the picture."""
        self.views[view.key] = view
        self.by_number.setdefault(view.key[0], []).append(view)


@dataclass(slots=True)
class Occurrences:
    """One carrying-out of an operation, as far as it is known."""

    known: Known
    operation: Operation
    prefix: str

    def branch(self, condition: str, occurrence: str) -> tuple[tuple[str, ...], RuledOut | None]:
        """Return what the decision waits for, or why the branch is not taken; neither when it is taken."""
        expression = compile_expression(condition)
        inputs = self.known.inputs_for(self.operation.id, occurrence)
        try:
            if expression.condition(inputs):
                return (), None
        except MissingValueError as missing:
            return (f"The condition needs {', '.join(missing.names)}.",), None
        except DomainError as error:
            return (f"The condition cannot be decided: {error.message}",), None
        data = {name: str(inputs.latest(name) or "") for name in sorted(expression.names)}
        return (), RuledOut(condition=condition, data=data)

    def holds(self, condition: str, occurrence: str) -> bool:
        """Tell whether a condition holds as far as the values are known."""
        waiting, ruled_out = self.branch(condition, occurrence)
        return not waiting and ruled_out is None

    def not_closed(self, numbers: Iterable[str]) -> tuple[str, ...]:
        """Return a sentence for each of these steps that is not finished."""
        return tuple(f"Step {number} is not finished." for number in numbers if not self.is_closed(number))

    def is_closed(self, number: str) -> bool:
        """Tell whether a step is known and finished wherever it occurs here."""
        views = self.views_of(number)
        return bool(views) and all(view.is_closed for view in views)

    def closed_at(self, number: str) -> datetime | None:
        """Return when a step was closed in this carrying-out of the operation, or in another operation."""
        return self.first_closed_at(number) if self.is_closed(number) else None

    def first_closed_at(self, number: str) -> datetime | None:
        """Return when every occurrence of a step was closed first, though a correction opened one again."""
        runs = [self.known.runs.get(view.key) for view in self.views_of(number)]
        times = [run.closed_at for run in runs if run and run.closed_at]
        return max(times) if times and len(times) == len(runs) else None

    def views_of(self, number: str) -> list[StepView]:
        """Return the occurrences of a step in this carrying-out, or in another operation."""
        found = self.known.by_number.get(number, [])
        here = [view for view in found if view.place.operation is self.operation]
        if here and self.prefix:
            return [view for view in here if view.occurrence.split(".")[0] == self.prefix]
        return found

    def has_begun(self, phase: Phase, occurrence: str) -> bool:
        """Tell whether any step of a phase has begun."""
        return any((step.number, occurrence) in self.known.runs for step in phase.steps)

    def was_ruled_out(self, phase: Phase, occurrence: str) -> bool:
        """Tell whether every step of a phase that has begun was not applicable."""
        keys = [(step.number, occurrence) for step in phase.steps]
        runs = [self.known.runs[key] for key in keys if key in self.known.runs]
        return bool(runs) and all(run.state is StepState.NOT_APPLICABLE for run in runs)

    def was_ended(self, phase: Phase, occurrence: str) -> bool:
        """Tell whether the batch was ended in this pass: then no other follows."""
        keys = [(step.number, occurrence) for step in phase.steps]
        return any(self.known.runs[key].state in ENDED for key in keys if key in self.known.runs)

    def began(self, phase: Phase, occurrence: str) -> datetime | None:
        """Return when the first step of a phase began."""
        keys = [(step.number, occurrence) for step in phase.steps]
        times = [self.known.runs[key].started_at for key in keys if key in self.known.runs]
        return min(times, default=None)

    def join(self, number: int) -> str:
        """Return the occurrence of a pass within this carrying-out."""
        return f"{self.prefix}.{number}" if self.prefix else str(number)
