"""What a person is asked for in a step, and in which order. Pure."""

from records.procedure.definition import StepDefinition
from records.procedure.fields import Field, input_names
from records.procedure.vocabulary import EntryMode, FieldKind

START, STOP = "start", "stop"


def person_names(field: Field) -> tuple[str, ...]:
    """Return the names a person gives for a field: a timer is started and stopped, a figure is computed."""
    if field.kind is FieldKind.TIMER:
        return (f"{field.name}.{START}", f"{field.name}.{STOP}")
    return input_names(field)


def ask_order(step: StepDefinition) -> list[tuple[Field, str]]:
    """Return what a person gives, sample by sample where neighbouring fields have as many samples."""
    asked: list[tuple[Field, str]] = []
    group: list[Field] = []
    for field in (*step.fields, None):
        if group and (field is None or field.samples != group[0].samples):
            rows = zip(*(_names(one) for one in group), strict=True)
            asked += [pair for row in rows for pair in row if pair[1] in person_names(pair[0])]
            group = []
        if field is not None and field.samples:
            group.append(field)
        elif field is not None:
            asked += [(field, name) for name in person_names(field)]
    return asked


def is_given_by_machine(field: Field) -> bool:
    """Tell whether the master wants the value from a machine; typed, it is an exception (11.10(h))."""
    return field.entry_mode is not EntryMode.MANUAL


def _names(field: Field) -> list[tuple[Field, str]]:
    return [(field, f"{field.name}.{number}") for number in range(1, (field.samples or 1) + 1)]
