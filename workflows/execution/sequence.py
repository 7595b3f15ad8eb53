"""Operational sequencing: what is ready, waiting or ruled out, from the procedure and the facts (11.10(f)).

Unit procedures, operations, phases and steps follow each other in document order unless a definition says
otherwise. A repeat carries out an operation several times, a loop a phase while its condition holds. A
recurring phase runs beside the main path, from one step until another; what follows that other waits for it.
A hold time is kept by the clock and never stands in the way of a step. A step that is open again, because a
value of it was corrected, holds back only what was not begun.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from records.execution.facts import Run, RunKey
from records.execution.states import StepState
from records.procedure.definition import Loop, Operation, Phase, StepDefinition, UnitProcedure
from records.procedure.outline import Outline
from records.procedure.vocabulary import PhaseOrder, StepType
from workflows.execution.occurrences import InputsFor, Known, Occurrences
from workflows.execution.picture import Picture, RuledOut, StepView


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
class _Walk(Known):
    """The walk through the whole procedure."""

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
            one = _OperationWalk(self, operation, prefix, unit, (*order, number))
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
class _OperationWalk(Occurrences):
    """One carrying-out of an operation: its phases, with the recurring ones beside the main path."""

    unit: UnitProcedure
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
        first = self.join(1) if phase.loop else self.prefix or "1"
        left = self._left(phase, first, waits)
        ruled_out: RuledOut | None = None
        if phase.when and not left:
            left, ruled_out = self.branch(phase.when, self.prefix)
        if phase.loop:
            return self._loop(phase, phase.loop, index, left or waits, ruled_out)
        return self._steps(phase, first, (*self.order, index, 0), left, ruled_out)

    def _left(self, phase: Phase, occurrence: str, waits: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a phase waits for: nothing once it has begun, for it began when nothing was left.

        An earlier step is open again only where a value of it was corrected.
        """
        return () if self.has_begun(phase, occurrence) else waits

    def _loop(
        self, phase: Phase, loop: Loop, index: int, waits: tuple[str, ...], ruled_out: RuledOut | None
    ) -> bool:
        for number in range(1, loop.maximum + 1):
            occurrence = self.join(number)
            is_decided = self.has_begun(phase, occurrence) and not self.was_ruled_out(phase, occurrence)
            left = self._left(phase, occurrence, waits)
            if not is_decided and ruled_out is None and (number > 1 or not left):
                undecided, ruled_out = self.branch(loop.condition, occurrence)
                left = left or undecided
                if ruled_out and number > 1:
                    return True
            order = (*self.order, index, number)
            is_closed = self._steps(phase, occurrence, order, left, ruled_out)
            is_over = self.was_ruled_out(phase, occurrence) or self.was_ended(phase, occurrence)
            if not is_closed or ruled_out or is_over:
                return is_closed
        _waiting, still_out = self.branch(loop.condition, self.join(loop.maximum))
        if still_out is None:
            self.known.exhausted.append(f"{phase.steps[0].number}/{self.join(loop.maximum)}")
        return True

    def _recurring(self, phase: Phase, index: int, waits: tuple[str, ...]) -> bool:
        rule = phase.recurring
        if rule is None:
            return True
        opened = self.closed_at(rule.opens_after)
        ended = self.first_closed_at(rule.closes_after) if rule.closes_after else None
        has_begun = self.has_begun(phase, self.join(1))
        waits = self._left(phase, self.join(1), waits)
        if not waits and opened is None and not has_begun:
            waits = (f"It begins after step {rule.opens_after}.",)
        number, last = 0, None
        while self.has_begun(phase, self.join(number + 1)):
            number += 1
            last = self.began(phase, self.join(number))
            order = (*self.order, index, number)
            if not self._steps(phase, self.join(number), order, (), None):
                return False
        if number and self.was_ended(phase, self.join(number)):
            return True
        if last and rule.until and self.holds(rule.until, self.join(number)):
            return True
        if ended and self._has_enough(number, last, ended, at_start=rule.at_start, at_end=rule.at_end):
            return True
        due = _due(opened, last, ended, rule.every_minutes, at_start=rule.at_start)
        self._steps(phase, self.join(number + 1), (*self.order, index, number + 1), waits, None, due)
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
                follows = self.not_closed(step.after)
            where = _Where(occurrence, (*order, index), due_at)
            view = self._view(step, where, waits + follows, ruled_out)
            self.known.keep(view)
            if not is_hold:
                all_closed = all_closed and view.is_closed
                previous = () if view.is_closed else (f"Step {step.number} is not finished.",)
        return all_closed

    def _view(
        self, step: StepDefinition, where: "_Where", waits: tuple[str, ...], ruled_out: RuledOut | None
    ) -> StepView:
        run = self.known.runs.get((step.number, where.occurrence))
        if run is not None:
            return self._seen(step, where, run.state)
        if waits:
            return self._seen(step, where, StepState.NOT_READY, _once(waits))
        if ruled_out is None and step.when:
            waits, ruled_out = self.branch(step.when, where.occurrence)
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
            place=self.known.outline.place(step.number),
            occurrence=where.occurrence,
            state=state,
            waits_for=waits,
            ruled_out=ruled_out,
            due_at=where.due_at,
            order=where.order,
        )


def _due(
    opened: datetime | None,
    last: datetime | None,
    ended: datetime | None,
    every: int | None,
    *,
    at_start: bool,
) -> datetime | None:
    """Return when the next pass of a recurring phase is due; None where it is begun as needed."""
    if every is None:
        return None
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
