"""What is done with plans and meters. A plan's version: drafted, checked, approved and so effective."""

from audit.events import Action
from records.maintenance.states import PlanState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.maintenance import rules

S = PlanState

DRAFT = Transition(
    act="plan.draft",
    words="draft the plan",
    permission=Permission.PLAN_WRITE,
    event=Action.PLAN_DRAFT,
    guards=(
        rules.plan_can_be_named,
        rules.plan_has_assets,
        rules.plan_has_triggers,
        rules.triggers_are_sound,
        rules.meters_are_defined,
        rules.numbers_are_sound,
        rules.signatures_are_known,
    ),
)
CHECK = Transition(
    act="plan.check",
    words="check the plan",
    permission=Permission.PLAN_CHECK,
    event=Action.PLAN_STATE,
    sources=frozenset({S.DRAFT}),
    target=S.CHECKED,
    meaning=Meaning.CHECKED,
    guards=(rules.checker_is_not_the_author,),
)
APPROVE = Transition(
    act="plan.approve",
    words="approve the plan",
    permission=Permission.PLAN_APPROVE,
    event=Action.PLAN_STATE,
    sources=frozenset({S.CHECKED}),
    target=S.EFFECTIVE,
    meaning=Meaning.APPROVED,
    guards=(rules.approver_is_neither, rules.procedure_is_in_force, rules.version_follows),
)
WITHDRAW = Transition(
    act="plan.withdraw",
    words="withdraw the plan",
    permission=Permission.PLAN_WRITE,
    event=Action.PLAN_STATE,
    sources=frozenset({S.DRAFT, S.CHECKED}),
    target=S.WITHDRAWN,
    reason_required=True,
)
RETIRE = Transition(
    act="plan.retire",
    words="retire the plan",
    permission=Permission.PLAN_APPROVE,
    event=Action.PLAN_STATE,
    sources=frozenset({S.EFFECTIVE}),
    target=S.RETIRED,
    reason_required=True,
)
DEFINE_METER = Transition(
    act="meter.define",
    words="define the meter",
    permission=Permission.PLAN_WRITE,
    event=Action.METER_DEFINE,
    guards=(rules.meter_is_new, rules.meter_numbers_are_sound),
)
READ_METER = Transition(
    act="meter.read",
    words="record the reading",
    permission=Permission.METER_READ,
    event=Action.METER_READ,
    guards=(rules.reading_is_in_order, rules.reading_continues, rules.late_record_has_a_reason),
)
RECORD_EVENT = Transition(
    act="asset.event",
    words="record the event",
    permission=Permission.METER_READ,
    event=Action.ASSET_EVENT,
    guards=(rules.event_has_happened, rules.late_record_has_a_reason),
)
ENROL = Transition(
    act="plan.enrol",
    words="put the asset under the plan",
    permission=Permission.PLAN_WRITE,
    event=Action.PLAN_ENROL,
    guards=(rules.asset_is_of_the_plan, rules.work_was_done, rules.meters_were_read),
)
EXTEND = Transition(
    act="plan.extend",
    words="extend the due date",
    permission=Permission.PLAN_APPROVE,
    event=Action.PLAN_EXTEND,
    meaning=Meaning.EXTENDED,
    guards=(
        rules.there_is_a_due_date,
        rules.due_date_is_still_to_come,
        rules.cycle_was_not_extended,
        rules.extension_goes_forward,
        rules.risk_is_stated,
    ),
)
RAISE = Transition(
    act="plan.raise_order",
    words="raise the order that is due",
    permission=Permission.PLAN_WRITE,
    event=Action.PLAN_FIX,
    guards=(rules.order_is_wanted, rules.procedure_is_there),
    by_system=True,
)
BEGIN_CYCLE = Transition(
    act="plan.begin_cycle",
    words="begin the next cycle",
    permission=Permission.PLAN_WRITE,
    event=Action.PLAN_CYCLE,
    by_system=True,
)

LIFECYCLE = (
    DRAFT,
    CHECK,
    APPROVE,
    WITHDRAW,
    RETIRE,
    DEFINE_METER,
    READ_METER,
    RECORD_EVENT,
    ENROL,
    EXTEND,
    RAISE,
    BEGIN_CYCLE,
)
"""A version that another one supersedes becomes `superseded` by the other's approval."""
