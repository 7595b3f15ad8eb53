"""What can happen to a step and to an exception, as one table each (batch-records section 4)."""

from audit.events import Action
from records.execution.states import ExceptionState, StepState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.execution import exception_rules, rules, signer_rules
from workflows.machine import Transition

S = StepState
E = ExceptionState

_AT_WORK = (
    rules.owner_is_executable,
    signer_rules.actor_is_trained,
    rules.step_is_ready,
    rules.nothing_blocks_execution,
    rules.nothing_is_awaited,
    rules.equipment_may_be_used,
    rules.line_is_still_clear,
)
_STARTED = frozenset({S.READY, S.IN_PROGRESS})

ENTER = Transition(
    act="enter",
    words="enter a value",
    permission=Permission.STEP_PERFORM,
    event=Action.ENTRY_RECORD,
    sources=_STARTED | {S.NOT_READY},
    guards=(
        *_AT_WORK,
        signer_rules.actor_performs_here,
        signer_rules.actor_is_independent,
        rules.field_is_given_by_a_person,
        rules.identity_comes_first,
        rules.label_is_printed,
        rules.field_is_empty,
    ),
)
"""A step that is not ready yet is refused by its guard, which says what it waits for."""

ENTER_LATE = Transition(
    act="enter_late",
    words="enter a value late",
    permission=Permission.STEP_PERFORM,
    event=Action.ENTRY_RECORD,
    sources=_STARTED | {S.NOT_READY},
    guards=(*ENTER.guards, rules.stated_time_is_past, rules.stated_time_follows_the_step_before),
    reason_required=True,
)
REFUSE_SCAN = Transition(
    act="refuse_scan",
    words="record a refused scan",
    permission=Permission.STEP_PERFORM,
    event=Action.SCAN_REFUSE,
    guards=(rules.owner_is_correctable, rules.step_is_ready, signer_rules.actor_performs_here),
)
CORRECT = Transition(
    act="correct",
    words="correct a value",
    permission=Permission.STEP_PERFORM,
    event=Action.ENTRY_CORRECT,
    sources=frozenset({S.IN_PROGRESS, S.AWAITING_VERIFICATION, S.AWAITING_APPROVAL, S.DONE}),
    guards=(
        rules.owner_is_correctable,
        signer_rules.actor_is_trained,
        signer_rules.actor_performs_here,
        rules.field_is_given_by_a_person,
        rules.field_has_a_value,
    ),
    reason_required=True,
)
_PERFORM_GUARDS = (
    *_AT_WORK,
    signer_rules.actor_performs_next,
    signer_rules.actor_is_independent,
    signer_rules.reader_is_another_person,
    signer_rules.performing_comes_next,
    rules.every_field_is_filled,
    rules.labels_say_what_was_weighed,
    rules.values_out_of_limits_are_accepted,
    rules.late_entries_are_assessed,
    rules.equipment_is_in_use,
    rules.equipment_is_in_what_is_signed,
)
PERFORM = Transition(
    act="perform",
    words="complete the step",
    permission=Permission.STEP_PERFORM,
    event=Action.STEP_STATE,
    sources=_STARTED,
    guards=(*_PERFORM_GUARDS, signer_rules.step_takes_an_identified_entry),
)
PERFORM_SIGNED = Transition(
    act="perform_signed",
    words="sign the step as performed",
    permission=Permission.STEP_PERFORM,
    event=Action.STEP_STATE,
    sources=_STARTED,
    meaning=Meaning.PERFORMED,
    guards=_PERFORM_GUARDS,
)
VERIFY = Transition(
    act="verify",
    words="verify the step",
    permission=Permission.STEP_VERIFY,
    event=Action.STEP_STATE,
    sources=_STARTED | {S.AWAITING_VERIFICATION},
    meaning=Meaning.VERIFIED,
    guards=(
        rules.owner_is_correctable,
        signer_rules.actor_is_trained,
        rules.step_is_ready,
        rules.equipment_may_be_used,
        signer_rules.actor_verifies_here,
        signer_rules.actor_is_independent,
        signer_rules.verifying_comes_next,
        rules.every_field_is_filled,
        rules.values_out_of_limits_are_accepted,
        rules.late_entries_are_assessed,
        rules.equipment_is_in_use,
        rules.equipment_is_in_what_is_signed,
        signer_rules.verifier_is_another_person,
    ),
)
DISAGREE = Transition(
    act="disagree",
    words="refuse to verify the step",
    permission=Permission.STEP_VERIFY,
    event=Action.STEP_STATE,
    sources=frozenset({S.AWAITING_VERIFICATION, S.AWAITING_APPROVAL}),
    meaning=Meaning.NOT_VERIFIED,
    guards=(
        rules.owner_is_correctable,
        signer_rules.actor_is_trained,
        signer_rules.actor_vouches_next,
        signer_rules.verifier_is_another_person,
    ),
    reason_required=True,
)
APPROVE = Transition(
    act="approve",
    words="approve the step",
    permission=Permission.STEP_APPROVE,
    event=Action.STEP_STATE,
    sources=_STARTED | {S.AWAITING_APPROVAL},
    meaning=Meaning.APPROVED,
    guards=(
        rules.owner_is_correctable,
        signer_rules.actor_is_trained,
        rules.step_is_ready,
        rules.equipment_may_be_used,
        signer_rules.actor_approves_here,
        signer_rules.actor_is_independent,
        signer_rules.approving_comes_next,
        rules.every_field_is_filled,
        rules.values_out_of_limits_are_accepted,
        rules.late_entries_are_assessed,
        rules.equipment_is_in_use,
        rules.equipment_is_in_what_is_signed,
        signer_rules.verifier_is_another_person,
    ),
)
SKIP = Transition(
    act="skip",
    words="leave the step out",
    permission=Permission.STEP_SUPERVISE,
    event=Action.STEP_NOT_APPLICABLE,
    sources=_STARTED,
    meaning=Meaning.NOT_APPLICABLE,
    guards=(rules.owner_is_correctable, signer_rules.actor_is_trained, rules.step_is_ready),
    reason_required=True,
)
ATTACH = Transition(
    act="attach",
    words="attach a file",
    permission=Permission.STEP_PERFORM,
    event=Action.FILE_ATTACH,
    sources=_STARTED,
    guards=(
        *_AT_WORK,
        signer_rules.actor_performs_here,
        rules.field_is_given_by_a_person,
        rules.field_takes_a_file,
        rules.field_is_empty,
    ),
)
REPLACE_FILE = Transition(
    act="replace_file",
    words="replace the file",
    permission=Permission.STEP_PERFORM,
    event=Action.ENTRY_CORRECT,
    sources=CORRECT.sources,
    guards=(*CORRECT.guards, rules.field_takes_a_file),
    reason_required=True,
)
REMARK = Transition(
    act="remark",
    words="make a remark",
    permission=Permission.STEP_PERFORM,
    event=Action.REMARK,
    guards=(rules.owner_is_not_closed,),
)
BREACH = Transition(
    act="breach",
    words="record a breached time limit",
    permission=Permission.STEP_PERFORM,
    event=Action.LIMIT_BREACH,
    by_system=True,
)

