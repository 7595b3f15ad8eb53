"""Whether the label of each weighed portion says what was weighed (21 CFR 211.101(b), 211.125).

A label is printed once the net weight is there, and again, with the reason, when the weight or the lot was
corrected afterwards.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from records.execution.facts import split_part
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
class Label:
    """The label of a portion weighed in a step: the field that confirms it, and what it has to say."""

    number: str
    part: str
    confirmed_by: str
    ordinal: int
    component: str
    material: str
    lot: str
    net: str
    unit: str
    portion: str
    """Such as ``1 of 2``."""
    batch: str
    product: str
    strength: str

    @property
    def code(self) -> str:
        """Return what the bar code says."""
        return f"CNT:{self.number}"

    @property
    def fields(self) -> Mapping[str, str]:
        """Return every text of the label, as its print is recorded."""
        names = ("component", "material", "lot", "net", "unit", "portion", "batch", "product", "strength")
        return {name: getattr(self, name) for name in names} | {"code": self.code}


def labels_of(execution: Execution, part: str) -> Iterator[Label]:
    """Return the labels of a dispensing step's portions that have a net weight and a lot."""
    step = execution.owner.outline.step(split_part(part)[0])
    current = execution.current(part)
    net = _net_field(step)
    lot = next((current.get(field.name) for field in step.fields if field.scan_of is ScanKind.LOT), None)
    if net is None or net.component is None or lot is None:
        return
    procedure = execution.owner.outline.procedure
    item = next(item for item in procedure.formula if item.id == net.component)
    product = procedure.product
    count = net.samples or 1
    for ordinal in range(1, count + 1):
        tail = f".{ordinal}" if net.samples else ""
        weight = current.get(f"{net.name}{tail}")
        if weight is not None:
            yield Label(
                number=_number_of(execution, part, net.component, str(ordinal)),
                part=part,
                confirmed_by=f"{_CONFIRMED}{tail}",
                ordinal=ordinal,
                component=item.name,
                material=item.material,
                lot=lot.value,
                net=weight.value,
                unit=net.unit or "",
                portion=f"{ordinal} of {count}",
                batch=execution.owner.number,
                product=product.name if product else "",
                strength=product.strength if product else "",
            )


def wrong_labels(execution: Execution, step: StepDefinition, part: str) -> dict[str, str]:
    """Return, by the field that confirms it, why the label of a portion can't be on its container yet."""
    if step.type is not StepType.DISPENSE:
        return {}
    found = {}
    for label in labels_of(execution, part):
        prints = prints_of(execution.work.session, execution.owner.stream, label.number)
        printed = prints[-1].fields if prints else {}
        page = f"/batches/{label.batch}/labels/{label.number}"
        if not printed:
            found[label.confirmed_by] = (
                f"Label {label.number} is not printed yet. Print it ({page}), then confirm it."
            )
        elif (printed.get("net"), printed.get("lot")) != (label.net, label.lot):
            then = f"{printed.get('net')} {label.unit} of lot {printed.get('lot')}"
            now = f"{label.net} {label.unit} of lot {label.lot}"
            found[label.confirmed_by] = (
                f"Label {label.number} was printed for {then}; it is {now} now. Print it again ({page})."
            )
    return found


def print_portion(work: UnitOfWork, owner: Owner, part: str, ordinal: int) -> None:
    """Record a print of the label of a portion weighed in a step, with what it has to say."""
    execution = Execution.load(work, owner, part)
    label = next(one for one in labels_of(execution, part) if one.ordinal == ordinal)
    print_label(work, owner, NewPrint(part=part, label=label.number, fields=label.fields))


def _number_of(execution: Execution, part: str, component: str, portion: str) -> str:
    """Return the label of the container that is filled, or the next unused one."""
    session, batch = execution.work.session, execution.owner.number
    filled = session.scalar(
        select(Container.label).where(
            Container.batch == batch,
            Container.part == part,
            Container.component == component,
            Container.portion == portion,
            Container.state != ContainerState.VOID,
        )
    )
    return filled or next_label(session, batch, component, portion)


def _net_field(step: StepDefinition) -> Field | None:
    return next((field for field in step.fields if field.is_computed and field.component), None)
