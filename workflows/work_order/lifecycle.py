"""The life of a work order, as one table (maintenance reference section 5.2)."""

from audit.events import Action
from records.work_order.states import WorkOrderState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.work_order import rules

S = WorkOrderState

RAISE = Transition(
    act="work_order.raise",
    words="raise the work order",
    permission=Permission.WORK_ORDER_REQUEST,
    event=Action.WORK_ORDER_RAISE,
    guards=(
        rules.order_is_new,
        rules.asset_is_there,
        rules.what_is_wrong_is_said,
        rules.window_is_in_order,
        rules.plan_names_its_procedure,
        rules.source_is_there,
    ),
    by_system=True,
)
"""A plan raises its orders by itself; they are planned by the plan."""
TRIAGE = Transition(
    act="work_order.triage",
    words="accept the request",
    permission=Permission.WORK_ORDER_PLAN,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.REQUESTED}),
    target=S.TRIAGED,
)
REJECT = Transition(
    act="work_order.reject",
    words="reject the request",
    permission=Permission.WORK_ORDER_PLAN,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.REQUESTED, S.TRIAGED}),
    target=S.REJECTED,
    reason_required=True,
)
PLAN = Transition(
    act="work_order.plan",
    words="plan the work order",
    permission=Permission.WORK_ORDER_PLAN,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.TRIAGED, S.PLANNED}),
    target=S.PLANNED,
    guards=(rules.procedure_is_for_maintenance, rules.plan_version_stands),
)
SCHEDULE = Transition(
    act="work_order.schedule",
    words="schedule the work order",
    permission=Permission.WORK_ORDER_PLAN,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.PLANNED, S.SCHEDULED}),
    target=S.SCHEDULED,
    guards=(rules.procedure_is_for_maintenance, rules.assignee_may_do_it),
)
START = Transition(
    act="work_order.start",
    words="start the work",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.SCHEDULED}),
    target=S.IN_PROGRESS,
    guards=(rules.scanned_asset_is_the_orders,),
)
HOLD = Transition(
    act="work_order.hold",
    words="put the work on hold",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.IN_PROGRESS}),
    target=S.ON_HOLD,
    reason_required=True,
)
RESUME = Transition(
    act="work_order.resume",
    words="go on with the work",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.ON_HOLD}),
    target=S.IN_PROGRESS,
)
ALTER = Transition(
    act="work_order.alter",
    words="record a changed part or firmware",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_ALTER,
    sources=frozenset({S.IN_PROGRESS}),
)
CHECK = Transition(
    act="work_order.check",
    words="record the verification after the repair",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_CHECK,
    sources=frozenset({S.IN_PROGRESS}),
)
START_TIME = Transition(
    act="work_order.labour.start",
    words="start the time",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.LABOUR_START,
    sources=frozenset({S.IN_PROGRESS}),
    guards=(rules.own_time_is_not_running,),
)
STOP_TIME = Transition(
    act="work_order.labour.stop",
    words="stop the time",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.LABOUR_STOP,
    sources=frozenset({S.IN_PROGRESS, S.ON_HOLD}),
    guards=(rules.own_time_is_running,),
)
USE_PART = Transition(
    act="work_order.part",
    words="take a part",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.PART_USE,
    sources=frozenset({S.IN_PROGRESS}),
    guards=(rules.part_may_be_taken,),
)
TELL_FAILURE = Transition(
    act="work_order.failure",
    words="say what failed",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.FAILURE_REPORT,
    sources=frozenset({S.IN_PROGRESS}),
    guards=(rules.codes_are_known,),
)
FINISH = Transition(
    act="work_order.finish",
    words="sign the work as done",
    permission=Permission.WORK_ORDER_PERFORM,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.IN_PROGRESS}),
    target=S.WORK_DONE,
    meaning=Meaning.WORK_DONE,
    guards=(
        rules.every_step_is_closed,
        rules.calibration_is_completed,
        rules.exceptions_are_assessed,
        rules.failure_is_told,
        rules.repair_is_verified,
        rules.time_is_stopped,
    ),
)
BEGIN_REVIEW = Transition(
    act="work_order.begin_review",
    words="begin the technical review",
    permission=Permission.WORK_ORDER_REVIEW,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.WORK_DONE}),
    target=S.TECHNICAL_REVIEW,
    guards=(rules.reviewer_did_none_of_it,),
)
RETURN = Transition(
    act="work_order.return",
    words="return the work",
    permission=Permission.WORK_ORDER_REVIEW,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.WORK_DONE, S.TECHNICAL_REVIEW}),
    target=S.IN_PROGRESS,
    reason_required=True,
)
RETURN_FROM_QUALITY = Transition(
    act="work_order.return_from_quality",
    words="return the work for the quality unit",
    permission=Permission.WORK_ORDER_ACCEPT,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.QA_REVIEW}),
    target=S.IN_PROGRESS,
    reason_required=True,
)
_ASSESSABLE = frozenset({S.IN_PROGRESS, S.WORK_DONE, S.TECHNICAL_REVIEW, S.QA_REVIEW})
ASSESS = Transition(
    act="work_order.assess",
    words="assess the qualified state",
    permission=Permission.WORK_ORDER_REVIEW,
    event=Action.WORK_ORDER_ASSESS,
    sources=_ASSESSABLE - {S.QA_REVIEW},
    guards=(rules.something_changed, rules.assessor_did_not_do_it),
    reason_required=True,
)
"""The reason is the rationale (Annex 15 section 11)."""
ASSESS_FOR_QUALITY = Transition(
    act="work_order.assess_for_quality",
    words="assess the qualified state for the quality unit",
    permission=Permission.WORK_ORDER_ACCEPT,
    event=Action.WORK_ORDER_ASSESS,
    sources=_ASSESSABLE,
    guards=ASSESS.guards,
    reason_required=True,
)
_REVIEWED = (
    rules.reviewer_did_none_of_it,
    rules.work_is_signed,
    rules.every_step_is_closed,
    rules.repair_is_verified,
)
REVIEW = Transition(
    act="work_order.review",
    words="sign the technical review",
    permission=Permission.WORK_ORDER_REVIEW,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.TECHNICAL_REVIEW}),
    target=S.QA_REVIEW,
    meaning=Meaning.WORK_REVIEWED,
    guards=_REVIEWED,
)
REVIEW_AND_CLOSE = Transition(
    act="work_order.review_and_close",
    words="sign the technical review and close the work order",
    permission=Permission.WORK_ORDER_REVIEW,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.TECHNICAL_REVIEW}),
    target=S.CLOSED,
    meaning=Meaning.WORK_REVIEWED,
    guards=(*_REVIEWED, rules.change_is_assessed, rules.quality_need_not_sign),
)
"""Where no quality unit is asked for: the plan version, the asset and what was found say so, no form does."""
ACCEPT = Transition(
    act="work_order.accept",
    words="return the asset to service",
    permission=Permission.WORK_ORDER_ACCEPT,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.QA_REVIEW}),
    target=S.CLOSED,
    meaning=Meaning.RETURNED_TO_SERVICE,
    guards=(
        rules.reviewer_did_none_of_it,
        rules.review_is_signed,
        rules.every_step_is_closed,
        rules.repair_is_verified,
        rules.change_is_assessed,
    ),
)
CANCEL = Transition(
    act="work_order.cancel",
    words="cancel the work order",
    permission=Permission.WORK_ORDER_PLAN,
    event=Action.WORK_ORDER_STATE,
    sources=frozenset({S.REQUESTED, S.TRIAGED, S.PLANNED, S.SCHEDULED, S.ON_HOLD}),
    target=S.CANCELLED,
    meaning=Meaning.CANCELLED,
    reason_required=True,
)
"""What was begun leaves its asset out of service."""

LIFECYCLE = (
    RAISE,
    TRIAGE,
    REJECT,
    PLAN,
    SCHEDULE,
    START,
    HOLD,
    RESUME,
    ALTER,
    CHECK,
    START_TIME,
    STOP_TIME,
    USE_PART,
    TELL_FAILURE,
    FINISH,
    BEGIN_REVIEW,
    RETURN,
    RETURN_FROM_QUALITY,
    ASSESS,
    ASSESS_FOR_QUALITY,
    REVIEW,
    REVIEW_AND_CLOSE,
    ACCEPT,
    CANCEL,
)
"""A closed order stays closed: what is still wrong is another order, linked to it."""