_GIVE = (ENTER, ENTER_LATE, CORRECT, ATTACH, REPLACE_FILE)
STEP_LIFECYCLE = (*_GIVE, PERFORM, PERFORM_SIGNED, VERIFY, DISAGREE, APPROVE, SKIP)

RAISE = Transition(
    act="raise",
    words="report a problem",
    permission=Permission.STEP_PERFORM,
    event=Action.EXCEPTION_OPEN,
    guards=(rules.owner_is_not_closed,),
)
ASSESS = Transition(
    act="assess",
    words="assess the exception",
    permission=Permission.STEP_SUPERVISE,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.OPEN, E.RETURNED}),
    target=E.ASSESSED,
    guards=(
        exception_rules.exception_belongs_to_an_open_record,
        signer_rules.actor_is_trained,
        exception_rules.assessor_did_not_enter_the_value,
    ),
    reason_required=True,
)
ACCEPT_VALUE = Transition(
    act="accept_value",
    words="accept the value",
    permission=Permission.STEP_SUPERVISE,
    event=Action.EXCEPTION_STATE,
    sources=frozenset({E.OPEN, E.RETURNED, E.ASSESSED}),
    target=E.ASSESSED,
    meaning=Meaning.VALUE_ACCEPTED,
    guards=(
        exception_rules.exception_belongs_to_an_open_record,
        signer_rules.actor_is_trained,
        exception_rules.exception_is_about_a_value,
        exception_rules.value_is_not_accepted_yet,
        exception_rules.acceptor_did_not_enter_the_value,
    ),
    reason_required=True,
)

EXCEPTION_LIFECYCLE = (RAISE, ASSESS, ACCEPT_VALUE)
