"""Checks of a definition: a second person where one is due, each component used once weighed. Pure."""

from collections.abc import Iterator
from decimal import Decimal

from records.procedure.definition import StepDefinition
from records.procedure.lint_finding import Finding, at_field, at_section, at_step
from records.procedure.outline import Outline, Place
from records.procedure.sections import FormulaItem
from records.procedure.vocabulary import CRITICAL, Act, ComponentRole, EntryMode, FieldKind, StepType
from records.units import convert, is_mass

ALWAYS_TWO = frozenset({StepType.DISPENSE, StepType.CHARGE_IN})
"""Weighing and adding a component of a drug takes two persons whatever its criticality (211.101(c), (d))."""
VERIFIED = frozenset({StepType.YIELD, StepType.LABEL_RECON})
"""What one person works out another verifies (211.103, 211.125)."""
_FOR_PEOPLE = frozenset(FieldKind) - {FieldKind.COMPUTED, FieldKind.TIMER}
_GIVEN = frozenset(FieldKind) - {FieldKind.COMPUTED}
_SIGNERS_LACKING = {
    1: "One person must still sign for the automated check (211.68(c)).",
    2: "It needs a second person, or the validation of an automated check (automation).",
}


def second_persons_are_there(outline: Outline) -> Iterator[Finding]:
    """Find critical steps, weighings, additions and yields that one person alone vouches for."""
    is_drug = any(item.role is ComponentRole.ACTIVE for item in outline.procedure.formula)
    for place in outline.places:
        step = place.step
        signers = sum(one.as_signature for one in step.signatures)
        is_due = step.criticality in CRITICAL or (is_drug and step.type in ALWAYS_TWO)
        if is_due and step.signatures and signers < _signers_due(step):
            yield at_step(place, _SIGNERS_LACKING[_signers_due(step)], "sign")
        if step.type in VERIFIED and not _is_verified(step):
            yield at_step(place, "A second person must verify it.", "sign")


def signed_steps_show_their_equipment(outline: Outline) -> Iterator[Finding]:
    """Find signed steps that use equipment and ask for nothing: its state would not be in what is signed."""
    for place in outline.places:
        step = place.step
        is_signed = any(one.as_signature for one in step.signatures)
        if step.equipment and is_signed and not any(one.kind in _GIVEN for one in step.fields):
            yield at_step(
                place, "It uses equipment and asks for nothing before it is signed: add a scan.", "fields"
            )


def system_steps_ask_nobody(outline: Outline) -> Iterator[Finding]:
    """Find steps the system executes that have something for a person to enter."""
    for place in outline.places:
        if not place.step.is_system:
            continue
        for field in place.step.fields:
            if field.kind in _FOR_PEOPLE and field.entry_mode is not EntryMode.AUTOMATIC:
                message = "The system executes this step and nobody is there to enter it."
                yield at_field(place, field.name, message)


def components_are_used(outline: Outline) -> Iterator[Finding]:
    """Find components nothing takes, and weighed containers that are never charged (211.101(d))."""
    taken: set[str] = set()
    dispensed: set[str] = set()
    charged: set[str] = set()
    for place in outline.places:
        components = {field.component for field in place.step.fields if field.component}
        taken |= components
        if place.step.type is StepType.DISPENSE:
            dispensed |= components
        elif place.step.type is StepType.CHARGE_IN:
            charged |= components
    for item in outline.procedure.formula:
        if item.id not in taken:
            yield at_section("formula", f"{item.name} is never dispensed or charged.", item.id)
        elif item.id in dispensed and item.id not in charged:
            yield at_section("formula", f"{item.name} is dispensed and never charged.", item.id)


def portions_match(outline: Outline) -> Iterator[Finding]:
    """Find additions of one container per repeat where there are not as many containers as repeats."""
    portions: dict[str, int] = {}
    for place in outline.places:
        component = place.step.setting("component")
        count = place.step.setting("portions")
        if place.step.type is StepType.DISPENSE and isinstance(component, str) and isinstance(count, int):
            portions[component] = portions.get(component, 0) + count
    for place in outline.places:
        if place.step.setting("portion") != "occurrence":
            continue
        times = place.operation.repeat.times if place.operation.repeat else 1
        for component in _charged(place):
            if portions.get(component, times) != times:
                message = f"{component} is weighed in {portions[component]} containers for {times} repeats."
                yield at_step(place, message, "settings", "portion")


def amounts_agree(outline: Outline) -> Iterator[Finding]:
    """Find quantities per batch that are not the amount per unit times the batch size."""
    size = outline.procedure.batch_size
    if size is None:
        return
    for item in outline.procedure.formula:
        expected = _per_batch(item, size.quantity)
        if expected is not None and expected != item.quantity:
            makes = f"{expected.normalize():f} {item.unit}"
            message = f"{item.per_unit and item.per_unit.value} per unit makes {makes}."
            yield at_section("formula", message, item.id, "quantity")


def _signers_due(step: StepDefinition) -> int:
    return 2 if step.automation is None else 1


def _is_verified(step: StepDefinition) -> bool:
    return any(one.as_signature and one.act is not Act.PERFORMED for one in step.signatures)


def _charged(place: Place) -> tuple[str, ...]:
    components = place.step.setting("components")
    return components if isinstance(components, tuple) else ()


def _per_batch(item: FormulaItem, units: Decimal) -> Decimal | None:
    """Give the quantity in the item's unit that its amount per unit makes, where both are masses."""
    amount = item.per_unit
    if amount is None or not is_mass(amount.unit):
        return None
    return convert(amount.value * units, amount.unit, item.unit)
