"""The life of functions, certificates and calibration procedures (211.160(b)(4))."""

from audit.events import Action
from records.calibration.states import ProcedureState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.calibration import rules
from workflows.machine import Transition

S = ProcedureState

DEFINE_FUNCTION = Transition(
    act="calibration.define_function",
    words="define the function and its limits",
    permission=Permission.CALIBRATION_APPROVE,
    event=Action.FUNCTION_DEFINE,
    meaning=Meaning.APPROVED,
    guards=(
        rules.function_has_a_name,
        rules.function_is_sound,
        rules.change_has_a_reason,
        rules.no_run_is_open,
    ),
)
RECORD_CERTIFICATE = Transition(
    act="calibration.record_certificate",
    words="record the certificate",
    permission=Permission.CALIBRATION_WRITE,
    event=Action.CERTIFICATE_RECORD,
    guards=(
        rules.certificate_has_a_number,
        rules.certificate_is_new,
        rules.certificate_days_are_in_order,
        rules.certificate_states_uncertainty,
        rules.chain_goes_on,
    ),
)
WRITE_PROCEDURE = Transition(
    act="calibration.write_procedure",
    words="write the calibration procedure",
    permission=Permission.CALIBRATION_WRITE,
    event=Action.CALIBRATION_PROCEDURE_WRITE,
    guards=(rules.procedure_has_a_number, rules.procedure_is_whole),
)
CHECK_PROCEDURE = Transition(
    act="calibration.check_procedure",
    words="check the calibration procedure",
    permission=Permission.CALIBRATION_CHECK,
    event=Action.CALIBRATION_PROCEDURE_STATE,
    sources=frozenset({S.DRAFT}),
    target=S.CHECKED,
    meaning=Meaning.CHECKED,
    guards=(rules.checker_did_not_write_it, rules.procedure_is_whole),
)
MAKE_PROCEDURE_EFFECTIVE = Transition(
    act="calibration.make_procedure_effective",
    words="make the calibration procedure effective",
    permission=Permission.CALIBRATION_APPROVE,
    event=Action.CALIBRATION_PROCEDURE_STATE,
    sources=frozenset({S.CHECKED}),
    target=S.EFFECTIVE,
    meaning=Meaning.APPROVED,
    guards=(rules.approver_is_a_third_person,),
)
WITHDRAW_PROCEDURE = Transition(
    act="calibration.withdraw_procedure",
    words="withdraw the calibration procedure",
    permission=Permission.CALIBRATION_APPROVE,
    event=Action.CALIBRATION_PROCEDURE_STATE,
    sources=frozenset({S.DRAFT, S.CHECKED, S.EFFECTIVE}),
    target=S.WITHDRAWN,
    reason_required=True,
)

PROCEDURE_LIFECYCLE = (WRITE_PROCEDURE, CHECK_PROCEDURE, MAKE_PROCEDURE_EFFECTIVE, WITHDRAW_PROCEDURE)
"""A version in force becomes `superseded` when a later one of its number is made effective."""
