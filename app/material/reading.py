"""What the material pages show: lots narrowed, sorted and paged by the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Text, func, or_, select, type_coerce
from sqlalchemy.orm import Session

from app.listing import PAGE_SIZE, Asked, Column
from records.material.models import MaterialLot
from records.material.states import LotState
from signatures.models import Signature, SignatureVoid

COLUMNS = (
    Column(label="Lot", key="number", narrow=True),
    Column(label="Material", key="material"),
    Column(label="Status", key="state", narrow=True),
    Column(label="Balance", number=True, narrow=True),
    Column(label="Received quantity", number=True, narrow=True),
    Column(label="Last day of use", key="expires", narrow=True),
    Column(label="Received", key="received", narrow=True),
    Column(label="Supplier", key="supplier"),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("state", "material")
_SORTED_BY = {
    "number": MaterialLot.number,
    "material": MaterialLot.material,
    "state": MaterialLot.state,
    "expires": func.coalesce(type_coerce(MaterialLot.expires_on, Text), "9999"),
    "received": MaterialLot.received_at,
    "supplier": func.coalesce(MaterialLot.supplier, ""),
}


@dataclass(frozen=True, slots=True)
class LotPage:
    """The lots of one page, and how many there are in all."""

    lots: Sequence[MaterialLot]
    total: int


def lots_asked_for(session: Session, what: Asked, *, page_size: int = PAGE_SIZE) -> LotPage:
    """Return one page of the lots a list asks for."""
    wanted = select(MaterialLot).where(*_conditions(what))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    return LotPage(session.scalars(_in_order(wanted, what).offset(what.first).limit(page_size)).all(), total)


def all_lots_asked_for(session: Session, what: Asked) -> Sequence[MaterialLot]:
    """Return every lot a list asks for."""
    return session.scalars(_in_order(select(MaterialLot).where(*_conditions(what)), what)).all()


def signatures_on(session: Session, stream: str) -> list[dict[str, object]]:
    """Return the signatures on a record as `manifestation` shows them, void ones with their reason."""
    voids = {
        void.signature_id: void.cause
        for void in session.scalars(select(SignatureVoid).where(SignatureVoid.stream == stream))
    }
    signatures = session.scalars(select(Signature).where(Signature.stream == stream).order_by(Signature.id))
    return [
        {
            "id": signature.id,
            "printed_name": signature.printed_name,
            "person_id": signature.signer,
            "at": signature.signed_at,
            "meaning": signature.meaning_text,
            "state": "void" if signature.id in voids else "valid",
            "why": voids.get(signature.id, ""),
        }
        for signature in signatures
    ]


def _conditions(what: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if what.search:
        columns = (
            MaterialLot.number,
            MaterialLot.material,
            MaterialLot.supplier,
            MaterialLot.supplier_lot,
        )
        found.append(or_(*(column.icontains(what.search, autoescape=True) for column in columns)))
    if what.chosen.get("state") in set(LotState):
        found.append(MaterialLot.state == LotState(what.chosen["state"]))
    if "material" in what.chosen:
        found.append(MaterialLot.material == what.chosen["material"])
    return found


def _in_order(wanted: Select[MaterialLot], what: Asked) -> Select[MaterialLot]:
    column = _SORTED_BY[what.sort]
    return wanted.order_by(column.desc() if what.descending else column.asc(), MaterialLot.number)
