"""Column types whose stored form is the same text or integer on SQLite and PostgreSQL.

What is stored is what is hashed: a row's state digest is taken over these raw values, so neither
engine's own notion of a number or a time may come between the record and its proof.
"""

import json
import unicodedata
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from records.times import from_text, to_text

BIG_ID = BigInteger().with_variant(Integer(), "sqlite")
"""A row number: 64 bits on both engines."""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time, stored as the ledger's text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else to_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else from_text(value)


class DateText(TypeDecorator[date]):
    """A calendar day, stored as ``YYYY-MM-DD``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else date.fromisoformat(value)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal number, stored as its text: ``12.10`` stays ``12.10``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else Decimal(value)


class JsonText(TypeDecorator[Any]):
    """A JSON value without floats, stored as compact text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ANN401, ARG002 -- any JSON value; SQLAlchemy's signature
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 -- any JSON value; SQLAlchemy's signature
        return None if value is None else _DECODER.decode(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, stored as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:  # noqa: ARG002, FBT001 -- SQLAlchemy's signature
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else bool(value)


class Word(TypeDecorator[StrEnum]):
    """One word of a closed vocabulary, stored by value."""

    impl = Text
    cache_ok = True

    def __init__(self, vocabulary: type[StrEnum]) -> None:
        super().__init__()
        self.vocabulary = vocabulary

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else self.vocabulary(value)


def json_text(value: Any) -> str:  # noqa: ANN401 -- any JSON value
    """Return a JSON value's stored text: compact, sorted keys, NFC."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return unicodedata.normalize("NFC", text)


def _no_float(text: str) -> str:
    msg = f"A stored JSON value holds the float {text}; numbers are kept as decimal text."
    raise ValueError(msg)


_DECODER = json.JSONDecoder(parse_float=_no_float)
