"""Find a label of a batch by its number, before its container is filled on record and after (211.101(b))."""

from app.execution.reading import Floor, floor_of
from records.errors import RecordNotFoundError
from records.execution.facts import part_name
from records.material.queries import container_by_label
from records.procedure.vocabulary import StepType
from workflows.execution.portion_labels import Label, labels_of

CONTAINER = "container"


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
        for label in labels_of(floor_of(floor.owner.number, part).execution, part):
            if label.number == number:
                return label
    raise RecordNotFoundError(CONTAINER, number)
