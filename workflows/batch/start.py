"""Begin the production of a batch: its first act starts its clock and its shelf life (211.137)."""

from calendar import monthrange
from datetime import date, datetime
from zoneinfo import ZoneInfo

from audit.events import Action
from records.batch.models import Batch
from records.batch.states import BatchState
from records.procedure.definition import Procedure
from workflows.perform import Changes, UnitOfWork


def start_within(changes: Changes, batch: Batch, work: UnitOfWork, procedure: Procedure) -> None:
    """Take an issued batch to running, as part of the first act of its execution; does nothing later."""
    if batch.state is not BatchState.ISSUED:
        return
    changes.update(
        batch,
        Action.BATCH_STATE,
        state=BatchState.RUNNING,
        started_at=work.at,
        expires_on=expiry(procedure, work.at),
    )


def expiry(procedure: Procedure, started_at: datetime) -> date | None:
    """Return the last day of use: the shelf life after the day production began, in the master's time zone.

    A day that the month does not have becomes its last one. None where the master states no shelf life.
    """
    months = procedure.product.shelf_life_months if procedure.product else None
    if months is None:
        return None
    made_on = started_at.astimezone(ZoneInfo(procedure.header.time_zone)).date()
    years, month = divmod(made_on.month - 1 + months, 12)
    year, month = made_on.year + years, month + 1
    return date(year, month, min(made_on.day, monthrange(year, month)[1]))
