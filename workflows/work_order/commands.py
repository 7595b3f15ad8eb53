"""Raise, plan, start, hold, finish, review and close work orders; none is ever reopened."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from audit.events import Action
from records.errors import RecordNotFoundError
from records.procedure.models import ProcedureVersion
from records.procedure.queries import content_of, version_by_number
from records.work_order.models import (
    AssetChange,
    OrderProcedure,
    Requalification,
    ReturnCheck,
    WorkOrder,
)
from records.work_order.states import WorkOrderState
from workflows.authority import Permission
from workflows.equipment.commands import lock_assets
from workflows.machine import Transition
from workflows.perform import Changes, Content, UnitOfWork, perform
from workflows.work_order import lifecycle
from workflows.work_order.contents import order_content
from workflows.work_order.facts import OrderFacts, Planning
from workflows.work_order.gathering import order_facts
from workflows.work_order.owner import lock_order
from workflows.work_order.people import persons_who_may
from workflows.work_order.raising import asset_scanned, raise_order, release_execution
from workflows.work_order.service import (
    OnAsset,
    leave_out_of_service,
    return_to_service,
    take_into_maintenance,
)

__all__ = ["raise_order"]


def triage_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Accept a request as work to be planned."""
    return _move(work, number, lifecycle.TRIAGE)


def reject_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Reject a request, with the reason."""
    facts = _locked(work, number)
    perform(work, lifecycle.REJECT, facts, lambda changes: _ended(changes, work, facts))
    return facts.record


def plan_order(work: UnitOfWork, number: str, planning: Planning) -> WorkOrder:
    """Say by which procedure the work is done, behind which lock, and whether the asset is cleaned after."""
    facts = replace(_locked(work, number), version=_version(work.session, planning.master))
    given = {
        "master": planning.master,
        "lock_out": planning.lock_out,
        "leaves_dirty": planning.leaves_dirty,
        "due_at": facts.record.due_at if facts.record.plan_version else planning.due_at,
    }
    perform(
        work,
        lifecycle.PLAN,
        facts,
        lambda changes: changes.update(facts.record, Action.WORK_ORDER_CHANGE, **given),
    )
    return facts.record


def schedule_order(work: UnitOfWork, number: str, assignee: str, at: datetime) -> WorkOrder:
    """Give the work to a person for a time; its procedure is frozen now, for good."""
    facts = _locked(work, number)
    may = assignee in persons_who_may(work.session, Permission.WORK_ORDER_PERFORM, work.at)
    facts = replace(facts, assignee=assignee, assignee_may=may)

    def change(changes: Changes) -> None:
        given = {"assigned_to": assignee, "scheduled_at": at}
        changes.update(facts.record, Action.WORK_ORDER_CHANGE, **given)
        if facts.version and facts.work.procedure is None:
            _freeze(changes, work, facts.record, facts.version)

    perform(work, lifecycle.SCHEDULE, facts, change)
    return facts.record


def start_order(work: UnitOfWork, number: str, scanned: str) -> WorkOrder:
    """Start the work at the asset scanned: it is in the hands of maintenance from now on."""
    facts = replace(_locked(work, number), scanned=asset_scanned(work.session, scanned, work.at))
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]

    def change(changes: Changes) -> None:
        changes.update(facts.record, Action.WORK_ORDER_CHANGE, started_at=work.at)
        take_into_maintenance(OnAsset(changes, work, facts, asset))

    perform(work, lifecycle.START, facts, change)
    return facts.record


def hold_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Put the work on hold, with the reason; the asset stays in the hands of maintenance."""
    return _move(work, number, lifecycle.HOLD)


