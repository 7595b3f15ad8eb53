"""Operational checks: one row of a lifecycle, and every reason why it may not be taken (21 CFR 11.10(f))."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from audit.events import Action
from signatures.meaning import Meaning
from workflows.authority import SYSTEM, Actor, Permission


class Subject(Protocol):
    """What a transition looks at: the record's words for itself, its stream and its state now."""

    @property
    def title(self) -> str:
        """Return what sentences call it, such as ``batch TB-0771``."""

    @property
    def stream(self) -> str:
        """Return the stream of its record."""

    @property
    def state(self) -> StrEnum | None:
        """Return where it stands; None where it has no state yet."""


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One row of a lifecycle: what it is called, who may, from where to where, and what it takes."""

    act: str
    words: str
    """Completes "Cannot …", for example ``release the batch``."""
    permission: Permission
    event: Action
    sources: frozenset[StrEnum] | None = None
    """States the record may be in; None where the record has none yet or any will do."""
    target: StrEnum | None = None
    meaning: Meaning | None = None
    """The signature it takes; None where none is needed."""
    guards: tuple[Callable[[Any, Actor], str | None], ...] = ()
    reason_required: bool = False
    before_policy: bool = False
    """Whether its signature needs no acknowledged policy of signatures: the policy's own (11.10(j))."""
    by_system: bool = False
    """Whether the software may take it with no person acting."""


def refusals(row: Transition, subject: Subject, actor: Actor) -> list[str]:
    """Return every reason why this actor may not take the subject through the row now; empty when it may."""
    found: list[str] = []
    system = row.by_system and actor is SYSTEM
    if not (system or actor.may(row.permission)):
        found.append(f"{actor.printed_name} is not authorised to {row.permission.words}.")
    if row.sources is not None and subject.state not in row.sources:
        state = str(subject.state or "not there yet").replace("_", " ")
        found.append(f"Cannot {row.words}: {subject.title} is {state}.")
    reasons = (guard(subject, actor) for guard in row.guards)
    return found + [reason for reason in reasons if reason]
