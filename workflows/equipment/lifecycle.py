"""The acts on equipment. An asset has no single state: each axis has its own, and its own hands."""

from audit.events import Action
from records.equipment.states import Axis
from workflows.authority import Permission
from workflows.equipment import rules
from workflows.equipment.hand_rules import HAND_RULES
from workflows.machine import Transition

DEFINE = Transition(
    act="equipment.define",
    words="define the role",
    permission=Permission.EQUIPMENT_MANAGE,
    event=Action.EQUIPMENT_DEFINE,
    guards=(rules.role_is_new, rules.parent_exists),
)
REGISTER = Transition(
    act="asset.register",
    words="register the asset",
    permission=Permission.EQUIPMENT_MANAGE,
    event=Action.ASSET_REGISTER,
    guards=(rules.asset_is_new, rules.range_is_whole),
)
MAP = Transition(
    act="asset.map",
    words="map the asset to the role",
    permission=Permission.EQUIPMENT_MANAGE,
    event=Action.ASSET_MAP,
    guards=(
        rules.role_exists,
        rules.role_is_another,
        rules.asset_is_not_retired,
        rules.mapping_begins_in_order,
        rules.late_mapping_has_a_reason,
    ),
)


def _begin(axis: Axis, permission: Permission) -> Transition:
    return Transition(
        act=f"asset.state.{axis}",
        words=f"begin a state of {axis}",
        permission=permission,
        event=Action.STATE_BEGIN,
        guards=(*rules.STATE_RULES, *HAND_RULES),
    )


BEGIN_STATE: dict[Axis, Transition] = {
    Axis.SERVICE: _begin(Axis.SERVICE, Permission.EQUIPMENT_MANAGE),
    Axis.QUALIFICATION: _begin(Axis.QUALIFICATION, Permission.EQUIPMENT_MANAGE),
    Axis.CALIBRATION: _begin(Axis.CALIBRATION, Permission.EQUIPMENT_MANAGE),
    Axis.CLEANING: _begin(Axis.CLEANING, Permission.EQUIPMENT_CLEAN),
    Axis.QUALITY: _begin(Axis.QUALITY, Permission.LOT_DISPOSE),
    Axis.CONTENT: _begin(Axis.CONTENT, Permission.EQUIPMENT_CLEAN),
}
"""Who may say what of an asset: quarantine and release from it are the quality unit's (211.22(a))."""

LIFECYCLE = (DEFINE, REGISTER, MAP, *BEGIN_STATE.values())
