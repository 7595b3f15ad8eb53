"""The life of a lot: from quarantine to a decision of the quality unit (211.80-211.87)."""

from audit.events import Action
from records.material.states import LotState
from signatures.meaning import Meaning
from workflows.authority import Permission
from workflows.machine import Transition
from workflows.material import rules

S = LotState

DEFINE = Transition(
    act="material.define",
    words="define the material",
    permission=Permission.LOT_RECEIVE,
    event=Action.MATERIAL_DEFINE,
    guards=(rules.material_is_new,),
)
RECEIVE = Transition(
    act="lot.receive",
    words="receive the lot",
    permission=Permission.LOT_RECEIVE,
    event=Action.LOT_RECEIVE,
    guards=(
        rules.lot_is_new,
        rules.material_is_defined,
        rules.quantity_is_positive,
        rules.quantity_can_be_measured,
        rules.attributes_are_numbers,
    ),
)
ADJUST = Transition(
    act="lot.adjust",
    words="adjust the lot's balance",
    permission=Permission.LOT_RECEIVE,
    event=Action.LOT_MOVE,
    guards=(rules.adjustment_is_possible,),
    reason_required=True,
)
TEST = Transition(
    act="lot.test",
    words="put the lot under test",
    permission=Permission.LOT_DISPOSE,
    event=Action.LOT_STATUS,
    sources=frozenset({S.QUARANTINE}),
    target=S.UNDER_TEST,
)
RELEASE = Transition(
    act="lot.release",
    words="release the lot",
    permission=Permission.LOT_DISPOSE,
    event=Action.LOT_STATUS,
    sources=frozenset({S.QUARANTINE, S.UNDER_TEST, S.CONDITIONAL, S.ON_HOLD}),
    target=S.RELEASED,
    meaning=Meaning.APPROVED,
    guards=(rules.lot_is_not_expired, rules.lot_is_not_decided_with_its_batch),
)
HOLD = Transition(
    act="lot.hold",
    words="hold the lot",
    permission=Permission.LOT_DISPOSE,
    event=Action.LOT_STATUS,
    sources=frozenset({S.QUARANTINE, S.UNDER_TEST, S.RELEASED, S.CONDITIONAL}),
    target=S.ON_HOLD,
    reason_required=True,
)
REJECT = Transition(
    act="lot.reject",
    words="reject the lot",
    permission=Permission.LOT_DISPOSE,
    event=Action.LOT_STATUS,
    sources=frozenset({S.QUARANTINE, S.UNDER_TEST, S.RELEASED, S.CONDITIONAL, S.ON_HOLD}),
    target=S.REJECTED,
    reason_required=True,
)

STATUS: dict[LotState, Transition] = {
    row.target: row for row in (TEST, RELEASE, HOLD, REJECT) if isinstance(row.target, LotState)
}
"""The act that brings a lot to each status; a lot begins in quarantine and never returns to it."""

LIFECYCLE = (DEFINE, RECEIVE, ADJUST, TEST, RELEASE, HOLD, REJECT)
