"""What the material pages send."""

from typing import Any

from marshmallow import ValidationError, fields

from app.fields import Amount
from app.forms import Form, ReasonedForm, Text


class Attributes(fields.Field[dict[str, str]]):
    """Results a formula may use, one a line, as ``assay = 99.6``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:  # noqa: ANN401, ARG002 -- marshmallow's signature
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, str(value).splitlines())):
            name, equals, number = line.partition("=")
            if not equals or name.strip() in found:
                msg = f'holds the line "{line[:80]}"; write each result once, on its own line: assay = 99.6'
                raise ValidationError(msg)
            found[name.strip()] = number.strip()
        return found


class MaterialForm(Form):
    """A material to be defined."""

    code = Text(longest=40, required=True, metadata={"label": "Code"})
    title = Text(longest=200, required=True, metadata={"label": "Name"})
    unit = Text(longest=40, required=True, metadata={"label": "Unit"})
    material_class = Text(longest=80, required=True, metadata={"label": "Class"})


class LotForm(Form):
    """A lot to be received."""

    number = Text(longest=40, required=True, metadata={"label": "Lot number"})
    material = Text(longest=40, required=True, metadata={"label": "Material"})
    quantity = Amount(required=True, metadata={"label": "Quantity"})
    unit = Text(longest=40, required=True, metadata={"label": "Unit"})
    supplier = Text(longest=200, metadata={"label": "Supplier"})
    supplier_lot = Text(longest=80, metadata={"label": "Supplier's lot"})
    expires_on = fields.Date(metadata={"label": "Last day of use"})
    attributes = Attributes(metadata={"label": "Results"})


class AdjustmentForm(ReasonedForm):
    """What is added to a lot's balance, or taken from it."""

    change = Amount(required=True, metadata={"label": "Change"})
