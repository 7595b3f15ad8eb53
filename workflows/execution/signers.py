"""Who had a hand in a step, and whose act comes next, from rows that a correction cannot change."""

from sqlalchemy import BindParameter, bindparam, or_, select, union
from sqlalchemy.orm import Session

from records.execution.models import BatchException, Entry, EquipmentUse, StepRun
from records.execution.states import ExceptionState, StepState
from records.procedure.definition import SignatureRequirement, StepDefinition
from records.procedure.vocabulary import Act
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from workflows.execution.exceptions import LATE_ENTRY

_MEANING = {Act.PERFORMED: Meaning.PERFORMED, Act.VERIFIED: Meaning.VERIFIED, Act.APPROVED: Meaning.APPROVED}


# Built once: every act on a step asks these.
_OF_PART: dict[str, BindParameter[str]] = {"of": bindparam("of"), "part": bindparam("part")}
_ENTERED = select(Entry.entered_by).where(Entry.stream == _OF_PART["of"], Entry.part == _OF_PART["part"])
_SIGNED = (
    select(Signature.signer)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == _OF_PART["of"],
        Signature.part == _OF_PART["part"],
        Signature.meaning != Meaning.NOT_VERIFIED,
        or_(Signature.meaning == Meaning.PERFORMED, SignatureVoid.id.is_(None)),
    )
)
_USED = select(EquipmentUse.used_by).where(
    EquipmentUse.stream == _OF_PART["of"], EquipmentUse.part == _OF_PART["part"]
)
_HANDS = union(_ENTERED, _SIGNED, _USED)
_STANDING = (
    select(Signature.meaning)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == _OF_PART["of"],
        Signature.part == _OF_PART["part"],
        SignatureVoid.id.is_(None),
    )
)
_ABOUT_VALUES = select(BatchException.entry_id, BatchException.number).where(
    BatchException.stream == _OF_PART["of"],
    BatchException.step_part == _OF_PART["part"],
    BatchException.entry_id.is_not(None),
)


_LATE = select(BatchException.number).where(
    BatchException.stream == _OF_PART["of"],
    BatchException.step_part == _OF_PART["part"],
    BatchException.rule.like(f"{LATE_ENTRY}%"),
    BatchException.state == ExceptionState.OPEN,
)


def hands(session: Session, stream: str, part: str) -> set[str]:
    """Return the persons who entered a value, used equipment or signed, voided signatures too.

    Who refused to verify has no hand in the step.
    """
    return set(session.scalars(_HANDS, {"of": stream, "part": part})) - {"system"}


def was_signed(session: Session, stream: str, part: str) -> bool:
    """Tell whether anybody ever signed for a part, voided signatures included."""
    signed = select(Signature.id).where(Signature.stream == stream, Signature.part == part)
    return session.scalar(signed.limit(1)) is not None


def standing(session: Session, stream: str, part: str) -> set[Meaning]:
    """Return the meanings of the part's signatures that still cover its content."""
    return set(session.scalars(_STANDING, {"of": stream, "part": part}))


def next_requirement(
    step: StepDefinition, run: StepRun | None, signed: set[Meaning]
) -> SignatureRequirement | None:
    """Return the first act of the step that is still to be done; None when all are."""
    for requirement in step.signatures:
        if requirement.as_signature:
            is_done = _MEANING[requirement.act] in signed
        else:
            is_done = run is not None and run.state is not StepState.IN_PROGRESS
        if not is_done:
            return requirement
    return None


def accepted_entries(session: Session, stream: str, part: str) -> set[int]:
    """Return the entries of a part whose out-of-limit value a supervisor accepted with a signature."""
    rows = session.execute(_ABOUT_VALUES, {"of": stream, "part": part}).all()
    if not rows:
        return set()
    signed = set(
        session.scalars(
            select(Signature.part).where(
                Signature.stream == stream, Signature.meaning == Meaning.VALUE_ACCEPTED
            )
        )
    )
    return {row.entry_id for row in rows if f"exception/{row.number}" in signed}


def unassessed_late_entries(session: Session, stream: str, part: str) -> list[str]:
    """Return the exceptions about late entries of a part that nobody has assessed."""
    return list(session.scalars(_LATE, {"of": stream, "part": part}))
