"""Checks of a definition: what is named exists, once, and in an order that can be carried out. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator

from records.procedure.definition import SettingValue
from records.procedure.lint_finding import Finding, at_field, at_section, at_step
from records.procedure.outline import Outline, phases
from records.procedure.settings import SettingKind
from records.procedure.step_types import STEP_TYPES


def names_are_unique(outline: Outline) -> Iterator[Finding]:
    """Find names and numbers that stand for two things."""
    procedure = outline.procedure
    seen: set[str] = set()
    for place in outline.places:
        if place.step.number in seen:
            yield at_step(place, f"Step number {place.step.number} is used twice.", "step")
        seen.add(place.step.number)
    levels = {
        "unit procedure": [one.id for one in procedure.unit_procedures],
        "operation": [two.id for one in procedure.unit_procedures for two in one.operations],
        "phase": [phase.id for _, _, _, phase in phases(procedure)],
    }
    for level, ids in levels.items():
        for name in _repeated(ids):
            yield at_section("unit_procedures", f"The id {name} is used for two {level}s.")
    lists = {
        "formula": [item.id for item in procedure.formula],
        "rooms": [room.code for room in procedure.rooms],
        "equipment": [one.role for one in procedure.equipment],
        "specifications": [one.code for one in procedure.specifications],
    }
    for section, names in lists.items():
        for name in _repeated(names):
            yield at_section(section, f"{name} is listed twice.")


def order_can_be_kept(outline: Outline) -> Iterator[Finding]:
    """Find waits for what does not exist or comes later."""
    for place in outline.places:
        for number in place.step.after or ():
            if number not in outline.by_number:
                yield at_step(place, f"It waits for step {number}, which does not exist.", "after")
            elif outline.place(number).position >= place.position:
                yield at_step(place, f"It waits for step {number}, which does not come before it.", "after")
    yield from _levels_in_order(outline)
    yield from _recurrences(outline)
    yield from _results_stand_last(outline)


def equipment_exists(outline: Outline) -> Iterator[Finding]:
    """Find equipment roles and rules that steps name and no section lists."""
    roles = {one.role for one in outline.procedure.equipment}
    rules = {one.name for one in outline.procedure.equipment_rules}
    for place in outline.places:
        for use in place.step.equipment:
            if use.role not in roles:
                yield at_step(place, f"There is no equipment role {use.role}.", "equipment")
            if use.rule not in rules:
                yield at_step(place, f"There is no equipment rule {use.rule}.", "equipment")
        for field in place.step.fields:
            if field.instrument and field.instrument not in roles:
                message = f"There is no equipment role {field.instrument}."
                yield at_field(place, field.name, message, "instrument")


def instruments_are_used(outline: Outline) -> Iterator[Finding]:
    """Find readings of equipment that their step does not use: no finding on it would reach them."""
    roles = {one.role for one in outline.procedure.equipment}
    for place in outline.places:
        unused = roles - {use.role for use in place.step.equipment}
        for field in place.step.fields:
            if field.instrument in unused:
                message = f"It is read from {field.instrument}, which the step does not list as equipment."
                yield at_field(place, field.name, message, "instrument")


def components_exist(outline: Outline) -> Iterator[Finding]:
    """Find fields for a component that is not in the formula."""
    items = {item.id for item in outline.procedure.formula}
    for place in outline.places:
        for field in place.step.fields:
            if field.component and field.component not in items:
                message = f"There is no formula item {field.component}."
                yield at_field(place, field.name, message, "component")


def rooms_exist(outline: Outline) -> Iterator[Finding]:
    """Find operations and equipment in a room that is not listed."""
    rooms = {room.code for room in outline.procedure.rooms}
    for first, unit_procedure in enumerate(outline.procedure.unit_procedures):
        for second, operation in enumerate(unit_procedure.operations):
            if operation.room and operation.room not in rooms:
                path = ("unit_procedures", first, "operations", second, "room")
                message = f"There is no room {operation.room}."
                yield Finding(path=path, where=f"operation {operation.id}", message=message)
    for one in outline.procedure.equipment:
        if one.room and one.room not in rooms:
            yield at_section("equipment", f"There is no room {one.room}.", one.role)


def settings_name_what_exists(outline: Outline) -> Iterator[Finding]:
    """Find settings that name a step, component, equipment role, room or specification there is not."""
    procedure = outline.procedure
    known: dict[SettingKind, Collection[str]] = {
        SettingKind.STEP: outline.by_number.keys(),
        SettingKind.COMPONENT: {item.id for item in procedure.formula},
        SettingKind.COMPONENTS: {item.id for item in procedure.formula},
        SettingKind.EQUIPMENT: {one.role for one in procedure.equipment},
        SettingKind.ROOM: {room.code for room in procedure.rooms},
        SettingKind.SPECIFICATION: {one.code for one in procedure.specifications},
    }
    for place in outline.places:
        for setting in place.step.settings:
            row = STEP_TYPES[place.step.type].setting(setting.name)
            if row is None or row.kind not in known:
                continue
            for name in _names(setting.value):
                if name not in known[row.kind]:
                    message = f"{setting.name} names {name}, which is no {_thing(row.kind)} here."
                    yield at_step(place, message, "settings", setting.name)


def windows_open_before_they_close(outline: Outline) -> Iterator[Finding]:
    """Find hold times whose second step does not come after the first."""
    for place in outline.places:
        first, last = place.step.setting("from"), place.step.setting("to")
        if first not in outline.by_number or last not in outline.by_number:
            continue
        gap = outline.place(str(last)).position - outline.place(str(first)).position
        if gap < 0 or (gap == 0 and place.step.setting("from_at") == "end"):
            yield at_step(place, f"Step {last} does not come after step {first}.", "settings", "to")


def statements_name_what_exists(outline: Outline) -> Iterator[Finding]:
    """Find actives that are not in the formula, and weights at phases there are not."""
    procedure = outline.procedure
    record = procedure.master_record
    if record is None:
        return
    items = {item.id for item in procedure.formula}
    levels = {
        name
        for _, unit_procedure, operation, phase in phases(procedure)
        for name in (unit_procedure.id, operation.id, phase.id)
    }
    for active in record.actives:
        if active.material not in items:
            message = f"{active.material} is not in the formula."
            yield at_section("master_record", message, "actives", active.material)
    for index, weight in enumerate(record.theoretical_weights):
        if weight.phase not in levels:
            message = f"{weight.phase} is no unit procedure, operation or phase."
            yield at_section("master_record", message, "theoretical_weights", index)


def _levels_in_order(outline: Outline) -> Iterator[Finding]:
    earlier: list[str] = []
    for first, unit_procedure in enumerate(outline.procedure.unit_procedures):
        path = ("unit_procedures", first)
        yield from _waits("unit procedure", unit_procedure.id, unit_procedure.after, earlier, path)
        earlier.append(unit_procedure.id)
        before: list[str] = []
        for second, operation in enumerate(unit_procedure.operations):
            inner = (*path, "operations", second)
            yield from _waits("operation", operation.id, operation.after, before, inner)
            before.append(operation.id)


def _waits(
    level: str, name: str, after: tuple[str, ...] | None, earlier: list[str], path: tuple[str | int, ...]
) -> Iterator[Finding]:
    for awaited in after or ():
        if awaited not in earlier:
            message = f"It waits for {level} {awaited}, which does not come before it at this level."
            yield Finding(path=(*path, "after"), where=f"{level} {name}", message=message)


def _recurrences(outline: Outline) -> Iterator[Finding]:
    """Find recurrences that cannot open or close, or would close before they open."""
    for path, _, operation, phase in phases(outline.procedure):
        recurring = phase.recurring
        if recurring is None:
            continue
        where = f"phase {phase.id}"
        if phase.loop:
            yield Finding(path=path, where=where, message="It both loops and recurs; divide it.")
        if (recurring.closes_after is None) == (recurring.until is None):
            message = "A recurrence ends at a step (to) or by a condition (until): write one of them."
            yield Finding(path=(*path, "recurring"), where=where, message=message)
        inside = {place.step.number: place for place in outline.places if place.operation is operation}
        opens = inside.get(recurring.opens_after)
        if opens is None or opens.position >= inside[phase.steps[0].number].position:
            message = f"Step {recurring.opens_after} does not come before it in its operation."
            yield Finding(path=(*path, "recurring", "from"), where=where, message=message)
        if recurring.closes_after is None:
            continue
        closes = inside.get(recurring.closes_after)
        if closes is None or closes.position <= inside[phase.steps[-1].number].position:
            message = f"Step {recurring.closes_after} does not come after it in its operation."
            yield Finding(path=(*path, "recurring", "to"), where=where, message=message)
        elif closes.step is not closes.phase.steps[-1]:
            message = (
                f"Step {recurring.closes_after} is not the last of its phase, so that the rest can't wait."
            )
            yield Finding(path=(*path, "recurring", "to"), where=where, message=message)


def _results_stand_last(outline: Outline) -> Iterator[Finding]:
    """Find steps of production that come after one which may wait until production is complete."""
    first = next((place for place in outline.places if place.step.is_after_production), None)
    for place in outline.places:
        if first and place.position > first.position and not place.step.is_after_production:
            message = f"It comes after step {first.step.number}, which may wait until production is complete."
            yield at_step(place, message, "settings")


def _repeated(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _names(value: SettingValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _thing(kind: SettingKind) -> str:
    return {SettingKind.STEP: "step", SettingKind.COMPONENTS: "formula item"}.get(kind, str(kind))
