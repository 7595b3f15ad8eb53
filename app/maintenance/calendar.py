"""The forecast as a month on a wall: which work falls on which day, taken as done on its day."""

from calendar import Calendar, monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from records.maintenance.due import Due
from records.maintenance.forecast import forecast
from records.maintenance.queries import Standing

FILE_HEAD = ("due", "asset", "title", "plan", "kind", "estimated hours", "by", "predicted")
_WEEK = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One work that falls on a day."""

    standing: Standing
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """A month with what falls on its days."""

    first: date
    days: Mapping[date, Sequence[Expected]]

    @property
    def weeks(self) -> Sequence[Sequence[date]]:
        """Return its weeks, from Monday on, with the days around it that complete them."""
        return _WEEK.monthdatescalendar(self.first.year, self.first.month)

    @property
    def title(self) -> str:
        """Return its name, such as ``November 2026``."""
        return f"{self.first:%B %Y}"

    @property
    def earlier(self) -> str:
        """Return the month before as an address names it."""
        return f"{self.first - timedelta(days=1):%Y-%m}"

    @property
    def later(self) -> str:
        """Return the month after as an address names it."""
        return f"{last_day(self.first) + timedelta(days=1):%Y-%m}"

    @property
    def hours(self) -> str:
        """Return the estimated hours of all its work."""
        return str(sum(one.standing.content.hours for found in self.days.values() for one in found))


def expected(standings: Iterable[Standing], today: date, first: date, last: date) -> list[Expected]:
    """Return every work that falls on the days from one to another, in their order."""
    found = [
        Expected(standing=standing, due=due)
        for standing in standings
        for due in forecast(standing.planned, today, last)
        if due.due_on >= first
    ]
    return sorted(found, key=lambda one: (one.due.due_on, one.standing.asset, one.standing.plan))


def month_of(standings: Iterable[Standing], today: date, first: date) -> Month:
    """Return a month with what falls on its days."""
    days: dict[date, list[Expected]] = defaultdict(list)
    for one in expected(standings, today, first, last_day(first)):
        days[one.due.due_on].append(one)
    return Month(first=first, days=days)


def first_day(text: str, today: date) -> date:
    """Return the first day of the month that an address names; this month's where it names none."""
    try:
        asked = date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)
    return asked if abs(asked.year - today.year) <= 10 else today.replace(day=1)


def last_day(first: date) -> date:
    """Return the last day of a month."""
    return first.replace(day=monthrange(first.year, first.month)[1])


def file_row(one: Expected) -> list[object]:
    """Return a work for a file."""
    standing, due = one.standing, one.due
    predicted = "yes" if due.is_predicted else "no"
    what = [standing.asset, standing.asset_title, standing.plan_version, standing.content.kind]
    return [due.due_on, *what, standing.content.hours, due.by.words, predicted]
