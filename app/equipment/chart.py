"""Lay an asset's states out as lanes of a chart: numbers for the template's SVG, no drawing. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from records.equipment.calculations import Interval, evaluate, plain
from records.equipment.states import Axis
from records.times import from_text

WIDTH = 1000
LANE = 34
_TICKS = 6
_AN_INSTANT = timedelta(microseconds=1)

TONES: Mapping[str, str] = {
    "available": "good",
    "in_use": "active",
    "commissioning": "waiting",
    "maintenance": "warning",
    "out_of_service": "bad",
    "qualified": "good",
    "not_qualified": "bad",
    "suspended": "bad",
    "requalification_due": "warning",
    "in_cal": "good",
    "due_soon": "warning",
    "grace": "warning",
    "limited": "warning",
    "overdue": "bad",
    "oot_open": "bad",
    "clean": "good",
    "sterile": "good",
    "in_cleaning": "active",
    "dirty": "bad",
    "hold_expired": "bad",
    "released": "good",
    "quarantined": "bad",
    "restricted": "warning",
    "holds": "active",
    "unknown": "bad",
}
"""The tone of each word; a word that is not listed is neutral."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A stretch of one word: where it stands, how wide, and what it says."""

    x: int
    width: int
    label: str
    tone: str
    from_at: datetime
    to_at: datetime


@dataclass(frozen=True, slots=True)
class Lane:
    """One axis of the chart, the bars from left to right."""

    axis: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A day named under the chart."""

    x: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart of states over a span of time."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    height: int
    start: datetime
    end: datetime


def chart(intervals: Sequence[Interval], start: datetime, end: datetime, time_zone: str) -> Chart:
    """Lay out what was in force between two moments; words that time brought about stand as such."""
    axes = [axis for axis in Axis if any(stretch.axis is axis for stretch in intervals)]
    lanes = tuple(
        Lane(axis, number * LANE, tuple(_bars(intervals, axis, start, end, time_zone)))
        for number, axis in enumerate(axes)
    )
    ticks = tuple(_tick(start, end, number, time_zone) for number in range(_TICKS))
    return Chart(lanes=lanes, ticks=ticks, height=len(lanes) * LANE, start=start, end=end)


def tone(word: str) -> str:
    """Return the tone of a state's word."""
    return TONES.get(word, "neutral")


def _bars(
    intervals: Iterable[Interval], axis: Axis, start: datetime, end: datetime, time_zone: str
) -> Iterator[Bar]:
    for stretch in intervals:
        if stretch.axis is not axis:
            continue
        for word, from_at, to_at in _words(stretch, end, time_zone):
            begins, ends = max(from_at, start), min(to_at, end)
            if begins < ends:
                x, right = _place(begins, start, end), _place(ends, start, end)
                yield Bar(
                    x=x,
                    width=max(right - x, 1),
                    label=plain(word),
                    tone=tone(word),
                    from_at=from_at,
                    to_at=to_at,
                )


def _words(stretch: Interval, end: datetime, time_zone: str) -> Iterator[tuple[str, datetime, datetime]]:
    """Split an interval where time changes its word."""
    ends = stretch.to_at or end
    state = evaluate([stretch], stretch.from_at, time_zone).axes[stretch.axis]
    warn_text = (stretch.detail or {}).get("warn_at")
    turns = [from_text(warn_text)] if warn_text else []
    turns += [state.ends_at + _AN_INSTANT] if state.ends_at else []
    begins = [stretch.from_at, *sorted(turn for turn in turns if stretch.from_at < turn < ends)]
    for begin, following in zip(begins, [*begins[1:], ends], strict=True):
        yield evaluate([stretch], begin, time_zone).word(stretch.axis), begin, following


def _place(at: datetime, start: datetime, end: datetime) -> int:
    return round(WIDTH * ((at - start) / (end - start)))


def _tick(start: datetime, end: datetime, number: int, time_zone: str) -> Tick:
    at = start + (end - start) * number / (_TICKS - 1)
    return Tick(_place(at, start, end), f"{at.astimezone(ZoneInfo(time_zone)):%d %b}")
