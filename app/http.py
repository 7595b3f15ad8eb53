"""A request becomes one act: who, what was given, one transaction, one answer.

A view loads its form, gathers the work (`plain_work`, `signed_work`, `handed_over_work`) and returns `run`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar, cast

from flask import current_app, flash, jsonify, redirect, request
from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.auth import current_login
from app.extensions import db
from app.forms import submitted
from app.idempotency import Answer, claim_of, keep, take
from app.logins import Login, acting, actor_of, changing, period_of, signing_period
from app.nonces import Bound, LateDialogError, Nonces, NotThisDialogError, content_bound
from app.service import Service
from app.writing import Intent, the_software, write
from audit.events import Action
from records.errors import DomainError
from records.times import to_text
from signatures.accountability import accountability_of
from signatures.components import (
    Authenticated,
    ComponentsRefusedError,
    NotIdentifiedError,
    Proof,
    SigningPeriod,
    authenticate,
    authenticate_second_person,
    find_account,
    has_ended,
    prove,
)
from signatures.manifest import Shown
from signatures.meaning import Meaning
from signatures.models import Signature
from workflows.authority import Actor
from workflows.perform import Content, Reason, RefusedError, SigningAct, UnitOfWork
from workflows.personnel.integrity import refuse_altered
from workflows.personnel.sessions import clear_failures, record_failure

Result = TypeVar("Result")
Form = Mapping[str, Any]
EXTENSION = "countersign"
OUR_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")
"""A page of ours: browsers leave out tabs and line ends and read a backslash as ``/``."""


_REFUSED_BEFORE = "This was refused when it was first sent. The page it leads to says why."
_LATE = "This signing dialog was shown more than two minutes ago. Read it again, then sign."
_USED = "This signing dialog was used already: it signs once. Open it again, then sign."
_OF_ANOTHER = "This signing dialog was made for another login or content. Open it again, then sign."


class KeptError(RefusedError):
    """A form was refused whose page is shown again with what was typed."""


class RefusedOnRecordError(DomainError):
    """What a program gave is on record as a refused attempt; the page at `location` shows it."""

    def __init__(self, reasons: list[str], location: str) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.location = location


class LateSigningError(KeptError):
    """A signing dialog came back too late; its page is shown again with what was typed."""


class ReplayedSigningError(RefusedError):
    """A signing dialog that has signed came back in another request: an alarm (ATK-22)."""

    told_as = Action.SIGNING_REPLAYED


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What a view has gathered for one act; `run` carries it out."""

    intent: Intent
    sign: Callable[[UnitOfWork], SigningAct] | None = None


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
    return Work(intent=_intent(form, lambda session, at: acting_person(session, login, at)))


def signed_work(form: Form, *, all_components: bool = False) -> Work:
    """Return the work of an act that the person signed in signs; raises NotIdentifiedError.

    `all_components` asks for user name and password in any case, as release and disposition do.
    """
    login = current_login()
    named = form.get("user_name")
    proof = proven(named or login.account, form["password"], named=bool(named), where="signing")

    def accept(session: Session, period: SigningPeriod, at: datetime) -> Authenticated:
        return authenticate(session, period, proof, at=at, all_components=all_components)

    intent = _intent(form, lambda session, at: acting_person(session, login, at))
    return Work(intent=intent, sign=_signature(login, form, accept, continues=True))


def handed_over_work(form: Form) -> Work:
    """Return the work of a second person on a device handed over: always user name and password."""
    login = current_login()
    named = form.get("user_name")
    proof = proven(named or "", form["password"], named=bool(named), where="signing")

    def who(session: Session, at: datetime) -> Actor:
        acting_person(session, login, at)
        return _second_person(session, proof, login, at)

    def accept(session: Session, period: SigningPeriod, at: datetime) -> Authenticated:
        return authenticate_second_person(session, period, proof, at=at)

    return Work(intent=_intent(form, who), sign=_signature(login, form, accept, continues=False))


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


def seen(content: Content, *meanings: Meaning) -> dict[str, str]:
    """Return the hidden fields of a dialog that shows this content, to be signed with one of the meanings."""
    login = current_login()
    bound = content_bound(content, login.public_id, login.account)
    return {
        "seen_part": content.part,
        "seen_content": content.digest,
        "seen_rendering": content.rendering,
        "shown_on": page_here(),
        "nonce": _nonces().make(bound, meanings, now()),
    }


