"""What a person of the demo reads, weighs, scans or counts for one value."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.values import TARES, Script
from records.material.models import Container
from records.material.states import ContainerState
from records.numbers import Rounding, as_text, round_to
from records.procedure.expressions import MissingValueError, compile_expression
from records.procedure.fields import Field
from records.procedure.vocabulary import FieldKind, ScanKind
from records.times import to_text
from workflows.execution.bins import fills, is_of_intermediates, waiting
from workflows.execution.judging import judge_number
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts

_EVEN = Rounding.HALF_EVEN


class Asked(NamedTuple):
    """A value that is asked for: which step occurrence, which field, which sample."""

    part: str
    field: Field
    name: str


@dataclass(slots=True)
class Readings:
    """The readings of one batch: scripted ones in their order, the others near where they should be."""

    session: Session
    batch: str
    lots: Mapping[str, str]
    chance: random.Random
    script: Script
    persons: Sequence[str]
    """Who works in the room, by number."""
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def raw(self, execution: Execution, facts: StepFacts, asked: Asked) -> str:
        """Return what the person types or scans."""
        field = asked.field
        if field.kind is FieldKind.SCAN:
            return self._code(execution, facts, asked)
        if field.kind is FieldKind.CONFIRM:
            return "yes"
        if field.kind is FieldKind.YES_NO:
            return field.expected or "yes"
        if field.kind is FieldKind.CHOICE:
            return field.expected or field.options[0].code
        if field.kind is FieldKind.DATE_TIME:
            return to_text(
                execution.work.at
                + timedelta(days=field.earliest_days + 2 if field.earliest_days is not None else 0)
            )
        return self._reading(execution, facts, asked)

    def _code(self, execution: Execution, facts: StepFacts, asked: Asked) -> str:
        field = asked.field
        if field.scan_of is ScanKind.LOT:
            return f"LOT:{self.lots[field.component or str(field.expected)]}"
        if field.scan_of is ScanKind.EQUIPMENT:
            return f"EQ:{field.expected}"
        if field.scan_of is ScanKind.PERSON:
            return f"PER:{self.persons[int(asked.name.partition('.')[2] or 1) - 1]}"
        if field.scan_of is ScanKind.CONTAINER:
            return f"CNT:{self._container(execution, facts, field)}"
        return field.expected or f"S-{self.batch}-{self.chance.randint(1000, 9999)}"

    def _container(self, execution: Execution, facts: StepFacts, field: Field) -> str:
        if not is_of_intermediates(field):
            label = self._filled_container(field.component) if field.component else None
            return label or self._new_label(execution)
        return self._new_label(execution) if fills(facts.step) else waiting(execution)[0]

    def _filled_container(self, component: str) -> str | None:
        wanted = select(Container.label).where(
            Container.batch == self.batch,
            Container.component == component,
            Container.state == ContainerState.FILLED,
        )
        return self.session.scalar(wanted.order_by(Container.id).limit(1))

    def _new_label(self, execution: Execution) -> str:
        return f"{self.batch}-{execution.part.replace('/', '-')}-{self.chance.randint(100, 999)}".upper()

    def _reading(self, execution: Execution, facts: StepFacts, asked: Asked) -> str:
        number = self.count(facts, asked)
        scripted = self.script.readings.get((facts.step.number, asked.field.name))
        if scripted:
            return scripted[min(number, len(scripted)) - 1]
        if asked.field.kind is FieldKind.TEXT:
            return "As described"
        if asked.field.name == "tare":
            tare = TARES[asked.field.instrument or ""]
            return as_text(round_to(Decimal(tare), asked.field.decimals or 0, _EVEN))
        if asked.field.name == "gross":
            return self._gross(execution, facts, asked)
        middle = self.middle(execution, facts, asked)
        return as_text(
            round_to(middle + self._scatter(execution, facts, asked), asked.field.decimals or 0, _EVEN)
        )

    def _gross(self, execution: Execution, facts: StepFacts, asked: Asked) -> str:
        """Weigh in close to what is required: the net weight's target on top of the tare."""
        net = next(one for one in facts.step.fields if one.is_computed and one.component)
        tare = Decimal(facts.current[asked.name.replace("gross", "tare")].value)
        target = self.middle(execution, facts, Asked(asked.part, net, asked.name.replace("gross", "net")))
        return as_text(round_to(target + tare, asked.field.decimals or 0, _EVEN))

    def middle(self, execution: Execution, facts: StepFacts, asked: Asked) -> Decimal:
        """Return the target of a field, or the middle of its limits."""
        given = self.script.middles.get((facts.step.number, asked.field.name))
        if given:
            return Decimal(given)
        sample = asked.name.rpartition(".")[2]
        scope = execution.scope(
            facts.step, facts.part.partition("/")[2], int(sample) if sample.isdigit() else None
        )
        if asked.field.target:
            try:
                return compile_expression(asked.field.target).number(scope)
            except MissingValueError:
                return Decimal(0)
        told = judge_number(asked.field, asked.field.limits, Decimal(1), scope).limits or {}
        action = told.get("action") or {}
        low, high = action.get("minimum"), action.get("maximum")
        if low and high:
            return (Decimal(low) + Decimal(high)) / 2
        if low:
            return Decimal(low) * Decimal("1.02")
        return Decimal(high) * Decimal("0.8") if high else Decimal(1)

    def _scatter(self, execution: Execution, facts: StepFacts, asked: Asked) -> Decimal:
        """Return how far a reading lies from the middle: about a tenth of the way to the nearest limit."""
        limits = asked.field.limits
        if limits is None:
            return Decimal(0)
        scope = execution.scope(facts.step, facts.part.partition("/")[2])
        try:
            told = judge_number(asked.field, limits, Decimal(1), scope).limits or {}
        except MissingValueError:
            return Decimal(0)
        nearest = told.get("alert") or told.get("action") or {}
        if not (nearest.get("minimum") and nearest.get("maximum")):
            return Decimal(0)
        width = Decimal(nearest["maximum"]) - Decimal(nearest["minimum"])
        return width * Decimal(self.chance.randint(-100, 100)) / 400

    def count(self, facts: StepFacts, asked: Asked) -> int:
        """Count the readings taken for a field, so that a script's values come in their order."""
        key = (facts.step.number, asked.field.name)
        self.counts[key] = self.counts.get(key, 0) + 1
        return self.counts[key]
