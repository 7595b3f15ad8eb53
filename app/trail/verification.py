"""`countersign verify`: the whole store or one record, on every core, by the policy `chain-only`."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

import psycopg
from sqlalchemy import Engine, exists, select
from sqlalchemy.exc import SQLAlchemyError

from app.trail.opening import NoStoreError, opened
from app.trail.report import Report
from app.trail.row_checks import checks
from app.trail.schema import schema_findings
from audit.chain import Ledger
from audit.findings import Code, Finding, Findings, conclude
from audit.guards import faults
from audit.readers import OutOfOrderError, Part, shapes, snapshot
from audit.verify import Result, check_stream
from records.errors import DomainError
from records.execution.models import Attachment
from records.identity import RecordName

WORTH_A_PROCESS = 50_000
"""Events for which another process pays."""
_PARTS_PER_PROCESS = 4
_UNREADABLE = (sqlite3.Error, psycopg.Error, SQLAlchemyError, OutOfOrderError, NoStoreError)
_NO_KEY = (
    "The MAC key and the log's name were not supplied (KEYS_DIR): an event rewritten together with its"
    " hashes, or brought from another store, would not be noticed."
)


@dataclass(frozen=True, slots=True)
class Store:
    """What is verified, and what from outside the database it is verified with."""

    url: str = field(repr=False)
    ledger: Ledger | None
    """None where KEYS_DIR could not be read."""
    files: Path | None
    """The folder of attached files; None where it was not given."""


def run_verify(store: Store, stdout: TextIO, *, record: str | None = None, as_json: bool = False) -> int:
    """Verify, print the report, return the exit status: 0 PASS, 1 FAIL, 2 INCOMPLETE."""
    report = verify(store, record=record)
    stdout.write(report.json() if as_json else report.text())
    return report.verdict.exit_status


def verify(
    store: Store,
    *,
    record: str | None = None,
    along: Sequence[str] = (),
    processes: int | None = None,
    least: int = WORTH_A_PROCESS,
) -> Report:
    """Check the whole store, or the stream of one record (KIND/NUMBER), on as many processes as pay.

    `along` names further streams that the one record rests on. Raises DomainError for a record that is not
    named as KIND/NUMBER.
    """
    started = time.perf_counter()
    part = _part_of(record) if record else Part()
    result = Result()
    missing = [] if store.ledger else [_NO_KEY]
    parts: list[Part] = []
    with _reading(result.findings), opened(store.url) as engine:
        parts = [part]
        result.findings.extend(_store_findings(engine, part))
        if store.files is None and _holds_files(engine):
            missing.append("Attached files were not looked at: their folder was not given.")
        if not record:
            parts = _parts(engine, processes or _cores(), least)
    if parts:
        further = [Part(only=stream) for stream in along]
        for checked in _checked(store, parts, further, processes or _cores()):
            result.merge(checked)
    if not result.events:
        missing.append("There is no event, so there is nothing that could pass.")
    result.findings.kept.sort(key=lambda finding: finding.code is Code.GUARD_MISSING)  # records first
    verdict = conclude(result.findings, missing)
    seconds = time.perf_counter() - started
    return Report(verdict=verdict, record=record, result=result, missing=tuple(missing), seconds=seconds)


def check_parts(store: Store, *parts: Part) -> Result:
    """Check the streams of some parts of the store; run in a process of its own where that pays."""
    result = Result()
    with _reading(result.findings), opened(store.url) as engine:
        for part in parts:
            result.merge(_checked_part(engine, store, part))
    return result


def check_streams(engine: Engine, store: Store, part: Part, result: Result) -> None:
    """Check the streams of one part of the store as they are at one moment, adding to `result`."""
    further = checks(store.files, store.ledger.origin if store.ledger else None)
    with snapshot(engine) as view:
        for stored in view.streams(part, shapes()):
            check_stream(stored, store.ledger, further, view.history, result)


def check_record(engine: Engine, store: Store, stream: str) -> Result:
    """Check the stream of one record as it is now, in this process and with an engine at hand."""
    result = Result()
    with _reading(result.findings):
        check_streams(engine, store, Part(only=stream), result)
    return result


def _checked_part(engine: Engine, store: Store, part: Part) -> Result:
    """Check a part; where something of it can't be read, stream by stream, so that it hides nothing else."""
    whole = Result()
    try:
        check_streams(engine, store, part, whole)
    except _UNREADABLE as error:
        if part.only is not None:
            whole.findings.add(_unreadable(error))
            return whole
    else:
        return whole
    apart = Result()
    for stream in _names(engine, part):
        apart.merge(_checked_part(engine, store, Part(only=stream)))
    return apart


def _names(engine: Engine, part: Part) -> list[str]:
    with snapshot(engine) as view:
        return view.names(part)


def _part_of(record: str) -> Part:
    try:
        return Part(only=str(RecordName.parse(record)))
    except ValueError as error:
        raise DomainError(str(error)) from error


def _checked(store: Store, parts: list[Part], along: list[Part], processes: int) -> Iterator[Result]:
    if len(parts) < 2:
        yield check_parts(store, *parts, *along)
        return
    with get_context("spawn").Pool(min(processes, len(parts))) as pool:
        yield from pool.imap_unordered(partial(check_parts, store), parts)


def _parts(engine: Engine, processes: int, least: int) -> list[Part]:
    with snapshot(engine) as view:
        return view.parts(processes * _PARTS_PER_PROCESS if processes > 1 else 1, least)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _store_findings(engine: Engine, part: Part) -> Iterator[Finding]:
    """Yield what is wrong around the streams: guards, tables, the outbox."""
    with engine.connect() as connection:
        for fault in faults(connection):
            yield Finding(code=Code.GUARD_MISSING, sentence=fault.sentence, table=fault.table)
        yield from schema_findings(connection)
    with snapshot(engine) as view:
        yield from view.outbox_findings(part)


def _holds_files(engine: Engine) -> bool:
    with engine.connect() as connection:
        return bool(connection.scalar(select(exists(select(Attachment.id)))))


@contextmanager
def _reading(findings: Findings) -> Iterator[None]:
    """Turn what could not be read into a finding; it ends the part that needed it."""
    try:
        yield
    except _UNREADABLE as error:
        findings.add(_unreadable(error))


def _unreadable(error: Exception) -> Finding:
    sentence = f"The store could not be read: {type(error).__name__}: {error}"
    return Finding(code=Code.UNREADABLE, sentence=sentence)
