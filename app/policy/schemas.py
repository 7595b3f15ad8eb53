"""What the pages of the policy of signatures send."""

from marshmallow import fields, validate

from app.forms import Form, SignedForm, Text

_TITLE = {"label": "Title"}
_TEXT = {"label": "Text"}
_DAY = {"label": "Effective from"}


class DraftForm(Form):
    """A wording to be looked at before it is signed."""

    do = fields.String(required=True, validate=validate.OneOf(["look"]))
    title = Text(required=True, longest=200, metadata=_TITLE)
    text = Text(required=True, longest=20_000, metadata=_TEXT)
    effective_on = fields.Date(required=True, metadata=_DAY)


class PublishForm(SignedForm):
    """The same wording, signed for publication."""

    do = fields.String(required=True, validate=validate.OneOf(["publish"]))
    title = Text(required=True, longest=200, metadata=_TITLE)
    text = Text(required=True, longest=20_000, metadata=_TEXT)
    effective_on = fields.Date(required=True, metadata=_DAY)
