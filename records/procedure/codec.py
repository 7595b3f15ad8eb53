"""The canonical content of a procedure: what is stored, hashed, approved and frozen into a batch. Pure.

`to_content` gives JSON without floats (decimals are text with their digits, absent values are left out);
`from_content` is its exact inverse and refuses whatever `to_content` would not have written.
"""

import dataclasses
import functools
import types
import typing
from collections.abc import Hashable
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar, cast

from records.errors import DomainError
from records.procedure.definition import Procedure

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]
Record = TypeVar("Record")


class ContentError(DomainError):
    """Refuse content that is not a procedure's; says where."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path or 'content'}: {message}")
        self.path = path


def to_content(procedure: Procedure) -> dict[str, Json]:
    """Give the canonical content of a procedure."""
    return cast("dict[str, Json]", _content(procedure))


def from_content(content: dict[str, Json]) -> Procedure:
    """Give back the procedure of a canonical content; raises ContentError saying where it is not one."""
    return _record(Procedure, content, "")


def _content(value: object) -> Json:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [_content(item) for item in value]
    return {
        field.name: _content(inner)
        for field in dataclasses.fields(cast("typing.Any", value))
        if not _is_absent(inner := getattr(value, field.name), field.default)
    }


def _is_absent(value: object, default: object) -> bool:
    return value is None or (value == () and default == ())


def _record(kind: type[Record], content: object, path: str) -> Record:
    if not isinstance(content, dict):
        raise ContentError(path, "an object is wanted.")
    wanted = _members(cast("Hashable", kind))
    for key in content:
        if key not in wanted:
            raise ContentError(path, f"there is no {key!r} in a {kind.__name__}.")
    found = {}
    for name, (annotation, default) in wanted.items():
        if name in content:
            found[name] = _value(annotation, content[name], f"{path}.{name}".lstrip("."))
            if _is_absent(found[name], default):
                raise ContentError(path, f"{name!r} is empty and would be left out.")
        elif default is dataclasses.MISSING:
            raise ContentError(path, f"{name!r} is missing.")
    return kind(**found)


@functools.cache
def _members(kind: Hashable) -> dict[str, tuple[object, object]]:
    hints = typing.get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default)
        for field in dataclasses.fields(cast("typing.Any", kind))
    }


def _value(annotation: object, content: object, path: str) -> object:
    origin = typing.get_origin(annotation)
    if origin is types.UnionType:
        return _one_of(typing.get_args(annotation), content, path)
    if origin is tuple:
        inner = typing.get_args(annotation)[0]
        return tuple(
            _value(inner, item, f"{path}.{index}") for index, item in enumerate(_list(content, path))
        )
    return _single(cast("type[object]", annotation), content, path)


def _one_of(choices: tuple[object, ...], content: object, path: str) -> object:
    """Read a union: `X | None`, where null is never written, or one plain type of several."""
    meant = [choice for choice in choices if choice is not types.NoneType]
    if len(meant) == 1:
        return _value(meant[0], content, path)
    for choice in meant:
        if type(content) is (list if typing.get_origin(choice) is tuple else choice):
            return _value(choice, content, path)
    raise ContentError(path, f"{content!r} is of no kind allowed here.")


def _list(content: object, path: str) -> list[object]:
    if not isinstance(content, list):
        raise ContentError(path, "a list is wanted.")
    return content


def _single(kind: type[object], content: object, path: str) -> object:
    if dataclasses.is_dataclass(kind):
        return _record(kind, content, path)
    if kind in (bool, int):
        if type(content) is not kind:
            wanted = "true or false" if kind is bool else "an integer"
            raise ContentError(path, f"{content!r} is not {wanted}.")
        return content
    if not isinstance(content, str):
        raise ContentError(path, f"{content!r} is not text.")
    if kind is Decimal:
        return _decimal(content, path)
    if issubclass(kind, StrEnum):
        if content not in {word.value for word in kind}:
            raise ContentError(path, f"{content!r} is not one of {', '.join(kind)}.")
        return kind(content)
    return content


def _decimal(content: str, path: str) -> Decimal:
    digits = content.removeprefix("-").replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit() and format(Decimal(content), "f") == content):
        raise ContentError(path, f"{content!r} is not a plain decimal number.")
    return Decimal(content)
