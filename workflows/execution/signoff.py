"""Vouch for a step: complete it, verify it, approve it, refuse it, leave it out (211.188(b)(11))."""

from datetime import datetime

from audit.events import Action
from records.execution.models import StepRun, Verification
from records.execution.queries import entries_of, open_request
from records.execution.states import ExceptionType, RequestState, StepState
from records.procedure.definition import SignatureRequirement
from records.procedure.vocabulary import Act, Severity
from workflows.execution import lifecycle
from workflows.execution.advance import advance, rule_out, start_run
from workflows.execution.consequences import recall, reopen
from workflows.execution.content import skip_content, step_content
from workflows.execution.equipment_states import end_use, settle_cleaning
from workflows.execution.equipment_use import observe_end
from workflows.execution.exceptions import Finding, open_exception, skipped_finding
from workflows.execution.facts import gather, load
from workflows.execution.owner import Owner
from workflows.execution.runs import closing_time
from workflows.execution.state import Execution
from workflows.execution.subjects import StepFacts
from workflows.execution.time_limits import VERIFICATION_WITHIN, Span, begin_limit, end_limits
from workflows.execution.training import remember_training
from workflows.machine import Transition
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.preimage import refuse_altered_rows

_WAITS_FOR = {
    Act.PERFORMED: StepState.IN_PROGRESS,
    Act.VERIFIED: StepState.AWAITING_VERIFICATION,
    Act.APPROVED: StepState.AWAITING_APPROVAL,
}
"""Where a step stands while the next act is awaited; several readers read while it is in progress."""


def perform_step(work: UnitOfWork, owner: Owner, part: str) -> None:
    """Complete a step as its performer: an identified entry, or a signature where the master wants one."""
    execution, view, _step = load(work, owner, part)
    facts = gather(execution, view)
    requirement = facts.next_requirement
    is_signed = requirement is not None and requirement.as_signature
    row = lifecycle.PERFORM_SIGNED if is_signed else lifecycle.PERFORM
    perform(
        work,
        row,
        facts,
        lambda changes: perform_within(changes, execution, facts),
        content=_content(work, owner, part) if is_signed else None,
    )


def perform_within(changes: Changes, execution: Execution, facts: StepFacts) -> None:
    """Move a performed step on: to its verification, its approval, or its end."""
    work = execution.work
    record = facts.record or start_run(changes, execution, execution.picture.by_key[_key(facts)])
    _answer(changes, execution, RequestState.ACCEPTED, "")
    observe_end(changes, execution, facts.step)
    _move_on(
        changes,
        execution,
        facts,
        record,
        performed_at=work.at,
        performed_by=work.actor.person,
    )


def verify_step(work: UnitOfWork, owner: Owner, part: str) -> None:
    """Verify a step as the second person."""
    _vouch(work, owner, part, lifecycle.VERIFY)


def approve_step(work: UnitOfWork, owner: Owner, part: str) -> None:
    """Approve a step for the quality unit."""
    _vouch(work, owner, part, lifecycle.APPROVE)


def refuse_step(work: UnitOfWork, owner: Owner, part: str) -> None:
    """Refuse to vouch for a step, with the reason: its performer signs again (an exception says so)."""
    execution, view, _step = load(work, owner, part)
    facts = gather(execution, view)

    def change(changes: Changes) -> None:
        remember_training(changes, execution)
        _answer(changes, execution, RequestState.REJECTED, work.reason.text if work.reason else "")
        if facts.record:
            reopen(changes, execution, facts.record)
        finding = Finding(
            rule="not verified",
            exception_type=ExceptionType.PROCESS,
            severity=Severity.MEDIUM,
            text=f"{work.actor.printed_name} did not agree: {work.reason.text if work.reason else ''}",
            part=part,
        )
        open_exception(changes, execution, finding)

    perform(work, lifecycle.DISAGREE, facts, change, content=_content(work, owner, part))


