"""Verify one record on demand: what a disposition asks for, and what an export's cover says."""

from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from app.service import Service
from app.trail.verification import Store, verify

RecordCheck = Callable[[Session, str], Sequence[str]]
"""Give a sentence for each finding about a record's rows and trail; none where all is well."""


def record_check(service: Service) -> RecordCheck:
    """Return the check of one record as it is committed now, with this installation's key."""
    settings = service.settings
    store = Store(url=settings.database_url, ledger=service.keys.ledger, files=settings.files_dir)

    def check(_session: Session, stream: str) -> Sequence[str]:
        report = verify(store, record=stream, processes=1)
        found = [finding.sentence for finding in report.result.findings.kept]
        return (*found, *report.missing)

    return check
