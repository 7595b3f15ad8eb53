"""What the pages of calibration send."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.forms import Form, ReasonedForm, SignedForm, Text
from records.calibration.linearity import Line
from records.calibration.states import LimitBasis, Phase
from records.calibration.transfer import Interval, Transfer
from records.numbers import NumberError, parse_decimal


class Number(fields.Field[Decimal]):
    """A number as a person types it, read strictly: nothing is guessed or rounded."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_kwargs: Any) -> Decimal:  # noqa: ANN401, ARG002 -- marshmallow's signature
        try:
            return parse_decimal(str(value))
        except NumberError as error:
            raise ValidationError(error.message) from error


class BeginForm(Form):
    """Which function is calibrated, by which procedure."""

    function = Text(required=True, longest=40, metadata={"label": "Function"})
    procedure = Text(required=True, longest=80, metadata={"label": "Procedure"})


class StandardForm(Form):
    """A standard that was scanned."""

    asset = Text(required=True, longest=40, metadata={"label": "Standard"})


class ConditionForm(Form):
    """A condition of the room, by the sensor that shows it."""

    quantity = Text(required=True, longest=40, metadata={"label": "Condition"})
    value = Text(required=True, longest=64, metadata={"label": "Value"})
    unit = Text(required=True, longest=20, metadata={"label": "Unit"})
    sensor = Text(required=True, longest=40, metadata={"label": "Sensor"})


class ReadingForm(ReasonedForm):
    """A reading at a point; with a reason it corrects the one that stands."""

    phase = fields.Enum(Phase, by_value=True, required=True)
    seq = fields.Integer(required=True, metadata={"label": "Point"})
    repeat = fields.Integer(required=True, metadata={"label": "Reading"})
    raw = fields.String(load_default="", validate=validate.Length(max=100), metadata={"label": "Reading"})
    unit = fields.String(load_default="", validate=validate.Length(max=20), metadata={"label": "Unit"})
    read_at = fields.AwareDateTime(load_default=None, format="iso", metadata={"label": "Read at"})


class LockForm(Form):
    """The as-found readings to be locked; `unsaved` is what the device still keeps."""

    unsaved = fields.Integer(load_default=0)


class AdjustForm(ReasonedForm):
    """What was adjusted, or that nothing was."""

    do = fields.String(required=True, validate=validate.OneOf(["adjust", "nothing"]))
    what = Text(load_default="", longest=200, metadata={"label": "What was adjusted"})
    before = Text(load_default="", longest=100, metadata={"label": "Setting before"})
    after = Text(load_default="", longest=100, metadata={"label": "Setting after"})
    unsaved = fields.Integer(load_default=0)


class CompleteForm(SignedForm):
    """A run signed as complete."""

    use_lower = Number(metadata={"label": "Use from"})
    use_upper = Number(metadata={"label": "Use to"})
    unsaved = fields.Integer(load_default=0)


def use_of(form: dict[str, Any]) -> Interval | None:
    """Return the range that use is restricted to, where one is given."""
    lower, upper = form.get("use_lower"), form.get("use_upper")
    return None if lower is None or upper is None else Interval(lower=lower, upper=upper)


class FunctionForm(ReasonedForm):
    """A function of an instrument, to be looked at before it is signed."""

    asset = Text(required=True, longest=40, metadata={"label": "Instrument"})
    name = Text(required=True, longest=40, metadata={"label": "Function"})
    input_lower = Number(required=True, metadata={"label": "Input from"})
    input_upper = Number(required=True, metadata={"label": "Input to"})
    input_unit = Text(required=True, longest=20, metadata={"label": "Unit of the input"})
    output_lower = Number(required=True, metadata={"label": "Output from"})
    output_upper = Number(required=True, metadata={"label": "Output to"})
    output_unit = Text(required=True, longest=20, metadata={"label": "Unit of the output"})
    transfer = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in Transfer]),
        metadata={"label": "Transfer"},
    )
    table = Text(load_default="", metadata={"label": "Transfer table"})
    use_lower = Number(metadata={"label": "Used from"})
    use_upper = Number(metadata={"label": "Used to"})
    basis = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in LimitBasis]),
        metadata={"label": "Limits in"},
    )
    reject = Number(required=True, metadata={"label": "Reject limit"})
    adjust = Number(required=True, metadata={"label": "Adjust limit"})
    alert = Number(required=True, metadata={"label": "Alert limit"})
    process_tolerance = Number(required=True, metadata={"label": "What the process needs"})
    resolution = Number(required=True, metadata={"label": "Resolution"})


class SignedFunctionForm(FunctionForm, SignedForm):
    """The function that was looked at, signed."""


class ProcedureForm(Form):
    """A version of a procedure."""

    code = Text(required=True, longest=30, metadata={"label": "Number"})
    title = Text(required=True, longest=100, metadata={"label": "Title"})
    unit = Text(required=True, longest=20, metadata={"label": "Unit of the points"})
    points = Text(required=True, metadata={"label": "Points"})
    repeats = fields.Integer(required=True, metadata={"label": "Readings at each point"})
    soak_seconds = fields.Integer(required=True, metadata={"label": "Seconds to settle"})
    conditions = Text(required=True, metadata={"label": "Conditions"})
    standards = Text(required=True, longest=200, metadata={"label": "Standards"})
    minimum_ratio = Number(required=True, metadata={"label": "Least ratio"})
    rule_id = Text(required=True, longest=40, metadata={"label": "Decision rule"})
    factor = Number(metadata={"label": "Factor of the guard band"})
    reliability = Number(metadata={"label": "Share found in tolerance"})
    budget = Text(required=True, metadata={"label": "Uncertainty budget"})
    coverage = Number(metadata={"label": "Coverage factor"})
    line = fields.String(
        required=True, validate=validate.OneOf([one.value for one in Line]), metadata={"label": "Linearity"}
    )
    interval_days = fields.Integer(required=True, metadata={"label": "Interval in days"})
    qualification = Text(load_default="", longest=80, metadata={"label": "Training"})


class CertificateForm(Form):
    """A standard's certificate."""

    asset = Text(required=True, longest=40, metadata={"label": "Standard"})
    standard_class = Text(required=True, longest=40, metadata={"label": "Class"})
    certificate = Text(required=True, longest=40, metadata={"label": "Certificate"})
    laboratory = Text(required=True, longest=100, metadata={"label": "Laboratory"})
    accreditation = Text(load_default="", longest=60, metadata={"label": "Accreditation"})
    calibrated_on = fields.Date(required=True, metadata={"label": "Calibrated on"})
    valid_until = fields.Date(required=True, metadata={"label": "Valid until"})
    parent = Text(load_default="", longest=40, metadata={"label": "Calibrated by"})
    ranges = Text(required=True, metadata={"label": "Ranges"})
