"""`countersign-json/1`: RFC 8785 over a restricted profile, so that one content has one byte string.

Inside the profile (keys ``[a-z0-9_]+``; text in NFC, integers up to 2^53-1, booleans, null, arrays, objects;
no floats) orjson with sorted keys writes exactly the RFC 8785 bytes; `rfc8785` is the tests' oracle.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

MAXIMUM_INTEGER = 2**53 - 1
_KEY = re.compile(r"[a-z0-9_]+\Z")


class ProfileError(ValueError):
    """A value outside `countersign-json/1` was about to be hashed, or was found stored."""


def encode(value: Any) -> bytes:  # noqa: ANN401 -- any JSON value; the profile check decides
    """Return the canonical bytes; raises ProfileError for what the profile does not allow."""
    check_profile(value)
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode(data: bytes) -> Any:  # noqa: ANN401 -- any JSON value
    """Parse strictly: raises ProfileError unless the bytes are the canonical form of what they say.

    Duplicate keys, other spacing, another key order and floats all re-encode differently, so one comparison
    refuses them all.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        msg = f"Not JSON: {error}."
        raise ProfileError(msg) from error
    if encode(value) != data:
        msg = "Not canonical: the same JSON value has another byte string."
        raise ProfileError(msg)
    return value


def check_profile(value: Any, path: str = "") -> None:  # noqa: ANN401 -- any JSON value
    """Raise ProfileError, with the path, at the first thing outside the profile."""
    if value is None or value is True or value is False:
        return
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int):
        if abs(value) > MAXIMUM_INTEGER:
            msg = f"{path or '/'}: the integer {value} is beyond 2^53-1."
            raise ProfileError(msg)
    elif isinstance(value, Mapping):
        _check_object(value, path)
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for index, item in enumerate(value):
            check_profile(item, f"{path}/{index}")
    else:
        msg = f"{path or '/'}: {type(value).__name__} is not part of countersign-json/1."
        raise ProfileError(msg)


def _check_object(value: Mapping[Any, Any], path: str) -> None:
    for key, item in value.items():
        if not (isinstance(key, str) and _KEY.match(key)):
            msg = f"{path}/{key}: a key may hold a-z, 0-9 and _ only."
            raise ProfileError(msg)
        if item is None or (type(item) is str and item.isascii()):
            continue  # nearly all that is written: no call, no path
        check_profile(item, f"{path}/{key}")


def _check_text(text: str, path: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        msg = f"{path or '/'}: text is normalised (NFC) when it is entered, not when it is hashed."
        raise ProfileError(msg)
    if any("\ud800" <= character <= "\udfff" for character in text):
        msg = f"{path or '/'}: text holds half of a surrogate pair."
        raise ProfileError(msg)
