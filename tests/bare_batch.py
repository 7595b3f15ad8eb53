"""The row of a batch, for tests of records that only name one."""

from datetime import datetime
from decimal import Decimal

from audit.events import Action
from records.batch.models import Batch
from records.batch.states import BatchState
from records.execution.models import EquipmentUse
from workflows.perform import Changes, UnitOfWork


def add_batch(work: UnitOfWork, number: str, at: datetime) -> Batch:
    """Add a running batch of paracetamol tablets that has no order, master or steps."""
    return Changes(work, f"batch/{number}").insert(
        Batch,
        Action.BATCH_CREATE,
        number=number,
        order="PO-1",
        master="MBR-0042.7",
        product="PAR-500",
        recipe_digest="-",
        quantity=Decimal(500000),
        unit="tablet",
        state=BatchState.RUNNING,
        created_at=at,
    )


def add_use(work: UnitOfWork, batch: str, part: str, tag: str, asset: str) -> EquipmentUse:
    """Add that a step of a batch used an asset, with nothing frozen."""
    return Changes(work, f"batch/{batch}").insert(
        EquipmentUse,
        Action.EQUIPMENT_USE,
        part=part,
        tag=tag,
        asset=asset,
        rule="product_contact",
        verdict="allow",
        snapshot="{}",
        snapshot_digest="-",
        used_at=work.at,
        used_by=work.actor.person,
    )
