"""An execution as it stands inside one transaction: facts read once, and kept true as rows are written."""

from dataclasses import dataclass, field
from datetime import datetime

from records.columns import json_text
from records.execution.facts import Run, RunKey, ValueFact, split_part
from records.execution.models import Entry, StepRun
from records.execution.queries import runs_of, values_of
from records.procedure.definition import StepDefinition
from records.training.subjects import Judged
from workflows.authority import SYSTEM
from workflows.execution.owner import Owner
from workflows.execution.picture import Picture
from workflows.execution.scope import Scope
from workflows.execution.sequence import picture
from workflows.perform import UnitOfWork


@dataclass(slots=True)
class Execution:
    """The runs and values of one owner, seen from one part."""

    work: UnitOfWork
    owner: Owner
    part: str
    runs: dict[RunKey, Run]
    values: list[ValueFact]
    by_system: bool = False
    """Whether the software itself acts: what follows from a person's act is not that person's hand."""
    training: tuple[Judged, ...] | None = None
    """The actor's training, judged once for the act (`workflows.execution.training`)."""
    training_is_remembered: bool = False
    _picture: Picture | None = field(default=None)

    @classmethod
    def load(cls, work: UnitOfWork, owner: Owner, part: str) -> "Execution":
        """Read the facts of an execution."""
        stream = owner.stream
        return cls(work, owner, part, runs_of(work.session, stream), values_of(work.session, stream, part))

    @property
    def hand(self) -> tuple[str, str]:
        """Return whose hand writes now: person and printed name."""
        actor = SYSTEM if self.by_system else self.work.actor
        return actor.person, actor.printed_name

    @property
    def picture(self) -> Picture:
        """Return where every step stands now."""
        if self._picture is None:
            self._picture = picture(self.owner.outline, self.runs, self._inputs)
        return self._picture

    def scope(self, step: StepDefinition, occurrence: str, sample: int | None = None) -> Scope:
        """Return the values an expression of this step occurrence may read."""
        operation = self.owner.outline.place(step.number).operation
        return Scope(
            outline=self.owner.outline,
            values=self.values,
            scale=self.owner.scale,
            operation=operation.id,
            occurrence=occurrence,
            step=step.number,
            sample=sample,
        )

    def current(self, part: str) -> dict[str, ValueFact]:
        """Return the current values of a part by field."""
        step, occurrence = split_part(part)
        return {f.field: f for f in self.values if (f.step, f.occurrence) == (step, occurrence)}

    def turn_to(self, part: str) -> None:
        """Look at another part from now on: its own values are read beside those published."""
        self.part = part
        self.values = values_of(self.work.session, self.owner.stream, part)

    def started(self, row: StepRun) -> None:
        """Take a run just started, or one that moved on, into the facts."""
        run = Run(row.step, row.occurrence, row.state, row.started_at, row.closed_at, row.performed_at)
        self.runs[row.step, row.occurrence] = run
        self._picture = None

    def entered(self, row: Entry) -> None:
        """Take an entry just made into the facts, in the place of the one it supersedes."""
        step, occurrence = split_part(row.part)
        kept = [fact for fact in self.values if fact.entry_id != row.supersedes]
        fact = ValueFact(
            entry_id=row.id,
            step=step,
            occurrence=occurrence,
            field=row.field,
            kind=row.kind,
            variable=row.variable,
            value=row.value,
            judged=row.judged,
            detail_text=json_text(row.limits) if row.limits else None,
        )
        self.values = [*kept, fact]
        self._picture = None

    def began_at(self, number: str) -> datetime | None:
        """Return when a step was first started."""
        times = [run.started_at for (step, _), run in self.runs.items() if step == number]
        return min(times, default=None)

    def ended_at(self, number: str) -> datetime | None:
        """Return when a step was last closed, once every occurrence known of it is closed."""
        views = [view for view in self.picture.views if view.place.step.number == number]
        runs = [self.runs.get(view.key) for view in views]
        if not views or not all(run and run.closed_at for run in runs):
            return None
        return max(run.closed_at for run in runs if run and run.closed_at)

    def _inputs(self, operation: str, occurrence: str) -> Scope:
        return Scope(
            outline=self.owner.outline,
            values=self.values,
            scale=self.owner.scale,
            operation=operation,
            occurrence=occurrence,
        )


def title_of(part: str, step: StepDefinition) -> str:
    """Return a step occurrence's title in sentences, such as ``step 2.9 (2) Loss on drying``."""
    occurrence = split_part(part)[1]
    times = f" ({occurrence})" if occurrence != "1" else ""
    return f"step {step.number}{times} {step.title}"


def sample_of(name: str) -> int | None:
    """Return which sample a value is, by the number at the end of its name; None where it is no sample."""
    tail = name.rpartition(".")[2]
    return int(tail) if tail.isdigit() else None
