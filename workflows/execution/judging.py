"""From what was typed or scanned to a value, and what its limits say of it. Pure."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from records.errors import DomainError
from records.execution.states import Judged
from records.numbers import as_text, parse_decimal
from records.procedure.expressions import Inputs, MissingValueError, compile_expression
from records.procedure.fields import Field, LimitRange, Limits
from records.procedure.limits import Limit, LimitLevel, judge, looks_like_slip
from records.procedure.vocabulary import FieldKind
from records.text import first_unseen, holds_controls
from records.times import to_text

LONGEST_TEXT = 2000
ANSWERS = {"yes": "yes", "no": "no", "y": "yes", "n": "no"}


class ValueRefusedError(DomainError):
    """What was given can't be a value of this field; the message says what to give instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """A value as kept, what its limits say, the limits as numbers then, and what to ask the person."""

    value: str
    judged: Judged
    limits: dict[str, Any] | None = None
    sentence: str = ""
    question: str = ""
    """A likely slip of the decimal point, to be put to the person beside the exception."""


def read_value(field: Field, raw: str, *, at: datetime, time_zone: str) -> str:
    """Return the value that a person's text stands for; raises DomainError saying what to do."""
    if holds_controls(raw):
        msg = f"{field.label}: the text holds control characters. Type it again, or scan it again."
        raise ValueRefusedError(msg)
    if field.kind is FieldKind.TEXT and (unseen := first_unseen(raw)):
        msg = f"{field.label}: the text holds a character that can't be seen ({unseen}). Type it again."
        raise ValueRefusedError(msg)
    return READERS[field.kind](field, raw.strip(), at, time_zone)


def judge_number(field: Field, limits: Limits | None, value: Decimal, inputs: Inputs) -> Judgment:
    """Judge a number against its limits, computed as numbers now; raises MissingValueError."""
    found = limits_now(field, limits, inputs)
    unit = field.unit or ""
    judgement = judge(value, found, unit=unit)
    target = _target(field, inputs)
    slip = looks_like_slip(value, target=target, limits=found, unit=unit)
    told: dict[str, Any] = {limit.level.value: _told(limit) for limit in found}
    if target is not None:
        told["target"] = as_text(target)
    return Judgment(
        value=as_text(value),
        judged=word_of(value, found),
        limits=told or None,
        sentence=judgement.sentence,
        question=slip.sentence if slip else "",
    )


def limits_now(field: Field, limits: Limits | None, inputs: Inputs) -> tuple[Limit, ...]:
    """Return the limits as numbers now, action before alert; raises MissingValueError."""
    return tuple(_limits(limits, inputs, field.decimals or 0))


def word_of(value: Decimal, limits: Collection[Limit]) -> Judged:
    """Return what limits say of a value, in a word."""
    if not limits:
        return Judged.NONE
    crossed = {limit.level for limit in limits if limit.side(value)}
    if LimitLevel.ACTION in crossed:
        return Judged.ACTION
    return Judged.ALERT if crossed else Judged.IN_LIMITS


def judge_answer(field: Field, value: str) -> Judgment:
    """Judge an answer or choice: the unexpected and the flagged are out of the action limit."""
    if field.kind is FieldKind.CHOICE:
        flagged = {option.code for option in field.options if option.flagged}
        is_out = bool(flagged & set(value.split(",")))
        wanted = field.expected is not None and value != field.expected
        return _answered(field, value, is_out=is_out or wanted)
    if field.expected is not None and field.kind is FieldKind.YES_NO:
        return _answered(field, value, is_out=value != field.expected)
    return Judgment(value=value, judged=Judged.NONE)


def limits_text(field: Field, limits: dict[str, Any] | None) -> str:
    """Return recorded limits as a person reads them, such as ``action 1.30 to 1.80 %``."""
    parts = []
    for level in ("action", "alert"):
        told = (limits or {}).get(level)
        if told:
            parts.append(f"{level} {_limit_of(level, told).text(field.unit or '')}")
    return "; ".join(parts)


def _answered(field: Field, value: str, *, is_out: bool) -> Judgment:
    expected = {"expected": field.expected} if field.expected else None
    if not is_out:
        return Judgment(value=value, judged=Judged.IN_LIMITS, limits=expected)
    wanted = f"; expected is {field.expected}" if field.expected else ""
    sentence = f"{field.label}: the answer is {value}{wanted}."
    return Judgment(value=value, judged=Judged.ACTION, limits=expected, sentence=sentence)


def _limits(limits: Limits | None, inputs: Inputs, decimals: int) -> list[Limit]:
    ranges = ((LimitLevel.ACTION, limits.action), (LimitLevel.ALERT, limits.alert)) if limits else ()
    return [_limit(level, given, inputs, decimals) for level, given in ranges if given is not None]


