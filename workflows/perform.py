"""The one write path: check, change, sign, remember, in one transaction (21 CFR 11.10(e)-(g), 11.70).

Nothing else writes records. Inside `perform()` a command's change is given `Changes`, whose two methods write
rows and owe one audit event for each; the debt is paid when the transaction commits, or it does not commit.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Row, bindparam, event, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from audit.chain import Ledger, b64, state_digest
from audit.events import Action, Envelope, RowChange, Who
from audit.models import DeniedAttempt
from audit.trail import Trail
from records.base import Recorded
from records.errors import DomainError, StaleError
from records.identity import RECORD_PART, RecordName
from records.times import to_text
from signatures.components import Authenticated
from signatures.manifest import Shown, content_digest, rendering_digest
from signatures.models import Signature, SignatureVoid
from signatures.signing import Place, sign
from workflows.authority import SYSTEM, Actor
from workflows.machine import Subject, Transition, refusals
from workflows.rows import add_row, from_raw, loaded, revise_row, shape, to_raw

Model = TypeVar("Model", bound=Recorded)


_STANDING = (
    select(Signature.id, Signature.part)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == bindparam("of"),
        Signature.part.in_(bindparam("parts", expanding=True)),
        SignatureVoid.id.is_(None),
    )
    .order_by(Signature.id)
)


class RefusedError(DomainError):
    """An act was refused; `reasons` holds every sentence, to be shown and kept in the trail."""

    def __init__(self, reasons: list[str], *, act: str, stream: str, part: str | None = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.act = act
        self.stream = stream
        self.part = part


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why: a code from the plant's list and the person's own words (Annex 11 section 9)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningAct:
    """A signature about to be given: who, freshly authenticated, and what the dialog showed them."""

    signer: Authenticated
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The content a signature would cover now: its part, its digest, and the text shown for it."""

    part: str
    digest: str
    text: str

    @classmethod
    def of(cls, part: str, content: dict[str, Any], text: str) -> "Content":
        """Digest a part's content; the text is what the dialog shows and a print repeats."""
        return cls(part=part, digest=content_digest(content), text=text)

    @property
    def rendering(self) -> str:
        """Return the digest of the text shown."""
        return rendering_digest(self.text)


