"""Read one occurrence of a step as it stands now, for the person who looks; nothing is locked or written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.batch.looking import looking
from app.execution.places import executed
from app.names import printed_names
from records.errors import RecordNotFoundError
from records.execution.facts import part_name
from records.execution.models import (
    Attachment,
    BatchException,
    Entry,
    EquipmentUse,
    LabelPrint,
    Remark,
    ScanAttempt,
    StepRun,
    TimeLimit,
    Verification,
)
from records.execution.queries import (
    attachments_of,
    entries_of,
    equipment_used,
    exceptions_of,
    open_request,
    running_limits,
)
from records.execution.states import ExceptionType, StepState
from records.procedure.definition import StepDefinition
from signatures.models import Signature, SignatureVoid
from workflows.authority import Actor
from workflows.execution.facts import gather
from workflows.execution.owner import Owner
from workflows.execution.picture import StepView
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts

Row = TypeVar("Row", ScanAttempt, Verification, Remark, LabelPrint)
STEP = "step"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Floor:
    """An execution as somebody stands before it: its execution as it is now, who looks, and when."""

    owner: Owner
    execution: Execution
    actor: Actor
    at: datetime
    time_zone: str
    exceptions: Sequence[BatchException]
    limits: Sequence[TimeLimit]
    """Every span of the record that has not ended."""
    performers: Mapping[str, str]
    """Who performed what awaits a second person, by part."""
    replaced: frozenset[int]
    """Entries that a correction stands in the place of."""
    last_saved_at: datetime | None

    @property
    def session(self) -> Session:
        """Return the session that pages read with."""
        return self.execution.work.session


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signature and, where its content changed later, what voided it."""

    signature: Signature
    void: SignatureVoid | None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Desk:
    """Everything about one occurrence of a step."""

    floor: Floor
    view: StepView
    part: str
    facts: StepFacts
    entries: Sequence[Entry]
    attempts: Sequence[ScanAttempt]
    files: Sequence[Attachment]
    photos: Mapping[str, Sequence[Attachment]]
    """Photos of reported problems, by the number of their exception."""
    uses: Sequence[EquipmentUse]
    exceptions: Sequence[BatchException]
    signed: Sequence[Signed]
    request: Verification | None
    answers: Sequence[Verification]
    remarks: Sequence[Remark]
    prints: Sequence[LabelPrint]
    names: Mapping[str, str]
    """Printed names by person."""

    @property
    def step(self) -> StepDefinition:
        """Return the step's definition."""
        return self.view.place.step

    @property
    def run(self) -> StepRun | None:
        """Return the step's run, where it was started."""
        return self.facts.record

    @property
    def state(self) -> StepState:
        """Return where the step stands."""
        return self.facts.state


def floor_of(number: str, part: str = "") -> Floor:
    """Return an execution as it stands; raises RecordNotFoundError."""
    work = looking()
    owner = executed(work.session, number)
    saved = select(Entry.entered_at).where(
        Entry.stream == owner.stream, Entry.entered_by == work.actor.person
    )
    return Floor(
        owner=owner,
        execution=Execution.load(work, owner, part),
        actor=work.actor,
        at=work.at,
        time_zone=work.time_zone,
        exceptions=exceptions_of(work.session, owner.stream),
        limits=running_limits(work.session, owner.stream),
        performers=_performers(work.session, owner.stream),
        replaced=_replaced(work.session, owner.stream),
        last_saved_at=work.session.scalar(saved.order_by(Entry.id.desc()).limit(1)),
    )


def desk_of(number: str, step: str, occurrence: str) -> Desk:
    """Return one occurrence of a step; raises RecordNotFoundError."""
    part = part_name(step, occurrence)
    floor = floor_of(number, part)
    view = floor.execution.picture.by_key.get((step, occurrence))
    if view is None:
        raise RecordNotFoundError(STEP, part)
    session, stream = floor.session, floor.owner.stream
    exceptions = [one for one in floor.exceptions if one.step_part == part]
    facts = gather(floor.execution, view, run=_run(session, stream, view))
    return Desk(
        floor=floor,
        view=view,
        part=part,
        facts=facts,
        entries=entries_of(session, stream, part),
        attempts=_of_part(session, ScanAttempt, stream, part),
        files=attachments_of(session, stream, part),
        photos={
            one.number: attachments_of(session, stream, f"exception/{one.number}")
            for one in exceptions
            if one.exception_type is ExceptionType.NOTE
        },
        uses=equipment_used(session, stream, part),
        exceptions=exceptions,
        signed=_signed(session, stream, [part, *(f"exception/{one.number}" for one in exceptions)]),
        request=open_request(session, stream, part),
        answers=_of_part(session, Verification, stream, part),
        remarks=_of_part(session, Remark, stream, part),
        prints=_of_part(session, LabelPrint, stream, part),
        names=printed_names(session),
    )


def _performers(session: Session, stream: str) -> dict[str, str]:
    awaiting = (StepState.AWAITING_VERIFICATION, StepState.AWAITING_APPROVAL)
    rows = session.execute(
        select(StepRun.part, StepRun.performed_by).where(
            StepRun.stream == stream, StepRun.state.in_(awaiting), StepRun.performed_by.is_not(None)
        )
    )
    return {row.part: row.performed_by for row in rows}


def _replaced(session: Session, stream: str) -> frozenset[int]:
    found = select(Entry.supersedes).where(Entry.stream == stream, Entry.supersedes.is_not(None))
    return frozenset(one for one in session.scalars(found) if one is not None)


def _run(session: Session, stream: str, view: StepView) -> StepRun | None:
    """Return the run without locking it: a page only looks."""
    step, occurrence = view.key
    return session.scalar(
        select(StepRun).where(
            StepRun.stream == stream, StepRun.step == step, StepRun.occurrence == occurrence
        )
    )


def _of_part(session: Session, model: type[Row], stream: str, part: str) -> Sequence[Row]:
    return session.scalars(
        select(model).where(model.stream == stream, model.step_part == part).order_by(model.id)
    ).all()


def _signed(session: Session, stream: str, parts: Sequence[str]) -> list[Signed]:
    found = session.execute(
        select(Signature, SignatureVoid)
        .outerjoin(SignatureVoid, SignatureVoid.signature_id == Signature.id)
        .where(Signature.stream == stream, Signature.part.in_(parts))
        .order_by(Signature.id)
    )
    return [Signed(signature=row[0], void=row[1]) for row in found]
