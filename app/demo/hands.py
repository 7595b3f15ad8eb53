"""The hands of the demo's people: they carry out a batch step by step, by commands only."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.demo.pictures import overprint
from app.demo.readings import Asked, Readings
from app.demo.stage import Stage
from app.demo.values import STEP_SECONDS, TABLETS, USUAL_SECONDS, Script
from app.files import FileStore
from records.execution.facts import ValueFact, split_part
from records.execution.models import BatchException
from records.execution.states import Judged, Source, StepState
from records.procedure.vocabulary import Act, FieldKind, StepType
from workflows.batch.execution_owner import executed_batch, executing_batch, executing_batch_of_stream
from workflows.execution import commands as engine
from workflows.execution import exception_commands, signoff
from workflows.execution.asked import START, STOP
from workflows.execution.content import step_content, value_acceptance_content
from workflows.execution.facts import gather, load, outstanding
from workflows.execution.files import FileGiven, attach_file
from workflows.execution.given import Given
from workflows.execution.picture import StepView
from workflows.execution.portion_labels import print_portion
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.execution.sweep import breach_overdue, overdue_streams
from workflows.perform import UnitOfWork

OPERATORS = ("a.reyes", "j.okafor")
SECOND = {"verifier": "m.lindqvist", "supervisor": "t.novak", "qa_reviewer": "e.haddad"}
"""Quality's second person on the floor is not the one who reviews the whole record independently."""
WORKERS = {
    "operator": OPERATORS[0],
    "ipc_analyst": "p.sharma",
    "qa_reviewer": "h.brandt",
    "technician": "k.ito",
}
_COMMANDS = {
    Act.PERFORMED: signoff.perform_step,
    Act.VERIFIED: signoff.verify_step,
    Act.APPROVED: signoff.approve_step,
}
_LOOP_DEALS_WITH_IT = "The reading was repeated and is true; the master's loop deals with it."
_MOMENTARY = frozenset({StepState.READY, StepState.IN_PROGRESS})


Twist = Callable[["Hands", Asked], bool]
"""Something the script does instead of the plain entry; True when it has dealt with the value."""


