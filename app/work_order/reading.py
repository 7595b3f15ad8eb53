"""Read a work order as its page shows it: the record, what was done, and what this person may do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.batch.looking import Act, act, looking
from app.batch.signatures import signatures_of_stream
from records.listing import Listing
from records.procedure.models import ProcedureVersion
from records.procedure.queries import is_in_force, versions
from records.procedure.states import ProcedureState
from records.procedure.vocabulary import OperationsType
from records.work_order.failure_codes import FailureCodes
from records.work_order.models import WorkOrder
from records.work_order.queries import orders_from, orders_on
from records.work_order.states import WorkOrderState
from workflows.authority import Permission
from workflows.perform import Content, UnitOfWork
from workflows.work_order import lifecycle
from workflows.work_order.contents import order_content
from workflows.work_order.doing import failure_codes
from workflows.work_order.facts import OrderFacts
from workflows.work_order.gathering import order_facts
from workflows.work_order.people import persons_who_may

S = WorkOrderState
# What a form is still to name is judged when it is sent.
_PLAIN = (
    ("triage", "Accept the request", lifecycle.TRIAGE),
    ("reject", "Reject the request", lifecycle.REJECT),
    ("plan", "Save the plan", replace(lifecycle.PLAN, guards=())),
    ("schedule", "Schedule", lifecycle.SCHEDULE),
    ("start", "Start the work", lifecycle.START),
    ("hold", "Put on hold", lifecycle.HOLD),
    ("resume", "Go on with the work", lifecycle.RESUME),
    ("alter", "Record the change", lifecycle.ALTER),
    ("check", "Record the verification", lifecycle.CHECK),
    ("part", "Take the part", replace(lifecycle.USE_PART, guards=())),
    ("failure", "Record the failure", replace(lifecycle.TELL_FAILURE, guards=())),
    ("begin_review", "Begin the technical review", lifecycle.BEGIN_REVIEW),
)
_SIGNED = (
    ("finish", "Sign the work as done", lifecycle.FINISH),
    ("accept", "Return to service and close", lifecycle.ACCEPT),
    ("cancel", "Cancel the order", lifecycle.CANCEL),
)
_MOST_MASTERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPage:
    """A work order as its page shows it."""

    facts: OrderFacts
    acts: Mapping[str, Act]
    """What may come next, by name, each with every reason why not."""
    content: Content
    signatures: Sequence[Mapping[str, Any]]
    follow_ups: Sequence[WorkOrder]
    others: Sequence[WorkOrder]
    """Other orders on the asset, the newest first."""
    procedures: Sequence[ProcedureVersion]
    technicians: Mapping[str, str]
    is_late: bool
    codes: FailureCodes
    """How the failure of an asset of this class is told."""
    own_time_runs: bool

    @property
    def record(self) -> WorkOrder:
        """Return the order."""
        return self.facts.record


def order_page(number: str) -> OrderPage:
    """Read an order; raises RecordNotFoundError."""
    work = looking()
    session, facts = work.session, order_facts(work.session, number, work.at)
    record, content = facts.record, order_content(facts)
    return OrderPage(
        facts=facts,
        acts=_acts(work, facts, content),
        content=content,
        signatures=signatures_of_stream(session, facts.stream),
        follow_ups=orders_from(session, facts.stream),
        others=[one for one in orders_on(session, record.asset) if one.number != number],
        procedures=procedures_in_force(work) if record.state in {S.TRIAGED, S.PLANNED} else (),
        technicians=persons_who_may(session, Permission.WORK_ORDER_PERFORM, work.at),
        codes=failure_codes(session, record.asset, work),
        own_time_runs=any(
            one.person == work.actor.person and one.stopped_at is None for one in facts.work.labour
        ),
        is_late=bool(record.due_at and not record.done_at and work.at > record.due_at),
    )


def procedures_in_force(work: UnitOfWork) -> list[ProcedureVersion]:
    """Return the procedures of maintenance in force now."""
    effective = [ProcedureState.EFFECTIVE, ProcedureState.SUPERSEDED]
    listing = Listing(filters={"state": effective}, sort="number", size=_MOST_MASTERS)
    return [one for one in _versions(work.session, listing) if is_in_force(one, work.at)]


def _versions(session: Session, listing: Listing) -> list[ProcedureVersion]:
    found = versions(session, listing).rows
    return [one for one in found if one.operations_type == OperationsType.MAINTENANCE]


def _acts(work: UnitOfWork, facts: OrderFacts, content: Content) -> dict[str, Act]:
    rows = [*_PLAIN, *_SIGNED]
    in_quality = facts.record.state is S.QA_REVIEW
    rows.append(
        ("return", "Return the work", lifecycle.RETURN_FROM_QUALITY if in_quality else lifecycle.RETURN)
    )
    for_quality = work.actor.may(Permission.WORK_ORDER_ACCEPT)
    rows.append(
        (
            "assess",
            "Record the assessment",
            lifecycle.ASSESS_FOR_QUALITY if for_quality else lifecycle.ASSESS,
        )
    )
    if facts.needs_quality:
        rows.append(("review", "Sign the technical review", lifecycle.REVIEW))
    else:
        rows.append(("review", "Sign the technical review and close", lifecycle.REVIEW_AND_CLOSE))
    at_asset = replace(facts, scanned=facts.record.asset)
    return {
        name: replace(act(name, label, row, at_asset, work.actor), content=content)
        for name, label, row in rows
    }
