"""Remember that a copy left the system: its form and digest, and the head it ends with (ledger section 8)."""

from sqlalchemy import select

from audit.chain import b64
from audit.models import ExportedBundle, ExportedCopy, ExportedList, audit_event
from records.identity import RecordName
from records.times import to_text
from workflows.export.facts import CopyFacts, NewCopy, NewList
from workflows.export.lifecycle import ASK, EXPORT, EXPORT_LIST
from workflows.export.queries import require_record
from workflows.perform import Changes, UnitOfWork, perform


def ask_for_copy(work: UnitOfWork, name: RecordName) -> None:
    """Check that this person may have a copy of the record made; raises RefusedError, RecordNotFoundError."""
    require_record(work.session, name)
    perform(work, ASK, CopyFacts(record_name=name))


def record_export(work: UnitOfWork, copy: NewCopy) -> None:
    """Put a copy on record before it is handed over (21 CFR 11.10(b)); raises RefusedError."""
    stream = str(copy.record)
    there = work.session.scalar(
        select(audit_event.c.event_hash).where(
            audit_event.c.stream == stream, audit_event.c.seq == copy.head_seq
        )
    )

    def change(changes: Changes) -> None:
        row = changes.insert(
            ExportedCopy,
            EXPORT.event,
            form=copy.form.value,
            sha256=copy.sha256,
            head_seq=copy.head_seq,
            head_hash=copy.head_hash,
            exported_by=work.actor.person,
            at=to_text(work.at),
        )
        if copy.bundle_sha256:
            changes.insert(ExportedBundle, EXPORT.event, copy=row.id, sha256=copy.bundle_sha256)

    held = None if there is None else b64(bytes(there))
    facts = CopyFacts(record_name=copy.record, copy=copy, hash_there=held)
    perform(work, EXPORT, facts, change)


def record_list(work: UnitOfWork, new: NewList) -> None:
    """Put a list on record before it is handed out as a file (21 CFR 11.10(b)); raises RefusedError."""

    def change(changes: Changes) -> None:
        changes.insert(
            ExportedList,
            EXPORT_LIST.event,
            name=new.name,
            asked=new.asked,
            row_count=new.row_count,
            sha256=new.sha256,
            exported_by=work.actor.person,
            at=to_text(work.at),
        )

    perform(work, EXPORT_LIST, new, change)
