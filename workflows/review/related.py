"""Which other batches an investigation has to consider: same lots, same equipment, same master (211.192)."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.batch.models import Batch
from records.execution.models import EquipmentUse
from records.genealogy.models import EdgeKind, GenealogyEdge
from records.identity import RecordName


def related_batches(session: Session, batch: Batch, parts: Collection[str]) -> list[dict[str, Any]]:
    """Return the batches to consider, by number: `number`, `why` (sentences) and `affected`, still undecided.

    `parts` are the steps in question: equipment counts where one of them used it; everywhere without parts.
    """
    why: dict[str, list[str]] = defaultdict(list)
    for stream, lot in _by_lots(session, batch.stream):
        why[stream].append(f"used lot {lot}")
    for stream, asset in _by_assets(session, batch.stream, parts):
        why[stream].append(f"used asset {asset}")
    same = select(Batch.stream).where(Batch.master == batch.master).order_by(Batch.id)
    for stream in session.scalars(same):
        why[stream].append(f"made by master {batch.master}")
    why.pop(batch.stream, None)
    numbered = {RecordName.parse(stream).number: reasons for stream, reasons in why.items()}
    return [{"number": number, "why": numbered[number], "affected": None} for number in sorted(numbered)]


def _by_lots(session: Session, stream: str) -> list[tuple[str, str]]:
    used = select(GenealogyEdge.target).where(
        GenealogyEdge.source == stream, GenealogyEdge.edge == EdgeKind.CONSUMES
    )
    found = session.execute(
        select(GenealogyEdge.source, GenealogyEdge.target)
        .where(
            GenealogyEdge.target.in_(used),
            GenealogyEdge.edge == EdgeKind.CONSUMES,
            GenealogyEdge.source.startswith(f"{Batch.kind}/"),
        )
        .distinct()
        .order_by(GenealogyEdge.source, GenealogyEdge.target)
    )
    return [(row.source, RecordName.parse(row.target).number) for row in found]


def _by_assets(session: Session, stream: str, parts: Collection[str]) -> list[tuple[str, str]]:
    used = select(EquipmentUse.asset).where(EquipmentUse.stream == stream)
    if parts:
        used = used.where(EquipmentUse.part.in_(parts))
    found = session.execute(
        select(EquipmentUse.stream, EquipmentUse.asset)
        .where(EquipmentUse.asset.in_(used), EquipmentUse.stream.startswith(f"{Batch.kind}/"))
        .distinct()
        .order_by(EquipmentUse.stream, EquipmentUse.asset)
    )
    return [(row.stream, row.asset) for row in found]
