"""Decide on a batch, market by market: release, certify or reject, and close its record (211.22(a))."""

from base64 import b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.events import Action
from audit.models import stream_head
from records.batch.models import Batch, Disposition, ProductionOrder
from records.batch.states import BatchState, Decision, OrderState
from records.material.states import LotState
from workflows.batch import lifecycle
from workflows.batch.commands import lock_batch
from workflows.batch.contents import disposition_content, disposition_part
from workflows.batch.facts import DispositionFacts
from workflows.batch.gathering import RecordCheck, disposition_facts
from workflows.batch.output import decide_output_within
from workflows.batch.reading import evidence_of
from workflows.batch.rules import QP_MARKETS
from workflows.machine import Transition
from workflows.perform import Changes, Content, UnitOfWork, perform


def release(work: UnitOfWork, number: str, market: str, comment: str, check: RecordCheck) -> Disposition:
    """Release a batch for one market, for the quality unit; `check` verifies its stream now."""
    facts = _locked_facts(work, number, market, check)
    return _decide(work, lifecycle.RELEASE, facts, comment)


def certify(work: UnitOfWork, number: str, market: str, comment: str, check: RecordCheck) -> Disposition:
    """Certify a batch for one market, as Qualified Person; `check` verifies its stream now."""
    facts = _locked_facts(work, number, market, check)
    return _decide(work, lifecycle.CERTIFY, facts, comment)


def reject(work: UnitOfWork, number: str, market: str) -> Disposition:
    """Reject a batch for one market, with the reason, and with it the whole batch."""
    row = lifecycle.REFUSE_CERTIFICATION if market in QP_MARKETS else lifecycle.REJECT
    facts = _locked_facts(work, number, market, _unchecked)
    return _decide(work, row, facts, work.reason.text if work.reason else "")


def content_to_decide(session: Session, number: str, market: str, decision: Decision) -> Content:
    """Return what a disposition would sign, for the dialog."""
    return disposition_content(evidence_of(session, number), market, decision)


_DECISIONS = {
    lifecycle.RELEASE.act: Decision.RELEASED,
    lifecycle.CERTIFY.act: Decision.CERTIFIED,
    lifecycle.REJECT.act: Decision.REJECTED,
    lifecycle.REFUSE_CERTIFICATION.act: Decision.REJECTED,
}


def _decide(work: UnitOfWork, row: Transition, facts: DispositionFacts, comment: str) -> Disposition:
    decision, market = _DECISIONS[row.act], facts.market
    decided: list[Disposition] = []

    def change(changes: Changes) -> None:
        disposition = changes.insert(
            Disposition,
            Action.BATCH_DISPOSE,
            part=disposition_part(market),
            market=market,
            decision=decision,
            comment=comment,
            decided_by=work.actor.person,
            decided_at=work.at,
        )
        decided.append(disposition)
        outcome = _outcome(facts, decision)
        if outcome is not None:
            _close(changes, work, facts.record, outcome)

    content = disposition_content(facts.evidence, market, decision)
    perform(work, row, facts, change, content=content)
    return decided[0]


def _locked_facts(work: UnitOfWork, number: str, market: str, check: RecordCheck) -> DispositionFacts:
    lock_batch(work.session, number)
    return disposition_facts(work.session, number, market, check)


def _outcome(facts: DispositionFacts, decision: Decision) -> BatchState | None:
    """Return the batch's last state once it is certain: rejected by any market, released by all."""
    if decision is Decision.REJECTED:
        return BatchState.REJECTED
    wanted = set(facts.evidence.outline.procedure.header.markets)
    decided = {row["market"] for row in facts.evidence.dispositions} | {facts.market}
    return BatchState.RELEASED if wanted <= decided else None


def _close(changes: Changes, work: UnitOfWork, batch: Batch, outcome: BatchState) -> None:
    """Close the batch, its order and its lot, and say where its stream stood (ledger section 13)."""
    changes.update(batch, Action.BATCH_STATE, state=outcome, closed_at=work.at)
    order = work.session.scalars(
        select(ProductionOrder).where(ProductionOrder.number == batch.order).with_for_update()
    ).one()
    changes.update(order, Action.ORDER_STATE, state=OrderState.CLOSED)
    lot_state = LotState.RELEASED if outcome is BatchState.RELEASED else LotState.REJECTED
    decide_output_within(changes, work, batch.output_lot, lot_state)
    head = work.session.execute(
        select(stream_head.c.seq, stream_head.c.event_hash).where(stream_head.c.stream == batch.stream)
    ).one()
    changes.note(
        batch,
        Action.STREAM_CLOSE,
        outcome=outcome.value,
        head_seq=head.seq,
        head_hash=b64encode(bytes(head.event_hash)).decode("ascii"),
    )


def _unchecked(_session: Session, _stream: str) -> tuple[str, ...]:
    """Find nothing: a batch may be rejected whatever its record says."""
    return ()
