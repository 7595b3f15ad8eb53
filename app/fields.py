"""Form fields that several pages share: exact amounts, and times as the site's clocks show them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields

from app.http import service
from records.numbers import NumberError, parse_decimal

_FIRST_YEAR, _LAST_YEAR = 1900, 9000
"""Years that any zone, and the days around it, leave within what a calendar holds."""


class Amount(fields.Field[Decimal]):
    """A number as typed, every digit kept; the sentence of a refusal says what to type instead."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:  # noqa: ANN401, ARG002 -- marshmallow's signature
        try:
            return parse_decimal(str(value))
        except NumberError as error:
            raise ValidationError(error.message) from error


class SiteTime(fields.Field[datetime]):
    """A time as the site's clocks show it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:  # noqa: ANN401, ARG002 -- marshmallow's signature
        try:
            return site_moment(str(value), service().settings.site_timezone)
        except ValueError as error:
            raise ValidationError(str(error)) from error


def site_moment(text: str, time_zone: str) -> datetime:
    """Return the moment at which the site's clocks show a time; raises ValueError with half a sentence.

    Where they show it twice, the first of the two is meant. A day stands for its beginning.
    """
    zone = ZoneInfo(time_zone)
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        msg = "is no time; write it as 2026-11-23T14:30."
        raise ValueError(msg) from error
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        msg = f"is no time; its year is between {_FIRST_YEAR} and {_LAST_YEAR}."
        raise ValueError(msg)
    if local.tzinfo is not None:
        return local.astimezone(UTC)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        msg = "is a time that the site's clocks skip."
        raise ValueError(msg)
    return moment
