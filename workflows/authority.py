"""Who may do what: one table that code, pages, documents and tests read (21 CFR 11.10(g))."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from records.personnel.states import Role

R = Role


class Permission(StrEnum):
    """A right, as `record:action`; `words` completes "… is not authorised to …"."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Make a member that carries its words."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    RECORD_READ = "record:read", "read records"
    TRAIL_READ = "trail:read", "read the audit trail"
    RECORD_EXPORT = "record:export", "export copies of records"
    MASTER_LOAD = "master:load", "load a master"
    MASTER_AUTHOR = "master:author", "sign a master as its author"
    MASTER_CHECK = "master:check", "check a master"
    MASTER_APPROVE = "master:approve", "approve a master for the quality unit"
    ORDER_PLAN = "order:plan", "plan production orders"
    BATCH_ISSUE = "batch:issue", "issue a batch record"
    STEP_PERFORM = "step:perform", "perform steps"
    STEP_VERIFY = "step:verify", "verify steps"
    STEP_APPROVE = "step:approve", "approve steps for the quality unit"
    STEP_SUPERVISE = "step:supervise", "decide on exceptions during execution"
    BATCH_HOLD = "batch:hold", "hold or resume a batch"
    BATCH_COMPLETE = "batch:complete", "complete the production of a batch"
    BATCH_END = "batch:end", "end a batch for good"
    BATCH_REVIEW = "batch:review", "review batch records"
    BATCH_DISPOSE = "batch:dispose", "release or reject batches for the quality unit"
    BATCH_CERTIFY = "batch:certify", "certify batches as a Qualified Person"
    INVESTIGATION_WRITE = "investigation:write", "write investigations"
    TOLERANCE_REPORT = "tolerance:report", "report instruments out of tolerance"
    LOT_RECEIVE = "lot:receive", "receive lots"
    LOT_DISPOSE = "lot:dispose", "decide the status of lots"
    EQUIPMENT_MANAGE = "equipment:manage", "manage equipment and its states"
    EQUIPMENT_CLEAN = "equipment:clean", "record the cleaning of equipment"
    PERSON_READ = "person:read", "read persons, accounts and roles"
    WORK_ORDER_REQUEST = "work_order:request", "request maintenance"
    WORK_ORDER_PLAN = "work_order:plan", "plan work orders"
    WORK_ORDER_PERFORM = "work_order:perform", "carry out work orders"
    WORK_ORDER_REVIEW = "work_order:review", "review the work of work orders"
    WORK_ORDER_ACCEPT = "work_order:accept", "return assets to service for the quality unit"
    PLAN_WRITE = "plan:write", "write maintenance plans"
    PLAN_CHECK = "plan:check", "check maintenance plans"
    PLAN_APPROVE = "plan:approve", "approve maintenance plans and extensions for the quality unit"
    METER_READ = "meter:read", "record readings of meters"
    CALIBRATION_WRITE = "calibration:write", "write calibration procedures and record certificates"
    CALIBRATION_CHECK = "calibration:check", "check calibration procedures"
    CALIBRATION_APPROVE = "calibration:approve", "approve limits, procedures and exceptions of calibration"
    CALIBRATION_PERFORM = "calibration:perform", "calibrate instruments"
    PERSON_MANAGE = "person:manage", "manage persons, accounts and roles"
    SELF_MANAGE = "self:manage", "manage their own login"
    POLICY_PUBLISH = "policy:publish", "publish the policy of signatures"
    POLICY_ACKNOWLEDGE = "policy:acknowledge", "acknowledge the policy of signatures"
    TRAINING_RECORD = "training:record", "record training"


_EVERYBODY = frozenset(Role)
_FLOOR = frozenset({R.OPERATOR, R.VERIFIER, R.SUPERVISOR})

