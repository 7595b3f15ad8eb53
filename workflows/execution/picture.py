"""Where the steps of an execution stand: each occurrence, what it waits for, why it is ruled out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from records.execution.facts import RunKey
from records.execution.states import CLOSED, StepState
from records.procedure.outline import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledOut:
    """A branch not taken: the condition, and the values that decided it (P11-10f-2)."""

    condition: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One occurrence of a step and where it stands; `waits_for` says why it is not ready."""

    place: Place
    occurrence: str
    state: StepState
    waits_for: tuple[str, ...] = ()
    ruled_out: RuledOut | None = None
    due_at: datetime | None = None
    order: tuple[int, ...] = ()

    @property
    def key(self) -> RunKey:
        """Return step number and occurrence."""
        return (self.place.step.number, self.occurrence)

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing more is to be done on it."""
        return self.state in CLOSED

    @property
    def is_as_needed(self) -> bool:
        """Tell whether it begins a pass that nobody has to make: one is made whenever it is needed."""
        phase = self.place.phase
        is_next = self.state is StepState.READY and self.place.step is phase.steps[0]
        return is_next and phase.recurring is not None and phase.recurring.every_minutes is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Every occurrence known now, in the order of the document, and the loops that ran out of passes."""

    views: tuple[StepView, ...]
    exhausted: tuple[str, ...]
    by_key: Mapping[RunKey, StepView]

    @property
    def open_views(self) -> tuple[StepView, ...]:
        """Return what still has to be closed."""
        return tuple(view for view in self.views if not view.is_closed)
