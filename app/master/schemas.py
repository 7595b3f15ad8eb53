"""What the pages of masters send."""

from typing import Any

from marshmallow import fields, validate

from app.fields import SiteTime
from app.forms import Form


class Source(fields.String):
    """The text of a master file as it was typed or read: nothing is trimmed, lines end as on Unix."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ANN401 -- marshmallow's signature
        return super()._deserialize(value, attr, data, **kwargs).replace("\r\n", "\n")


class FileForm(Form):
    """A master file, to be looked at or loaded; the file chosen is read from the request itself."""

    source = Source(metadata={"label": "Text of the file"})
    source_name = fields.String(
        load_default="", validate=validate.Length(max=200), metadata={"label": "Name of the file"}
    )
    do = fields.String(load_default="load", validate=validate.OneOf(["check", "load", "load_with_errors"]))


class EffectiveForm(Form):
    """From when on a master is effective: now, where nothing is said."""

    effective_at = SiteTime(metadata={"label": "Effective from"})
