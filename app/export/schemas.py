"""What the forms about copies send."""

from marshmallow import fields, validate

from app.forms import Form
from workflows.export.facts import CopyForm


class CopyAsked(Form):
    """A copy in one form."""

    form = fields.String(
        required=True, validate=validate.OneOf([form.value for form in CopyForm]), metadata={"label": "Form"}
    )