def _limit(level: LimitLevel, given: LimitRange, inputs: Inputs, decimals: int) -> Limit:
    return Limit(
        level=level,
        minimum=_bound(given.minimum, inputs, decimals),
        maximum=_bound(given.maximum, inputs, decimals),
        minimum_inclusive=given.minimum_inclusive,
        maximum_inclusive=given.maximum_inclusive,
    )


def _bound(text: str | None, inputs: Inputs, decimals: int) -> Decimal | None:
    return None if text is None else _tidy(compile_expression(text).number(inputs), decimals)


def _tidy(value: Decimal, decimals: int) -> Decimal:
    """Drop trailing zeros that a calculation left beyond the field's decimals; the value stays the same."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= decimals:
        return value
    shortest = value.normalize()
    few = shortest.as_tuple().exponent
    places = max(decimals, -few if isinstance(few, int) else 0)
    return shortest.quantize(Decimal(1).scaleb(-places))


def _target(field: Field, inputs: Inputs) -> Decimal | None:
    try:
        return _bound(field.target, inputs, field.decimals or 0)
    except MissingValueError:
        return None


def _told(limit: Limit) -> dict[str, Any]:
    return {
        "minimum": None if limit.minimum is None else as_text(limit.minimum),
        "maximum": None if limit.maximum is None else as_text(limit.maximum),
        "minimum_inclusive": limit.minimum_inclusive,
        "maximum_inclusive": limit.maximum_inclusive,
    }


def _limit_of(level: str, told: dict[str, Any]) -> Limit:
    low, high = told.get("minimum"), told.get("maximum")
    return Limit(
        level=LimitLevel(level),
        minimum=None if low is None else Decimal(low),
        maximum=None if high is None else Decimal(high),
        minimum_inclusive=told.get("minimum_inclusive", True),
        maximum_inclusive=told.get("maximum_inclusive", True),
    )


def _confirmation(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    if raw != "yes":
        msg = f"{field.label}: confirm it when it is done."
        raise ValueRefusedError(msg)
    return "yes"


def _text(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    longest = field.maximum_length or LONGEST_TEXT
    if not raw:
        msg = f"{field.label}: write something, or mark the step not applicable."
        raise ValueRefusedError(msg)
    if len(raw) > longest:
        msg = f"{field.label}: {len(raw)} characters are too many; at most {longest}."
        raise ValueRefusedError(msg)
    if field.pattern and not re.fullmatch(field.pattern, raw):
        msg = f"{field.label}: {raw!r} is not of the form asked for. {field.hint or ''}".strip()
        raise ValueRefusedError(msg)
    return raw


def _number(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    return as_text(parse_decimal(raw, decimals=field.decimals, unit=field.unit or ""))


def _choice(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    codes = [code.strip() for code in raw.split(",")] if field.multiple else [raw]
    known = {option.code: option.label for option in field.options}
    if not all(code in known for code in codes):
        msg = f"{field.label}: choose one of {', '.join(known.values())}."
        raise ValueRefusedError(msg)
    return ",".join(codes)


def _yes_no(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    answer = ANSWERS.get(raw.lower())
    if answer is None:
        msg = f"{field.label}: answer yes or no."
        raise ValueRefusedError(msg)
    return answer


def _date_time(field: Field, raw: str, at: datetime, zone: str) -> str:
    try:
        stated = datetime.fromisoformat(raw)
        stated = (stated if stated.tzinfo else stated.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        msg = f"{field.label}: write date and time as 2026-11-24 14:05."
        raise ValueRefusedError(msg) from None
    if field.earliest_days is not None and stated < at + timedelta(days=field.earliest_days):
        msg = f"{field.label}: {raw} is earlier than allowed."
        raise ValueRefusedError(msg)
    if field.latest_days is not None and stated > at + timedelta(days=field.latest_days):
        msg = f"{field.label}: {raw} is later than allowed."
        raise ValueRefusedError(msg)
    return to_text(stated)


def _as_given(field: Field, raw: str, _at: datetime, _zone: str) -> str:
    if not raw:
        msg = f"{field.label}: nothing was given."
        raise ValueRefusedError(msg)
    return raw


READERS: dict[FieldKind, Callable[[Field, str, datetime, str], str]] = {
    FieldKind.CONFIRM: _confirmation,
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHOICE: _choice,
    FieldKind.YES_NO: _yes_no,
    FieldKind.DATE_TIME: _date_time,
    FieldKind.SCAN: _as_given,
    FieldKind.PHOTO: _as_given,
    FieldKind.TIMER: _as_given,
}
"""How each kind of field reads what a person gives; a computed one is never given by a person."""
