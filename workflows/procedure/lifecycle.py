"""The life of a master version, as one table: prepared, checked, approved, effective (211.186(a))."""

from audit.events import Action
from records.procedure.states import ProcedureState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.procedure import rules

S = ProcedureState

LOAD = Transition(
    act="master.load",
    words="load the master",
    permission=Permission.MASTER_LOAD,
    event=Action.MASTER_LOAD,
    guards=(rules.version_is_new,),
)
AUTHOR_SIGN = Transition(
    act="master.author_sign",
    words="sign the master as its author",
    permission=Permission.MASTER_AUTHOR,
    event=Action.MASTER_STATE,
    sources=frozenset({S.DRAFT, S.CHANGES_REQUESTED}),
    target=S.IN_REVIEW,
    meaning=Meaning.AUTHORED,
    guards=(
        rules.author_is_the_one_who_loaded,
        rules.every_group_is_there,
        rules.definition_has_no_errors,
    ),
)
"""From `changes_requested` the author answers for the same content again; a changed one is a new version."""

RUN_CASES = Transition(
    act="master.run_cases",
    words="execute the test cases of the master",
    permission=Permission.MASTER_CHECK,
    event=Action.MASTER_TEST,
    sources=frozenset({S.IN_REVIEW, S.CHECKED, S.APPROVED}),
    guards=(rules.checker_is_not_the_author, rules.there_are_cases),
)
CHECK = Transition(
    act="master.check",
    words="check the master",
    permission=Permission.MASTER_CHECK,
    event=Action.MASTER_STATE,
    sources=frozenset({S.IN_REVIEW}),
    target=S.CHECKED,
    meaning=Meaning.CHECKED,
    guards=(rules.checker_is_not_the_author, rules.no_case_failed, rules.calculations_are_proved),
)
REQUEST_CHANGES = Transition(
    act="master.request_changes",
    words="request changes of the master",
    permission=Permission.MASTER_CHECK,
    event=Action.MASTER_STATE,
    sources=frozenset({S.IN_REVIEW}),
    target=S.CHANGES_REQUESTED,
    reason_required=True,
)
SEND_BACK = Transition(
    act="master.send_back",
    words="send the master back",
    permission=Permission.MASTER_APPROVE,
    event=Action.MASTER_STATE,
    sources=frozenset({S.IN_REVIEW, S.CHECKED}),
    target=S.CHANGES_REQUESTED,
    reason_required=True,
)
APPROVE = Transition(
    act="master.approve",
    words="approve the master",
    permission=Permission.MASTER_APPROVE,
    event=Action.MASTER_STATE,
    sources=frozenset({S.CHECKED}),
    target=S.APPROVED,
    meaning=Meaning.APPROVED,
    guards=(rules.approver_is_neither_author_nor_checker,),
)
MAKE_EFFECTIVE = Transition(
    act="master.make_effective",
    words="make the master effective",
    permission=Permission.MASTER_APPROVE,
    event=Action.MASTER_STATE,
    sources=frozenset({S.APPROVED}),
    target=S.EFFECTIVE,
    guards=(
        rules.approval_stands,
        rules.no_case_failed,
        rules.calculations_are_proved,
        rules.date_is_not_past,
        rules.previous_version_is_the_one_superseded,
        rules.previous_version_is_effective_before,
    ),
)
WITHDRAW = Transition(
    act="master.withdraw",
    words="withdraw the master",
    permission=Permission.MASTER_AUTHOR,
    event=Action.MASTER_STATE,
    sources=frozenset({S.DRAFT, S.IN_REVIEW, S.CHANGES_REQUESTED, S.CHECKED, S.APPROVED}),
    target=S.WITHDRAWN,
    reason_required=True,
)
RETIRE = Transition(
    act="master.retire",
    words="retire the master",
    permission=Permission.MASTER_APPROVE,
    event=Action.MASTER_STATE,
    sources=frozenset({S.EFFECTIVE, S.SUPERSEDED}),
    target=S.RETIRED,
    reason_required=True,
)

LIFECYCLE = (
    LOAD,
    AUTHOR_SIGN,
    RUN_CASES,
    CHECK,
    REQUEST_CHANGES,
    SEND_BACK,
    APPROVE,
    MAKE_EFFECTIVE,
    WITHDRAW,
    RETIRE,
)
"""A version that another one supersedes becomes `superseded` by the other's act."""
