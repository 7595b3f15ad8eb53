"""The one write path: check, change, sign, remember, in one transaction (21 CFR 11.10(e)-(g), 11.70).

Nothing else writes records. `perform()` checks an act and hands its change `Changes`, whose two methods write
rows and owe one audit event for each; `workflows.payment` pays when the transaction commits, or it does not.
"""

from collections.abc import Callable
from typing import Any

import workflows.payment  # noqa: F401 -- listens for commits: without it nothing owed would ever be paid
from audit.models import DeniedAttempt
from records.base import Recorded
from records.identity import RecordName
from records.times import to_text
from workflows.authority import SYSTEM
from workflows.changes import Changes
from workflows.machine import Subject, Transition, refusals
from workflows.work import (
    AlteredError,
    Content,
    OwedSignature,
    Reason,
    RefusedError,
    SigningAct,
    UnitOfWork,
)

__all__ = [
    "AlteredError",
    "Changes",
    "Content",
    "Reason",
    "RefusedError",
    "SigningAct",
    "UnitOfWork",
    "perform",
    "record_denied",
]


def perform(
    work: UnitOfWork,
    row: Transition,
    subject: Subject,
    change: Callable[[Changes], None] | None = None,
    *,
    content: Content | None = None,
) -> None:
    """Take the subject through one row of its lifecycle, or raise RefusedError with every reason why not.

    `content` is what a signature would cover, where the row takes one: the digest shown must still be its.
    """
    found = refusals(row, subject, work.actor) + _lacking(work, row, subject, content)
    if found:
        part = content.part if content else getattr(subject, "part", None)
        raise RefusedError(found, act=row.act, stream=subject.stream, part=part)
    changes = Changes(work, subject.stream)
    if change:
        change(changes)
    record: Any = getattr(subject, "record", subject)
    if row.target is not None and isinstance(record, Recorded):
        changes.update(record, row.event, state=row.target)
    if row.meaning and work.signing and work.actor is not SYSTEM:
        signed = getattr(subject, "signed_record", None) or record
        name = RecordName.parse(subject.stream)
        work.signatures.append(
            OwedSignature(
                stream=subject.stream,
                record={"type": name.kind, "id": name.number, "rev": signed.rev},
                role=work.actor.role_for(row.permission),
                meaning=row.meaning,
                act=work.signing,
            )
        )


def record_denied(work: UnitOfWork, refused: RefusedError, submitted: str | None = None) -> None:
    """Write a refused attempt to a stream of its own, in a transaction of its own (the first rolled back)."""
    changes = Changes(work, f"denied/{refused.stream}")
    changes.insert(
        DeniedAttempt,
        refused.told_as,
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
    if work.signing.meanings is not None and row.meaning not in work.signing.meanings:
        found.append("This signing dialog was made to declare something else. Open the right one, then sign.")
    if work.signing.signer.person != work.actor.person:
        found.append("The signature is another person's than the one who acts.")
    signer = work.signing.signer
    owed = None if row.before_policy else signer.accountability.refusal(signer.printed_name)
    found += [owed] if owed else []
    shown = work.signing.shown
    if (shown.part, shown.content, shown.rendering) != (content.part, content.digest, content.rendering):
        found.append("The content has changed since it was shown to you. Read it again, then sign.")
    return found
