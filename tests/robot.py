"""A robot that carries out a batch by commands: plausible values, in limits, up to the step a test is about.

Roles are kept to: operators perform, analysts test, verifiers verify, the quality unit approves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from records.execution.facts import part_name, split_part
from records.execution.states import StepState
from records.material.models import Container
from records.material.states import ContainerState
from records.procedure.fields import Field
from records.procedure.vocabulary import Act, FieldKind, ScanKind, StepType
from tests.batch_site import DUBLIN, Hands
from tests.cast import as_person
from workflows.batch.execution_owner import executed_batch
from workflows.execution.bins import fills, is_of_intermediates, waiting
from workflows.execution.facts import gather, outstanding
from workflows.execution.judging import judge_number
from workflows.execution.scope import base_name
from workflows.execution.state import Execution
from workflows.perform import UnitOfWork

PEOPLE = {
    "operator": "a.reyes",
    "verifier": "m.lindqvist",
    "ipc_analyst": "p.sharma",
    "qa_reviewer": "h.brandt",
}
SECONDS = {**PEOPLE, "ipc_analyst": "h.brandt"}
_PREFIX = {ScanKind.LOT: "LOT:", ScanKind.CONTAINER: "CNT:", ScanKind.EQUIPMENT: "EQ:", ScanKind.CODE: ""}


@dataclass
class Robot:
    """Carries out one batch."""

    hands: Hands
    batch: str
    lots: dict[str, str]
    """Lot by formula item."""
    values: dict[str, str] = field(default_factory=dict)
    """What to enter where limits alone do not tell, as ``STEP field``."""
    seconds: Mapping[str, str] = field(default_factory=lambda: SECONDS)
    """Who vouches as a second person, by role."""

    def run_to(self, part: str, most: int = 2000) -> None:
        """Do every step before this one, in the order of the document; time stands still meanwhile."""
        for _ in range(most):
            ready = self._ready()
            if part in [part_name(*view.key) for view in ready]:
                return
            self.do(part_name(*ready[0].key))
        raise AssertionError(part)

    def do(self, part: str) -> None:
        """Carry out one step and sign it."""
        self.give(part)
        self._sign(part)

    def give(self, part: str) -> None:
        """Give every value of a step."""
        while (asked := self._asked(part)) is not None:
            field, name = asked
            who = self._person(part, Act.PERFORMED)
            if name.endswith(".start"):
                self.hands.start(who, self.batch, part, field.name)
            elif name.endswith(".stop"):
                self._wait_for_timer(part, field)
                self.hands.stop(who, self.batch, part, field.name)
            elif field.kind is FieldKind.PHOTO:
                self.hands.photo(who, self.batch, part, name)
            elif field.kind is FieldKind.SCAN:
                self.hands.scan(who, self.batch, part, **{name: self._code(part, field)})
            else:
                if field.name == "label" and self._step(part).type is StepType.DISPENSE:
                    self.hands.print_label(who, self.batch, part, int(name.partition(".")[2] or 1))
                self.hands.enter(who, self.batch, part, **{name: self._value(part, field, name)})

    def reading(self, part: str, name: str) -> str:
        """Return what to scan, type or choose for one value of a step."""
        field = self._step(part).field(base_name(name))
        return self._code(part, field) if field.kind is FieldKind.SCAN else self._value(part, field, name)

    def wait_for_timer(self, part: str, name: str) -> None:
        """Let the clock run to the middle of a timer's window."""
        self._wait_for_timer(part, self._step(part).field(name))

    def _sign(self, part: str) -> None:
        step = self._step(part)
        for requirement in step.signatures:
            if not requirement.as_signature:
                continue
            who = self.seconds.get(requirement.roles[0]) if requirement.act is not Act.PERFORMED else None
            who = who or PEOPLE[requirement.roles[0]]
            act = {
                Act.PERFORMED: self.hands.perform,
                Act.VERIFIED: self.hands.verify,
                Act.APPROVED: self.hands.approve,
            }[requirement.act]
            act(who, self.batch, part)

    def _ready(self):
        execution = self._execution("")
        found = [
            view
            for view in execution.picture.views
            if view.state in {StepState.READY, StepState.IN_PROGRESS} and view.place.step.signatures
            if view.due_at is None or view.due_at <= self.hands.service.clock()
        ]
        self.hands.session.rollback()
        return found

    def _asked(self, part: str):
        execution = self._execution(part)
        view = execution.picture.by_key[split_part(part)]
        missing = outstanding(gather(execution, view))
        self.hands.session.rollback()
        return missing[0] if missing else None

    def _value(self, part: str, field: Field, name: str) -> str:
        known = self.values.get(f"{split_part(part)[0]} {field.name}")
        if known:
            return known
        if field.kind is FieldKind.NUMBER:
            return self._number(part, field, name)
        if field.kind is FieldKind.CHOICE:
            return field.expected or field.options[0].code
        if field.kind is FieldKind.TEXT:
            return "Nothing to remark"
        return field.expected or "yes"

    def _number(self, part: str, field: Field, name: str) -> str:
        execution = self._execution(part)
        tail = name.rpartition(".")[2]
        sample = int(tail) if tail.isdigit() else None
        occurrence = split_part(part)[1]
        definition = self._step(part)
        scope = execution.scope(definition, occurrence, sample)
        wanted = _middle(judge_number(field, field.limits, Decimal(0), scope).limits)
        net = next((one for one in definition.fields if one.formula == f"{field.name} - tare"), None)
        if net is not None:
            limits = judge_number(net, net.limits, Decimal(0), scope).limits
            tare = execution.current(part)[f"tare.{tail}" if sample else "tare"].value
            wanted = _middle(limits) + Decimal(tare)
        self.hands.session.rollback()
        return f"{round(wanted, field.decimals or 0):f}"

    def _code(self, part: str, field: Field) -> str:
        if field.scan_of is ScanKind.LOT:
            return f"LOT:{self.lots[field.component]}"
        if field.scan_of is ScanKind.CONTAINER:
            return f"CNT:{self._container(part, field)}"
        return _PREFIX[field.scan_of] + (field.expected or "SAMPLE-1")

    def _container(self, part: str, field: Field) -> str:
        if is_of_intermediates(field) and not fills(self._step(part)):
            label = waiting(self._execution(part))[0]
            self.hands.session.rollback()
            return label
        if field.component is None:
            found = self.hands.session.execute(select(Container.id)).all()
            self.hands.session.rollback()
            self._bins = getattr(self, "_bins", 0) + 1
            return f"BIN-{len(found)}-{self._bins}"
        label = self.hands.session.scalar(
            select(Container.label)
            .where(
                Container.batch == self.batch,
                Container.component == field.component,
                Container.state == ContainerState.FILLED,
            )
            .order_by(Container.id)
        )
        self.hands.session.rollback()
        return label

    def _wait_for_timer(self, part: str, field: Field) -> None:
        """Let the clock run to the middle of the timer's window."""
        execution = self._execution(part)
        occurrence = split_part(part)[1]
        limits = judge_number(
            field, field.limits, Decimal(0), execution.scope(self._step(part), occurrence)
        ).limits
        self.hands.session.rollback()
        self.hands.service.clock.move(seconds=int(_middle(limits) * 60))

    def _person(self, part: str, act: Act) -> str:
        for requirement in self._step(part).signatures:
            if requirement.act is act:
                return PEOPLE[requirement.roles[0]]
        return PEOPLE[self._step(part).signatures[0].roles[0]]

    def _step(self, part: str):
        owner = executed_batch(self.hands.session, self.batch)
        self.hands.session.rollback()
        return owner.outline.step(split_part(part)[0])

    def _execution(self, part: str) -> Execution:
        service, session = self.hands.service, self.hands.session
        at = service.clock()
        work = UnitOfWork(
            session=session,
            ledger=service.keys.ledger,
            actor=as_person("a.reyes").who(session, at),
            at=at,
            time_zone=DUBLIN,
            code="tests",
        )
        return Execution.load(work, executed_batch(session, self.batch), part)


