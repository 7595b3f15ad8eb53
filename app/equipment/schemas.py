"""What the equipment pages send."""

from marshmallow import fields

from app.fields import Amount, SiteTime
from app.forms import Form, ReasonedForm, Text
from records.equipment.states import Axis, EquipmentLevel, GmpImpact


class AssetForm(Form):
    """An asset to be registered."""

    number = Text(longest=40, required=True, metadata={"label": "Asset number"})
    title = Text(longest=200, required=True, metadata={"label": "What it is"})
    maker = Text(longest=200, required=True, metadata={"label": "Maker"})
    model = Text(longest=200, required=True, metadata={"label": "Model"})
    serial = Text(longest=200, required=True, metadata={"label": "Serial number"})
    gmp_impact = fields.Enum(GmpImpact, by_value=True, required=True, metadata={"label": "GMP impact"})
    range_minimum = Amount(metadata={"label": "Range from"})
    range_maximum = Amount(metadata={"label": "Range to"})
    range_unit = Text(longest=40, metadata={"label": "Unit"})
    resolution = Amount(metadata={"label": "Resolution"})
    firmware = Text(longest=200, metadata={"label": "Firmware"})


class RoleForm(Form):
    """A role to be defined."""

    tag = Text(longest=40, required=True, metadata={"label": "Tag"})
    title = Text(longest=200, required=True, metadata={"label": "What it is for"})
    equipment_class = Text(longest=200, required=True, metadata={"label": "Class"})
    level = fields.Enum(EquipmentLevel, by_value=True, required=True, metadata={"label": "Level"})
    parent = Text(longest=40, metadata={"label": "Under"})
    room = Text(longest=40, metadata={"label": "Room"})


class MappingForm(ReasonedForm):
    """The role an asset takes."""

    tag = Text(longest=40, required=True, metadata={"label": "Role"})
    began_at = SiteTime(metadata={"label": "Began earlier, at"})


class StateForm(ReasonedForm):
    """A state to begin; which of its limits are asked for depends on the axis."""

    axis = fields.Enum(Axis, by_value=True, required=True, metadata={"label": "Aspect"})
    value = Text(longest=40, required=True, metadata={"label": "State"})
    cause = Text(longest=400, required=True, metadata={"label": "Record behind it"})
    began_at = SiteTime(metadata={"label": "Began earlier, at"})
    due_on = fields.Date(metadata={"label": "Due on"})
    warn_at = SiteTime(metadata={"label": "Warn from"})
    clean_until = SiteTime(metadata={"label": "Good until"})
    certificate = Text(longest=200, metadata={"label": "Certificate"})
    product_family = Text(longest=200, metadata={"label": "Family of products"})
    batch = Text(longest=40, metadata={"label": "Batch"})
    phase = Text(longest=200, metadata={"label": "Phase"})
    deviation = Text(longest=200, metadata={"label": "Deviation"})
