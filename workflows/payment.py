"""Pay what an act owes the trail when its transaction commits: events chained, signatures made, lapses told.

Only this module adds to the trail and makes signatures. If it fails, the transaction does not commit.
"""

import time
from functools import cache
from typing import NamedTuple

from sqlalchemy import Text, bindparam, event, select
from sqlalchemy.orm import Session

from audit.chain import b64
from audit.events import Action, Envelope, RowChange, Who
from audit.trail import Trail
from records.identity import RECORD_PART
from records.prepared import Prepared
from records.times import to_text
from signatures.models import Signature, SignatureVoid
from signatures.signing import Place, sign
from workflows.changes import row_change
from workflows.rows import add_row
from workflows.work import OwedSignature, UnitOfWork


class _Standing(NamedTuple):
    """A signature that nothing has voided."""

    id: int
    part: str


@cache
def _standing_over(parts: int) -> Prepared:
    """Return the question for standing signatures over so many parts of a record."""
    wanted = [bindparam(f"part_{number}", type_=Text) for number in range(parts)]
    return Prepared(
        select(Signature.id, Signature.part)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(Signature.stream == bindparam("of"), Signature.part.in_(wanted), SignatureVoid.id.is_(None))
        .order_by(Signature.id)
    )


_PAYING = "paying"


class UnpaidError(RuntimeError):
    """The events of a transaction could not be written; only a rollback is left."""

    def __init__(self) -> None:
        super().__init__("The events of this transaction could not be written. Roll it back.")


@event.listens_for(Session, "before_commit")
def _pay(session: Session) -> None:
    """Write every event owed before the transaction commits; if that fails, it can only be rolled back."""
    if _PAYING in session.info:
        raise UnpaidError
    work = session.info.get("work")
    if work is not None and (work.owed or work.signatures):
        session.info[_PAYING] = True
        _Payment(work).make()
        del session.info[_PAYING]
    session.info.pop("work", None)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("work", None)
    session.info.pop(_PAYING, None)


class _Payment:
    """The events of one transaction, chained, with the signatures in their places."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._trail = Trail(work.session.connection(), work.ledger, lambda: _envelope(work))
        self._receipt: list[str] = []

    def make(self) -> None:
        work = self._work
        owed = [*work.owed, *self._voids()]
        self._trail.lock([*(change.stream for change in owed), *(one.stream for one in work.signatures)])
        for change in owed:
            self._receipt.append(b64(self._trail.add(change)))
        for one in work.signatures:
            self._receipt.append(b64(self._trail.add(self._signature(one))))
        self._trail.write()
        work.receipt = tuple(self._receipt)
        work.owed, work.signatures = [], []

    def _voids(self) -> list[RowChange]:
        """Void exactly the signatures over content that this transaction changed (PIC/S 9.5)."""
        touched = self._work.touched
        return [
            self._void(stream, signature)
            for stream in sorted({stream for stream, _part in touched})
            for signature in self._standing(stream, {part for of, part in touched if of == stream})
        ]

    def _standing(self, stream: str, parts: set[str]) -> list[_Standing]:
        """Return the signatures over these parts, and over the whole record, that nothing has voided."""
        asked = sorted(parts | {RECORD_PART})
        values = {"of": stream, **{f"part_{number}": part for number, part in enumerate(asked)}}
        found = _standing_over(len(asked)).rows(self._work.session.connection(), values)
        return [_Standing(*row) for row in found]

    def _void(self, stream: str, signature: _Standing) -> RowChange:
        work = self._work
        cause = f"The content of {signature.part} changed."
        values = {
            "part": signature.part,
            "signature_id": signature.id,
            "cause": cause,
            "voided_at": work.at,
            "stream": stream,
            "rev": 1,
        }
        raw = add_row(work.session, SignatureVoid, values)
        told = ({"p": "/signature_id", "o": None, "n": signature.id}, {"p": "/cause", "o": None, "n": cause})
        return row_change(SignatureVoid, Action.SIGNATURE_SUPERSEDE, raw, told)

    def _signature(self, owed: OwedSignature) -> RowChange:
        work, shown = self._work, owed.act.shown
        if (owed.stream, shown.part) in work.touched:
            msg = f"An act changes {shown.part}, which it signs; change it first, then sign what was shown."
            raise RuntimeError(msg)
        after = self._trail.last_touching(owed.stream, shown.part)
        place = Place(
            log=work.ledger.origin,
            stream=owed.stream,
            record=owed.record,
            after=b64(after),
            at=work.at,
            time_zone=work.time_zone,
        )
        values = sign(owed.act.signer, owed.role, owed.meaning, shown, place)
        raw = add_row(work.session, Signature, {**values, "stream": owed.stream, "rev": 1})
        told = tuple(
            {"p": f"/{name}", "o": None, "n": raw[name]}
            for name in ("part", "meaning", "manifest", "evidence")
        )
        return row_change(Signature, Action.SIGNATURE_APPLY, raw, told)


def _envelope(work: UnitOfWork) -> Envelope:
    actor = work.actor
    return Envelope(
        origin=work.ledger.origin,
        at=to_text(work.clock() if work.clock else work.at),
        monotonic=time.monotonic_ns() // 1000,
        tx=work.tx,
        who=Who(person=actor.person, account=actor.account, login=actor.login),
        code=work.code,
        reason={"code": work.reason.code, "text": work.reason.text} if work.reason else None,
    )
