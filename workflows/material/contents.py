"""What a signature on a lot covers: what it is and came with, never its status or what is left of it."""

from records.identity import RECORD_PART
from records.material.models import MaterialLot
from records.numbers import as_text
from records.times import to_text
from workflows.perform import Content


def lot_content(lot: MaterialLot) -> Content:
    """Return the content of a lot that the quality unit approves (211.84(e))."""
    content = {
        "kind": "material_lot",
        "number": lot.number,
        "material": lot.material,
        "quantity": as_text(lot.quantity),
        "unit": lot.unit,
        "attributes": dict(sorted((lot.attributes or {}).items())),
        "supplier": lot.supplier,
        "supplier_lot": lot.supplier_lot,
        "received_at": to_text(lot.received_at),
        "expires_on": lot.expires_on.isoformat() if lot.expires_on else None,
    }
    return Content.of(RECORD_PART, content, "\n".join(_lines(lot)))


def _lines(lot: MaterialLot) -> list[str]:
    lines = [
        f"Lot {lot.number} of {lot.material}",
        f"Quantity: {as_text(lot.quantity)} {lot.unit}",
        f"Supplier: {lot.supplier or 'none'}, lot {lot.supplier_lot or 'none'}",
        f"Received: {to_text(lot.received_at)}",
        f"Last day of use: {lot.expires_on or 'none'}",
    ]
    return lines + [f"{name}: {value}" for name, value in sorted((lot.attributes or {}).items())]
