"""What the pages of training send."""

from typing import Any

from marshmallow import fields, validate

from app.forms import Form, SignedForm, Text
from records.training.subjects import SubjectKind


class CsvText(fields.String):
    """Lines of CSV: nothing is trimmed, lines end as on Unix."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ANN401 -- marshmallow's signature
        return super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n")


class ImportForm(Form):
    """Lines to be looked at before they are signed; a file chosen is read from the request itself."""

    do = fields.String(required=True, validate=validate.OneOf(["import"]))
    text = CsvText(load_default="", metadata={"label": "Lines"})


class TrainingForm(Form):
    """One training of several persons, to be looked at before it is signed."""

    do = fields.String(required=True, validate=validate.OneOf(["form"]))
    persons = fields.List(Text(longest=40), required=True, metadata={"label": "Persons"})
    kind = fields.Enum(SubjectKind, by_value=True, required=True, metadata={"label": "Kind"})
    subject = Text(required=True, longest=80, metadata={"label": "Trained for"})
    version = Text(load_default="", longest=40, metadata={"label": "Version"})
    trained_from = fields.Date(required=True, metadata={"label": "Trained from"})
    valid_until = fields.Date(load_default=None, metadata={"label": "Valid until"})
    trainer = Text(required=True, longest=100, metadata={"label": "Trainer"})
    evidence = Text(required=True, longest=200, metadata={"label": "Evidence"})


class RecordForm(SignedForm):
    """The lines that were looked at, signed."""

    do = fields.String(required=True, validate=validate.OneOf(["record"]))
    text = CsvText(required=True, metadata={"label": "Lines"})
    source_name = fields.String(load_default="", validate=validate.Length(max=200))
