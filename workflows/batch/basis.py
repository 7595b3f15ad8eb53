"""The other records that a batch's record rests on: where one was altered, what the batch says is, too."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.models import Batch, ProductionOrder
from records.equipment.models import PhysicalAsset
from records.execution.models import Entry, EquipmentUse
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.identity import RecordName
from records.material.models import MaterialLot
from records.personnel.models import Person
from records.procedure.models import ProcedureVersion
from signatures.models import Signature


def rests_on(session: Session, stream: str) -> list[str]:
    """Return the streams beside a record's own, by name; none for a record that is no batch.

    They are its refused attempts, order, master and lots, the assets it used, and who entered or signed.
    """
    batch = session.scalar(select(Batch).where(Batch.stream == stream))
    return sorted(set(_streams(session, batch))) if batch else []


def _streams(session: Session, batch: Batch) -> Iterator[str]:
    stream = batch.stream
    yield f"denied/{stream}"
    yield str(RecordName(ProductionOrder.kind, batch.order))
    yield str(RecordName(ProcedureVersion.kind, batch.master))
    if batch.output_lot:
        yield str(RecordName(MaterialLot.kind, batch.output_lot))
    yield from session.scalars(
        select(GenealogyEdge.target).where(
            GenealogyEdge.source == stream, GenealogyEdge.edge == EdgeKind.CONSUMES
        )
    )
    assets = session.scalars(select(EquipmentUse.asset).where(EquipmentUse.stream == stream).distinct())
    yield from (str(RecordName(PhysicalAsset.kind, asset)) for asset in assets)
    for hand in (
        select(Signature.signer).where(Signature.stream == stream).distinct(),
        select(Entry.entered_by).where(Entry.stream == stream).distinct(),
    ):
        known = session.scalars(select(Person.number).where(Person.number.in_(hand)))
        yield from (str(RecordName(Person.kind, number)) for number in known)
