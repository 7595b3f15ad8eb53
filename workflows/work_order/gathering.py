"""Gather what the rules about a work order look at."""

from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session, aliased

from records.equipment.models import PhysicalAsset
from records.equipment.queries import asset_by_number
from records.errors import RecordNotFoundError
from records.execution.models import Entry, EquipmentUse, StepRun
from records.execution.queries import exceptions_of
from records.identity import RECORD_PART
from records.procedure.queries import version_by_number
from records.work_order.models import WorkOrder
from records.work_order.queries import (
    assessments_of,
    changes_of,
    checks_of,
    failure_of,
    labour_of,
    order_by_number,
    parts_of,
    procedure_of,
)
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from workflows.work_order.facts import OrderFacts, Work
from workflows.work_order.owner import executed_order, open_steps

_OF_THE_WORK = (Meaning.PERFORMED, Meaning.CALIBRATED, Meaning.WORK_DONE)


def order_facts(session: Session, number: str, at: datetime) -> OrderFacts:
    """Return the facts about an order; raises RecordNotFoundError."""
    record = order_by_number(session, number)
    if record is None:
        raise RecordNotFoundError(WorkOrder.kind, number)
    asset = asset_by_number(session, record.asset)
    if asset is None:
        raise RecordNotFoundError(PhysicalAsset.kind, record.asset)
    return OrderFacts(
        record=record,
        asset=asset,
        at=at,
        work=_work(session, record),
        version=version_by_number(session, record.master) if record.master else None,
    )


def _work(session: Session, order: WorkOrder) -> Work:
    stream, procedure = order.stream, procedure_of(session, order.number)
    changes, checks = changes_of(session, stream), checks_of(session, stream)
    parts = parts_of(session, stream)
    by_hand = {one.changed_by for one in changes} | {one.checked_by for one in checks}
    by_hand |= {one.used_by for one in parts} | {one.person for one in labour_of(session, stream)}
    return Work(
        procedure=procedure,
        values=_values(session, stream),
        exceptions=exceptions_of(session, stream),
        open_steps=open_steps(session, executed_order(session, order.number)) if procedure else (),
        hands=_hands(session, stream) | by_hand,
        changes=changes,
        checks=checks,
        assessments=assessments_of(session, stream),
        labour=labour_of(session, stream),
        parts=parts,
        failure=failure_of(session, stream),
        signed=_standing(session, stream),
        is_calibrated=_is_calibrated(session, stream),
    )


def _values(session: Session, stream: str) -> list[dict[str, str]]:
    later = aliased(Entry)
    wanted = (
        select(Entry.part, Entry.field, Entry.value, Entry.unit, Entry.judged)
        .outerjoin(later, later.supersedes == Entry.id)
        .where(Entry.stream == stream, later.id.is_(None))
        .order_by(Entry.id)
    )
    return [
        {"part": part, "field": field, "value": value, "unit": unit or "", "judged": str(judged)}
        for part, field, value, unit, judged in session.execute(wanted)
    ]


def _hands(session: Session, stream: str) -> set[str]:
    """Return who did any of the work, by rows that a correction can't change."""
    found: CompoundSelect[Any] = union(
        select(Entry.entered_by).where(Entry.stream == stream),
        select(StepRun.performed_by).where(StepRun.stream == stream, StepRun.performed_by.is_not(None)),
        select(EquipmentUse.used_by).where(EquipmentUse.stream == stream),
        select(Signature.signer).where(Signature.stream == stream, Signature.meaning.in_(_OF_THE_WORK)),
    )
    return set(session.scalars(found)) - {"system"}


def _is_calibrated(session: Session, stream: str) -> bool:
    """Tell whether a calibration in the order is completed: its technician's signature stands."""
    wanted = (
        select(Signature.id)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(
            Signature.stream == stream,
            Signature.meaning == Meaning.CALIBRATED,
            SignatureVoid.id.is_(None),
        )
    )
    return session.scalar(select(wanted.exists())) is True


def _standing(session: Session, stream: str) -> set[str]:
    wanted = (
        select(Signature.meaning)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(Signature.stream == stream, Signature.part == RECORD_PART, SignatureVoid.id.is_(None))
    )
    return set(session.scalars(wanted))
