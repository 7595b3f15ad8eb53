"""Where the demo's story is acted: one person, one act, one transaction, at the story's time.

The story clock is the one exception to the server's clock. It runs only while the store holds demo data and
nothing else, and every event it times carries its mark (`STORY_MARK` in the event's `code`).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.logins import actor_of
from app.service import Service
from audit.models import audit_event
from records.engine import WRITES
from records.errors import DomainError
from signatures.components import Proof, SigningPeriod, authenticate, find_account, prove
from signatures.manifest import Shown
from workflows.authority import SYSTEM, Actor
from workflows.perform import Content, Reason, SigningAct, UnitOfWork

Result = TypeVar("Result")

STORY_MARK = "demo story clock"
LOGIN = "demo-story"


class StoreInUseError(DomainError):
    """The store holds records that the story did not write, so the story is not told in it."""

    def __init__(self) -> None:
        super().__init__(
            "This store holds records of its own. The demo is told in an empty store only: "
            "set COUNTERSIGN_HOME or COUNTERSIGN_DATABASE_URL to a new one."
        )


@dataclass(slots=True)
class Stage:
    """A store, the people who have come on, and the story's time."""

    service: Service
    session: Session
    now: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    proofs: dict[str, Proof] = field(default_factory=dict)
    periods: dict[str, SigningPeriod] = field(default_factory=dict)

    def wait(self, **span: float) -> None:
        """Let time pass, given as `timedelta` takes it."""
        self.now += timedelta(**span)

    def by_software(self, command: Callable[[UnitOfWork], Result]) -> Result:
        """Let the software itself act."""
        return self._act(SYSTEM, command, None, None)

    def do(
        self,
        user_name: str,
        command: Callable[[UnitOfWork], Result],
        *,
        reason: str | None = None,
        shown: Callable[[Session], Content] | None = None,
    ) -> Result:
        """Let a person act; `shown` reads what the dialog of a signed act shows them before."""
        content = shown(self.session) if shown else None
        self.session.rollback()
        return self._act(self._actor(user_name), command, reason, content)

    def enters(self, user_name: str, password: str) -> None:
        """Check a person's user name and password once; the story's signatures of theirs rest on it."""
        account = find_account(self.session, user_name)
        self.proofs[user_name] = prove(self.service.passwords, account, password, named=True)
        self.session.rollback()

    def person(self, user_name: str) -> str:
        """Return the number of the person who comes on under a user name."""
        return self._actor(user_name).person

    def _actor(self, user_name: str) -> Actor:
        if user_name not in self.actors:
            account = find_account(self.session, user_name)
            if account is None:
                msg = f"{user_name} is not in the cast."
                raise ValueError(msg)
            self.actors[user_name] = actor_of(self.session, account, LOGIN, self.now)
            self.periods[user_name] = SigningPeriod(
                login=LOGIN, account=account.user_name_key, person=account.person, last_at=None, signings=0
            )
            self.session.rollback()
        return self.actors[user_name]

    def _act(
        self,
        actor: Actor,
        command: Callable[[UnitOfWork], Result],
        reason: str | None,
        content: Content | None,
    ) -> Result:
        session = self.session
        session.connection(execution_options=WRITES)
        try:
            work = UnitOfWork(
                session=session,
                ledger=self.service.keys.ledger,
                actor=actor,
                at=self.now,
                time_zone=self.service.settings.site_timezone,
                code=f"{self.service.code} {STORY_MARK}",
                reason=Reason(code="other", text=reason) if reason else None,
                signing=self._signing(actor, content) if content else None,
            )
            result = command(work)
            session.commit()
        except BaseException:
            session.rollback()
            raise
        session.expunge_all()
        return result

    def _signing(self, actor: Actor, content: Content) -> SigningAct:
        proof, period = self.proofs[actor.account], self.periods[actor.account]
        signer = authenticate(self.session, period, proof, at=self.now)
        self.periods[actor.account] = SigningPeriod(
            login=period.login,
            account=period.account,
            person=period.person,
            last_at=self.now,
            signings=signer.series.number,
        )
        shown = Shown(
            part=content.part,
            content=content.digest,
            rendering=content.rendering,
            nonce=secrets.token_urlsafe(18),
        )
        return SigningAct(signer=signer, shown=shown, meanings=None)


def refuse_unless_empty(session: Session) -> None:
    """Raise StoreInUseError where the store holds any event the story did not write."""
    other = session.scalar(
        select(func.count()).select_from(audit_event).where(audit_event.c.body.not_like(f"%{STORY_MARK}%"))
    )
    session.rollback()
    if other:
        raise StoreInUseError
