"""Operational sequencing: what is ready, waiting or ruled out, from the procedure and the facts (11.10(f)).

Unit procedures, operations, phases and steps follow each other in document order unless a definition says
otherwise. A repeat carries out an operation several times, a loop a phase while its condition holds. A
recurring phase runs beside the main path, from one step until another; what follows that other waits for it.
A hold time is kept by the clock and never stands in the way of a step. A step that is open again, because a
value of it was corrected, holds back only what was not begun.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from records.errors import DomainError
from records.execution.facts import Run, RunKey
from records.execution.states import CLOSED, StepState
from records.procedure.definition import Loop, Operation, Phase, StepDefinition, UnitProcedure
from records.procedure.expressions import Inputs, MissingValueError, compile_expression
from records.procedure.outline import Outline, Place
from records.procedure.vocabulary import PhaseOrder, StepType

InputsFor = Callable[[str, str], Inputs]
"""From an operation's id and the occurrence asked for, the values in that scope."""


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


def picture(outline: Outline, runs: Mapping[RunKey, Run], inputs_for: InputsFor) -> Picture:
    """Return where every occurrence of every step stands."""
    walk = _Walk(outline, runs, inputs_for)
    closed: dict[str, bool] = {}
    before: tuple[str, ...] = ()
    for index, unit_procedure in enumerate(outline.procedure.unit_procedures):
        waits = _waits(before if unit_procedure.after is None else unit_procedure.after, closed, "stage")
        closed[unit_procedure.id] = walk.unit_procedure(unit_procedure, (index,), waits)
        before = (unit_procedure.id,)
    views = tuple(sorted(walk.views.values(), key=lambda view: view.order))
    return Picture(views=views, exhausted=tuple(walk.exhausted), by_key=walk.views)


@dataclass(slots=True)
class _Walk:
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

    def unit_procedure(self, unit: UnitProcedure, order: tuple[int, ...], waits: tuple[str, ...]) -> bool:
        closed: dict[str, bool] = {}
        before: tuple[str, ...] = ()
        for index, operation in enumerate(unit.operations):
            more = _waits(before if operation.after is None else operation.after, closed, "operation")
            closed[operation.id] = self.operation(unit, operation, (*order, index), waits + more)
            before = (operation.id,)
        return all(closed.values())

    def operation(
        self, unit: UnitProcedure, operation: Operation, order: tuple[int, ...], waits: tuple[str, ...]
    ) -> bool:
        times = operation.repeat.times if operation.repeat else 1
        is_closed = True
        for number in range(1, times + 1):
            prefix = str(number) if operation.repeat else ""
            one = _OperationWalk(self, unit, operation, prefix, (*order, number))
            is_closed = one.walk(waits) and is_closed
            if not is_closed and not waits and operation.repeat:
                waits = (f"{operation.repeat.label} {number} of {operation.title} is not finished.",)
        return is_closed


class _Where(NamedTuple):
    """Which occurrence, where in the document, and when it is due if it recurs."""

    occurrence: str
    order: tuple[int, ...]
    due_at: datetime | None


