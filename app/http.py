"""A request becomes one act: who, what was given, one transaction, one answer.

A view loads its form, gathers the work (`plain_work`; signed work is of `app.signing`) and returns `run`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import current_app, flash, jsonify, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.auth import current_login
from app.extensions import db
from app.forms import submitted
from app.idempotency import Answer, claim_of, keep, take
from app.logins import Login, acting
from app.service import Service
from app.typed import bounded
from app.writing import Intent, write
from records.errors import DomainError
from records.times import to_text
from workflows.authority import Actor
from workflows.perform import Reason, RefusedError, SigningAct, UnitOfWork
from workflows.personnel.integrity import refuse_altered
from workflows.personnel.sessions import clear_failures

Result = TypeVar("Result")
Form = Mapping[str, Any]
EXTENSION = "countersign"
OUR_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")
"""A page of ours: browsers leave out tabs and line ends and read a backslash as ``/``."""


_REFUSED_BEFORE = "This was refused when it was first sent. The page it leads to says why."


class KeptError(RefusedError):
    """A form was refused whose page is shown again with what was typed."""


class RefusedOnRecordError(DomainError):
    """What a program gave is on record as a refused attempt; the page at `location` shows it."""

    def __init__(self, reasons: list[str], location: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.location = location


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a view has gathered for one act; `run` carries it out."""

    intent: Intent
    sign: Callable[[UnitOfWork], SigningAct] | None = None
    typed_at: datetime | None = None
    """When the device says it was typed, as it was sent."""


def service() -> Service:
    """Return the installation that serves this request."""
    return cast("Service", current_app.extensions[EXTENSION])


def read_session() -> Session:
    """Return the session that views read with; it ends before any act writes."""
    return db.session()


def now() -> datetime:
    """Return the server's time, for pages; commands take theirs from the unit of work."""
    return service().clock()


def plain_work(form: Form) -> Work:
    """Return the work of an identified entry: the person signed in, no password."""
    login = current_login()
    intent = intent_of(form, lambda session, at: acting_person(session, login, at))
    return Work(intent=intent, typed_at=form.get("typed_at"))


def acting_person(session: Session, login: Login, at: datetime) -> Actor:
    """Return who acts in a login; raises AlteredError where what is stored of them was altered."""
    return checked(session, acting(session, service().keys.logins, login.token_hash, at))


def checked(session: Session, actor: Actor) -> Actor:
    """Return the actor; raises AlteredError where person, roles or account were altered in the store."""
    refuse_altered(session, service().keys.ledger, actor.account)
    return actor


def run(
    work: Work,
    act: Callable[[UnitOfWork], Result],
    then: str | Callable[[Result], str] | None,
    said: str = "",
    refused: Callable[[Result], tuple[str, ...]] | None = None,
) -> Response:
    """Carry out the act once, however often the request comes, and answer where to go next.

    `then` is the next page's address, may be made of the act's result, and is None where the page stays.
    `refused` reads from the result why what was given is on record as an attempt only.
    """
    claim = claim_of(request, current_login().account)

    def once(unit: UnitOfWork) -> Answer:
        given = take(unit.session, claim, unit.at)
        if given is not None:
            return given
        if work.typed_at:
            unit.typed_at = bounded(work.typed_at, since=current_login().started_at, at=unit.at)
        if work.sign:
            unit.signing = work.sign(unit)
            clear_failures(unit, unit.signing.signer.account)
        result = act(unit)
        reasons = refused(result) if refused else ()
        status = HTTPStatus.CONFLICT if reasons else HTTPStatus.SEE_OTHER
        location = (then(result) if callable(then) else then) or ""
        answer = Answer(status=status, location=location, refused=reasons)
        keep(unit.session, claim, answer)
        return answer

    return answered(write(service(), db.session(), work.intent, once), said)


def answered(answer: Answer, said: str = "") -> Response:
    """Answer a page with a redirect, a program with JSON."""
    if said and answer.location:
        flash(said, "good")
    if wants_json():
        if answer.status == HTTPStatus.CONFLICT:
            raise RefusedOnRecordError(list(answer.refused) or [_REFUSED_BEFORE], answer.location)
        told = {"location": answer.location} if answer.location else {"saved_at": to_text(now())}
        return jsonify(told)
    return redirect(answer.location or request.path, HTTPStatus.SEE_OTHER)


def wants_json() -> bool:
    """Tell whether the request comes from a program or a script of ours, not from a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return best == "application/json"


def page_here() -> str:
    """Return the page that is shown, or that a form sent to us stood on; empty where that is not known."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    said = request.form.get("shown_on", "")
    return said if OUR_PATH.fullmatch(said) else ""


def intent_of(form: Form, who: Callable[[Session, datetime], Actor]) -> Intent:
    """Return the intent of who sends this form: the reason and revision they gave, what was sent."""
    text = form.get("reason")
    reason = Reason(code=form.get("reason_code") or "stated", text=text) if text else None
    return Intent(who=who, reason=reason, expected_rev=form.get("expected_rev"), submitted=submitted())
