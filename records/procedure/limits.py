"""Action and alert limits: what a value means against them, and whether it looks mistyped.

A value is compared as a Decimal after the rounding its field declares; nothing is rounded here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from records.arithmetic import exact_arithmetic
from records.errors import DomainError
from records.numbers import as_text

SLIPS = (1, 2, 3)
"""Powers of ten a misplaced point (10, 100) or a neighbouring unit (1000) puts between two numbers."""
TARGET_TOLERANCE_PERCENT = Decimal(20)
"""How far from its target a reading is still taken for a plausible one."""


class LimitError(DomainError):
    """A limit can't be kept by any value, or bounds nothing."""


class LimitLevel(StrEnum):
    """What happens outside: an exception opens, or the trend is watched."""

    ACTION = "action"
    ALERT = "alert"


class Side(StrEnum):
    """On which side of a limit a value lies."""

    BELOW = "below"
    ABOVE = "above"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A range at one level, in the unit of its field; a bound that is None is open."""

    level: LimitLevel = LimitLevel.ACTION
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    minimum_inclusive: bool = True
    maximum_inclusive: bool = True

    def __post_init__(self) -> None:
        """Refuse a range that holds nothing or everything."""
        if self.minimum is None and self.maximum is None:
            msg = f"The {self.level} limit has neither a minimum nor a maximum."
            raise LimitError(msg)
        if self.minimum is None or self.maximum is None:
            return
        point_excluded = not (self.minimum_inclusive and self.maximum_inclusive)
        if self.minimum > self.maximum or (self.minimum == self.maximum and point_excluded):
            msg = f"No value keeps the {self.level} limit: {self.text()}."
            raise LimitError(msg)

    def side(self, value: Decimal) -> Side | None:
        """Return the side on which the value leaves the range, or None inside it."""
        low, high = self.minimum, self.maximum
        if low is not None and (value < low or (value == low and not self.minimum_inclusive)):
            return Side.BELOW
        if high is not None and (value > high or (value == high and not self.maximum_inclusive)):
            return Side.ABOVE
        return None

    def text(self, unit: str = "") -> str:
        """Return the range as a person reads it: ``1.30 to 1.80 %``, ``≤ 25 °C``, ``> 10 and ≤ 20``."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and self.minimum_inclusive and self.maximum_inclusive:
            return f"{as_text(low)} to {as_text(high)} {unit}".rstrip()
        bounds = []
        if low is not None:
            bounds.append(f"{'≥' if self.minimum_inclusive else '>'} {as_text(low)}")
        if high is not None:
            bounds.append(f"{'≤' if self.maximum_inclusive else '<'} {as_text(high)}")
        return f"{' and '.join(bounds)} {unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a value means against its limits; `side` and `sentence` tell of the most serious level."""

    in_limits: bool
    alert: bool
    action: bool
    side: Side | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A number that is probably another one, typed a power of ten too large or too small."""

    factor: Decimal
    likely: Decimal
    sentence: str


def judge(value: Decimal, limits: Iterable[Limit], *, unit: str = "") -> Judgement:
    """Judge a rounded value against every limit of its field (21 CFR 211.110(b)).

    Both levels are judged, each on its own; on a bound the limit's inclusivity decides.
    """
    crossed: dict[LimitLevel, tuple[Limit, Side]] = {}
    stated: list[str] = []
    for limit in sorted(limits, key=_seriousness):
        stated.append(f"the {limit.level} limit ({limit.text(unit)})")
        side = limit.side(value)
        if side is not None:
            crossed.setdefault(limit.level, (limit, side))
    reading = f"{as_text(value)} {unit}".rstrip()
    for limit, side in crossed.values():
        place = _place(value, limit, side)
        return Judgement(
            in_limits=False,
            alert=LimitLevel.ALERT in crossed,
            action=LimitLevel.ACTION in crossed,
            side=side,
            sentence=f"{reading} is {place} the {limit.level} limit ({limit.text(unit)}).",
        )
    sentence = f"{reading} keeps {' and '.join(stated)}." if stated else f"{reading} has no limit."
    return Judgement(in_limits=True, alert=False, action=False, side=None, sentence=sentence)


def looks_like_slip(
    value: Decimal, *, target: Decimal | None = None, limits: Sequence[Limit] = (), unit: str = ""
) -> Slip | None:
    """Return the number probably meant when moving the point by 1, 2 or 3 places makes the value plausible.

    Plausible is within 20 % of the target; without one, within the outermost limits, if these leave no doubt
    about the magnitude (both bounds given, same sign, less than a factor of ten apart). Only a question to
    ask: the entry is recorded as confirmed.
    """
    expected = _around(target) if target is not None else _span(limits)
    if expected is None or expected[0] <= value <= expected[1]:
        return None
    with exact_arithmetic():
        for places in SLIPS:
            for shift in (-places, places):
                likely = value.scaleb(shift)
                if expected[0] <= likely <= expected[1]:
                    return _slip(value, likely, shift, unit)
    return None


def _slip(value: Decimal, likely: Decimal, shift: int, unit: str) -> Slip:
    times = f"{10 ** abs(shift)} times {'more' if shift < 0 else 'less'} than expected"
    entered, meant = (f"{as_text(number)} {unit}".rstrip() for number in (value, likely))
    return Slip(
        factor=Decimal((0, (1,), -shift)),
        likely=likely,
        sentence=f"{entered} is about {times}. Was {meant} meant? Check the decimal point and the unit.",
    )


def _around(target: Decimal) -> tuple[Decimal, Decimal] | None:
    if target.is_zero():
        return None
    with exact_arithmetic():
        spread = abs(target) * TARGET_TOLERANCE_PERCENT / 100
        return target - spread, target + spread


def _span(limits: Sequence[Limit]) -> tuple[Decimal, Decimal] | None:
    lows = [limit.minimum for limit in limits if limit.minimum is not None]
    highs = [limit.maximum for limit in limits if limit.maximum is not None]
    if not lows or not highs:
        return None
    low, high = min(lows), max(highs)
    with exact_arithmetic():
        same_decade = 0 < low <= high < 10 * low or 10 * high < low <= high < 0
    return (low, high) if same_decade else None


def _seriousness(limit: Limit) -> int:
    return list(LimitLevel).index(limit.level)


def _place(value: Decimal, limit: Limit, side: Side) -> str:
    return "exactly on the excluded bound of" if value in (limit.minimum, limit.maximum) else side.value
