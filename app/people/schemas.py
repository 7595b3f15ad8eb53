"""What the pages about people send and are asked for."""

from marshmallow import fields, validate

from app.forms import Form, ReasonedForm, Secret, Text
from app.people.queries import SORTS
from records.personnel.states import Role


class ListingForm(Form):
    """The part of the list asked for, in the address."""

    search = Text(longest=100, load_default="")
    sort = fields.String(validate=validate.OneOf(SORTS), load_default="name")
    order = fields.String(validate=validate.OneOf(["ascending", "descending"]), load_default="ascending")
    page = fields.Integer(validate=validate.Range(min=1, max=100_000), load_default=1)


class PersonForm(Form):
    """A new person with their account; the password is told to them and changed by them."""

    printed_name = Text(required=True, longest=100, metadata={"label": "Printed name"})
    number = Text(longest=40, metadata={"label": "Personnel number"})
    user_name = Text(required=True, longest=64, metadata={"label": "User name"})
    password = Secret(required=True, metadata={"label": "One-time password"})


class RoleForm(ReasonedForm):
    """A role to grant or revoke."""

    role = fields.Enum(Role, by_value=True, required=True, metadata={"label": "Role"})
