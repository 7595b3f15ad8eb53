"""What the equipment pages show: assets with their states judged, one axis a line, and its words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.equipment.chart import tone
from app.listing import Asked, Column
from records.days import local_minute
from records.equipment.calculations import (
    UNKNOWN,
    AssetState,
    AxisState,
    UseJudgement,
    evaluate,
    judge_use,
    plain,
)
from records.equipment.general import IN_ORDER
from records.equipment.models import StateInterval
from records.equipment.queries import Standing
from records.equipment.states import EVALUATED, WORDS, Axis, UsabilityVerdict
from records.execution.models import EquipmentUse
from records.times import from_text, to_text

COLUMNS = (
    Column(label="Asset", key="number", narrow=True),
    Column(label="What it is", key="title"),
    Column(label="Role", key="role", narrow=True),
    Column(label="In order", key="ready", narrow=True),
    Column(label="Service", narrow=True),
    Column(label="Calibration", narrow=True),
    Column(label="Due", key="due", narrow=True),
    Column(label="Cleaning", narrow=True),
    Column(label="Quality", narrow=True),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("ready", "calibration", "cleaning")
FILE_HEAD = (
    *("asset", "title", "role", "maker", "model", "serial", "gmp impact", "in order"),
    *Axis,
    *("calibration due", "why not"),
)
LATEST_USES = 20
FAR_AWAY = "9999"
GLYPHS = {"good": "circle-check", "warning": "triangle-alert", "bad": "octagon-alert"}
UNLISTED = frozenset({UNKNOWN, "hold_expired", "oot_open", "limited", "grace", "quarantined", "sterile"})
"""Words that the design system's table of states does not know, so that their tone gives the glyph."""
MOMENTS = frozenset({"due_at", "warn_at", "clean_until"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset as the list shows it."""

    standing: Standing
    state: AssetState
    judgement: UseJudgement

    @property
    def role(self) -> str:
        """Return the tag of the role it holds, or nothing."""
        return self.standing.mapping.tag if self.standing.mapping else ""

    @property
    def is_ready(self) -> bool:
        """Tell whether everything is in order for any use."""
        return self.judgement.verdict is UsabilityVerdict.ALLOW

    @property
    def due_at(self) -> datetime | None:
        """Return the last instant of its calibration, where time ends it."""
        return self.state.axes[Axis.CALIBRATION].ends_at

    @property
    def tone(self) -> str:
        """Return how the row is marked."""
        return {
            UsabilityVerdict.ALLOW: "",
            UsabilityVerdict.ALLOW_WITH_SIGNATURE: "warning",
            UsabilityVerdict.BLOCK: "bad",
        }[self.judgement.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A state's word as a chip shows it; without a glyph of its own it has the one of its word."""

    label: str
    tone: str
    glyph: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisLine:
    """One axis of an asset's state, as its page shows it."""

    axis: Axis
    chip: Chip
    stored: str
    """The word recorded, where time has made another one of it."""
    state: AxisState
    rests_on: tuple[tuple[str, str], ...]
    cause: str
    recorded_by: str


def asset_rows(standings: Iterable[Standing], at: datetime, time_zone: str) -> list[AssetRow]:
    """Judge every asset by the general rule."""
    return [asset_row(standing, at, time_zone) for standing in standings]


def asset_row(standing: Standing, at: datetime, time_zone: str) -> AssetRow:
    """Judge one asset by the general rule."""
    state = evaluate(standing.intervals, at, time_zone)
    number = standing.asset.number
    name = f"{standing.mapping.tag} ({number})" if standing.mapping else number
    judgement = judge_use(state, IN_ORDER, gmp_impact=standing.asset.gmp_impact, name=name)
    return AssetRow(standing=standing, state=state, judgement=judgement)


def narrowed(rows: Iterable[AssetRow], what: Asked) -> list[AssetRow]:
    """Return the rows asked for, in the order asked for."""
    found = [row for row in rows if _is_wanted(row, what)]
    return sorted(found, key=lambda row: _sort_key(row, what.sort), reverse=what.descending)


def file_row(row: AssetRow) -> list[object]:
    """Return an asset's line of the exported list."""
    asset = row.standing.asset
    return [
        asset.number,
        asset.title,
        row.role,
        asset.maker,
        asset.model,
        asset.serial,
        asset.gmp_impact,
        "yes" if row.is_ready else "no",
        *(row.state.word(axis) for axis in Axis),
        to_text(row.due_at) if row.due_at else "",
        " ".join(row.judgement.failed),
    ]


def latest_uses(session: Session, number: str) -> Sequence[EquipmentUse]:
    """Return the latest uses of an asset, the newest first; its log has them all."""
    return session.scalars(
        select(EquipmentUse)
        .where(EquipmentUse.asset == number)
        .order_by(EquipmentUse.used_at.desc(), EquipmentUse.id.desc())
        .limit(LATEST_USES)
    ).all()


def axis_lines(state: AssetState, intervals: Iterable[StateInterval]) -> list[AxisLine]:
    """Return the state by axis, with what each word rests on."""
    by_id = {interval.id: interval for interval in intervals}
    return [_axis_line(one, by_id.get(one.interval or 0), state.time_zone) for one in state.axes.values()]


def chip(word: str) -> Chip:
    """Return a word's chip."""
    glyph = GLYPHS.get(tone(word), "") if word in UNLISTED else ""
    return Chip(label=plain(word), tone=tone(word), glyph=glyph)


def words_to_set(axis: Axis) -> list[tuple[str, str]]:
    """Return the words a person may set on an axis, as a form offers them."""
    return [(word, plain(word)) for word in WORDS[axis] if word not in EVALUATED]


def words_to_find(axis: Axis) -> list[tuple[str, str]]:
    """Return the words an axis may show, as a filter offers them."""
    return [(word, plain(word)) for word in (*WORDS[axis], "unknown")]


def _axis_line(state: AxisState, interval: StateInterval | None, time_zone: str) -> AxisLine:
    return AxisLine(
        axis=state.axis,
        chip=chip(state.word),
        stored="" if state.stored in (None, state.word) else plain(state.stored),
        state=state,
        rests_on=tuple(
            (key.replace("_", " "), _shown(key, str(value), time_zone))
            for key, value in sorted(_detail(state).items())
        ),
        cause=interval.cause if interval else "",
        recorded_by=interval.recorded_by if interval else "",
    )


def _shown(key: str, value: str, time_zone: str) -> str:
    """Return a detail as the page says it: the limits that are moments by the site's clocks."""
    return local_minute(from_text(value), time_zone) if key in MOMENTS else value


def _detail(state: AxisState) -> Mapping[str, Any]:
    return state.detail or {}


def _is_wanted(row: AssetRow, what: Asked) -> bool:
    asset, chosen = row.standing.asset, what.chosen
    words = f"{asset.number} {asset.title} {row.role} {asset.maker} {asset.model} {asset.serial}"
    if what.search.casefold() not in words.casefold():
        return False
    if "ready" in chosen and row.is_ready is not (chosen["ready"] == "yes"):
        return False
    axes = (axis for axis in (Axis.CALIBRATION, Axis.CLEANING) if axis in chosen)
    return all(row.state.word(axis) == chosen[axis] for axis in axes)


def _sort_key(row: AssetRow, sort: str) -> tuple[str, str]:
    first = {
        "number": "",
        "title": row.standing.asset.title.casefold(),
        "role": row.role or FAR_AWAY,
        "ready": str(row.is_ready),
        "due": row.due_at.isoformat() if row.due_at else FAR_AWAY,
    }[sort]
    return first, row.standing.asset.number