def resume_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Go on with the work."""
    return _move(work, number, lifecycle.RESUME)


def record_change(work: UnitOfWork, number: str, what: str, firmware: str | None = None) -> AssetChange:
    """Record a part or firmware of the asset that is no longer as it was qualified."""
    facts, changed = _locked(work, number), list[AssetChange]()

    def change(changes: Changes) -> None:
        row = changes.insert(
            AssetChange,
            Action.WORK_ORDER_ALTER,
            what=what,
            firmware=firmware,
            changed_by=work.actor.person,
            changed_at=work.at,
        )
        changed.append(row)

    perform(work, lifecycle.ALTER, facts, change)
    return changed[0]


def record_check(work: UnitOfWork, number: str, what: str, *, has_passed: bool) -> ReturnCheck:
    """Record that the asset was verified after its repair, and whether it passed."""
    facts, checked = _locked(work, number), list[ReturnCheck]()

    def change(changes: Changes) -> None:
        row = changes.insert(
            ReturnCheck,
            Action.WORK_ORDER_CHECK,
            what=what,
            has_passed=has_passed,
            checked_by=work.actor.person,
            checked_at=work.at,
        )
        checked.append(row)

    perform(work, lifecycle.CHECK, facts, change)
    return checked[0]


def assess_requalification(work: UnitOfWork, number: str, *, is_needed: bool) -> Requalification:
    """Say whether what was changed asks for a requalification; the reason is the rationale."""
    facts, assessed = _locked(work, number), list[Requalification]()

    def change(changes: Changes) -> None:
        row = changes.insert(
            Requalification,
            Action.WORK_ORDER_ASSESS,
            version=len(facts.work.assessments) + 1,
            is_needed=is_needed,
            rationale=work.reason.text if work.reason else "",
            assessed_by=work.actor.person,
            assessed_at=work.at,
        )
        assessed.append(row)

    for_quality = work.actor.may(Permission.WORK_ORDER_ACCEPT)
    perform(work, lifecycle.ASSESS_FOR_QUALITY if for_quality else lifecycle.ASSESS, facts, change)
    return assessed[0]


def fail_within(changes: Changes, order: WorkOrder) -> None:
    """Say, as part of another act, that something was found out of limits: the quality unit signs then."""
    if not order.has_failed:
        changes.update(order, Action.WORK_ORDER_CHANGE, has_failed=True)


def finish_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Sign the work as done: every step closed, a repair verified."""
    facts = _locked(work, number)

    def change(changes: Changes) -> None:
        changes.update(facts.record, Action.WORK_ORDER_CHANGE, done_at=work.at)

    perform(work, lifecycle.FINISH, facts, change, content=order_content(facts))
    return facts.record


def begin_review(work: UnitOfWork, number: str) -> WorkOrder:
    """Begin the technical review, as a person who did none of the work."""
    return _move(work, number, lifecycle.BEGIN_REVIEW)


def return_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Return the work to be corrected, with the reason."""
    facts = _locked(work, number)
    in_quality = facts.record.state is WorkOrderState.QA_REVIEW
    perform(work, lifecycle.RETURN_FROM_QUALITY if in_quality else lifecycle.RETURN, facts)
    return facts.record


def review_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Sign the technical review; the order goes to the quality unit, or is closed where none is asked for."""
    facts = _locked(work, number)
    content = order_content(facts)
    if facts.needs_quality:
        perform(work, lifecycle.REVIEW, facts, content=content)
    else:
        _close(work, facts, lifecycle.REVIEW_AND_CLOSE, content)
    return facts.record


def accept_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Sign for the quality unit that the asset returns to service, and close the order."""
    facts = _locked(work, number)
    _close(work, facts, lifecycle.ACCEPT, order_content(facts))
    return facts.record


def cancel_order(work: UnitOfWork, number: str) -> WorkOrder:
    """Cancel an order, signed, with the reason; an asset whose work was begun is out of service."""
    facts = _locked(work, number)
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]

    def change(changes: Changes) -> None:
        _ended(changes, work, facts)
        if facts.record.started_at:
            leave_out_of_service(OnAsset(changes, work, facts, asset))

    perform(work, lifecycle.CANCEL, facts, change, content=order_content(facts))
    return facts.record


def content_to_sign(session: Session, number: str, at: datetime) -> Content:
    """Return what a signature on an order would cover, for the dialog."""
    return order_content(order_facts(session, number, at))


def _close(work: UnitOfWork, facts: OrderFacts, row: Transition, content: Content) -> None:
    asset = lock_assets(work.session, [facts.record.asset])[facts.record.asset]

    def change(changes: Changes) -> None:
        _ended(changes, work, facts)
        new_firmware = [one.firmware for one in facts.work.changes if one.firmware]
        if new_firmware:
            changes.update(asset, Action.WORK_ORDER_ALTER, firmware=new_firmware[-1])
        return_to_service(OnAsset(changes, work, facts, asset))

    perform(work, row, facts, change, content=content)


def _ended(changes: Changes, work: UnitOfWork, facts: OrderFacts) -> None:
    changes.update(facts.record, Action.WORK_ORDER_CHANGE, ended_at=work.at)
    release_execution(changes, work, facts.record)


def _move(work: UnitOfWork, number: str, row: Transition) -> WorkOrder:
    facts = _locked(work, number)
    perform(work, row, facts)
    return facts.record


def _locked(work: UnitOfWork, number: str) -> OrderFacts:
    lock_order(work.session, number)
    return order_facts(work.session, number, work.at)


def _version(session: Session, number: str | None) -> ProcedureVersion | None:
    if number is None:
        return None
    found = version_by_number(session, number)
    if found is None:
        raise RecordNotFoundError(ProcedureVersion.kind, number)
    return found


def _freeze(changes: Changes, work: UnitOfWork, order: WorkOrder, version: ProcedureVersion) -> None:
    changes.insert(
        OrderProcedure,
        Action.WORK_ORDER_FREEZE,
        stream=order.stream,
        order=order.number,
        master=version.number,
        content=content_of(work.session, version.number).content,
        digest=version.digest,
    )
