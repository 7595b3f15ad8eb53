"""The signing dialog: what it binds, what comes back with it, and who signs by which components (11.200).

A view that takes a signature gathers its work here (`signed_work`, `handed_over_work`), then returns `run`.
"""

from collections.abc import Callable
from datetime import datetime

from flask import request
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.auth import current_login
from app.extensions import db
from app.http import (
    Form,
    KeptError,
    Work,
    acting_person,
    checked,
    intent_of,
    now,
    page_here,
    read_session,
    service,
)
from app.logins import Login, actor_of, changing, period_of, signing_period
from app.nonces import Bound, LateDialogError, Nonces, NotThisDialogError, content_bound
from app.writing import Intent, the_software, write
from audit.events import Action
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
from workflows.personnel.sessions import record_failure

_LATE = "This signing dialog was shown more than two minutes ago. Read it again, then sign."
_USED = "This signing dialog was used already: it signs once. Open it again, then sign."
_OF_ANOTHER = "This signing dialog was made for another login or content. Open it again, then sign."


class LateSigningError(KeptError):
    """A signing dialog came back too late; its page is shown again with what was typed."""


class ReplayedSigningError(RefusedError):
    """A signing dialog that has signed came back in another request: an alarm (ATK-22)."""

    told_as = Action.SIGNING_REPLAYED


def signed_work(form: Form, *, all_components: bool = False) -> Work:
    """Return the work of an act that the person signed in signs; raises NotIdentifiedError.

    `all_components` asks for user name and password in any case, as release and disposition do.
    """
    login = current_login()
    named = form.get("user_name")
    proof = proven(named or login.account, form["password"], named=bool(named), where="signing")

    def accept(session: Session, period: SigningPeriod, at: datetime) -> Authenticated:
        return authenticate(session, period, proof, at=at, all_components=all_components)

    intent = intent_of(form, lambda session, at: acting_person(session, login, at))
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

    return Work(intent=intent_of(form, who), sign=_signature(login, form, accept, continues=False))


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