@dataclass(slots=True)
class Hands:
    """The people carrying out one batch, the script's twists, and where it stops."""

    stage: Stage
    batch: str
    lots: Mapping[str, str]
    files: FileStore
    seed: int
    twists: Mapping[tuple[str, str], Twist] = field(default_factory=dict)
    late_verifications: Mapping[str, int] = field(default_factory=dict)
    """Parts whose second person comes late, and after how many minutes."""
    stops_before: str | None = None
    operator: str = OPERATORS[0]
    script: Script = TABLETS
    needed: Mapping[str, int] = field(default_factory=dict)
    """Passes that are made as needed, and how many minutes after their run began."""
    are_results_in: bool = False
    """Whether the results that arrive after production have arrived."""
    accepted_because: Mapping[str, str] = field(default_factory=dict)
    """By step: why the supervisor accepts a value out of its limits as the true one."""
    readings: Readings = field(init=False)
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Seed the generator of readings."""
        self.chance = random.Random(self.seed)  # noqa: S311 -- readings of a demo, no secret
        persons = [self.stage.person(name) for name in OPERATORS]
        self.readings = Readings(self.stage.session, self.batch, self.lots, self.chance, self.script, persons)

    def carry_out(self) -> None:
        """Go through the batch until nothing is left to do, or the step to stop before is reached."""
        while (view := self._next()) is not None:
            if self.stops_before and view.key == tuple(self.stops_before.split("/")):
                return
            self._one_act(view)

    def _next(self) -> StepView | None:
        """Return the next thing to do; time passes until a recurring check or the end of a run is due."""
        execution = self._execution("")
        now = self.stage.now
        doable = [view for view in execution.picture.views if self._is_doable(view)]
        due = [view for view in doable if view.due_at and view.due_at <= now]
        plain = [view for view in doable if view.due_at is None]
        for view in (*due, *plain):
            comes_at = self._comes_at(execution, view)
            if comes_at is None or comes_at <= now:
                return view
        waits = [view.due_at for view in doable if view.due_at]
        waits += [at for view in plain if (at := self._comes_at(execution, view))]
        if not waits:
            return None
        self.stage.now = max(min(waits), now) + timedelta(seconds=self.chance.randint(20, 120))
        return self._next()

    def _is_doable(self, view: StepView) -> bool:
        step = view.place.step
        is_open = view.state in _MOMENTARY | {StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL}
        if step.is_after_production and not self.are_results_in:
            return False
        is_wanted = not view.is_as_needed or "/".join(view.key) in self.needed
        return is_open and is_wanted and step.type is not StepType.HOLD_TIME

    def _comes_at(self, execution: Execution, view: StepView) -> datetime | None:
        """Return when the turn of a step comes that takes no part in the order of work, or ends a run."""
        rule = view.place.phase.recurring
        if rule is None or not view.is_as_needed:
            return self._run_ends_at(execution, view)
        opened = max(run.started_at for run in execution.runs.values() if run.step == rule.opens_after)
        return opened + timedelta(minutes=self.needed["/".join(view.key)])

    def _run_ends_at(self, execution: Execution, view: StepView) -> datetime | None:
        """Return when the run that this step ends is over; None where it ends none."""
        minutes = self.script.run_minutes.get(view.place.step.number)
        opened_by = next(
            (
                phase.recurring.opens_after
                for phase in view.place.operation.phases
                if phase.recurring and phase.recurring.closes_after == view.place.step.number
            ),
            None,
        )
        if minutes is None or opened_by is None:
            return None
        opened = execution.runs.get((opened_by, view.occurrence))
        return opened.started_at + timedelta(minutes=minutes) if opened else None

    def _one_act(self, view: StepView) -> None:
        part = "/".join(view.key)
        execution = self._execution(part)
        facts = gather(execution, view)
        asked = outstanding(facts) if facts.state in _MOMENTARY else []
        self.stage.session.rollback()
        if asked:
            self._give(execution, facts, Asked(part, *asked[0]))
        elif out := self._out_of_limits(facts):
            self._accept(out)
        else:
            self._vouch(facts)

    def _give(self, execution: Execution, facts: StepFacts, asked: Asked) -> None:
        if not asked.name.endswith(f".{STOP}"):
            seconds = STEP_SECONDS.get(facts.step.type.value, USUAL_SECONDS)
            self.stage.wait(seconds=seconds + self.chance.randint(0, seconds))
            self.stage.wait(minutes=self.script.work_minutes.get((facts.step.number, asked.name), 0))
        twist = self.twists.get((facts.part, asked.name))
        if twist and twist(self, asked):
            return
        if asked.field.kind is FieldKind.TIMER:
            self._time(execution, facts, asked)
        elif asked.field.kind is FieldKind.PHOTO:
            self._photograph(facts, asked)
        else:
            if asked.name in facts.wrong_labels:
                self._print_label(facts, asked)
            raw = self.readings.raw(execution, facts, asked)
            source = Source.SCAN if asked.field.kind is FieldKind.SCAN else Source.MANUAL
            self.enter(facts, asked, raw, source)

    def enter(self, facts: StepFacts | None, asked: Asked, raw: str, source: Source = Source.MANUAL) -> None:
        """Enter one value as the step's performer."""
        who = self._performer(asked.part) if facts is None else self._worker(facts)

        def act(work: UnitOfWork) -> None:
            owner = executing_batch(work, self.batch)
            given = Given(raw=raw, source=source)
            engine.enter_value(work, owner, asked.part, asked.name, given, complete=True)

        self.stage.do(who, act)

    def correct(self, asked: Asked, raw: str, reason: str) -> None:
        """Correct a value, with the reason."""

        def act(work: UnitOfWork) -> None:
            owner = executing_batch(work, self.batch)
            engine.correct_value(work, owner, asked.part, asked.name, Given(raw=raw))

        self.stage.wait(seconds=25)
        self.stage.do(self._performer(asked.part), act, reason=reason)

    def scan(self, asked: Asked, code: str) -> None:
        """Scan a code, right or wrong."""
        self.stage.wait(seconds=15)
        self.enter(None, asked, code, Source.SCAN)

    def _time(self, execution: Execution, facts: StepFacts, asked: Asked) -> None:
        is_start = asked.name.endswith(f".{START}")
        if not is_start:
            self.stage.wait(minutes=float(self.readings.middle(execution, facts, asked)))
            self.stage.wait(seconds=self.chance.randint(1, 12))

        def act(work: UnitOfWork) -> None:
            owner = executing_batch(work, self.batch)
            mark = engine.start_timer if is_start else engine.stop_timer
            mark(work, owner, asked.part, asked.field.name)

        self.stage.do(self._worker(facts), act)

    def _print_label(self, facts: StepFacts, asked: Asked) -> None:
        number = int(asked.name.partition(".")[2] or 1)

        def act(work: UnitOfWork) -> None:
            print_portion(work, executing_batch(work, self.batch), asked.part, number)

        self.stage.do(self._worker(facts), act)

    def _photograph(self, facts: StepFacts, asked: Asked) -> None:
        number = self.readings.count(facts, asked)
        picture = overprint(self.batch, asked.field.label, self.stage.now)
        kept = self.files.keep(picture, f"{asked.field.name}-{number}.jpg")
        given = FileGiven(kept.sha256, kept.media_type, kept.size, kept.file_name)

        def act(work: UnitOfWork) -> None:
            owner = executing_batch(work, self.batch)
            attach_file(work, owner, asked.part, asked.name, given)

        self.stage.do(self._worker(facts), act)

    def _out_of_limits(self, facts: StepFacts) -> list[ValueFact]:
        return [
            fact
            for fact in facts.current.values()
            if fact.judged is Judged.ACTION and fact.entry_id not in facts.accepted
        ]

    def _accept(self, out: Sequence[ValueFact]) -> None:
        """Let the supervisor accept an out-of-limit value as the true one."""
        stage = self.stage
        wanted = select(BatchException).where(BatchException.entry_id == out[0].entry_id)
        wanted = wanted.order_by(BatchException.id).limit(1)
        number = stage.session.scalars(wanted).one().number

        def act(work: UnitOfWork) -> None:
            exception_commands.accept_value(work, executing_batch(work, self.batch), number)

        stage.wait(minutes=3)
        stage.do(
            "t.novak",
            act,
            reason=self.accepted_because.get(out[0].step, _LOOP_DEALS_WITH_IT),
            shown=lambda session: value_acceptance_content(session.scalars(wanted).one()),
        )

    def _vouch(self, facts: StepFacts) -> None:
        requirement = facts.next_requirement
        if requirement is None:
            msg = f"Nothing is left to do on {facts.part}, and it is {facts.state}."
            raise ValueError(msg)
        if requirement.act is not Act.PERFORMED:
            self._second_person_comes(facts.part)
        command = _COMMANDS[requirement.act]
        who = self._worker(facts) if requirement.act is Act.PERFORMED else self._second(facts)
        zone = self.stage.service.settings.site_timezone
        shown = (
            (lambda session: step_content(session, executed_batch(session, self.batch), facts.part, zone))
            if requirement.as_signature
            else None
        )
        self.stage.wait(seconds=self.chance.randint(10, 40))
        self.stage.do(
            who, lambda work: command(work, executing_batch(work, self.batch), facts.part), shown=shown
        )

    def _second_person_comes(self, part: str) -> None:
        late = self.late_verifications.get(part)
        if late is None:
            self.stage.wait(seconds=self.chance.randint(30, 150))
            return
        self.stage.wait(minutes=late)
        self.sweep()

    def sweep(self) -> None:
        """Let the worker look for time limits that have run out, as it does every second."""
        overdue = overdue_streams(self.stage.session, self.stage.now)
        self.stage.session.rollback()
        for stream in overdue:
            self.stage.by_software(partial(breach_overdue, stream=stream, owner_of=executing_batch_of_stream))

    def _worker(self, facts: StepFacts) -> str:
        roles = [role for one in facts.step.signatures if one.act is Act.PERFORMED for role in one.roles]
        roles = roles or [role for one in facts.step.signatures for role in one.roles]
        return self.operator if roles[0] == "operator" else WORKERS.get(roles[0]) or SECOND[roles[0]]

    def _performer(self, part: str) -> str:
        execution = self._execution(part)
        view = execution.picture.by_key[split_part(part)]
        found = self._worker(gather(execution, view))
        self.stage.session.rollback()
        return found

    def _second(self, facts: StepFacts) -> str:
        if facts.step.setting("independent"):
            return WORKERS["qa_reviewer"]
        requirement = facts.next_requirement
        people = [SECOND[role] for role in (requirement.roles if requirement else ()) if role in SECOND]
        return next(name for name in people if len(facts.step.signatures) == 1 or self._is_free(name, facts))

    def _is_free(self, name: str, facts: StepFacts) -> bool:
        actor = self.stage.actors.get(name)
        return actor is None or actor.person not in facts.hands

    def _execution(self, part: str) -> Execution:
        stage = self.stage
        work = UnitOfWork(
            session=stage.session,
            ledger=stage.service.keys.ledger,
            actor=stage.actors.get(self.operator) or stage.actors["c.dubois"],
            at=stage.now,
            time_zone=stage.service.settings.site_timezone,
            code=stage.service.code,
        )
        owner = executed_batch(stage.session, self.batch)
        return Execution.load(work, owner, part) if not part else load(work, owner, part)[0]