@dataclass(slots=True)
class _OperationWalk:
    """One carrying-out of an operation: its phases, with the recurring ones beside the main path."""

    walk_all: _Walk
    unit: UnitProcedure
    operation: Operation
    prefix: str
    order: tuple[int, ...]

    def walk(self, waits: tuple[str, ...]) -> bool:
        main_waits = waits
        done: dict[int, bool] = {}
        recurring = [(i, p) for i, p in enumerate(self.operation.phases) if p.recurring]
        for index, phase in enumerate(self.operation.phases):
            if phase.recurring:
                if phase.recurring.closes_after is None:
                    done[index] = self._recurring(phase, index, waits)
                    main_waits = main_waits or self._after(phase, done[index])
                continue
            for other, side in recurring:
                if other not in done and self._ended_before(side, index):
                    done[other] = self._recurring(side, other, waits)
                    main_waits = main_waits or self._after(side, done[other])
            done[index] = self._phase(phase, index, main_waits)
            main_waits = main_waits or self._after(phase, done[index])
        for other, side in recurring:
            if other not in done:
                done[other] = self._recurring(side, other, waits)
        return all(done.values())

    def _after(self, phase: Phase, is_closed: bool) -> tuple[str, ...]:  # noqa: FBT001 -- the answer of the walk
        return () if is_closed else (f"{phase.title} is not finished.",)

    def _ended_before(self, side: Phase, index: int) -> bool:
        ending = side.recurring.closes_after if side.recurring else None
        earlier = self.operation.phases[:index]
        return any(step.number == ending for phase in earlier for step in phase.steps)

    def _phase(self, phase: Phase, index: int, waits: tuple[str, ...]) -> bool:
        first = self._join(1) if phase.loop else self.prefix or "1"
        left = self._left(phase, first, waits)
        ruled_out: RuledOut | None = None
        if phase.when and not left:
            left, ruled_out = self._branch(phase.when, self.prefix)
        if phase.loop:
            return self._loop(phase, phase.loop, index, left or waits, ruled_out)
        return self._steps(phase, first, (*self.order, index, 0), left, ruled_out)

    def _left(self, phase: Phase, occurrence: str, waits: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a phase waits for: nothing once it has begun, for it began when nothing was left.

        An earlier step is open again only where a value of it was corrected.
        """
        return () if self._has_begun(phase, occurrence) else waits

    def _loop(
        self, phase: Phase, loop: Loop, index: int, waits: tuple[str, ...], ruled_out: RuledOut | None
    ) -> bool:
        for number in range(1, loop.maximum + 1):
            occurrence = self._join(number)
            is_decided = self._has_begun(phase, occurrence) and not self._was_ruled_out(phase, occurrence)
            left = self._left(phase, occurrence, waits)
            if not is_decided and ruled_out is None and (number > 1 or not left):
                undecided, ruled_out = self._branch(loop.condition, occurrence)
                left = left or undecided
                if ruled_out and number > 1:
                    return True
            order = (*self.order, index, number)
            is_closed = self._steps(phase, occurrence, order, left, ruled_out)
            if not is_closed or ruled_out or self._was_ruled_out(phase, occurrence):
                return is_closed
        _waiting, still_out = self._branch(loop.condition, self._join(loop.maximum))
        if still_out is None:
            self.walk_all.exhausted.append(f"{phase.steps[0].number}/{self._join(loop.maximum)}")
        return True

    def _recurring(self, phase: Phase, index: int, waits: tuple[str, ...]) -> bool:
        rule = phase.recurring
        if rule is None:
            return True
        opened = self._closed_at(rule.opens_after)
        ended = self._closed_at(rule.closes_after) if rule.closes_after else None
        has_begun = self._has_begun(phase, self._join(1))
        waits = self._left(phase, self._join(1), waits)
        if not waits and opened is None and not has_begun:
            waits = (f"It begins after step {rule.opens_after}.",)
        number, last = 0, None
        while self._has_begun(phase, self._join(number + 1)):
            number += 1
            last = self._began(phase, self._join(number))
            order = (*self.order, index, number)
            if not self._steps(phase, self._join(number), order, (), None):
                return False
        if last and rule.until and self._holds(rule.until, self._join(number)):
            return True
        if ended and self._has_enough(number, last, ended, at_start=rule.at_start, at_end=rule.at_end):
            return True
        due = _due(opened, last, ended, rule.every_minutes, at_start=rule.at_start)
        self._steps(phase, self._join(number + 1), (*self.order, index, number + 1), waits, None, due)
        return False

    @staticmethod
    def _has_enough(
        number: int, last: datetime | None, ended: datetime, *, at_start: bool, at_end: bool
    ) -> bool:
        if at_end:
            return last is not None and last >= ended
        return number > 0 or not at_start

    def _steps(
        self,
        phase: Phase,
        occurrence: str,
        order: tuple[int, ...],
        waits: tuple[str, ...],
        ruled_out: RuledOut | None,
        due_at: datetime | None = None,
    ) -> bool:
        all_closed = True
        previous: tuple[str, ...] = ()
        for index, step in enumerate(phase.steps):
            is_hold = step.type is StepType.HOLD_TIME
            follows = () if phase.order is PhaseOrder.ANY or is_hold else previous
            if step.after is not None:
                follows = self._not_closed(step.after)
            where = _Where(occurrence, (*order, index), due_at)
            view = self._view(step, where, waits + follows, ruled_out)
            self.walk_all.keep(view)
            if not is_hold:
                all_closed = all_closed and view.is_closed
                previous = () if view.is_closed else (f"Step {step.number} is not finished.",)
        return all_closed

    def _view(
        self, step: StepDefinition, where: "_Where", waits: tuple[str, ...], ruled_out: RuledOut | None
    ) -> StepView:
        run = self.walk_all.runs.get((step.number, where.occurrence))
        if run is not None:
            return self._seen(step, where, run.state)
        if waits:
            return self._seen(step, where, StepState.NOT_READY, _once(waits))
        if ruled_out is None and step.when:
            waits, ruled_out = self._branch(step.when, where.occurrence)
        state = StepState.NOT_READY if waits else StepState.READY
        return self._seen(step, where, state, waits, ruled_out)

    def _seen(
        self,
        step: StepDefinition,
        where: "_Where",
        state: StepState,
        waits: tuple[str, ...] = (),
        ruled_out: RuledOut | None = None,
    ) -> StepView:
        return StepView(
            place=self.walk_all.outline.place(step.number),
            occurrence=where.occurrence,
            state=state,
            waits_for=waits,
            ruled_out=ruled_out,
            due_at=where.due_at,
            order=where.order,
        )

    def _branch(self, condition: str, occurrence: str) -> tuple[tuple[str, ...], RuledOut | None]:
        """Return what the decision waits for, or why the branch is not taken; neither when it is taken."""
        expression = compile_expression(condition)
        inputs = self.walk_all.inputs_for(self.operation.id, occurrence)
        try:
            if expression.condition(inputs):
                return (), None
        except MissingValueError as missing:
            return (f"The condition needs {', '.join(missing.names)}.",), None
        except DomainError as error:
            return (f"The condition cannot be decided: {error.message}",), None
        data = {name: str(inputs.latest(name) or "") for name in sorted(expression.names)}
        return (), RuledOut(condition=condition, data=data)

    def _holds(self, condition: str, occurrence: str) -> bool:
        waiting, ruled_out = self._branch(condition, occurrence)
        return not waiting and ruled_out is None

    def _not_closed(self, numbers: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"Step {number} is not finished." for number in numbers if not self._is_closed(number))

    def _is_closed(self, number: str) -> bool:
        views = self._views_of(number)
        return bool(views) and all(view.is_closed for view in views)

    def _closed_at(self, number: str) -> datetime | None:
        """Return when a step was closed in this carrying-out of the operation, or in another operation."""
        if not self._is_closed(number):
            return None
        runs = (self.walk_all.runs.get(view.key) for view in self._views_of(number))
        times = [run.closed_at for run in runs if run and run.closed_at]
        return max(times, default=None)

    def _views_of(self, number: str) -> list[StepView]:
        found = self.walk_all.by_number.get(number, [])
        here = [view for view in found if view.place.operation is self.operation]
        if here and self.prefix:
            return [view for view in here if view.occurrence.split(".")[0] == self.prefix]
        return found

    def _has_begun(self, phase: Phase, occurrence: str) -> bool:
        return any((step.number, occurrence) in self.walk_all.runs for step in phase.steps)

    def _was_ruled_out(self, phase: Phase, occurrence: str) -> bool:
        keys = [(step.number, occurrence) for step in phase.steps]
        runs = [self.walk_all.runs[key] for key in keys if key in self.walk_all.runs]
        return bool(runs) and all(run.state is StepState.NOT_APPLICABLE for run in runs)

    def _began(self, phase: Phase, occurrence: str) -> datetime | None:
        keys = [(step.number, occurrence) for step in phase.steps]
        times = [self.walk_all.runs[key].started_at for key in keys if key in self.walk_all.runs]
        return min(times, default=None)

    def _join(self, number: int) -> str:
        return f"{self.prefix}.{number}" if self.prefix else str(number)


def _due(
    opened: datetime | None, last: datetime | None, ended: datetime | None, every: int, *, at_start: bool
) -> datetime | None:
    """Return when the next pass of a recurring phase is due."""
    if ended is not None:
        return ended
    if last is not None:
        return last + timedelta(minutes=every)
    if opened is None:
        return None
    return opened if at_start else opened + timedelta(minutes=every)


def _waits(names: Iterable[str], closed: Mapping[str, bool], word: str) -> tuple[str, ...]:
    return tuple(f"The {word} {name} is not finished." for name in names if not closed.get(name, False))


def _once(waits: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(waits))
