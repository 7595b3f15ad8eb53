"""Only persons trained on a master carry it out; what training they had stays in the record (11.10(i))."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from audit.events import Action
from records.execution.models import TrainingState
from records.procedure.definition import Procedure, StepDefinition
from records.procedure.outline import required_qualifications
from records.training.queries import trainings_of
from records.training.state import state_digest, state_text, training_state
from records.training.subjects import Judged, Need, SubjectKind, judge
from workflows.authority import AUTHORITY, SYSTEM, Permission
from workflows.execution.state import Execution
from workflows.perform import Changes

_PAGE = "/training"


def needs_of(procedure: Procedure) -> tuple[Need, ...]:
    """Return the training that a procedure asks for: its own version, and what its steps name."""
    header = procedure.header
    if not header.asks_for_training:
        return ()
    own = Need(kind=SubjectKind.MASTER, subject=header.code, version=header.version)
    named = required_qualifications(procedure)
    return (own, *(Need(kind=SubjectKind.QUALIFICATION, subject=name) for name in named))


def missing_training(execution: Execution, step: StepDefinition | None) -> str | None:
    """Return what training the actor lacks, for a step if one is meant, and who records it; or None."""
    named = step.qualifications if step else ()
    missing = [
        f"{one.need.words} ({one.why})"
        for one in _judged(execution)
        if one.basis is None and (one.need.version or one.need.subject in named)
    ]
    if not missing:
        return None
    name, recorders = execution.work.actor.printed_name, _recorders()
    return (
        f"{name} is not trained for {', nor for '.join(missing)}. "
        f"A {recorders} records training on the page Training ({_PAGE})."
    )


def remember_training(changes: Changes, execution: Execution) -> None:
    """Freeze the actor's training into the record, unless it was seen before and has not changed."""
    work = execution.work
    judged = () if execution.by_system else _judged(execution)
    if not judged or execution.training_is_remembered:
        return
    execution.training_is_remembered = True
    header = execution.owner.outline.procedure.header
    text = state_text(training_state(work.actor.person, f"{header.code}.{header.version}", judged))
    digest = state_digest(text)
    if digest == _last_seen(execution):
        return
    changes.insert(
        TrainingState,
        Action.TRAINING_STATE,
        stream=execution.owner.stream,
        person=work.actor.person,
        snapshot=text,
        snapshot_digest=digest,
        seen_at=work.at,
    )


def _judged(execution: Execution) -> tuple[Judged, ...]:
    """Judge the actor's training on the site's day of the act; read once for each act."""
    if execution.training is None:
        work, needs = execution.work, needs_of(execution.owner.outline.procedure)
        held = trainings_of(work.session, work.actor.person) if needs and work.actor is not SYSTEM else None
        day = work.at.astimezone(ZoneInfo(work.time_zone)).date()
        execution.training = () if held is None else tuple(judge(need, held, day) for need in needs)
    return execution.training


def _last_seen(execution: Execution) -> str | None:
    last = (
        select(TrainingState.snapshot_digest)
        .where(
            TrainingState.stream == execution.owner.stream,
            TrainingState.person == execution.work.actor.person,
        )
        .order_by(TrainingState.id.desc())
    )
    return execution.work.session.scalar(last.limit(1))


def _recorders() -> str:
    return " or ".join(sorted(role.title for role in AUTHORITY[Permission.TRAINING_RECORD]))
