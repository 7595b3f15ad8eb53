"""Verify one record before it is decided on: its chain, its rows, its files (21 CFR 11.10(a), ATK-44)."""

from sqlalchemy.orm import Session

from app.http import service
from app.trail.verification import Store, verify


def record_integrity(_session: Session, stream: str) -> list[str]:
    """Return a sentence for everything that verification finds, or could not look at; none where all is well.

    It reads what is committed, by a connection of its own.
    """
    running = service()
    store = Store(
        url=running.settings.database_url, ledger=running.keys.ledger, files=running.settings.files_dir
    )
    report = verify(store, record=stream)
    return [*(finding.sentence for finding in report.result.findings.kept), *report.missing]
