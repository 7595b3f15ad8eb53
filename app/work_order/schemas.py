"""What the pages of work orders send."""

from marshmallow import fields, validate

from app.fields import Amount, SiteTime
from app.forms import Form, ReasonedForm, Text
from records.work_order.states import OrderKind, Priority, SourceKind

_FROM = (SourceKind.REQUEST, SourceKind.EXCEPTION, SourceKind.FOLLOW_UP)
"""What a person raises an order from; plans and findings raise theirs by commands."""


class RequestForm(Form):
    """A request: which asset, what is wrong; it never says who must sign, or by which procedure (C5)."""

    asset = Text(required=True, longest=64, metadata={"label": "Asset"})
    title = Text(required=True, longest=200, metadata={"label": "What is wrong"})
    description = Text(longest=4000, load_default="", metadata={"label": "More"})
    order_kind = fields.Enum(
        OrderKind, by_value=True, load_default=OrderKind.CORRECTIVE, metadata={"label": "Kind"}
    )
    priority = fields.Enum(
        Priority, by_value=True, load_default=Priority.NORMAL, metadata={"label": "Priority"}
    )
    source_kind = fields.String(
        load_default=SourceKind.REQUEST.value,
        validate=validate.OneOf([one.value for one in _FROM]),
        metadata={"label": "Raised from"},
    )
    source = Text(longest=100, metadata={"label": "Source"})


class PlanningForm(Form):
    """What a planner decides."""

    master = Text(longest=64, metadata={"label": "Procedure"})
    lock_out = fields.Boolean(load_default=False, metadata={"label": "Lock-out"})
    leaves_dirty = fields.Boolean(load_default=False, metadata={"label": "Cleaned afterwards"})
    due_at = SiteTime(metadata={"label": "Due"})


class ScheduleForm(Form):
    """Who does it, and when it begins."""

    assignee = Text(required=True, longest=64, metadata={"label": "Technician"})
    scheduled_at = SiteTime(required=True, metadata={"label": "Begins"})


class StartForm(Form):
    """What was scanned where the work begins."""

    scanned = Text(required=True, longest=64, metadata={"label": "Asset"})


class ChangeForm(Form):
    """A changed part or firmware."""

    what = Text(required=True, longest=200, metadata={"label": "What was changed"})
    firmware = Text(longest=64, metadata={"label": "Firmware version"})


class CheckForm(Form):
    """A verification after the repair."""

    what = Text(required=True, longest=400, metadata={"label": "What was verified"})
    passed = fields.String(
        required=True, validate=validate.OneOf(["yes", "no"]), metadata={"label": "Passed"}
    )


class AssessmentForm(ReasonedForm):
    """Whether a requalification is needed; the reason is the rationale."""

    needed = fields.String(
        required=True, validate=validate.OneOf(["yes", "no"]), metadata={"label": "Requalification"}
    )


class PartForm(Form):
    """A part taken from a lot."""

    lot = Text(required=True, longest=64, metadata={"label": "Lot"})
    quantity = Amount(required=True, metadata={"label": "Quantity"})


class FailureForm(Form):
    """What failed, how and why."""

    mode = Text(required=True, longest=8, metadata={"label": "Mode"})
    mechanism = Text(required=True, longest=8, metadata={"label": "Mechanism"})
    cause = Text(required=True, longest=8, metadata={"label": "Cause"})
    text = Text(longest=2000, load_default="", metadata={"label": "In your own words"})
    down_from = SiteTime(metadata={"label": "Down from"})
    down_until = SiteTime(metadata={"label": "Down until"})
