"""What the pages about people send."""

from marshmallow import fields

from app.forms import Form, ReasonedForm, Secret, Text
from records.personnel.states import Role


class PersonForm(Form):
    """A new person with their account; the password is told to them and changed by them."""

    printed_name = Text(required=True, longest=100, metadata={"label": "Printed name"})
    number = Text(longest=40, metadata={"label": "Personnel number"})
    user_name = Text(required=True, longest=64, metadata={"label": "User name"})
    password = Secret(required=True, metadata={"label": "One-time password"})


class RoleForm(ReasonedForm):
    """A role to grant or revoke."""

    role = fields.Enum(Role, by_value=True, required=True, metadata={"label": "Role"})