def page_here() -> str:
    """Return the page that is shown, or that a form sent to us stood on; empty where that is not known."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    said = request.form.get("shown_on", "")
    return said if OUR_PATH.fullmatch(said) else ""


def components_needed(*, all_components: bool = False, before_policy: bool = False) -> str:
    """Return what the next signing of this login takes, as the dialogs call it: `both` or `password`.

    `policy` where the person must acknowledge the policy of signatures first; not asked `before_policy`.
    """
    session, login = read_session(), current_login()
    if not (before_policy or accountability_of(session, login.person, now()).is_acknowledged):
        return "policy"
    period = period_of(session, login.token_hash)
    account = find_account(session, period.account)
    ended = account is None or has_ended(session, period, account, now())
    return "both" if all_components or ended else "password"


def proven(user_name: str, password: str, *, named: bool, where: str) -> Proof:
    """Compare a password before any writing transaction begins; a failure is counted and raised."""
    session = read_session()
    account = find_account(session, user_name)
    if account is not None:
        session.expunge(account)
    session.rollback()
    try:
        return prove(service().passwords, account, password, named=named)
    except NotIdentifiedError as failed:
        count_failure(failed, where)
        raise


def count_failure(failed: NotIdentifiedError, where: str) -> None:
    """Put a failed attempt on record, in a transaction of its own; the fifth in a row locks (11.300(d))."""

    def count(unit: UnitOfWork) -> None:
        if failed.account is None:
            raise RefusedError(["No such account."], act="identify", stream="account/unknown")
        record_failure(unit, failed.account)

    intent = Intent(who=the_software, reason=Reason(code=where, text=request.path))
    try:
        write(service(), db.session(), intent, count)
    except RefusedError:
        return


def _intent(form: Form, who: Callable[[Session, datetime], Actor]) -> Intent:
    text = form.get("reason")
    reason = Reason(code=form.get("reason_code") or "stated", text=text) if text else None
    return Intent(who=who, reason=reason, expected_rev=form.get("expected_rev"), submitted=submitted())


def _second_person(session: Session, proof: Proof, login: Login, at: datetime) -> Actor:
    account = find_account(session, proof.account)
    if account is None:
        raise NotIdentifiedError(proof.account)
    return checked(session, actor_of(session, account, login.public_id, at))


def _signature(
    login: Login,
    form: Form,
    accept: Callable[[Session, SigningPeriod, datetime], Authenticated],
    *,
    continues: bool,
) -> Callable[[UnitOfWork], SigningAct]:
    """Return what accepts the signer inside the writing transaction; `continues` the login's own period."""

    def sign(unit: UnitOfWork) -> SigningAct:
        with changing(unit.session, service().keys.logins, login.token_hash) as row:
            try:
                signer = accept(unit.session, signing_period(row), unit.at)
            except ComponentsRefusedError as refused:
                stream = f"account/{login.account}"
                raise RefusedError(refused.reasons, act="sign", stream=stream) from refused
            shown, meanings = _shown(unit, form, login)
            if continues:
                row.signing_last_at, row.signings = unit.at, signer.series.number
        return SigningAct(signer=signer, shown=shown, meanings=meanings)

    return sign


def _shown(unit: UnitOfWork, form: Form, login: Login) -> tuple[Shown, frozenset[Meaning]]:
    part, digest, rendering = form["seen_part"], form["seen_content"], form["seen_rendering"]
    bound = Bound(login=login.public_id, account=login.account, part=part, digest=digest, rendering=rendering)
    stream = f"account/{login.account}"
    try:
        once, meanings = _nonces().read(form["nonce"], bound, unit.at)
    except NotThisDialogError as error:
        raise RefusedError([_OF_ANOTHER], act="sign", stream=stream) from error
    except LateDialogError as error:
        raise LateSigningError([_LATE], act="sign", stream=stream) from error
    if unit.session.scalar(select(exists().where(Signature.nonce == once))):
        raise ReplayedSigningError([_USED], act="sign", stream=stream)
    return Shown(part=part, content=digest, rendering=rendering, nonce=once), meanings


def _nonces() -> Nonces:
    return Nonces(service().keys.secret)
