"""What the due list shows: each asset under a plan, what comes first, and how it stands on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.listing import Asked, Column
from records.days import local_day
from records.maintenance.due import Due, TriggerDue, standing, trigger_dues
from records.maintenance.forecast import due_shown
from records.maintenance.queries import Standing, standings
from records.maintenance.states import LATE, DueWord

COLUMNS = (
    Column(label="Asset", key="asset", narrow=True),
    Column(label="What it is", key="title"),
    Column(label="Plan", key="plan", narrow=True),
    Column(label="Last done", key="done", narrow=True),
    Column(label="Due", key="due", narrow=True),
    Column(label="State", key="state", narrow=True),
    Column(label="By"),
    Column(label="Work order", key="order", narrow=True),
)
SORTS = tuple(column.key for column in COLUMNS if column.key)
CHOICES = ("state", "kind", "impact")
FILE_HEAD = (
    *("asset", "title", "plan", "kind", "gmp impact", "triggers", "last done", "window opens", "due", "by"),
    *("grace until", "stops after", "extended to", "state", "work order"),
)
TONES = {
    DueWord.NO_DATE: ("neutral", "circle"),
    DueWord.LATER: ("good", "circle-check"),
    DueWord.SOON: ("warning", "clock"),
    DueWord.WINDOW_OPEN: ("active", "circle-dot"),
    DueWord.DUE_TODAY: ("warning", "clock"),
    DueWord.GRACE: ("warning", "triangle-alert"),
    DueWord.OVERDUE: ("bad", "clock"),
    DueWord.STOPPED: ("bad", "octagon-alert"),
}
LABELS = {
    DueWord.NO_DATE: "no date yet",
    DueWord.LATER: "not due",
    DueWord.SOON: "due soon",
    DueWord.WINDOW_OPEN: "window open",
    DueWord.DUE_TODAY: "due today",
    DueWord.GRACE: "in grace",
    DueWord.OVERDUE: "overdue",
    DueWord.STOPPED: "stopped",
}
_LAST = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """One asset under one plan, on a day."""

    standing: Standing
    due: Due | None
    """With the extension, where the cycle has one."""
    word: DueWord

    @property
    def asset(self) -> str:
        """Return the asset's number."""
        return self.standing.asset

    @property
    def label(self) -> str:
        """Return the state in words."""
        return LABELS[self.word]

    @property
    def tone(self) -> tuple[str, str]:
        """Return the state's tone and glyph."""
        return TONES[self.word]

    @property
    def by(self) -> str:
        """Return what makes it due."""
        if self.due is None:
            return ""
        extension = self.standing.planned.extended_to
        moved = f"extended to {extension}; " if extension else ""
        predicted = " (predicted)" if self.due.is_predicted else ""
        return f"{moved}{self.due.by.words}{predicted}"

    def has(self, words: Sequence[str]) -> bool:
        """Tell whether every word stands in the row, in any case."""
        one = self.standing
        text = f"{one.asset} {one.asset_title} {one.plan_version} {one.work_order or ''} {self.by}".lower()
        return all(word in text for word in words)


def due_rows(session: Session, at: datetime, time_zone: str) -> list[DueRow]:
    """Return every asset under a plan as known at a moment, judged on its day."""
    today = local_day(at, time_zone)
    return [_row(one, today) for one in standings(session, at, time_zone)]


def due_row(session: Session, number: str, at: datetime, time_zone: str) -> DueRow | None:
    """Return one asset under a plan; None where its plan is no longer in force."""
    found = standings(session, at, time_zone, number=number)
    return _row(found[0], local_day(at, time_zone)) if found else None


def each_due(row: DueRow) -> list[tuple[TriggerDue, bool]]:
    """Return when each trigger makes the work due, and whether it is the one that comes first."""
    planned = row.standing.planned
    dues = trigger_dues(planned.triggers, planned.baseline, planned.observed, grace=planned.grace)
    return [(one, row.due is not None and one.trigger == row.due.by) for one in dues]


def narrowed(rows: Iterable[DueRow], what: Asked) -> list[DueRow]:
    """Return the rows asked for, in the order asked for; a row without a day comes last."""
    words, chosen = what.search.lower().split(), what.chosen
    found = [
        row
        for row in rows
        if row.has(words)
        and (chosen.get("state") or row.word) == row.word
        and (chosen.get("kind") or row.standing.content.kind) == row.standing.content.kind
        and (chosen.get("impact") or row.standing.impact) == row.standing.impact
    ]
    return sorted(found, key=_KEYS[what.sort], reverse=what.descending)


def late(rows: Iterable[DueRow]) -> int:
    """Return how many are overdue or stopped."""
    return sum(row.word in LATE for row in rows)


def file_row(row: DueRow) -> list[Any]:
    """Return a row for a file."""
    one, due = row.standing, row.due
    return [
        one.asset,
        one.asset_title,
        one.plan_version,
        one.content.kind,
        one.impact,
        ", ".join(trigger.words for trigger in one.content.triggers),
        one.planned.baseline.on,
        due.opens_on if due else None,
        due.due_on if due else None,
        due.by.words if due else None,
        due.grace_until if due else None,
        due.stops_on if due else None,
        one.planned.extended_to,
        row.label,
        one.work_order,
    ]


def _row(one: Standing, today: date) -> DueRow:
    due = due_shown(one.planned)
    return DueRow(standing=one, due=due, word=standing(due, today))


_KEYS: dict[str, Any] = {
    "asset": lambda row: (row.asset, row.standing.plan),
    "title": lambda row: (row.standing.asset_title, row.asset),
    "plan": lambda row: (row.standing.plan_version, row.asset),
    "done": lambda row: (row.standing.planned.baseline.on, row.asset),
    "due": lambda row: (row.due.due_on if row.due else _LAST, row.asset),
    "state": lambda row: (list(DueWord).index(row.word), row.asset),
    "order": lambda row: (row.standing.work_order or "", row.asset),
}