def skip_step(work: UnitOfWork, owner: Owner, part: str) -> None:
    """Leave a step out, with a reason and the signature of who authorises it (P11-10f-2)."""
    execution, view, _step = load(work, owner, part)
    facts = gather(execution, view)

    def change(changes: Changes) -> None:
        remember_training(changes, execution)
        reason = work.reason.text if work.reason else ""
        basis = {"why": "left out", "reason": reason}
        if facts.record is None:
            rule_out(changes, execution, view, StepState.SKIPPED, basis)
        else:
            closed_at = closing_time(execution, facts.record)
            values = {"state": StepState.SKIPPED, "closed_at": closed_at, "basis": basis}
            changes.update(facts.record, Action.STEP_NOT_APPLICABLE, **values)
            execution.started(facts.record)
            recall(changes, execution)
            end_use(changes, execution, facts.step)
            settle_cleaning(changes, execution, facts.step, StepState.SKIPPED)
        open_exception(
            changes, execution, skipped_finding(part, f"Left out: {facts.title}. Reason: {reason}")
        )
        advance(changes, execution)

    perform(work, lifecycle.SKIP, facts, change, content=skip_content(owner, part))


def _vouch(work: UnitOfWork, owner: Owner, part: str, row: Transition) -> None:
    execution, view, _step = load(work, owner, part)
    facts = gather(execution, view)

    def change(changes: Changes) -> None:
        record = facts.record or start_run(changes, execution, view)
        _answer(changes, execution, RequestState.ACCEPTED, "")
        _move_on(changes, execution, facts, record)

    perform(work, row, facts, change, content=_content(work, owner, part))


def _move_on(
    changes: Changes,
    execution: Execution,
    facts: StepFacts,
    record: StepRun,
    **also: datetime | str,
) -> None:
    """Take the step past the act just done: wait for the next person, or close it and go on."""
    remember_training(changes, execution)
    following = _following(facts)
    if following is None:
        closed_at = closing_time(execution, record)
        changes.update(record, Action.STEP_STATE, state=StepState.DONE, closed_at=closed_at, **also)
        execution.started(record)
        settle_cleaning(changes, execution, facts.step, StepState.DONE)
        advance(changes, execution)
        return
    changes.update(record, Action.STEP_STATE, state=_WAITS_FOR[following.act], **also)
    execution.started(record)
    _ask(changes, execution, facts, following)


def _following(facts: StepFacts) -> SignatureRequirement | None:
    """Return the requirement after the one being met now."""
    wanted = facts.step.signatures
    index = next(i for i, one in enumerate(wanted) if one is facts.next_requirement)
    return wanted[index + 1] if index + 1 < len(wanted) else None


def _ask(changes: Changes, execution: Execution, facts: StepFacts, requirement: SignatureRequirement) -> None:
    """Ask for the next person, on their own device or this one; waiting too long is an exception."""
    work = execution.work
    changes.insert(
        Verification,
        Action.VERIFICATION_REQUEST,
        step_part=execution.part,
        act=requirement.act.value,
        roles=",".join(requirement.roles),
        state=RequestState.REQUESTED,
        requested_at=work.at,
        requested_by=work.actor.person,
        answered_at=None,
        answered_by=None,
        comment=None,
    )
    if requirement.act is Act.PERFORMED:
        return  # a further reader may take their time
    begin_limit(
        changes,
        execution,
        Span(
            part=execution.part,
            kind="verification",
            label=f"Second person for {facts.title}",
            started_at=work.at,
            warn_at=work.at + VERIFICATION_WITHIN * 0.8,
            latest_at=work.at + VERIFICATION_WITHIN,
        ),
    )


def _answer(changes: Changes, execution: Execution, state: RequestState, comment: str) -> None:
    work = execution.work
    request = open_request(work.session, execution.owner.stream, execution.part)
    if request is not None:
        changes.update(
            request,
            Action.VERIFICATION_ANSWER,
            state=state,
            answered_at=work.at,
            answered_by=work.actor.person,
            comment=comment or None,
        )
    end_limits(changes, execution, execution.part, "verification", work.at)


def _content(work: UnitOfWork, owner: Owner, part: str) -> Content:
    """Return what is signed; raises AlteredError where a value of it is not as the trail left it (11.70)."""
    refuse_altered_rows(work, entries_of(work.session, owner.stream, part), Action.STEP_STATE)
    return step_content(work.session, owner, part, work.time_zone)


def _key(facts: StepFacts) -> tuple[str, str]:
    step, _slash, occurrence = facts.part.partition("/")
    return step, occurrence
