"""Why a lot may not be received, released or moved, or a container not charged: each rule a sentence."""

import re
from collections.abc import Iterator
from decimal import Decimal

from records.material.balances import balance_after, signed_quantity
from records.material.models import MaterialLot
from records.material.states import ContainerState, MovementKind
from records.material.units import decimals_of
from records.material.usability import expiry_refusal, quality_refusals
from records.numbers import NumberError, as_text, parse_decimal
from workflows.authority import Actor
from workflows.material.facts import AdjustmentFacts, ChargeFacts, LotFacts, MaterialFacts, NewLotFacts
from workflows.naming import number_refusal

_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def material_is_new(facts: MaterialFacts, _actor: Actor) -> str | None:
    """Refuse a code that another material has."""
    if facts.existing:
        return f"Material {facts.new.code} is defined already: {facts.existing.title}."
    return number_refusal("The material code", facts.new.code)


def lot_is_new(facts: NewLotFacts, _actor: Actor) -> str | None:
    """Refuse a number that another lot has."""
    if facts.existing:
        return f"Lot {facts.new.number} exists already, of {facts.existing.material}."
    return number_refusal("The lot number", facts.new.number)


def material_is_defined(facts: NewLotFacts, _actor: Actor) -> str | None:
    """Refuse a lot of something that is not defined, or in another unit than its material is kept in."""
    if facts.material is None:
        return f"There is no material {facts.new.material}. Define it first."
    if facts.material.unit != facts.new.unit:
        return f"{facts.material.code} is kept in {facts.material.unit}, not in {facts.new.unit}."
    return None


def quantity_is_positive(facts: NewLotFacts, _actor: Actor) -> str | None:
    """Refuse a lot of nothing."""
    return _not_positive(facts.new.quantity)


def quantity_can_be_measured(facts: NewLotFacts, _actor: Actor) -> str | None:
    """Refuse a quantity finer than its unit is ever measured: a slip of the keyboard, not a weight."""
    return _finer_than_measured(facts.new.quantity, facts.new.unit)


def attributes_are_numbers(facts: NewLotFacts, _actor: Actor) -> str | None:
    """Refuse attributes that a formula could not use."""
    for name, text in facts.new.attributes.items():
        if not _ATTRIBUTE.fullmatch(name):
            return f"The attribute {name!r} can't be used: take small letters, digits and '_', as in assay."
        try:
            parse_decimal(text)
        except NumberError as error:
            return f"{name}: {error.message}"
    return None


def lot_is_not_expired(facts: LotFacts, _actor: Actor) -> str | None:
    """Refuse to release what may no longer be used (211.137)."""
    return expiry_refusal(facts.record, facts.at, facts.time_zone)


def lot_is_not_decided_with_its_batch(facts: LotFacts, _actor: Actor) -> str | None:
    """Refuse to release a batch's output before the batch itself is released (211.192)."""
    if facts.undecided_batch is None:
        return None
    return (
        f"Lot {facts.record.number} was made by batch {facts.undecided_batch}; it is released with the batch."
    )


def adjustment_is_possible(facts: AdjustmentFacts, _actor: Actor) -> str | None:
    """Refuse to adjust by nothing, or below nothing."""
    if not facts.change.is_finite() or facts.change == 0:
        return "An adjustment adds or takes something: give a quantity other than zero."
    if refused := _finer_than_measured(facts.change, facts.record.unit):
        return refused
    return movement_refusal(facts.record, MovementKind.ADJUST, facts.change)


def movement_refusal(lot: MaterialLot, movement: MovementKind, quantity: Decimal) -> str | None:
    """Return why a quantity can't be moved: it is nothing, or more than the lot holds."""
    if movement is not MovementKind.ADJUST and (refused := _not_positive(quantity)):
        return refused
    change = signed_quantity(movement, quantity)
    if balance_after(lot.balance, change) < 0:
        taken = f"{as_text(change.copy_abs())} {lot.unit}"
        return f"LOT {lot.number} holds {as_text(lot.balance)} {lot.unit}; {taken} can't be taken from it."
    return None


def container_refusals(facts: ChargeFacts) -> list[str]:
    """Return every reason why a container may not be charged now (211.101(c)); its lot is judged again."""
    container, charge = facts.container, facts.charge
    if container is None:
        return [f"No container carries the label {charge.label}. Charge what was dispensed for this batch."]
    found = list(_wrong_container(facts))
    if container.state is ContainerState.CHARGED:
        found.append(f"Container {container.label} was charged already, in step {container.charged_part}.")
    elif container.state is ContainerState.VOID:
        found.append(f"Container {container.label} is void.")
    if facts.lot is not None:
        found += quality_refusals(facts.lot, facts.at, facts.time_zone)
    return found


def _wrong_container(facts: ChargeFacts) -> Iterator[str]:
    container, charge = facts.container, facts.charge
    if container is not None and container.batch != charge.batch:
        yield f"Container {container.label} was dispensed for {container.batch}, not for {charge.batch}."
    if container is not None and container.component != charge.component:
        yield f"Container {container.label} holds {container.component}; this step takes {charge.component}."


def _finer_than_measured(quantity: Decimal, unit: str) -> str | None:
    if not quantity.is_finite():
        return None
    decimals, written = decimals_of(unit), as_text(quantity).partition(".")[2].rstrip("0")
    if len(written) <= decimals:
        return None
    finest = as_text(Decimal(1).scaleb(-decimals))
    return f"{as_text(quantity)} {unit} is finer than lots are kept: give it to {finest} {unit}."


def _not_positive(quantity: Decimal) -> str | None:
    if quantity.is_finite() and quantity > 0:
        return None
    return f"A quantity must be greater than zero; {quantity} is not."
