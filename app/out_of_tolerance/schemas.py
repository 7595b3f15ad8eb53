"""What the pages of instruments out of tolerance send."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validates_schema

from app.fields import Amount, SiteTime
from app.forms import Form, SignedForm, Text
from records.calibration.indication import PointError
from records.out_of_tolerance.states import Decision, Distribution, ErrorBasis

POINTS = 9
"""Points a form has room for: five rising and four falling."""


class CaseForm(Form):
    """A case to be opened: the errors as found, a reading and its error to each line."""

    asset = Text(longest=40, required=True, metadata={"label": "Asset"})
    evidence = Text(longest=400, required=True, metadata={"label": "What showed the error"})
    last_good = Text(longest=400, required=True, metadata={"label": "Last good result"})
    last_good_at = SiteTime(required=True, metadata={"label": "Last good at"})
    found_at = SiteTime(required=True, metadata={"label": "Found at"})
    basis = fields.Enum(ErrorBasis, by_value=True, required=True, metadata={"label": "Errors are"})
    unit = Text(longest=40, required=True, metadata={"label": "Unit"})
    reading = fields.List(fields.String(), load_default=list, metadata={"label": "Reading"})
    error = fields.List(fields.String(), load_default=list, metadata={"label": "Error"})

    @validates_schema
    def _pairs(self, data: Mapping[str, Any], **_settings: object) -> None:
        self.points(data)

    @staticmethod
    def points(data: Mapping[str, Any]) -> list[PointError]:
        """Return the points given; a line left empty counts for nothing."""
        lines = zip(data["reading"], data["error"], strict=False)
        return [_point(reading, error) for reading, error in lines if reading.strip() or error.strip()]


class ChoiceForm(Schema):
    """What is about to be decided, as the address of the signing page gives it."""

    decision = fields.Enum(Decision, by_value=True, required=True, metadata={"label": "Decision"})
    distribution = fields.Enum(
        Distribution, by_value=True, load_default=None, metadata={"label": "Distribution"}
    )


class DecisionForm(SignedForm):
    """A signed decision on one finding."""

    decision = fields.Enum(Decision, by_value=True, required=True, metadata={"label": "Decision"})
    distribution = fields.Enum(
        Distribution, by_value=True, load_default=None, metadata={"label": "Distribution"}
    )


def _point(reading: str, error: str) -> PointError:
    amount = Amount()
    try:
        return PointError(applied=amount.deserialize(reading), error=amount.deserialize(error))
    except ValidationError as refused:
        said = " ".join(str(text) for text in refused.messages)
        raise ValidationError({"error": [f"at the reading {reading or '(empty)'}: {said}"]}) from refused
