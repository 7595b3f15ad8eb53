"""The label of a dispensed container, before it is filled on record and after (21 CFR 211.101(b))."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.execution.reading import Desk, Floor, desk_of
from records.errors import RecordNotFoundError
from records.execution.facts import part_name, split_part
from records.execution.models import LabelPrint
from records.material.models import Container
from records.material.queries import container_by_label, next_label
from records.material.states import ContainerState
from records.procedure.definition import StepDefinition
from records.procedure.fields import Field
from records.procedure.sections import FormulaItem
from records.procedure.vocabulary import ScanKind, StepType

CONTAINER = "container"


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands on a container's label, and the prints of it so far."""

    number: str
    part: str
    component: str
    material: str
    lot: str
    net: str
    unit: str
    portion: str
    batch: str
    product: str
    strength: str
    is_filled: bool
    prints: Sequence[LabelPrint]

    @property
    def code(self) -> str:
        """Return what the bar code says."""
        return f"CNT:{self.number}"

    @property
    def fields(self) -> dict[str, str]:
        """Return every text of the label, as its print is recorded."""
        names = ("component", "material", "lot", "net", "unit", "portion", "batch", "product", "strength")
        return {name: getattr(self, name) for name in names} | {"code": self.code}


def label_of_portion(desk: Desk, portion: int) -> Label | None:
    """Return the label of a portion weighed in a step; None before its net weight is there."""
    net = weighed(desk.step)
    if net is None or net.component is None:
        return None
    current = desk.facts.current
    weight = current.get(f"{net.name}.{portion}" if net.samples else net.name)
    lot = next((current.get(field.name) for field in desk.step.fields if field.scan_of is ScanKind.LOT), None)
    if weight is None or lot is None:
        return None
    session, batch = desk.floor.session, desk.floor.owner.number
    filled = session.scalar(
        select(Container).where(
            Container.batch == batch,
            Container.part == desk.part,
            Container.component == net.component,
            Container.portion == str(portion),
            Container.state != ContainerState.VOID,
        )
    )
    number = filled.label if filled else next_label(session, batch, net.component, str(portion))
    product = desk.floor.owner.outline.procedure.product
    item = item_of(desk.floor, net.component)
    return Label(
        number=number,
        part=desk.part,
        component=item.name,
        material=item.material,
        lot=lot.value,
        net=weight.value,
        unit=net.unit or "",
        portion=f"{portion} of {net.samples or 1}",
        batch=batch,
        product=product.name if product else "",
        strength=product.strength if product else "",
        is_filled=filled is not None,
        prints=[one for one in desk.prints if one.label == number],
    )


def label_by_number(floor: Floor, number: str) -> Label:
    """Return a label of the batch by its number; raises RecordNotFoundError where nothing is so labelled."""
    filled = container_by_label(floor.session, number)
    if filled is not None and filled.batch == floor.owner.number:
        parts = [filled.part]
    else:
        parts = [
            part_name(*view.key)
            for view in floor.execution.picture.open_views
            if view.place.step.type is StepType.DISPENSE and view.key in floor.execution.runs
        ]
    for part in parts:
        for label in labels_of(desk_of(floor.owner.number, *split_part(part))):
            if label.number == number:
                return label
    raise RecordNotFoundError(CONTAINER, number)


def labels_of(desk: Desk) -> list[Label]:
    """Return the labels of every portion weighed so far in a step."""
    net = weighed(desk.step)
    count = net.samples or 1 if net else 0
    return [label for portion in range(1, count + 1) if (label := label_of_portion(desk, portion))]


def weighed(step: StepDefinition) -> Field | None:
    """Return the field that holds the net weight of a dispensed component."""
    return next((field for field in step.fields if field.is_computed and field.component), None)


def item_of(floor: Floor, component: str) -> FormulaItem:
    """Return a formula item of the batch's procedure."""
    return next(item for item in floor.owner.outline.procedure.formula if item.id == component)
