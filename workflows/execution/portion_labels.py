"""Whether the label of each weighed portion says what was weighed (21 CFR 211.101(b), 211.125).

A label is printed once the net weight is there, and again, with the reason, when the weight or the lot was
corrected afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from records.execution.facts import ValueFact
from records.material.models import Container
from records.material.queries import next_label
from records.material.states import ContainerState
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.vocabulary import ScanKind, StepType
from workflows.execution.label_commands import NewPrint, print_label, prints_of
from workflows.execution.owner import Owner
from workflows.execution.state import Execution
from workflows.perform import UnitOfWork

_CONFIRMED = "label"
"""The field in which a person confirms that a portion's label is on its container."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A portion weighed in a step: the field that confirms its label, and what the label has to say."""

    confirmed_by: str
    number: int
    component: str
    lot: str
    net: str
    unit: str


def portions(step: StepDefinition, current: Mapping[str, ValueFact]) -> Iterator[Portion]:
    """Return the portions of a dispensing step that have a net weight and a lot."""
    net = _net_field(step)
    lot = next((current.get(field.name) for field in step.fields if field.scan_of is ScanKind.LOT), None)
    if net is None or net.component is None or lot is None:
        return
    for number in range(1, (net.samples or 1) + 1):
        tail = f".{number}" if net.samples else ""
        weight = current.get(f"{net.name}{tail}")
        if weight is not None:
            yield Portion(
                confirmed_by=f"{_CONFIRMED}{tail}",
                number=number,
                component=net.component,
                lot=lot.value,
                net=weight.value,
                unit=net.unit or "",
            )


def wrong_labels(execution: Execution, step: StepDefinition, part: str) -> dict[str, str]:
    """Return, by the field that confirms it, why the label of a portion can't be on its container yet."""
    if step.type is not StepType.DISPENSE:
        return {}
    found = {}
    for portion in portions(step, execution.current(part)):
        label = _label_of(execution, part, portion)
        prints = prints_of(execution.work.session, execution.owner.stream, label)
        printed = prints[-1].fields if prints else {}
        page = f"/batches/{execution.owner.number}/labels/{label}"
        if not printed:
            found[portion.confirmed_by] = (
                f"Label {label} is not printed yet. Print it ({page}), then confirm it."
            )
        elif (printed.get("net"), printed.get("lot")) != (portion.net, portion.lot):
            then = f"{printed.get('net')} {portion.unit} of lot {printed.get('lot')}"
            now = f"{portion.net} {portion.unit} of lot {portion.lot}"
            found[portion.confirmed_by] = (
                f"Label {label} was printed for {then}; it is {now} now. Print it again ({page})."
            )
    return found


def print_portion(work: UnitOfWork, owner: Owner, part: str, number: int) -> None:
    """Record a print of the label of a portion weighed in a step, with what it has to say."""
    execution = Execution.load(work, owner, part)
    step = owner.outline.step(part.partition("/")[0])
    portion = next(one for one in portions(step, execution.current(part)) if one.number == number)
    item = next(item for item in owner.outline.procedure.formula if item.id == portion.component)
    texts = {
        "component": item.name,
        "material": item.material,
        "lot": portion.lot,
        "net": portion.net,
        "unit": portion.unit,
        "portion": str(number),
        "batch": owner.number,
    }
    print_label(work, owner, NewPrint(part=part, label=_label_of(execution, part, portion), fields=texts))


def _label_of(execution: Execution, part: str, portion: Portion) -> str:
    """Return the label of the container that is filled, or the next unused one."""
    session, batch = execution.work.session, execution.owner.number
    filled = session.scalar(
        select(Container.label).where(
            Container.batch == batch,
            Container.part == part,
            Container.component == portion.component,
            Container.portion == str(portion.number),
            Container.state != ContainerState.VOID,
        )
    )
    return filled or next_label(session, batch, portion.component, str(portion.number))


def _net_field(step: StepDefinition) -> Field | None:
    return next((field for field in step.fields if field.is_computed and field.component), None)
