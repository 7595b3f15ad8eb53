"""What the pages of reviews and investigations send."""

from typing import Any

from marshmallow import fields, post_load, validate

from app.forms import Form, ReasonedForm, Text
from records.procedure.vocabulary import Severity
from workflows.review.commands import Choice

ESCALATE = "escalate"


class DecisionForm(ReasonedForm):
    """A decision on one exception."""

    decision = fields.String(
        required=True, validate=validate.OneOf([*Choice, ESCALATE]), metadata={"label": "Decision"}
    )


class TogetherForm(ReasonedForm):
    """Several exceptions to be accepted together."""

    exceptions = fields.List(fields.String(), required=True, metadata={"label": "Exceptions"})

    @post_load
    def _each_once(self, data: dict[str, Any], **_settings: object) -> dict[str, Any]:
        return {**data, "exceptions": list(dict.fromkeys(data["exceptions"]))}


class OpenedForm(Form):
    """Things a reviewer has read."""

    items = fields.List(fields.String(), required=True, metadata={"label": "Items"})
    page = fields.Integer(load_default=1)


class FindingForm(Form):
    """Something the quality unit found that went otherwise than the master says."""

    text = Text(required=True, longest=2000, metadata={"label": "What was found"})
    severity = fields.Enum(Severity, by_value=True, required=True, metadata={"label": "Severity"})
    part = fields.String(validate=validate.Regexp(r"[0-9A-Za-z.]+/[0-9.]+"), metadata={"label": "Step"})


class InvestigationForm(Form):
    """An investigation to be opened."""

    title = Text(required=True, longest=200, metadata={"label": "Title"})
    exceptions = fields.List(fields.String(), required=True, metadata={"label": "Exceptions"})
