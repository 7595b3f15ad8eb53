"""One request, one execution: its key is claimed in the transaction of the change itself (P11-10f-1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from flask import Request
from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session

from app.forms import FormError, without_secrets
from app.models import IdempotencyKey
from records.times import to_text
from workflows.perform import RefusedError

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(days=1)
_LONGEST = 128
_CLAIM = text(
    "INSERT INTO idempotency_key (account, key, request_hash, status, location, kept_at) "
    "VALUES (:account, :key, :hash, 0, '', :at) ON CONFLICT (account, key) DO NOTHING RETURNING id"
)
"""Waits for another transaction that has the key; both databases read these words, no dialect knows both."""


class KeyReusedError(RefusedError):
    """The key came with something else before: two different acts must not look like one."""

    def __init__(self, stream: str) -> None:
        reason = "This request's key was used for something else. Load the page again, then decide."
        super().__init__([reason], act="request.repeat", stream=stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request was answered, as far as a repeat needs it."""

    status: int
    location: str
    refused: tuple[str, ...] = ()
    """Why what was given is on record as refused; a repeat finds it on the page it leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A request that must not be carried out twice."""

    account: str
    key: str
    request_hash: str
    stream: str
    """Where a refusal of the key itself is recorded."""


def claim_of(request: Request, account: str) -> Claim:
    """Return the request's claim; raises FormError when it carries no key."""
    key = request.headers.get(HEADER) or request.form.get("idempotency_key") or ""
    if len(key) > _LONGEST:
        msg = f"The request's idempotency key has more than {_LONGEST} characters. Send a shorter one."
        raise FormError([msg])
    if not key.isprintable():
        raise FormError(["The request's idempotency key holds control characters. Send one of plain text."])
    if not key:
        msg = f"The request carries no idempotency key; send it as idempotency_key or in the header {HEADER}."
        raise FormError([msg])
    stream = f"request/{request.endpoint}"
    return Claim(account=account, key=key, request_hash=fingerprint(request), stream=stream)


def fingerprint(request: Request) -> str:
    """Return the digest of what is asked: address, fields and files, without secrets and one-time values."""
    digest = sha256(f"{request.method} {request.full_path}\n".encode())
    digest.update(without_secrets(request).encode())
    for name in sorted(request.files):
        for file in request.files.getlist(name):
            content = sha256(file.stream.read()).hexdigest()
            file.stream.seek(0)
            digest.update(f"{name}\0{file.filename}\0{content}\n".encode())
    return digest.hexdigest()


def take(session: Session, claim: Claim, at: datetime) -> Answer | None:
    """Claim the key for this transaction, waiting for another that has it; return the answer given before.

    Raises KeyReusedError when the key came with another request.
    """
    claimed = session.execute(
        _CLAIM,
        {"account": claim.account, "key": claim.key, "hash": claim.request_hash, "at": to_text(at)},
    ).scalar()
    if claimed is not None:
        return None
    row = session.scalars(select(IdempotencyKey).where(*_of(claim))).one()
    if row.request_hash != claim.request_hash:
        raise KeyReusedError(claim.stream)
    return Answer(status=row.status, location=row.location)


def keep(session: Session, claim: Claim, answer: Answer) -> None:
    """Keep the answer beside the change that it reports."""
    session.execute(
        update(IdempotencyKey).where(*_of(claim)).values(status=answer.status, location=answer.location)
    )


def forget_old(session: Session, at: datetime) -> None:
    """Drop the answers nobody will ask for any more."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.kept_at < at - KEPT_FOR))


def _of(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return IdempotencyKey.account == claim.account, IdempotencyKey.key == claim.key
