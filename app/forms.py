"""What pages and programs send: one marshmallow schema per act, refusing what it does not know."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask import Request, request
from marshmallow import Schema, ValidationError, fields, pre_load

from records.errors import DomainError
from records.text import first_unseen, holds_controls

SECRETS = frozenset(
    {"password", "new_password", "repeated_password", "csrf_token", "nonce", "idempotency_key"}
)
"""What is never kept, hashed or logged of a form."""
_KEPT_OF_A_REFUSAL = 4000
_NO_MOMENT = "is no time with its zone. Load the page again, then enter it."


class FormError(DomainError):
    """What was sent can't be understood; `reasons` holds a sentence for each field."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class Text(fields.String):
    """Text a person typed: normalised (NFC), all of it to be seen but line breaks and tabs."""

    def __init__(self, *, longest: int = 4000, **settings: Any) -> None:  # noqa: ANN401 -- marshmallow's settings
        super().__init__(**settings)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ANN401 -- marshmallow's signature
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        text = text.replace("\r\n", "\n")
        if len(text) > self.longest:
            raise ValidationError(f"has more than {self.longest} characters.")  # noqa: EM102, TRY003 -- half a sentence
        if holds_controls(text):
            raise ValidationError("holds control characters.")  # noqa: EM101, TRY003 -- half a sentence
        if unseen := first_unseen(text):
            raise ValidationError(f"holds a character that can't be seen ({unseen}). Type it again.")  # noqa: EM102, TRY003 -- half a sentence
        return text


class Secret(fields.String):
    """A password: taken exactly as typed, but not of any length."""

    longest = 1024

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # noqa: ANN401 -- marshmallow's signature
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.longest:
            raise ValidationError(f"has more than {self.longest} characters.")  # noqa: EM102, TRY003 -- half a sentence
        return text


class Form(Schema):
    """The base of every form: what each carries besides its own fields.

    An empty field counts as absent, and so does a text of blanks.
    """

    csrf_token = fields.String()
    idempotency_key = fields.String()
    expected_rev = fields.Integer(metadata={"label": "Revision"})
    typed_at = fields.AwareDateTime(
        format="iso",
        error_messages=dict.fromkeys(("invalid", "invalid_awareness", "format"), _NO_MOMENT),
        metadata={"label": "The device's time"},
    )
    """When the device says it was typed; `app.typed` bounds it."""

    @pre_load
    def _drop_empty(self, data: Mapping[str, Any], **_settings: object) -> dict[str, Any]:
        return {name: value for name, value in data.items() if not self._is_empty(name, value)}

    def _is_empty(self, name: str, value: object) -> bool:
        if isinstance(value, str) and isinstance(self.fields.get(name), Text):
            return not value.strip()
        return value in ("", None)


class ReasonedForm(Form):
    """A form whose act may need a reason."""

    reason = Text(longest=2000)
    reason_code = Text(longest=64)


class SignedForm(ReasonedForm):
    """A form that signs: what was seen (`hidden=seen(content)` writes it), and the signer's components."""

    seen_part = fields.String(required=True)
    seen_content = fields.String(required=True)
    seen_rendering = fields.String(required=True)
    nonce = fields.String(required=True)
    digest = fields.String()
    shown_on = fields.String()
    user_name = Text(longest=64, metadata={"label": "User name"})
    password = Secret(required=True, metadata={"label": "Password"})


def load(schema: Schema) -> dict[str, Any]:
    """Return what was sent as the schema reads it; raises FormError with a sentence for each field."""
    try:
        loaded: dict[str, Any] = schema.load(sent(request, schema))
    except ValidationError as error:
        raise FormError(sentences(schema, error)) from error
    return loaded


def sent(from_request: Request, schema: Schema) -> dict[str, Any]:
    """Return what was sent, by field; a field of several values as a list."""
    if from_request.is_json:
        data = from_request.get_json(silent=True)
        if not isinstance(data, dict):
            raise FormError(["The request's body is no JSON object."])
        return data
    lists = {name for name, field in schema.fields.items() if isinstance(field, fields.List)}
    form = from_request.form
    return {name: form.getlist(name) if name in lists else form[name] for name in form}


def sentences(schema: Schema, error: ValidationError) -> list[str]:
    """Return marshmallow's messages as sentences that name the field as its page does."""
    messages = error.messages
    if isinstance(messages, list):
        return [str(text) for text in messages]
    return [
        f"{_label(schema, name)} {_predicate(text)}"
        for name, found in messages.items()
        for text in _flat(found)
    ]


def submitted() -> str | None:
    """Return what was sent without its secrets, as JSON, for the record of a refusal."""
    text = without_secrets(request)
    return text[:_KEPT_OF_A_REFUSAL] if text else None


def without_secrets(from_request: Request) -> str:
    """Return the fields sent, without secrets and one-time values, as JSON with sorted keys; "" for none."""
    data = from_request.get_json(silent=True) if from_request.is_json else None
    if not isinstance(data, dict):
        data = {} if from_request.is_json else from_request.form.to_dict(flat=False)
    kept = {name: value for name, value in data.items() if name not in SECRETS}
    if not kept:
        return ""
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # half of a character, as JSON writes it


def _label(schema: Schema, name: str) -> str:
    field = schema.fields.get(name)
    label = field.metadata.get("label") if field else None
    return str(label or name.replace("_", " ").capitalize())


def _predicate(text: str) -> str:
    known = {
        "Missing data for required field.": "is needed.",
        "Field may not be null.": "is needed.",
        "Unknown field.": "is no field of this form.",
        "Not a valid integer.": "is no whole number.",
        "Not a valid string.": "is no text.",
        "Not a valid date.": "is no date. Write it as 2026-12-31.",
    }
    return known.get(text, text if text[:1].islower() else f"can't be used: {text}")


def _flat(found: Any) -> list[str]:  # noqa: ANN401 -- marshmallow's nested messages
    if isinstance(found, Mapping):
        return [text for inner in found.values() for text in _flat(inner)]
    return [str(text) for text in found] if isinstance(found, list) else [str(found)]
