"""What the policy page shows: the version, how the reader stands to it, and who has not acknowledged it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from app.listing import PAGE_SIZE, Asked, Column
from app.people.queries import Row, people
from records.policy.models import PolicyVersion
from records.policy.queries import policy_in_force, policy_version, policy_versions
from signatures.accountability import accountability_of
from signatures.meaning import Meaning
from signatures.models import AccountState, Signature
from workflows.authority import Actor
from workflows.perform import Content
from workflows.policy import lifecycle
from workflows.policy.commands import acknowledgement_facts
from workflows.policy.contents import policy_content

COLUMNS = (
    Column(label="Name", key="name"),
    Column(label="Number", key="number", narrow=True),
    Column(label="Roles"),
    Column(label="Acknowledged", narrow=True),
)
SORTS = ("name", "number")
OWING, ACKNOWLEDGED = "owing", "acknowledged"
STANDINGS = [(OWING, "has not acknowledged"), (ACKNOWLEDGED, "has acknowledged")]
FILE_HEAD = ("policy_version", "number", "printed_name", "roles", "acknowledged_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPage:
    """One version as a person reads and signs it."""

    version: PolicyVersion
    is_in_force: bool
    others: Sequence[PolicyVersion]
    content: Content
    publication: Sequence[dict[str, Any]]
    acknowledge: Act
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A person who may act, and when they acknowledged the version."""

    row: Row
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a person still owes: the version in force, or one that will be."""

    version: PolicyVersion
    is_in_force: bool


def policy_page(number: str | None) -> PolicyPage | None:
    """Read a version; with no number the one in force, or else the first to be; None where there is none."""
    work = looking()
    session, every = work.session, policy_versions(work.session)
    current = policy_in_force(session, work.at)
    version = policy_version(session, number) if number else current or (every[-1] if every else None)
    if version is None:
        return None
    signatures = signatures_of_stream(session, version.stream)
    facts = acknowledgement_facts(work, version.number)
    return PolicyPage(
        version=version,
        is_in_force=current is not None and current.id == version.id,
        others=[one for one in every if one.id != version.id],
        content=policy_content(version),
        publication=[one for one in signatures if one["meaning"] == Meaning.PUBLISHED.text],
        acknowledge=act("acknowledge", "Acknowledge", lifecycle.ACKNOWLEDGE, facts, work.actor),
        acknowledged_at=_times(session, version).get(work.actor.person),
    )


def standings(session: Session, version: PolicyVersion, what: Asked, at: datetime) -> list[Standing]:
    """Return everybody with a role and an account that works, with when they acknowledged the version."""
    times = _times(session, version)
    found = people(session, at, what, size=None).rows
    rows = [
        Standing(row=row, acknowledged_at=times.get(row.person.number))
        for row in found
        if row.roles and row.account and row.account.state is not AccountState.DISABLED
    ]
    wanted = what.chosen.get("standing")
    return [one for one in rows if wanted is None or (one.acknowledged_at is None) == (wanted == OWING)]


def page_of(rows: Sequence[Standing], what: Asked) -> Sequence[Standing]:
    """Return the rows of one page of the list."""
    return rows[what.first : what.first + PAGE_SIZE]


def file_rows(version: PolicyVersion, rows: Sequence[Standing]) -> Iterator[tuple[object, ...]]:
    """Yield the list as a file has it."""
    for one in rows:
        person, at = one.row.person, one.acknowledged_at
        told = at.isoformat() if at else ""
        yield (version.number, person.number, person.printed_name, "; ".join(one.row.roles), told)


def owed(session: Session, actor: Actor, at: datetime) -> Owed | None:
    """Return the version a person is to acknowledge now: the one in force, else one published for later."""
    current = policy_in_force(session, at)
    if current and not accountability_of(session, actor.person, at).is_acknowledged:
        return Owed(version=current, is_in_force=True)
    coming = [one for one in policy_versions(session) if one.effective_at > at]
    unsigned = [one for one in coming if actor.person not in _times(session, one)]
    return Owed(version=unsigned[0], is_in_force=False) if unsigned else None


def _times(session: Session, version: PolicyVersion) -> dict[str, datetime]:
    """Return when each person acknowledged a version; its content never changes, so no signature lapses."""
    signed = select(Signature.signer, Signature.signed_at).where(
        Signature.stream == version.stream, Signature.meaning == Meaning.ACKNOWLEDGED
    )
    return dict(session.execute(signed).all())
