"""The notice on every page of a record whose stored rows or events are not those its trail tells (ATK-01).

The record that a page's address names is verified each time the page is shown: its stream alone, from what is
committed. Nothing is cached, for a row altered by hand moves no head. Attached files are left to `verify`.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import g, request
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.extensions import db
from app.http import service
from app.logins import Login
from app.storable import is_storable
from app.trail.verification import Store, check_record
from app.writing import Intent, the_software, write
from audit.chain import BrokenTrailError
from audit.models import DeniedAttempt
from records.calibration.models import CalibrationRun
from workflows.authority import Permission
from workflows.perform import AlteredError, UnitOfWork

STREAMS = (
    ("/batches/<string:number>", "batch/{number}"),
    ("/calibration/orders/<string:number>", "work-order/{number}"),
    ("/calibration/procedures/<string:number>", "calibration-procedure/{number}"),
    ("/equipment/<string:number>", "equipment/{number}"),
    ("/equipment/<string:number>", "asset/{number}"),
    ("/investigations/<string:number>", "investigation/{number}"),
    ("/lots/<string:number>", "lot/{number}"),
    ("/masters/<string:code>/<string:version>", "master/{code}.{version}"),
    ("/people/<string:number>", "person/{number}"),
    ("/production-orders/<string:number>", "order/{number}"),
    ("/work-orders/<string:number>", "work-order/{number}"),
)
"""How the addresses of records begin, and the stream each names."""
RUN = "/calibration/runs/<string:number>"
_CHOICE = re.compile(r"^/<any\([^)]*\):records>")
"""How the addresses of executions begin: of a batch or of a work order, which the request keeps."""
"""How the address of a calibration run begins, whose record is its work order's."""
ACT = "integrity.show"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """What is wrong with one record: its first findings, and how many there are."""

    stream: str
    findings: Sequence[str]
    total: int


def integrity_notices() -> list[Notice]:
    """Return a notice for each record of this page that fails its check; looked up once in a request."""
    if "integrity_notices" not in g:
        g.integrity_notices = list(_notices()) if _may_read() else []
    notices: list[Notice] = g.integrity_notices
    return notices


def _may_read() -> bool:
    login = current_user._get_current_object()  # noqa: SLF001 -- flask-login's way to the object behind its proxy
    return isinstance(login, Login) and login.may(Permission.RECORD_READ)


def _notices() -> Iterator[Notice]:
    for stream in _streams_here():
        found = _notice(stream)
        if found:
            yield found


def _streams_here() -> list[str]:
    rule = _CHOICE.sub(f"/{g.get('records', '')}", request.url_rule.rule) if request.url_rule else ""
    given: dict[str, Any] = request.view_args or {}
    named = [stream.format(**given) for begins, stream in STREAMS if f"{rule}/".startswith(f"{begins}/")]
    if f"{rule}/".startswith(f"{RUN}/") and is_storable(given["number"]):
        named += db.session.scalars(
            select(CalibrationRun.stream).where(CalibrationRun.part == given["number"])
        )
    return [stream for stream in named if is_storable(stream)]


def _notice(stream: str) -> Notice | None:
    running = service()
    store = Store(url=running.settings.database_url, ledger=running.keys.ledger, files=None)
    found = check_record(db.engine, store, stream).findings
    if not found.kept:
        return None
    sentences = [finding.sentence for finding in found.kept]
    with suppress(OperationalError, BrokenTrailError):  # a store that can't be written still shows its notice
        _put_on_record(stream, sentences)
    return Notice(stream, sentences[:_SHOWN], found.counts.total())


def _put_on_record(stream: str, sentences: list[str]) -> None:
    """Raise one alarm for the findings that were not told before, as an event beside the record."""
    with Session(db.engine) as session:  # one of its own: the page is still reading with the request's
        told = session.scalars(
            select(DeniedAttempt.reasons).where(
                DeniedAttempt.stream == f"denied/{stream}", DeniedAttempt.act == ACT
            )
        )
        known = {line for reasons in told for line in reasons.splitlines()}
        new = [sentence for sentence in sentences if sentence not in known]
        if new:
            with suppress(AlteredError):
                write(service(), session, Intent(who=the_software), partial(_fail, stream, new))


def _fail(stream: str, sentences: list[str], _work: UnitOfWork) -> None:
    raise AlteredError(sentences, act=ACT, stream=stream)
