"""The life of a calibration run: begun, read as found, locked, adjusted or not, read as left, completed."""

from audit.events import Action
from records.calibration.states import RunState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.calibration import run_rules as rules
from workflows.machine import Transition

S = RunState
_OPEN = frozenset({S.AS_FOUND, S.ADJUSTING})

BEGIN = Transition(
    act="calibration.begin",
    words="begin the calibration",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_BEGIN,
    guards=(
        rules.order_is_a_calibration,
        rules.order_is_in_progress,
        rules.procedure_is_in_force,
        rules.function_and_procedure_fit,
        rules.no_other_run_is_open,
        rules.technician_is_trained,
    ),
)
USE_STANDARD = Transition(
    act="calibration.use_standard",
    words="use the standard",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_STANDARD,
    sources=_OPEN,
    guards=(
        rules.order_is_in_progress,
        rules.standard_is_asked_for,
        rules.standard_is_valid,
        rules.standards_change_before_readings,
    ),
)
READ_CONDITION = Transition(
    act="calibration.read_condition",
    words="record the condition",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_CONDITION,
    sources=_OPEN,
    guards=(rules.order_is_in_progress,),
)
_READ = (
    rules.order_is_in_progress,
    rules.technician_is_trained,
    rules.phase_is_open,
    rules.point_is_the_procedures,
    rules.decided_before_as_left,
    rules.standards_are_at_hand,
    rules.conditions_are_kept,
)
READ = Transition(
    act="calibration.read",
    words="record the reading",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_READ,
    sources=_OPEN,
    guards=(*_READ, rules.uncertainty_supports_the_rule, rules.point_is_not_read_yet),
)
CORRECT = Transition(
    act="calibration.correct",
    words="correct the reading",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_CORRECT,
    sources=_OPEN,
    guards=(*_READ, rules.there_is_a_reading_to_correct),
    reason_required=True,
)
LOCK = Transition(
    act="calibration.lock_as_found",
    words="lock the as-found readings",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_LOCK,
    sources=frozenset({S.AS_FOUND}),
    target=S.ADJUSTING,
    guards=(
        rules.order_is_in_progress,
        rules.nothing_is_unsaved,
        rules.every_point_is_read,
        rules.standards_are_at_hand,
        rules.conditions_are_kept,
    ),
)
WAIVE = Transition(
    act="calibration.waive_as_found",
    words="approve the calibration without as-found",
    permission=Permission.CALIBRATION_APPROVE,
    event=Action.CALIBRATION_WAIVE,
    sources=frozenset({S.AS_FOUND}),
    target=S.ADJUSTING,
    meaning=Meaning.APPROVED,
    guards=(rules.waiver_is_by_another,),
    reason_required=True,
)
ADJUST = Transition(
    act="calibration.adjust",
    words="adjust the instrument",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_ADJUST,
    sources=frozenset({S.ADJUSTING}),
    guards=(
        rules.order_is_in_progress,
        rules.nothing_is_unsaved,
        rules.adjustment_says_what,
        rules.no_adjustment_is_explained,
    ),
)
COMPLETE = Transition(
    act="calibration.complete",
    words="complete the calibration",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_STATE,
    sources=frozenset({S.ADJUSTING}),
    target=S.COMPLETED,
    meaning=Meaning.CALIBRATED,
    guards=(
        rules.order_is_in_progress,
        rules.technician_is_trained,
        rules.nothing_is_unsaved,
        rules.adjustment_is_decided,
        rules.every_point_is_read,
        rules.standards_are_at_hand,
        rules.conditions_are_kept,
        rules.restriction_is_explained,
    ),
)
VOID = Transition(
    act="calibration.void",
    words="make the calibration void",
    permission=Permission.CALIBRATION_PERFORM,
    event=Action.CALIBRATION_STATE,
    sources=_OPEN,
    target=S.VOID,
    reason_required=True,
)

RUN_LIFECYCLE = (BEGIN, USE_STANDARD, READ_CONDITION, READ, CORRECT, LOCK, WAIVE, ADJUST, COMPLETE, VOID)
"""A void run stays on record with its readings; an out-of-tolerance state that it began stays too."""
