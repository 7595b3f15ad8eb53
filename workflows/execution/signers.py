"""Who had a hand in a step, and whose act comes next, from rows that a correction cannot change."""

from collections import Counter

from sqlalchemy import BindParameter, CompoundSelect, and_, bindparam, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from records.execution.models import BatchException, Entry, EquipmentUse, StepRun, Verification
from records.execution.states import ExceptionState, RequestState, StepState
from records.procedure.definition import SignatureRequirement, StepDefinition
from records.procedure.vocabulary import Act
from signatures.meaning import Meaning
from signatures.models import Signature, SignatureVoid
from workflows.execution.exceptions import LATE_ENTRY

_MEANING = {Act.PERFORMED: Meaning.PERFORMED, Act.VERIFIED: Meaning.VERIFIED, Act.APPROVED: Meaning.APPROVED}


# Built once: every act on a step asks these.
_OF_PART: dict[str, BindParameter[str]] = {"of": bindparam("of"), "part": bindparam("part")}
_ENTERED = select(Entry.entered_by).where(Entry.stream == _OF_PART["of"], Entry.part == _OF_PART["part"])
_REFUSAL = aliased(Signature)
_LAST_REFUSAL = (
    select(func.coalesce(func.max(_REFUSAL.id), 0))
    .where(
        _REFUSAL.stream == _OF_PART["of"],
        _REFUSAL.part == _OF_PART["part"],
        _REFUSAL.meaning == Meaning.NOT_VERIFIED,
    )
    .scalar_subquery()
)
_COUNTS = and_(SignatureVoid.id.is_(None), Signature.id > _LAST_REFUSAL)
"""A signature counts while its content stands and nobody has disagreed since."""
_SIGNED = (
    select(Signature.signer)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == _OF_PART["of"],
        Signature.part == _OF_PART["part"],
        Signature.meaning != Meaning.NOT_VERIFIED,
        or_(Signature.meaning == Meaning.PERFORMED, _COUNTS),
    )
)
_USED = select(EquipmentUse.used_by).where(
    EquipmentUse.stream == _OF_PART["of"], EquipmentUse.part == _OF_PART["part"]
)
_PERFORMED = select(StepRun.performed_by).where(
    StepRun.stream == _OF_PART["of"], StepRun.part == _OF_PART["part"], StepRun.performed_by.is_not(None)
)
_ASKED = select(Verification.requested_by).where(
    Verification.stream == _OF_PART["of"],
    Verification.step_part == _OF_PART["part"],
    or_(Verification.act == Act.VERIFIED.value, Verification.act == Act.PERFORMED.value),
)
"""Who asked for the second person had performed the step, whatever was corrected since."""
_HANDS: CompoundSelect[str | None] = union(_ENTERED, _SIGNED, _USED, _PERFORMED, _ASKED)
_STANDING = (
    select(Signature.meaning)
    .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
    .where(
        Signature.stream == _OF_PART["of"],
        Signature.part == _OF_PART["part"],
        _COUNTS,
    )
)
_LAST_ENTRY = (
    select(func.max(Entry.entered_at))
    .where(Entry.stream == _OF_PART["of"], Entry.part == _OF_PART["part"])
    .scalar_subquery()
)
_READ = (
    select(Verification.requested_by)
    .where(
        Verification.stream == _OF_PART["of"],
        Verification.step_part == _OF_PART["part"],
        Verification.act == Act.PERFORMED.value,
        Verification.state.in_([RequestState.REQUESTED, RequestState.ACCEPTED]),
        Verification.requested_at >= _LAST_ENTRY,
    )
    .order_by(Verification.id)
)
_TOOK_PART = union(
    select(Entry.part).where(Entry.stream == _OF_PART["of"], Entry.entered_by == bindparam("person")),
    select(Signature.part).where(
        Signature.stream == _OF_PART["of"],
        Signature.signer == bindparam("person"),
        Signature.meaning.in_([Meaning.PERFORMED, Meaning.VERIFIED, Meaning.APPROVED]),
    ),
    select(StepRun.part).where(StepRun.stream == _OF_PART["of"], StepRun.performed_by == bindparam("person")),
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
    found = session.scalars(_HANDS, {"of": stream, "part": part})
    return {person for person in found if person} - {"system"}


def was_signed(session: Session, stream: str, part: str) -> bool:
    """Tell whether anybody ever signed for a part, voided signatures included."""
    signed = select(Signature.id).where(Signature.stream == stream, Signature.part == part)
    return session.scalar(signed.limit(1)) is not None


def standing(session: Session, stream: str, part: str) -> Counter[Meaning]:
    """Count the signatures that cover the part's content and that no disagreement has set aside."""
    return Counter(session.scalars(_STANDING, {"of": stream, "part": part}))


def readers(session: Session, stream: str, part: str) -> list[str]:
    """Return who has read a note that several must read, as it stands, in the order of reading."""
    return list(session.scalars(_READ, {"of": stream, "part": part}))


def parts_taken(session: Session, stream: str, person: str) -> set[str]:
    """Return the parts of a record in which a person entered a value, performed or vouched."""
    return set(session.scalars(_TOOK_PART, {"of": stream, "person": person}))


def next_requirement(
    step: StepDefinition, run: StepRun | None, signed: Counter[Meaning], read: int = 0
) -> SignatureRequirement | None:
    """Return the first act of the step that is still to be done; None when all are.

    Of several identified entries, `read` are done while the step is in progress, and all once it is past.
    """
    wanted: Counter[Meaning] = Counter()
    for index, requirement in enumerate(step.signatures):
        meaning = _MEANING[requirement.act]
        if requirement.as_signature:
            wanted[meaning] += 1
            is_done = signed[meaning] >= wanted[meaning]
        else:
            is_done = run is not None and (run.state is not StepState.IN_PROGRESS or index < read)
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
