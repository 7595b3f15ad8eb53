"""The review of a batch, the decisions on its exceptions, its investigations: a table each (211.192)."""

from audit.events import Action
from records.batch.states import BatchState
from records.execution.states import ExceptionState
from records.review.states import InvestigationState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.batch import rules as batch_rules
from workflows.machine import Transition
from workflows.review import rules

B = BatchState
E = ExceptionState
I = InvestigationState  # noqa: E741 -- the tables read best with one letter a kind of state

BEGIN_REVIEW = Transition(
    act="review.begin",
    words="begin the review",
    permission=Permission.BATCH_REVIEW,
    event=Action.BATCH_STATE,
    sources=frozenset({B.PRODUCTION_COMPLETE, B.ABORTED}),
    target=B.UNDER_REVIEW,
    guards=(batch_rules.every_step_is_closed,),
)
"""A step that was corrected since production was complete is signed again first: in review nobody could."""

_ALL_DECIDED = (
    batch_rules.every_step_is_closed,
    batch_rules.signatures_stand,
    batch_rules.every_exception_is_decided,
    batch_rules.every_investigation_is_approved,
    batch_rules.actor_took_no_part,
)
_IN_REVIEW = frozenset({B.UNDER_REVIEW, B.DISPOSITION_PENDING})

OPEN_ITEMS = Transition(
    act="review.open",
    words="open the record for review",
    permission=Permission.BATCH_REVIEW,
    event=Action.REVIEW_DECIDE,
    sources=_IN_REVIEW,
)
SIGN_TRAIL_REVIEW = Transition(
    act="review.sign_trail",
    words="sign the review of the audit trail",
    permission=Permission.BATCH_REVIEW,
    event=Action.REVIEW_DECIDE,
    sources=_IN_REVIEW,
    meaning=Meaning.TRAIL_REVIEWED,
    guards=(*_ALL_DECIDED, rules.trail_is_opened),
)
SIGN_RECORD_REVIEW = Transition(
    act="review.sign_record",
    words="sign the review of the record",
    permission=Permission.BATCH_REVIEW,
    event=Action.REVIEW_DECIDE,
    sources=_IN_REVIEW,
    target=B.DISPOSITION_PENDING,
    meaning=Meaning.REVIEWED,
    guards=(*_ALL_DECIDED, rules.exceptions_are_opened, rules.unchecked_items_are_opened),
)
REVIEW_LIFECYCLE = (BEGIN_REVIEW, OPEN_ITEMS, SIGN_TRAIL_REVIEW, SIGN_RECORD_REVIEW)
"""A record that changed after its review is reviewed and signed again, from `disposition_pending` too."""

RAISE = Transition(
    act="exception.raise",
    words="raise an exception",
    permission=Permission.BATCH_REVIEW,
    event=Action.EXCEPTION_OPEN,
    sources=frozenset(B) - {B.CREATED},
)
"""Whenever it is found: in review, while the batch waits for its disposition, or after its release."""

ACCEPT = Transition(
    act="exception.accept",
    words="accept the exception",
    permission=Permission.BATCH_REVIEW,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.OPEN, E.ASSESSED}),
    target=E.ACCEPTED,
    guards=(rules.grave_exception_is_assessed, rules.decider_took_no_part),
    reason_required=True,
)
ACCEPT_TOGETHER = Transition(
    act="exception.accept_together",
    words="accept the exceptions together",
    permission=Permission.BATCH_REVIEW,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.OPEN, E.ASSESSED}),
    target=E.ACCEPTED,
    guards=(rules.severity_is_low, rules.decider_took_no_part),
    reason_required=True,
)
RETURN = Transition(
    act="exception.return",
    words="return the exception",
    permission=Permission.BATCH_REVIEW,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.OPEN, E.ASSESSED}),
    target=E.RETURNED,
    guards=(rules.decider_took_no_part,),
    reason_required=True,
)
REOPEN_EXCEPTION = Transition(
    act="exception.reopen",
    words="reopen the exception",
    permission=Permission.BATCH_REVIEW,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.ACCEPTED, E.CLOSED}),
    target=E.OPEN,
    reason_required=True,
)
DECISION_LIFECYCLE = (RAISE, ACCEPT, ACCEPT_TOGETHER, RETURN, REOPEN_EXCEPTION)
"""An exception is escalated by opening an investigation on it, and closed by that one's approval."""

OPEN = Transition(
    act="investigation.open",
    words="open an investigation",
    permission=Permission.INVESTIGATION_WRITE,
    event=Action.INVESTIGATION_OPEN,
    guards=(rules.something_is_investigated, rules.exceptions_are_undecided),
)
WRITE = Transition(
    act="investigation.write",
    words="write the investigation",
    permission=Permission.INVESTIGATION_WRITE,
    event=Action.INVESTIGATION_CHANGE,
    sources=frozenset({I.OPEN}),
    target=I.OPEN,
    guards=(rules.named_batch_is_another,),
)
REWRITE = Transition(
    act="investigation.rewrite",
    words="write a concluded investigation anew",
    permission=Permission.INVESTIGATION_WRITE,
    event=Action.INVESTIGATION_CHANGE,
    sources=frozenset({I.CONCLUDED}),
    target=I.OPEN,
    guards=(rules.named_batch_is_another,),
    reason_required=True,
)
"""A text in place of one that is signed as concluded: an act of its own, so that no stale page does it."""
CONCLUDE = Transition(
    act="investigation.conclude",
    words="conclude the investigation",
    permission=Permission.INVESTIGATION_WRITE,
    event=Action.INVESTIGATION_CHANGE,
    sources=frozenset({I.OPEN}),
    target=I.CONCLUDED,
    meaning=Meaning.INVESTIGATED,
    guards=(rules.conclusions_are_written, rules.other_batches_are_considered),
)
APPROVE = Transition(
    act="investigation.approve",
    words="approve the investigation",
    permission=Permission.BATCH_REVIEW,
    event=Action.INVESTIGATION_CHANGE,
    sources=frozenset({I.CONCLUDED}),
    target=I.APPROVED,
    meaning=Meaning.APPROVED,
    guards=(rules.approver_did_not_write,),
)
REOPEN = Transition(
    act="investigation.reopen",
    words="reopen the investigation",
    permission=Permission.BATCH_REVIEW,
    event=Action.INVESTIGATION_CHANGE,
    sources=frozenset({I.APPROVED}),
    target=I.OPEN,
    reason_required=True,
)
INVESTIGATION_LIFECYCLE = (OPEN, WRITE, REWRITE, CONCLUDE, APPROVE, REOPEN)
"""What is reopened after a release leaves the release as it was signed."""
