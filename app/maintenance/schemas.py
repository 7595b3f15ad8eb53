"""What the pages of maintenance send."""

from marshmallow import fields, validate

from app.fields import Amount, SiteTime
from app.forms import Form, ReasonedForm, SignedForm, Text
from records.maintenance.states import Basis, CalendarUnit, CountedEvent, PlanKind, ReadingKind

_MOST = validate.Range(0, 1_000_000, error="is 0 to 1000000.")


class PlanForm(Form):
    """The next version of a plan; a trigger whose interval is left empty is none."""

    code = Text(longest=30, required=True, metadata={"label": "Plan"})
    title = Text(longest=200, required=True, metadata={"label": "What is done"})
    kind = fields.Enum(PlanKind, by_value=True, required=True, metadata={"label": "Kind"})
    assets = Text(longest=4000, required=True, metadata={"label": "Assets"})
    calendar_every = fields.Integer(validate=_MOST, metadata={"label": "Interval of the calendar"})
    calendar_unit = fields.Enum(CalendarUnit, by_value=True, metadata={"label": "Counted in"})
    calendar_basis = fields.Enum(Basis, by_value=True, metadata={"label": "Counted from"})
    calendar_early = fields.Integer(load_default=0, validate=_MOST, metadata={"label": "Days early"})
    calendar_late = fields.Integer(load_default=0, validate=_MOST, metadata={"label": "Days of grace"})
    meter = Text(longest=40, metadata={"label": "Meter"})
    meter_every = Amount(metadata={"label": "Interval of the meter"})
    meter_early = Amount(metadata={"label": "Units early"})
    meter_late = Amount(metadata={"label": "Units of grace"})
    event = fields.Enum(CountedEvent, by_value=True, metadata={"label": "Event"})
    event_after = fields.Integer(validate=_MOST, metadata={"label": "Times"})
    hours = Amount(required=True, metadata={"label": "Estimated hours"})
    lead_days = fields.Integer(load_default=0, validate=_MOST, metadata={"label": "Order raised, days"})
    stop_days = fields.Integer(load_default=0, validate=_MOST, metadata={"label": "Days until the stop"})
    lock_out = fields.Boolean(load_default=False, metadata={"label": "Lock-out"})
    signatures = fields.List(fields.String(), load_default=list, metadata={"label": "Signatures"})
    procedure = Text(longest=40, required=True, metadata={"label": "Procedure"})


class EnrolForm(Form):
    """An asset to be put under a plan."""

    asset = Text(longest=40, required=True, metadata={"label": "Asset"})
    done_at = SiteTime(required=True, metadata={"label": "Work last done"})
    evidence = Text(longest=400, required=True, metadata={"label": "Record of it"})


class ExtensionDraft(Form):
    """An extension to be looked at before it is signed."""

    do = fields.String(required=True, validate=validate.Equal("look"))
    extended_to = fields.Date(required=True, metadata={"label": "New date"})
    risk = Text(longest=4000, required=True, metadata={"label": "Basis of the risk"})


class ExtensionForm(SignedForm):
    """An extension as it is signed."""

    do = fields.String()
    extended_to = fields.Date(required=True, metadata={"label": "New date"})
    risk = Text(longest=4000, required=True, metadata={"label": "Basis of the risk"})


class MeterForm(Form):
    """A meter to be defined."""

    asset = Text(longest=40, required=True, metadata={"label": "Asset"})
    code = Text(longest=40, required=True, metadata={"label": "Meter"})
    title = Text(longest=200, required=True, metadata={"label": "What it counts"})
    unit = Text(longest=20, required=True, metadata={"label": "Unit"})
    rollover_at = Amount(metadata={"label": "Begins again at"})
    most_per_day = Amount(metadata={"label": "Most in a day"})


class ReadingForm(ReasonedForm):
    """What a meter shows."""

    value = Amount(required=True, metadata={"label": "Reading"})
    kind = fields.Enum(
        ReadingKind, by_value=True, load_default=ReadingKind.READING, metadata={"label": "How it continues"}
    )
    old_final = Amount(metadata={"label": "Last of the old meter"})
    read_at = SiteTime(metadata={"label": "Read earlier, at"})


class EventForm(ReasonedForm):
    """Something that happened to an asset and counts towards its maintenance."""

    event = fields.Enum(CountedEvent, by_value=True, required=True, metadata={"label": "Event"})
    cause = Text(longest=400, required=True, metadata={"label": "Record behind it"})
    happened_at = SiteTime(metadata={"label": "Happened earlier, at"})
