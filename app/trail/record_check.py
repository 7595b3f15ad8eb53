"""Verify one record on demand: what a disposition asks for, and what an export's cover says."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.service import Service
from app.trail.verification import Store, verify
from workflows.batch.basis import rests_on

RecordCheck = Callable[[Session, str], Sequence[str]]
"""Give a sentence for each finding about a record, and the records it rests on; none where all is well."""


def record_check(service: Service) -> RecordCheck:
    """Return the check of one record as it is committed now, with this installation's key."""
    settings = service.settings
    store = Store(url=settings.database_url, ledger=service.keys.ledger, files=settings.files_dir)

    def check(session: Session, stream: str) -> Sequence[str]:
        report = verify(store, record=stream, along=rests_on(session, stream), processes=1)
        found = [finding.sentence for finding in report.result.findings.kept]
        return (*found, *report.missing)

    return check
