"""What is done with training: recorded with a signature, withdrawn with a reason."""

from audit.events import Action
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.training import rules

RECORD = Transition(
    act="training.record",
    words="record the training",
    permission=Permission.TRAINING_RECORD,
    event=Action.TRAINING_RECORD,
    meaning=Meaning.TRAINED,
    guards=(
        rules.sheet_has_lines,
        rules.persons_are_registered,
        rules.masters_are_loaded,
        rules.days_are_in_order,
        rules.nobody_records_their_own,
        rules.nobody_trains_themselves,
    ),
)
WITHDRAW = Transition(
    act="training.withdraw",
    words="withdraw the training sheet",
    permission=Permission.TRAINING_RECORD,
    event=Action.TRAINING_WITHDRAW,
    guards=(rules.sheet_counts,),
    reason_required=True,
)

LIFECYCLE = (RECORD, WITHDRAW)
"""The gate that training opens stands with the rules of steps: `actor_is_trained`."""
