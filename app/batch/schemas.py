"""What the pages of orders and batches send."""

from marshmallow import fields

from app.fields import Amount
from app.forms import Form, Text


class OrderForm(Form):
    """An order to be planned."""

    master = Text(required=True, longest=80, metadata={"label": "Master"})
    quantity = Amount(required=True, metadata={"label": "Quantity"})
    unit = Text(required=True, longest=40, metadata={"label": "Unit"})
    due_on = fields.Date(metadata={"label": "Due on"})
    number = Text(longest=40, metadata={"label": "Order number"})


class NewBatchForm(Form):
    """The batch of an order to be created."""

    number = Text(longest=40, metadata={"label": "Batch number"})
