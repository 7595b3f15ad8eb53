"""Whether a lot may be used: its material, status, age and balance (211.101(c), 211.110(c)). Pure."""

# ruff: noqa: D102 -- the members of a protocol are told by the table they mirror

from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from records.material.balances import is_expired
from records.material.states import LotState
from records.numbers import as_text


class Lot(Protocol):
    """A lot, as `records.material.models.MaterialLot` keeps it."""

    @property
    def number(self) -> str: ...
    @property
    def material(self) -> str: ...
    @property
    def state(self) -> LotState: ...
    @property
    def balance(self) -> Decimal: ...
    @property
    def unit(self) -> str: ...
    @property
    def expires_on(self) -> date | None: ...


def lot_refusals(
    lot: Lot, material_code: str, at: datetime, time_zone: str, *, unit: str | None = None
) -> list[str]:
    """Return every reason why a lot may not be used for a material now (211.101(c), 211.110(c)).

    `unit` is the unit the step weighs in, where it asks for one: nothing is converted.
    """
    found = []
    if lot.material != material_code:
        found.append(f"LOT {lot.number} is {lot.material}; this step takes {material_code}.")
    if unit is not None and lot.unit != unit:
        found.append(f"LOT {lot.number} is kept in {lot.unit}; this step weighs in {unit}.")
    found += quality_refusals(lot, at, time_zone)
    if lot.balance == 0:
        found.append(f"LOT {lot.number} is empty: its balance is {as_text(lot.balance)} {lot.unit}.")
    return found


def quality_refusals(lot: Lot, at: datetime, time_zone: str) -> list[str]:
    """Return why a lot's status or age forbids its use, whatever is left of it."""
    found = []
    if lot.state is not LotState.RELEASED:
        state = lot.state.replace("_", " ")
        found.append(f"LOT {lot.number} has the status {state}; it must be released.")
    expired = expiry_refusal(lot, at, time_zone)
    return [*found, expired] if expired else found


def expiry_refusal(lot: Lot, at: datetime, time_zone: str) -> str | None:
    """Return why a lot is too old to be used (211.137); its last day counts to its end at the site."""
    if not is_expired(lot.expires_on, at, time_zone):
        return None
    return f"LOT {lot.number} is expired: its last day of use was {lot.expires_on}."
