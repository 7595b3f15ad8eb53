"""`countersign doctor`: what is missing or unsafe in this installation."""

import os
import shutil
import sqlite3
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import app.tables  # noqa: F401 -- the guards of every table are looked for
from app import keys
from app.clock_check import clock_fault
from app.config import Settings
from app.key_check import key_faults
from app.migrate import current, head
from app.service import server_clock
from app.trail.files import path_of
from app.trail.schema import schema_findings
from audit import guards
from records.engine import lent_engine
from records.execution.models import Attachment
from records.personnel.models import RoleGrant
from records.personnel.states import Role
from records.policy.queries import policy_in_force
from records.site.models import Site
from signatures.models import Account, AccountState

OLDEST_SQLITE = (3, 37, 0)
OLDEST_POSTGRESQL = 14
LEAST_FREE_BYTES = 1_000_000_000
DATABASE_TOLERANCE = timedelta(seconds=1)


def main(arguments: Sequence[str]) -> int:
    """Print every problem with its way out; 0 when there is none, else 1."""
    ArgumentParser(prog="countersign doctor", description=__doc__).parse_args(arguments)
    settings = Settings.read(os.environ)
    problems = list(problems_of(settings))
    for problem in problems:
        sys.stdout.write(f"- {problem}\n")
    sys.stdout.write(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} found.\n")
    return 1 if problems else 0


def problems_of(settings: Settings) -> Iterator[str]:
    """Yield every problem of the installation, in a sentence."""
    yield from settings.unsafe()
    yield from keys.unsafe(settings.keys_dir)
    yield from _machine(settings)
    try:
        with lent_engine(settings.database_url) as engine:
            yield from _store(settings, engine)
    except SQLAlchemyError as error:
        yield f"The store does not answer: {type(error).__name__}."


def _machine(settings: Settings) -> Iterator[str]:
    folder = settings.home if settings.home.exists() else Path.cwd()
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        yield f"Only {free // 1_000_000} MB are free on the disk of {folder}."
    if not _opens(_pango):
        yield "PDFs can't be made: Pango is missing. Run .ci/system-packages.sh pdf, which names the package."
    if settings.is_sqlite and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield f"SQLite {sqlite3.sqlite_version} is too old; 3.37 or newer is needed."


def _store(settings: Settings, engine: Engine) -> Iterator[str]:
    if settings.is_sqlite and not Path(str(engine.url.database)).exists():
        yield "There is no store yet. Run `countersign init`."
        return
    with engine.connect() as connection:
        if not inspect(connection).has_table("audit_event"):
            yield "The store has no tables yet. Run `countersign init`."
            return
    if current(settings.database_url) != head():
        yield "The store is at another schema than this software. Run `countersign init`."
        return
    with engine.connect() as connection:
        yield from (finding.sentence for finding in schema_findings(connection))
    with Session(engine) as session:
        yield from guards.missing(session.connection())
        yield from _keys(settings, session)
        yield from _files(settings.files_dir, session)
        yield from _people(session)
        yield from _clock(session)
        yield from _server(session)
        if session.scalar(select(Site.holds_demo_data)) and not settings.demo:
            yield "The store holds demo data: it serves with COUNTERSIGN_DEMO=1 only."


def _keys(settings: Settings, session: Session) -> Iterator[str]:
    if not keys.unsafe(settings.keys_dir):
        try:
            yield from key_faults(session.connection(), keys.read(settings.keys_dir).ledger)
            yield from keys.unchecked(settings.keys_dir)
        except keys.KeysError as error:
            yield str(error)


def _files(folder: Path, session: Session) -> Iterator[str]:
    """Look whether attached files are there; `verify` reads their bytes."""
    named = session.scalars(select(Attachment.sha256).distinct().order_by(Attachment.sha256))
    paths = ((sha256, path_of(folder, sha256)) for sha256 in named)
    gone = [sha256 for sha256, path in paths if path is None or not path.is_file()]
    if gone:
        many = f"{len(gone)} attached file{'s are' if len(gone) > 1 else ' is'} not in {folder}"
        yield f"{many}, such as {gone[0]}. Restore the folder from its backup, then run `countersign verify`."


def _people(session: Session) -> Iterator[str]:
    administrators = session.scalar(
        select(func.count(RoleGrant.id))
        .join(Account, Account.person == RoleGrant.person)
        .where(
            RoleGrant.role == Role.SECURITY_ADMINISTRATOR,
            RoleGrant.revoked_at.is_(None),
            Account.state == AccountState.ACTIVE,
        )
    )
    if not administrators:
        yield "No security administrator can sign in. Run `countersign init --admin NAME --user USER`."
    if policy_in_force(session, server_clock()) is None:
        yield "No policy of signatures is in force, so nobody can sign. Publish one at /policy."


def _clock(session: Session) -> Iterator[str]:
    fault = clock_fault(session.connection(), server_clock())
    if fault:
        yield fault
    if session.get_bind().dialect.name == "postgresql":
        there = session.scalar(text("SELECT clock_timestamp()"))
        if isinstance(there, datetime) and abs(there - server_clock()) > DATABASE_TOLERANCE:
            yield "The clocks of this machine and of the database differ by more than a second."


def _server(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name == "postgresql":
        version = int(str(session.scalar(text("SHOW server_version_num")))) // 10_000
        if version < OLDEST_POSTGRESQL:
            yield f"PostgreSQL {version} is too old; {OLDEST_POSTGRESQL} or newer is needed."


def _opens(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _pango() -> None:
    import weasyprint  # noqa: F401, PLC0415 -- opens the libraries when imported, and takes a second for it