@dataclass(slots=True, kw_only=True)
class UnitOfWork:
    """One act by one person at one time: what a command needs and may not make up itself."""

    session: Session
    ledger: Ledger
    actor: Actor
    at: datetime
    """When the act is done: what its rows say."""
    time_zone: str
    code: str
    """Product, version and build, as written in every event."""
    reason: Reason | None = None
    signing: SigningAct | None = None
    clock: Callable[[], datetime] | None = None
    """Reads the time of the events once the streams are locked; None where `at` is the time of the events too."""
    expected_rev: int | None = None
    """The revision of the record the person saw; None where the page showed none."""
    tx: str = field(default_factory=lambda: str(uuid4()))
    receipt: tuple[str, ...] = ()
    """The event hashes written, once committed: the client may keep them as a receipt."""
    owed: list["_Owed"] = field(default_factory=list)
    touched: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Bind this act to its session, so that a commit writes the events owed."""
        self.session.info["work"] = self


@dataclass(frozen=True, slots=True)
class _Owed:
    """An event owed for a row already written, or a signature to be made once its place is known."""

    change: RowChange | None
    signature: "_Signature | None" = None


@dataclass(frozen=True, slots=True)
class _Signature:
    stream: str
    record: dict[str, Any]
    role: str
    row: Transition
    act: SigningAct


def perform(
    work: UnitOfWork,
    row: Transition,
    subject: Subject,
    change: Callable[["Changes"], None] | None = None,
    *,
    content: Content | None = None,
) -> None:
    """Take the subject through one row of its lifecycle, or raise RefusedError with every reason why not.

    `content` is what a signature would cover, where the row takes one: the digest shown must still be its.
    """
    found = refusals(row, subject, work.actor) + _lacking(work, row, subject, content)
    if found:
        part = content.part if content else None
        raise RefusedError(found, act=row.act, stream=subject.stream, part=part)
    changes = Changes(work, subject.stream)
    if change:
        change(changes)
    record = getattr(subject, "record", subject)
    if row.target is not None and isinstance(record, Recorded):
        changes.update(record, row.event, state=row.target)
    if row.meaning and work.signing and work.actor is not SYSTEM:
        changes.owe_signature(record, row, work.signing)


class Changes:
    """What a command may write: rows, each of which owes the trail one event."""

    def __init__(self, work: UnitOfWork, stream: str) -> None:
        self._work = work
        self._stream = stream

    def insert(self, model: type[Model], action: Action, /, *, stream: str | None = None, **values: Any) -> Model:  # noqa: ANN401 -- column values
        """Add a row to a record's stream (the subject's own by default)."""
        values = {**values, "stream": stream or self._stream, "rev": 1}
        raw = add_row(self._work.session, model, values)
        told = tuple(
            {"p": f"/{name}", "o": None, "n": _tellable(model, name, value)}
            for name, value in raw.items()
            if value is not None and name not in {"id", "stream", "rev"}
        )
        self._owe(model, action, raw, told)
        return loaded(self._work.session, model, raw)  # type: ignore[return-value] -- it is of the model given

    def update(self, row: Recorded, action: Action, **values: Any) -> None:  # noqa: ANN401 -- column values
        """Revise a row; raises StaleError when somebody else revised it since it was read."""
        model = type(row)
        columns = {column.name: column for column in shape(model).columns}
        before = {name: to_raw(columns[name], getattr(row, name)) for name in values}
        raw = revise_row(self._work.session, row, values)
        told = tuple(
            {
                "p": f"/{name}",
                "o": _tellable(model, name, before[name]),
                "n": _tellable(model, name, raw[name]),
            }
            for name in sorted(values)
            if before[name] != raw[name]
        )
        for name in (*values, "rev"):
            set_committed_value(row, name, from_raw(columns[name], raw[name]))
        self._owe(model, action, raw, told)

    def note(self, row: Recorded, action: Action, **details: str | int | None) -> None:
        """Owe an event about a row that does not change: an export, a close, a login."""
        raw = {column.name: to_raw(column, getattr(row, column.name)) for column in shape(type(row)).columns}
        told = tuple({"p": f"/{name}", "o": None, "n": value} for name, value in sorted(details.items()))
        self._owe(type(row), action, raw, told)

    def owe_signature(self, record: Recorded, row: Transition, act: SigningAct) -> None:
        """Make the signature when the events before it are in place, for it names the one it follows."""
        name = RecordName.parse(record.stream)
        reference = {"type": name.kind, "id": name.number, "rev": record.rev}
        role = self._work.actor.role_for(row.permission)
        self._work.owed.append(_Owed(None, _Signature(record.stream, reference, role, row, act)))

    def _owe(
        self, model: type[Recorded], action: Action, raw: dict[str, Any], told: tuple[dict[str, Any], ...]
    ) -> None:
        change = _row_change(model, action, raw, told)
        self._work.owed.append(_Owed(change))
        if model.is_content:
            self._work.touched.add((change.stream, model.part_of(raw)))


def record_denied(work: UnitOfWork, refused: RefusedError, submitted: str | None = None) -> None:
    """Write a refused attempt to a stream of its own, in a transaction of its own (the first rolled back)."""
    changes = Changes(work, f"denied/{refused.stream}")
    changes.insert(
        DeniedAttempt,
        Action.DENIED,
        target=refused.stream,
        part=refused.part,
        act=refused.act,
        reasons="\n".join(refused.reasons),
        submitted=submitted,
        person=work.actor.person,
        at=to_text(work.at),
    )


def _lacking(work: UnitOfWork, row: Transition, subject: Subject, content: Content | None) -> list[str]:
    """Return what the person has not given: a reason, a signature, a fresh reading."""
    found = []
    if row.reason_required and not (work.reason and work.reason.text.strip()):
        found.append(f"A reason is needed to {row.words}.")
    if row.meaning and work.actor is not SYSTEM:
        found += _signature_lacking(work, row, content)
    rev = getattr(subject, "rev", None)
    if work.expected_rev is not None and rev is not None and rev != work.expected_rev:
        found.append("The record has changed since you read it. Read it again, then decide.")
    return found


def _signature_lacking(work: UnitOfWork, row: Transition, content: Content | None) -> list[str]:
    if work.signing is None:
        return [f"A signature is needed to {row.words}."]
    if content is None:
        msg = f"{row.act} takes a signature, so its command must give the content signed."
        raise TypeError(msg)
    found = []
    if work.signing.signer.person != work.actor.person:
        found.append("The signature is another person's than the one who acts.")
    shown = work.signing.shown
    if (shown.part, shown.content, shown.rendering) != (content.part, content.digest, content.rendering):
        found.append("The content has changed since it was shown to you. Read it again, then sign.")
    return found


def _tellable(model: type[Recorded], name: str, value: Any) -> Any:  # noqa: ANN401 -- any raw value
    """Return what an event may tell of a column: a secret is covered by the digest, never written."""
    is_secret = model.__table__.columns[name].info.get("secret", False)
    return "(secret)" if is_secret else value


def _row_change(
    model: type[Recorded], action: Action, raw: dict[str, Any], told: tuple[dict[str, Any], ...]
) -> RowChange:
    return RowChange(
        stream=raw["stream"],
        action=action,
        table=model.__tablename__,
        row=model.row_name(raw),
        rev=raw["rev"],
        state=state_digest(raw),
        changed=told,
    )


@event.listens_for(Session, "before_commit")
def _pay(session: Session) -> None:
    """Write every event owed before the transaction commits; if that fails, so does the commit."""
    work = session.info.pop("work", None)
    if work is not None and work.owed:
        _Payment(work).make()


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("work", None)


class _Payment:
    """The events of one transaction, chained, with the signatures in their places."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._trail = Trail(work.session.connection(), work.ledger, lambda: _envelope(work))
        self._receipt: list[str] = []

    def make(self) -> None:
        work = self._work
        for void in self._voids():
            work.owed.append(void)
        owed = sorted(work.owed, key=lambda item: item.signature is not None)
        self._trail.lock(item.change.stream if item.change else item.signature.stream for item in owed)  # type: ignore[union-attr] -- one of the two
        for item in owed:
            change = item.change or self._signature(item.signature)  # type: ignore[arg-type] -- one of the two
            self._receipt.append(b64(self._trail.add(change)))
        self._trail.write()
        work.receipt = tuple(self._receipt)
        work.owed = []

    def _voids(self) -> list[_Owed]:
        """Void exactly the signatures over content that this transaction changed (PIC/S 9.5)."""
        touched = self._work.touched
        return [
            self._void(stream, signature)
            for stream in sorted({stream for stream, _part in touched})
            for signature in self._standing(stream, {part for of, part in touched if of == stream})
        ]

    def _standing(self, stream: str, parts: set[str]) -> Sequence[Row[Any]]:
        wanted = {"of": stream, "parts": sorted(parts | {RECORD_PART})}
        return self._work.session.connection().execute(_STANDING, wanted).all()

    def _void(self, stream: str, signature: Row[Any]) -> _Owed:
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
        return _Owed(_row_change(SignatureVoid, Action.SIGNATURE_SUPERSEDE, raw, told))

    def _signature(self, owed: _Signature) -> RowChange:
        work, shown = self._work, owed.act.shown
        if (owed.stream, shown.part) in work.touched:
            msg = f"{owed.row.act} changes the content it signs; change it first, then sign what was shown."
            raise StaleError(msg)
        after = self._trail.last_touching(owed.stream, shown.part)
        place = Place(
            log=work.ledger.origin,
            stream=owed.stream,
            record=owed.record,
            after=b64(after),
            at=work.at,
            time_zone=work.time_zone,
        )
        meaning = owed.row.meaning
        if meaning is None:
            msg = f"{owed.row.act} takes no signature."
            raise TypeError(msg)
        values = sign(owed.act.signer, owed.role, meaning, shown, place)
        raw = add_row(work.session, Signature, {**values, "stream": owed.stream, "rev": 1})
        told = tuple(
            {"p": f"/{name}", "o": None, "n": raw[name]}
            for name in ("part", "meaning", "manifest", "evidence")
        )
        return _row_change(Signature, Action.SIGNATURE_APPLY, raw, told)


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
