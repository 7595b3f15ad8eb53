"""The life of an order and of a batch, as one table each (batch-records section 4)."""

from audit.events import Action
from records.batch.states import BatchState, OrderState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.batch import rules
from workflows.machine import Transition

O = OrderState  # noqa: E741 -- the table reads best with one letter a kind of state
S = BatchState

PLAN = Transition(
    act="order.plan",
    words="plan the order",
    permission=Permission.ORDER_PLAN,
    event=Action.ORDER_PLAN,
    guards=(rules.order_is_new, rules.quantity_is_in_range, rules.quantity_can_be_counted),
)
RELEASE_ORDER = Transition(
    act="order.release",
    words="release the order",
    permission=Permission.ORDER_PLAN,
    event=Action.ORDER_STATE,
    sources=frozenset({O.PLANNED}),
    target=O.RELEASED,
    guards=(rules.master_is_in_force, rules.quantity_is_in_range, rules.quantity_can_be_counted),
)
CANCEL_ORDER = Transition(
    act="order.cancel",
    words="cancel the order",
    permission=Permission.ORDER_PLAN,
    event=Action.ORDER_STATE,
    sources=frozenset({O.PLANNED, O.RELEASED}),
    target=O.CANCELLED,
    reason_required=True,
)
CREATE_BATCH = Transition(
    act="batch.create",
    words="create the batch",
    permission=Permission.ORDER_PLAN,
    event=Action.ORDER_STATE,
    sources=frozenset({O.RELEASED}),
    target=O.IN_PROGRESS,
    guards=(
        rules.master_is_in_force,
        rules.quantity_is_in_range,
        rules.quantity_can_be_counted,
        rules.batch_number_is_new,
    ),
)
ORDER_LIFECYCLE = (PLAN, RELEASE_ORDER, CANCEL_ORDER, CREATE_BATCH)
"""An order is completed and closed by its batch's acts."""

ISSUE = Transition(
    act="batch.issue",
    words="issue the batch record",
    permission=Permission.BATCH_ISSUE,
    event=Action.BATCH_STATE,
    sources=frozenset({S.CREATED}),
    target=S.ISSUED,
    meaning=Meaning.ISSUED,
    guards=(rules.recipe_reproduces_master,),
)
HOLD = Transition(
    act="batch.hold",
    words="hold the batch",
    permission=Permission.BATCH_HOLD,
    event=Action.BATCH_STATE,
    sources=frozenset({S.RUNNING}),
    target=S.HELD,
    reason_required=True,
)
RESUME = Transition(
    act="batch.resume",
    words="resume the batch",
    permission=Permission.BATCH_HOLD,
    event=Action.BATCH_STATE,
    sources=frozenset({S.HELD}),
    target=S.RUNNING,
    guards=(rules.nothing_is_awaited,),
    reason_required=True,
)
COMPLETE = Transition(
    act="batch.complete",
    words="complete production",
    permission=Permission.BATCH_COMPLETE,
    event=Action.BATCH_STATE,
    sources=frozenset({S.RUNNING, S.RETURNED}),
    target=S.PRODUCTION_COMPLETE,
    meaning=Meaning.COMPLETED,
    guards=(
        rules.every_step_of_production_is_closed,
        rules.signatures_stand,
        rules.no_request_is_open,
        rules.nothing_blocks_execution,
        rules.nothing_is_awaited,
        rules.product_can_be_put_out,
    ),
)
"""From `returned` production is completed again, once what the review asked for is corrected.

Steps whose results may arrive later (`after_production`) are carried out then; the review waits for them."""

END = Transition(
    act="batch.end",
    words="end the batch",
    permission=Permission.BATCH_END,
    event=Action.BATCH_STATE,
    sources=frozenset({S.ISSUED, S.RUNNING, S.HELD}),
    target=S.ABORTED,
    meaning=Meaning.ENDED,
    reason_required=True,
)
"""Whatever stands in the way of going on, a batch that failed can be ended; it is reviewed, and rejected."""

RETURN = Transition(
    act="batch.return",
    words="return the batch record to production",
    permission=Permission.BATCH_REVIEW,
    event=Action.BATCH_STATE,
    sources=frozenset({S.UNDER_REVIEW, S.DISPOSITION_PENDING}),
    target=S.RETURNED,
    guards=(rules.production_was_not_ended,),
    reason_required=True,
)
_DECIDABLE = frozenset({S.DISPOSITION_PENDING})
_FOR_A_MARKET = (rules.market_is_wanted, rules.market_is_undecided)
_FIT_FOR_USE = (
    rules.production_was_not_ended,
    rules.every_step_is_closed,
    rules.signatures_stand,
    rules.no_request_is_open,
    rules.every_exception_is_decided,
    rules.every_investigation_is_approved,
    rules.yields_are_explained,
    rules.output_lot_is_not_held,
    rules.trail_is_reviewed,
    rules.record_is_reviewed,
    rules.integrity_holds,
    rules.actor_took_no_part,
)
RELEASE = Transition(
    act="batch.release",
    words="release the batch",
    permission=Permission.BATCH_DISPOSE,
    event=Action.BATCH_DISPOSE,
    sources=_DECIDABLE,
    meaning=Meaning.RELEASED,
    guards=(*_FOR_A_MARKET, rules.market_takes_a_release, *_FIT_FOR_USE),
)
CERTIFY = Transition(
    act="batch.certify",
    words="certify the batch",
    permission=Permission.BATCH_CERTIFY,
    event=Action.BATCH_DISPOSE,
    sources=_DECIDABLE,
    meaning=Meaning.CERTIFIED,
    guards=(*_FOR_A_MARKET, rules.market_takes_a_certification, *_FIT_FOR_USE),
)
REJECT = Transition(
    act="batch.reject",
    words="reject the batch",
    permission=Permission.BATCH_DISPOSE,
    event=Action.BATCH_DISPOSE,
    sources=frozenset({S.UNDER_REVIEW, S.RETURNED, S.DISPOSITION_PENDING}),
    meaning=Meaning.REJECTED,
    guards=(*_FOR_A_MARKET, rules.market_takes_a_release, rules.actor_took_no_part),
    reason_required=True,
)
REFUSE_CERTIFICATION = Transition(
    act="batch.refuse_certification",
    words="reject the batch as Qualified Person",
    permission=Permission.BATCH_CERTIFY,
    event=Action.BATCH_DISPOSE,
    sources=frozenset({S.UNDER_REVIEW, S.RETURNED, S.DISPOSITION_PENDING}),
    meaning=Meaning.REJECTED,
    guards=(*_FOR_A_MARKET, rules.market_takes_a_certification, rules.actor_took_no_part),
    reason_required=True,
)

BATCH_LIFECYCLE = (
    *(ISSUE, HOLD, RESUME, COMPLETE, END, RETURN),
    *(RELEASE, CERTIFY, REJECT, REFUSE_CERTIFICATION),
)
"""A batch starts to run with the first act of its execution. It is released when every market has decided for
it, and rejected by the first that decides against it."""
