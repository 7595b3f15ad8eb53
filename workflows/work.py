"""One act by one person at one time, and what goes with it: reason, signature, content, refusal."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from audit.chain import Ledger
from audit.events import Action, RowChange
from records.errors import DomainError
from signatures.components import Authenticated
from signatures.manifest import Shown, content_digest, rendering_digest
from signatures.meaning import Meaning
from workflows.authority import Actor


class RefusedError(DomainError):
    """An act was refused; `reasons` holds every sentence, to be shown and kept in the trail."""

    told_as = Action.DENIED
    """What its event says was done; an alarm has an action of its own."""

    def __init__(self, reasons: list[str], *, act: str, stream: str, part: str | None = None) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons
        self.act = act
        self.stream = stream
        self.part = part


class AlteredError(RefusedError):
    """What is stored is not what the trail tells; nothing is done with it, and an alarm is raised."""

    told_as = Action.INTEGRITY_FAILED


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
    meanings: Collection[Meaning] | None
    """What the dialog let them declare; None where no dialog was shown, as in the demo's story."""


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
    """Reads the time of the events once the streams are locked; None where `at` is their time too."""
    typed_at: datetime | None = None
    """When the device says it was typed, already bounded; rows say `at` all the same."""
    expected_rev: int | None = None
    """The revision of the record the person saw; None where the page showed none."""
    tx: str = field(default_factory=lambda: str(uuid4()))
    receipt: tuple[str, ...] = ()
    """The event hashes written, once committed: the client may keep them as a receipt."""
    owed: list[RowChange] = field(default_factory=list)
    """Rows written whose events are still to be chained; `workflows.changes` alone adds to it."""
    signatures: list["OwedSignature"] = field(default_factory=list)
    """Signatures given, to be made once the events before them are in their places."""
    touched: set[tuple[str, str]] = field(default_factory=set)
    """Stream and part of the content changed: the signatures over it lapse."""
    _seen: set[tuple[str, int]] = field(default_factory=set)
    """Rows, by table and id, that this act has written or compared with the trail."""

    def __post_init__(self) -> None:
        """Bind this act to its session, so that a commit writes the events owed."""
        self.session.info["work"] = self

    def first_sight_of(self, table: str, row: int) -> bool:
        """Tell whether this act comes to a row for the first time; from now on it has."""
        is_first = (table, row) not in self._seen
        self._seen.add((table, row))
        return is_first


@dataclass(frozen=True, slots=True)
class OwedSignature:
    """A signature given with an act, before the event it follows is known."""

    stream: str
    record: dict[str, Any]
    role: str
    meaning: Meaning
    act: SigningAct
