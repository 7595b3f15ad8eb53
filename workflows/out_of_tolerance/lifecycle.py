"""A case of an instrument out of tolerance, from the day it was found to the signed end (CAL-21)."""

from audit.events import Action
from records.out_of_tolerance.states import CaseState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.out_of_tolerance import rules

C = CaseState

OPEN = Transition(
    act="out_of_tolerance.open",
    words="open the case",
    permission=Permission.TOLERANCE_REPORT,
    event=Action.TOLERANCE_OPEN,
    guards=(
        rules.asset_is_known,
        rules.window_is_possible,
        rules.evidence_is_named,
        rules.something_is_off,
    ),
)
"""What it reaches is worked out in the same act, so that no case stands without its findings."""
LOOK_AGAIN = Transition(
    act="out_of_tolerance.look_again",
    words="look again what the case reaches",
    permission=Permission.TOLERANCE_REPORT,
    event=Action.TOLERANCE_FIND,
    sources=frozenset({C.OPEN}),
)
DECIDE = Transition(
    act="out_of_tolerance.decide",
    words="decide on the finding",
    permission=Permission.BATCH_REVIEW,
    event=Action.TOLERANCE_DECIDE,
    sources=frozenset({C.OPEN}),
    meaning=Meaning.ASSESSED,
    guards=(
        rules.released_record_says_where_it_is,
        rules.what_flips_is_a_deviation,
        rules.decider_took_no_part,
    ),
    reason_required=True,
)
CLOSE = Transition(
    act="out_of_tolerance.close",
    words="close the case",
    permission=Permission.BATCH_REVIEW,
    event=Action.TOLERANCE_CLOSE,
    sources=frozenset({C.OPEN}),
    target=C.CLOSED,
    meaning=Meaning.REACH_CLOSED,
    guards=(rules.every_finding_is_decided, rules.nothing_is_unlisted, rules.closer_did_not_open),
)
LIFECYCLE = (OPEN, LOOK_AGAIN, DECIDE, CLOSE)