# A step's own definition narrows this further: it names the roles that perform, verify and approve it.
AUTHORITY: dict[Permission, frozenset[Role]] = {
    Permission.RECORD_READ: _EVERYBODY,
    Permission.TRAIL_READ: frozenset(
        {R.QA_REVIEWER, R.QUALIFIED_PERSON, R.SUPERVISOR, R.AUDITOR, R.SECURITY_ADMINISTRATOR}
    ),
    Permission.RECORD_EXPORT: frozenset({R.QA_REVIEWER, R.QUALIFIED_PERSON, R.SUPERVISOR, R.AUDITOR}),
    Permission.MASTER_LOAD: frozenset({R.AUTHOR}),
    Permission.MASTER_AUTHOR: frozenset({R.AUTHOR}),
    Permission.MASTER_CHECK: frozenset({R.CHECKER}),
    Permission.MASTER_APPROVE: frozenset({R.QA_REVIEWER}),
    Permission.ORDER_PLAN: frozenset({R.PLANNER, R.SUPERVISOR}),
    Permission.BATCH_ISSUE: frozenset({R.SUPERVISOR, R.QA_REVIEWER}),
    Permission.STEP_PERFORM: _FLOOR | {R.IPC_ANALYST, R.TECHNICIAN, R.QA_REVIEWER, R.QUALIFIED_PERSON},
    Permission.STEP_VERIFY: frozenset({R.VERIFIER, R.SUPERVISOR, R.QA_REVIEWER}),
    Permission.STEP_APPROVE: frozenset({R.QA_REVIEWER, R.QUALIFIED_PERSON}),
    Permission.STEP_SUPERVISE: frozenset({R.SUPERVISOR, R.QA_REVIEWER}),
    Permission.BATCH_HOLD: frozenset({R.SUPERVISOR, R.QA_REVIEWER}),
    Permission.BATCH_COMPLETE: frozenset({R.SUPERVISOR}),
    Permission.BATCH_END: frozenset({R.SUPERVISOR}),
    Permission.BATCH_REVIEW: frozenset({R.QA_REVIEWER}),
    Permission.BATCH_DISPOSE: frozenset({R.QA_REVIEWER}),
    Permission.BATCH_CERTIFY: frozenset({R.QUALIFIED_PERSON}),
    Permission.INVESTIGATION_WRITE: frozenset({R.QA_REVIEWER, R.SUPERVISOR}),
    Permission.TOLERANCE_REPORT: frozenset({R.TECHNICIAN, R.SUPERVISOR, R.QA_REVIEWER}),
    Permission.LOT_RECEIVE: frozenset({R.PLANNER, R.SUPERVISOR}),
    Permission.LOT_DISPOSE: frozenset({R.QA_REVIEWER}),
    Permission.EQUIPMENT_MANAGE: frozenset({R.TECHNICIAN, R.PLANNER, R.MAINTENANCE_PLANNER}),
    Permission.EQUIPMENT_CLEAN: _FLOOR | {R.TECHNICIAN},
    Permission.PERSON_READ: frozenset({R.AUDITOR, R.SECURITY_ADMINISTRATOR}),
    Permission.WORK_ORDER_REQUEST: _FLOOR
    | {R.IPC_ANALYST, R.TECHNICIAN, R.MAINTENANCE_PLANNER, R.PLANNER, R.QA_REVIEWER},
    Permission.WORK_ORDER_PLAN: frozenset({R.MAINTENANCE_PLANNER, R.SUPERVISOR}),
    Permission.WORK_ORDER_PERFORM: frozenset({R.TECHNICIAN}),
    Permission.WORK_ORDER_REVIEW: frozenset({R.TECHNICIAN, R.MAINTENANCE_PLANNER, R.SUPERVISOR}),
    Permission.WORK_ORDER_ACCEPT: frozenset({R.QA_REVIEWER}),
    Permission.PLAN_WRITE: frozenset({R.MAINTENANCE_PLANNER}),
    Permission.PLAN_CHECK: frozenset({R.CHECKER, R.SUPERVISOR}),
    Permission.PLAN_APPROVE: frozenset({R.QA_REVIEWER}),
    Permission.METER_READ: _FLOOR | {R.TECHNICIAN, R.MAINTENANCE_PLANNER},
    Permission.CALIBRATION_WRITE: frozenset({R.TECHNICIAN, R.AUTHOR}),
    Permission.CALIBRATION_CHECK: frozenset({R.CHECKER}),
    Permission.CALIBRATION_APPROVE: frozenset({R.QA_REVIEWER}),
    Permission.CALIBRATION_PERFORM: frozenset({R.TECHNICIAN, R.IPC_ANALYST}),
    Permission.PERSON_MANAGE: frozenset({R.SECURITY_ADMINISTRATOR}),
    Permission.SELF_MANAGE: _EVERYBODY,
    Permission.POLICY_PUBLISH: frozenset({R.QA_REVIEWER}),
    Permission.POLICY_ACKNOWLEDGE: _EVERYBODY,
    Permission.TRAINING_RECORD: frozenset({R.SUPERVISOR, R.QA_REVIEWER}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The person who acts, the roles held now, and the account and login used."""

    person: str
    printed_name: str
    roles: frozenset[Role]
    account: str
    login: str

    def may(self, permission: Permission) -> bool:
        """Tell whether any of this person's roles carries the permission."""
        return bool(self.roles & AUTHORITY[permission])

    def role_for(self, permission: Permission) -> str:
        """Return the title of the role this person uses the permission by, for the manifest."""
        held = sorted(self.roles & AUTHORITY[permission])
        return Role(held[0]).title if held else ""


SYSTEM = Actor(
    person="system", printed_name="Countersign", roles=frozenset(), account="system", login="system"
)
"""The software itself: it acts only where a command says that no person does."""