def _middle(limits) -> Decimal:
    """Return the target, or the middle of the action limits, or something near the one there is."""
    if not limits:
        return Decimal(1)
    if limits.get("target"):
        return Decimal(limits["target"])
    action = limits.get("action") or limits.get("alert")
    low, high = action["minimum"], action["maximum"]
    if low is None:
        return Decimal(high) / 2
    if high is None:
        return Decimal(low) * 2
    return (Decimal(low) + Decimal(high)) / 2


TABLET_LOTS = {
    "para": "26-001",
    "starch": "26-002",
    "mcc": "26-003",
    "povidone": "26-004",
    "ssg": "26-005",
    "talc": "26-006",
    "mgst": "26-007",
    "water": "26-008",
    "pvc": "26-009",
    "foil": "26-010",
}
TABLET_VALUES = {
    "2.11b quantity": "142.000",
    "2.15a quantity": "97.500",
    "3.6a quantity": "96.000",
    "4.5 good": "24400",
    "4.5 rejected": "0.1000",
    **{
        f"{step} {name}": text
        for step in ("4.6a", "4.6b")
        for name, text in {"issued": "24500", "used": "24400", "destroyed": "50", "returned": "50"}.items()
    },
    "4.9 examined": "80",
    "4.9 wrong_text": "0",
    "4.9 wrong_content": "0",
    "4.9 unsealed": "0",
}
