"""What the pages of an execution send: one schema per act."""

import unicodedata
from typing import Any

from marshmallow import fields, validate

from app.fields import SiteTime
from app.forms import Form, ReasonedForm, SignedForm, Text
from records.material.gs1 import visible

ONE = "1"


class Raw(fields.String):
    """A value as it was typed or scanned, letter for letter, normalised (NFC) as the record is.

    The separator of a GS1 code becomes letters, so that the record shows where it stood.
    """

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ANN401 -- marshmallow's signature
        return visible(unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)))


class ValueForm(Form):
    """One value of a step; a typed code comes with why it was typed."""

    name = fields.String(required=True, metadata={"label": "Value"})
    value = Raw(required=True, metadata={"label": "A value"})
    value_source = fields.String(load_default="manual", validate=validate.OneOf(["manual", "scan"]))
    value_reason = Text(longest=200, metadata={"label": "Why typed"})
    stated_at = SiteTime(metadata={"label": "Time it was done"})
    reason = Text(longest=2000, metadata={"label": "Why it is entered late"})
    complete = fields.String(load_default="")


class CorrectionForm(ReasonedForm):
    """A value in the place of one given before, and why."""

    name = fields.String(required=True, metadata={"label": "Value"})
    value = Raw(required=True, metadata={"label": "A value"})
    value_source = fields.String(load_default="manual", validate=validate.OneOf(["manual", "scan"]))
    value_reason = Text(longest=200, metadata={"label": "Why typed"})
    replaces = fields.Integer(metadata={"label": "The value to be corrected"})


class FileForm(Form):
    """A photo or file of a step; the file itself stands beside the form's fields."""

    name = fields.String(required=True, metadata={"label": "Value"})


class ReplacementForm(ReasonedForm):
    """A photo or file in the place of one given before, and why."""

    name = fields.String(required=True, metadata={"label": "Value"})
    replaces = fields.Integer(metadata={"label": "The file to be replaced"})


class TimerForm(Form):
    """The start or the stop of a timer."""

    name = fields.String(required=True, metadata={"label": "Timer"})
    mark = fields.String(required=True, validate=validate.OneOf(["start", "stop"]))


class VouchForm(SignedForm):
    """A signature, by the person signed in or by a second person on this device."""

    handed_over = fields.String(load_default="")


class HandOverForm(SignedForm):
    """The answer of a second person on a device handed over."""

    answer = fields.String(
        required=True, validate=validate.OneOf(["agree", "disagree"]), metadata={"label": "Your answer"}
    )


class ProblemForm(Form):
    """What somebody noticed."""

    kind = Text(longest=64, metadata={"label": "What is wrong"})
    text = Text(required=True, longest=2000, metadata={"label": "Description"})


class RemarkForm(Form):
    """A remark that stays."""

    text = Text(required=True, longest=2000, metadata={"label": "Remark"})


class AssessForm(ReasonedForm):
    """What a supervisor says of an exception; `part` is the step it was seen at."""

    part = fields.String(load_default="")


class AcceptForm(VouchForm):
    """The acceptance of a value out of limits, signed, with the reason."""

    part = fields.String(load_default="")
