"""Record that a label was printed; printing it again says why (21 CFR 211.125, 211.101(b))."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from records.execution.facts import split_part
from records.execution.models import LabelPrint
from workflows.authority import Actor, Permission
from workflows.execution import rules, signer_rules
from workflows.execution.owner import Owner
from workflows.execution.state import Execution
from workflows.execution.subjects import OwnerFacts
from workflows.execution.training import missing_training, remember_training
from workflows.machine import Transition
from workflows.perform import Changes, UnitOfWork, perform


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPrint:
    """A label about to be printed: which, how often, and every text on it."""

    part: str
    label: str
    fields: Mapping[str, str]
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintFacts(OwnerFacts):
    """What the rules about printing a label look at."""

    label: str
    printed: int
    reason_given: bool
    untrained: str | None


def reprint_has_a_reason(facts: PrintFacts, _actor: Actor) -> str | None:
    """Refuse to print a label again without saying why: two alike can end on two containers."""
    if not facts.printed or facts.reason_given:
        return None
    return f"Label {facts.label} was printed before. Say why it is printed again."


PRINT_LABEL = Transition(
    act="print_label",
    words="print the label",
    permission=Permission.STEP_PERFORM,
    event=Action.LABEL_PRINT,
    guards=(rules.owner_is_executable, signer_rules.actor_is_trained, reprint_has_a_reason),
)


def print_label(work: UnitOfWork, owner: Owner, new: NewPrint) -> None:
    """Record a print of a label."""
    reason = work.reason.text.strip() if work.reason else ""
    execution = Execution.load(work, owner, new.part)
    facts = PrintFacts(
        owner=owner,
        label=new.label,
        printed=len(prints_of(work.session, owner.stream, new.label)),
        reason_given=bool(reason),
        untrained=missing_training(execution, owner.outline.step(split_part(new.part)[0])),
    )

    def change(changes: Changes) -> None:
        remember_training(changes, execution)
        changes.insert(
            LabelPrint,
            Action.LABEL_PRINT,
            step_part=new.part,
            label=new.label,
            copies=new.copies,
            fields=dict(new.fields),
            reprint_reason=reason if facts.printed else None,
            printed_at=work.at,
            printed_by=work.actor.person,
        )

    perform(work, PRINT_LABEL, facts, change)


def prints_of(session: Session, stream: str, label: str) -> list[LabelPrint]:
    """Return the prints of a label, the first one first."""
    wanted = select(LabelPrint).where(LabelPrint.stream == stream, LabelPrint.label == label)
    return list(session.scalars(wanted.order_by(LabelPrint.id)))
