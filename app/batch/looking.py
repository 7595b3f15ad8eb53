"""Look at a record as a command would, to grey buttons with every reason; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.auth import current_login
from app.http import now, read_session, service
from workflows.authority import Actor
from workflows.machine import Subject, Transition, refusals
from workflows.perform import Content, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that may be done, as its button needs it."""

    name: str
    label: str
    row: Transition
    refusals: Sequence[str]
    content: Content | None = None
    """What its signature would cover, where it takes one and is not refused."""

    @property
    def is_signed(self) -> bool:
        """Tell whether it takes a signature."""
        return self.row.meaning is not None


def looking() -> UnitOfWork:
    """Return a unit of work to read with: who looks, and when."""
    running = service()
    return UnitOfWork(
        session=read_session(),
        ledger=running.keys.ledger,
        actor=current_login().actor(),
        at=now(),
        time_zone=running.settings.site_timezone,
        code=running.code,
    )


def act(name: str, label: str, row: Transition, subject: Subject, actor: Actor) -> Act:
    """Return an act with every reason why this person may not take it now."""
    return Act(name=name, label=label, row=row, refusals=refusals(row, subject, actor))
