"""Read a record for a copy: verified first, then whole, in one unchanging view of the store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.config import Settings
from app.export.copy import Copy, Integrity
from app.export.evidence import read_evidence
from app.keys import Keys
from app.trail.report import NOT_SEEN
from app.trail.verification import Store, verify
from audit.chain import mac_key_id
from audit.verify import POLICY
from records.engine import lent_engine
from records.errors import DomainError
from records.identity import RecordName
from workflows.batch.basis import rests_on
from workflows.export.master_record import master_record
from workflows.review.batch_record import batch_record

READERS: Mapping[str, Callable[[Session, str], dict[str, Any]]] = {
    "batch": batch_record,
    "master": master_record,
}
"""How a record of each kind is read as one whole."""
_FINDINGS_SHOWN = 20
_ONE_VIEW = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class NotCopiedError(DomainError):
    """There is no copy of this kind of record."""


def read_copy(
    settings: Settings, keys: Keys, name: RecordName, *, made_at: datetime, made_for: str, code: str
) -> Copy:
    """Return a copy of a record as it is now; raises RecordNotFoundError or NotCopiedError."""
    if name.kind not in READERS:
        msg = f"There are copies of {' and '.join(READERS)} records, not of {name}."
        raise NotCopiedError(msg)
    with one_view(settings.database_url) as session:
        along = rests_on(session, str(name))
    integrity = _integrity(settings, keys, name, along, made_at)
    with one_view(settings.database_url) as session:
        record = READERS[name.kind](session, name.number)
        evidence = read_evidence(session, name, settings.files_dir)
    return Copy(
        name=str(name),
        record=record,
        integrity=integrity,
        evidence=evidence,
        origin=keys.ledger.origin,
        mac_key_id=mac_key_id(keys.ledger.mac_key),
        made_at=made_at,
        made_for=made_for,
        code=code,
    )


@contextmanager
def one_view(url: str) -> Iterator[Session]:
    """Lend a session that sees the store as it was when it first read."""
    with lent_engine(url) as engine:
        view = engine.execution_options(**_ONE_VIEW) if engine.dialect.name == "postgresql" else engine
        with Session(view) as session:
            yield session


def _integrity(
    settings: Settings, keys: Keys, name: RecordName, along: Sequence[str], at: datetime
) -> Integrity:
    store = Store(url=settings.database_url, ledger=keys.ledger, files=settings.files_dir)
    report = verify(store, record=str(name), along=along, processes=1)
    found = report.result.findings
    told = [f"{finding.code}: {finding.sentence}" for finding in found.kept[:_FINDINGS_SHOWN]]
    if (rest := found.counts.total() - len(told)) > 0:
        told.append(f"and {rest} more")
    return Integrity(
        verdict=report.verdict,
        policy="/".join(POLICY),
        checked_at=at,
        events=report.result.events,
        rows=report.result.rows,
        findings=told,
        missing=report.missing,
        not_seen=NOT_SEEN,
    )
