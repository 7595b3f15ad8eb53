"""The words of preventive maintenance: plans, triggers, meters, and how a due date stands."""

from enum import StrEnum


class PlanState(StrEnum):
    """Where a version of a plan stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    RETIRED = "retired"


class PlanKind(StrEnum):
    """What the work of a plan is; the orders it makes are of the same kind."""

    PREVENTIVE = "preventive"
    INSPECTION = "inspection"
    CALIBRATION = "calibration"


class CalendarUnit(StrEnum):
    """What an interval of the calendar is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Basis(StrEnum):
    """What the next day of a calendar is counted from."""

    SCHEDULED = "scheduled"
    """The day the work was due."""
    COMPLETED = "completed"
    """The day the work was done."""


class CountedEvent(StrEnum):
    """What happens to an asset and may count towards its maintenance."""

    TOOLING_CHANGEOVER = "tooling_changeover"
    PRODUCT_CHANGEOVER = "product_changeover"
    CORRECTIVE_MAINTENANCE = "corrective_maintenance"
    POWER_LOSS = "power_loss"


class ReadingKind(StrEnum):
    """How a reading continues the one before."""

    READING = "reading"
    ROLLOVER = "rollover"
    """The meter passed its highest number and began again at zero."""
    REPLACED = "replaced"
    """Another meter was fitted; its count goes on from the old one's last."""


class DueWord(StrEnum):
    """How a due date stands on a day; evaluated, never stored."""

    NO_DATE = "no_date"
    """Nothing says yet when it will be due."""
    LATER = "later"
    SOON = "soon"
    WINDOW_OPEN = "window_open"
    DUE_TODAY = "due_today"
    GRACE = "grace"
    """After the due day, within the days of grace that the plan gives."""
    OVERDUE = "overdue"
    STOPPED = "stopped"
    """After the last day the asset may be used without the work."""


LATE = frozenset({DueWord.OVERDUE, DueWord.STOPPED})
"""Words of an asset whose maintenance is missing (211.67(a), 211.68(a))."""
