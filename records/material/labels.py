"""Where a GS1 label contradicts the record of the lot it names (211.80(d), 211.101(b)). Pure."""

from datetime import date
from typing import Protocol

from records.material.gs1 import Gs1Label

_ASIDE = "Set it aside and ask the quality unit."


class LabelledLot(Protocol):
    """A lot, as `records.material.models.MaterialLot` keeps it."""

    @property
    def number(self) -> str:
        """Return our number."""

    @property
    def supplier_lot(self) -> str | None:
        """Return the number its supplier gave it."""

    @property
    def expires_on(self) -> date | None:
        """Return its last day of use."""


def label_refusals(label: Gs1Label, lot: LabelledLot) -> list[str]:
    """Return where a label says another lot or another last day of use than the record."""
    found = []
    if label.lot and label.lot not in {lot.number, lot.supplier_lot}:
        found.append(f"The label says lot {label.lot}; the record says {lot.number}. {_ASIDE}")
    if label.expires_on and label.expires_on != lot.expires_on:
        kept = lot.expires_on or "none"
        found.append(
            f"The label's last day of use is {label.expires_on}; LOT {lot.number} has {kept}. {_ASIDE}"
        )
    return found
