"""The words of calibration: limits, directions, phases, states and verdicts."""

from enum import StrEnum


class LimitBasis(StrEnum):
    """What a limit of error is given in."""

    ABSOLUTE = "absolute"
    """In the unit of the output."""
    PERCENT_SPAN = "percent_span"
    """In per cent of the span of the output."""
    PERCENT_READING = "percent_reading"
    """In per cent of the nominal output at the point."""


class Direction(StrEnum):
    """From which side a point is approached."""

    UP = "up"
    DOWN = "down"


class Phase(StrEnum):
    """Which run of readings: before anything was adjusted, or after."""

    AS_FOUND = "as_found"
    AS_LEFT = "as_left"


class ProcedureState(StrEnum):
    """Where a version of a calibration procedure stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class RunState(StrEnum):
    """Where a calibration run stands."""

    AS_FOUND = "as_found"
    """Standards, environment and as-found readings are taken."""
    ADJUSTING = "adjusting"
    """As-found is locked: it is adjusted or not, and read as left."""
    COMPLETED = "completed"
    VOID = "void"


class Tier(StrEnum):
    """How far an error has got; an error exactly on a limit is still inside it."""

    WITHIN = "within"
    ALERT = "alert"
    ADJUST = "adjust"
    FAIL = "fail"


class RunVerdict(StrEnum):
    """What a whole calibration came to."""

    PASS = "pass"  # noqa: S105 -- a verdict
    PASS_ADJUSTED = "pass_adjusted"  # noqa: S105 -- a verdict
    ALERT = "alert"
    FAIL_ASFOUND_PASS_ASLEFT = "fail_asfound_pass_asleft"  # noqa: S105 -- a verdict
    FAIL_ASLEFT = "fail_asleft"
    LIMITED_USE = "limited_use"
    VOID = "void"


GOOD_VERDICTS = frozenset({RunVerdict.PASS, RunVerdict.PASS_ADJUSTED, RunVerdict.ALERT})
"""Verdicts after which the instrument is in calibration."""
