"""Who is needed next on a batch, and for what, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from records.batch.states import BatchState
from records.execution.states import DECIDED, ExceptionState, StepState
from records.personnel.states import Role
from records.procedure.definition import StepDefinition
from records.procedure.vocabulary import Act
from workflows.authority import AUTHORITY, Permission
from workflows.batch.execution_owner import executed_batch
from workflows.batch.rules import QP_MARKETS
from workflows.execution.picture import StepView
from workflows.execution.queries import picture_of

Json = Mapping[str, Any]
S = BatchState
_SHOWN = 5
_TITLES = {role.value: role.title for role in Role}
_AWAITED = {StepState.AWAITING_VERIFICATION: Act.VERIFIED, StepState.AWAITING_APPROVAL: Act.APPROVED}
_GOING_ON = frozenset({StepState.READY, StepState.IN_PROGRESS, *_AWAITED})
_UNASSESSED = frozenset({ExceptionState.OPEN, ExceptionState.RETURNED})


@dataclass(frozen=True, slots=True)
class Needed:
    """Something to be done, and who may do it."""

    what: str
    who: str
    part: str = ""


_BY_STATE: Mapping[BatchState, tuple[str, Permission]] = {
    S.CREATED: ("Issue the batch record.", Permission.BATCH_ISSUE),
    S.HELD: ("Resume the batch.", Permission.BATCH_HOLD),
    S.ABORTED: ("Begin the review; the batch can only be rejected.", Permission.BATCH_REVIEW),
    S.PRODUCTION_COMPLETE: ("Begin the review.", Permission.BATCH_REVIEW),
    S.RETURNED: (
        "Correct what the review asks for, then complete production again.",
        Permission.BATCH_COMPLETE,
    ),
}


def needed_next(session: Session, record: Json) -> list[Needed]:
    """Return what the record waits for; empty for a closed one."""
    state = BatchState(record["batch"]["state"])
    if state in _BY_STATE:
        what, permission = _BY_STATE[state]
        return [Needed(what, holders(permission)), *_exceptions(record, state)]
    if state in {S.ISSUED, S.RUNNING}:
        return [*_steps(session, record), *_exceptions(record, state)]
    if state is S.UNDER_REVIEW:
        return [*_exceptions(record, state), *_reviews(record)]
    return list(_markets(record)) if state is S.DISPOSITION_PENDING else []


def holders(permission: Permission) -> str:
    """Return the roles that carry a permission."""
    return " or ".join(sorted(role.title for role in AUTHORITY[permission]))


def _steps(session: Session, record: Json) -> Iterator[Needed]:
    views = picture_of(session, executed_batch(session, record["batch"]["number"])).open_views
    going_on = [view for view in views if view.state in _GOING_ON]
    for view in going_on[:_SHOWN]:
        yield _step(view)
    if len(going_on) > _SHOWN:
        yield Needed(f"{len(going_on) - _SHOWN} more steps are ready or under way.", "")
    if not views:
        yield Needed("Complete production.", holders(Permission.BATCH_COMPLETE))


def _step(view: StepView) -> Needed:
    step, part = view.place.step, "/".join(view.key)
    act = _AWAITED.get(view.state)
    verb = {None: "", Act.VERIFIED: "Verify ", Act.APPROVED: "Approve "}.get(act, "")
    times = f" ({view.occurrence})" if view.occurrence != "1" else ""
    started = part if view.state is not StepState.READY else ""
    return Needed(
        f"{verb}step {step.number}{times} {step.title}: {view.state.replace('_', ' ')}.".capitalize(),
        _roles(step, act),
        started,
    )


def _roles(step: StepDefinition, act: Act | None) -> str:
    wanted = [one for one in step.signatures if act is None or one.act is act]
    roles = wanted[0].roles if wanted else ()
    return " or ".join(_TITLES[role] for role in roles)


def _exceptions(record: Json, state: BatchState) -> Iterator[Needed]:
    blocking = [
        row["number"]
        for row in record["exceptions"]
        if row["blocks_execution"] and row["state"] in _UNASSESSED
    ]
    if blocking and state is not S.UNDER_REVIEW:
        yield Needed(
            f"Assess what stops the work: {', '.join(blocking)}.", holders(Permission.STEP_SUPERVISE)
        )
    grave = [row["number"] for row in record["exceptions"] if _awaits_assessment(row)]
    if grave:
        yield Needed(
            f"Assess before the quality unit decides: {', '.join(grave)}.", holders(Permission.STEP_SUPERVISE)
        )
    undecided = [row for row in record["exceptions"] if row["state"] not in DECIDED]
    if undecided and state is S.UNDER_REVIEW:
        yield Needed(f"Decide on {len(undecided)} exceptions.", holders(Permission.BATCH_REVIEW))


def _awaits_assessment(row: Json) -> bool:
    return (
        row["severity"] in {"high", "critical"} and row["assessed_by"] is None and row["state"] not in DECIDED
    )


def _reviews(record: Json) -> Iterator[Needed]:
    if record["counts"]["investigations_open"]:
        yield Needed("Conclude and approve the investigations.", holders(Permission.INVESTIGATION_WRITE))
    yield Needed(
        "Review the audit trail and the record, and sign both.",
        f"{holders(Permission.BATCH_REVIEW)} who did none of the work",
    )


def _markets(record: Json) -> Iterator[Needed]:
    decided = {row["market"] for row in record["dispositions"]}
    for market in record["batch"]["markets"]:
        if market not in decided:
            permission = Permission.BATCH_CERTIFY if market in QP_MARKETS else Permission.BATCH_DISPOSE
            yield Needed(f"Decide for {market}.", f"{holders(permission)} who did none of the work")
