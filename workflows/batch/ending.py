"""End a batch that failed: its record goes as it is to the quality unit, which can only reject it."""

from dataclasses import replace

from sqlalchemy.orm import Session

from audit.events import Action
from records.batch.models import Batch
from workflows.batch import lifecycle
from workflows.batch.commands import lock_batch
from workflows.batch.contents import PRODUCTION_PART, end_content
from workflows.batch.execution_owner import executed_batch, executing_batch
from workflows.batch.facts import BatchFacts
from workflows.batch.reading import evidence_of
from workflows.execution.ending import end_within
from workflows.execution.queries import open_parts
from workflows.execution.state import Execution
from workflows.perform import Changes, Content, UnitOfWork, perform


def end_batch(work: UnitOfWork, number: str) -> Batch:
    """End a batch under way for good, signed and with the reason: no yield and no lot come of it."""
    batch = lock_batch(work.session, number)
    owner = replace(executing_batch(work, number), begin=_begin_nothing)

    def change(changes: Changes) -> None:
        execution = Execution.load(work, owner, PRODUCTION_PART)
        end_within(changes, execution, work.reason.text if work.reason else "")
        changes.update(batch, Action.BATCH_STATE, completed_at=work.at)

    content = content_to_end(work.session, number)
    perform(work, lifecycle.END, BatchFacts(record=batch), change, content=content)
    return batch


def content_to_end(session: Session, number: str) -> Content:
    """Return what the end of a batch would sign, for the dialog."""
    return end_content(evidence_of(session, number), open_parts(session, executed_batch(session, number)))


def _begin_nothing(_changes: Changes) -> None:
    """Leave a batch that was never begun as it is: its end starts no production."""
