"""What the pages of one's own login send."""

from marshmallow import fields

from app.forms import Form, Secret, Text


class SignInForm(Form):
    """User name and password."""

    user_name = Text(required=True, longest=64, metadata={"label": "User name"})
    password = Secret(required=True, metadata={"label": "Password"})
    next = fields.String()


class UnlockForm(Form):
    """The password of the person whose screen is locked."""

    password = Secret(required=True, metadata={"label": "Password"})
    next = fields.String()


class PasswordForm(Form):
    """The password now, and the new one twice."""

    password = Secret(required=True, metadata={"label": "Password"})
    new_password = Secret(required=True, metadata={"label": "New password"})
    repeated_password = Secret(required=True, metadata={"label": "New password, repeated"})
