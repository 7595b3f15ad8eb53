"""What a technician records beside the steps of a work order: time, parts, and what failed."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from audit.events import Action
from records.equipment.queries import role_by_tag, role_of
from records.material.states import MovementKind
from records.work_order.failure_codes import FailureCodes, codes_for
from records.work_order.models import FailureReport, Labour, PartUse, WorkOrder
from workflows.material.movements import lock_lots, move_within
from workflows.perform import Changes, UnitOfWork, perform
from workflows.work_order import lifecycle
from workflows.work_order.facts import FailureFacts, LabourFacts, NewFailure, OrderFacts, PartFacts
from workflows.work_order.gathering import order_facts
from workflows.work_order.owner import lock_order


def start_time(work: UnitOfWork, number: str) -> Labour:
    """Start the person's own time on an order, by the server's clock."""
    facts, started = _labour(work, number), list[Labour]()

    def change(changes: Changes) -> None:
        row = changes.insert(
            Labour,
            Action.LABOUR_START,
            person=work.actor.person,
            started_at=work.at,
            stopped_at=None,
        )
        started.append(row)

    perform(work, lifecycle.START_TIME, facts, change)
    return started[0]


def stop_time(work: UnitOfWork, number: str) -> None:
    """Stop the person's own time on an order."""
    facts = _labour(work, number)

    def change(changes: Changes) -> None:
        if facts.running:
            changes.update(facts.running, Action.LABOUR_STOP, stopped_at=work.at)

    perform(work, lifecycle.STOP_TIME, facts, change)


def use_part(work: UnitOfWork, number: str, lot: str, quantity: Decimal) -> PartUse:
    """Take a quantity of a part from its lot, which never goes below zero."""
    known = _known(work, number)
    row, used = lock_lots(work.session, [lot])[lot], list[PartUse]()
    facts = PartFacts(**known, lot=row, quantity=quantity, time_zone=work.time_zone)

    def change(changes: Changes) -> None:
        move_within(changes, work, row, MovementKind.CONSUME, quantity, f"{WorkOrder.kind}/{number}")
        taken = changes.insert(
            PartUse,
            Action.PART_USE,
            material=row.material,
            lot=row.number,
            quantity=quantity,
            unit=row.unit,
            used_by=work.actor.person,
            used_at=work.at,
        )
        used.append(taken)

    perform(work, lifecycle.USE_PART, facts, change)
    return used[0]


def tell_failure(work: UnitOfWork, number: str, new: NewFailure) -> FailureReport:
    """Say in codes what failed, how and why; said again, the newest counts and the earlier stay."""
    known = _known(work, number)
    facts = FailureFacts(**known, new=new, codes=failure_codes(work.session, known["asset"].number, work))
    codes, told = facts.codes, list[FailureReport]()

    def change(changes: Changes) -> None:
        words = (codes.modes[new.mode], codes.mechanisms[new.mechanism], codes.causes[new.cause])
        row = changes.insert(
            FailureReport,
            Action.FAILURE_REPORT,
            version=facts.work.failure.version + 1 if facts.work.failure else 1,
            mode=new.mode,
            mechanism=new.mechanism,
            cause=new.cause,
            words=", ".join(words),
            text=new.text,
            down_from=new.down_from,
            down_until=new.down_until,
            reported_by=work.actor.person,
            reported_at=work.at,
        )
        told.append(row)

    perform(work, lifecycle.TELL_FAILURE, facts, change)
    return told[0]


def failure_codes(session: Session, asset: str, work: UnitOfWork) -> FailureCodes:
    """Return the failure codes of an asset, by the class of the role that it holds now."""
    mapping = role_of(session, asset, work.at)
    role = role_by_tag(session, mapping.tag) if mapping else None
    return codes_for(role.equipment_class if role else None)


def _labour(work: UnitOfWork, number: str) -> LabourFacts:
    known = _known(work, number)
    mine = (one for one in known["work"].labour if one.person == work.actor.person and not one.stopped_at)
    return LabourFacts(**known, running=next(mine, None))


def _known(work: UnitOfWork, number: str) -> dict[str, Any]:
    """Return the facts of an order by name, locked, for facts that say more."""
    lock_order(work.session, number)
    facts = order_facts(work.session, number, work.at)
    return {field.name: getattr(facts, field.name) for field in fields(OrderFacts)}
