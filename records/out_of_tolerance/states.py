"""Where a case of an instrument out of tolerance stands, and what it means for a record (CAL-21)."""

from enum import StrEnum


class CaseState(StrEnum):
    """From the day it was found to the signed end."""

    OPEN = "open"
    CLOSED = "closed"


class ErrorBasis(StrEnum):
    """What the errors found are stated in."""

    ABSOLUTE = "absolute"
    """In the unit of the reading."""
    PERCENT_OF_READING = "percent_of_reading"


class Effect(StrEnum):
    """What becomes of a value's verdict once the error is taken off."""

    FLIPS = "flips"
    """It was inside its action limits and is outside now."""
    RETURNS = "returns"
    """It was outside and is inside now."""
    STAYS_OUT = "stays_out"
    HOLDS = "holds"
    NOT_JUDGED = "not_judged"
    """The value has no limits of its own."""
    NOT_CORRECTED = "not_corrected"
    """The error is stated in another unit, or the figure can't be computed from what is left."""


SERIOUSNESS: tuple[Effect, ...] = (
    Effect.FLIPS,
    Effect.NOT_CORRECTED,
    Effect.STAYS_OUT,
    Effect.RETURNS,
    Effect.HOLDS,
    Effect.NOT_JUDGED,
)
"""The most serious first: a finding is called by the first that one of its values has."""


class Decision(StrEnum):
    """What the quality unit decides of one record that the case reaches."""

    NO_EFFECT = "no_effect"
    DEVIATION = "deviation"
    """An effect on the product can't be ruled out: the exception in the record is investigated."""


class Distribution(StrEnum):
    """Whether what was released has left the plant, and under which application (21 CFR 314.81(b)(1))."""

    NOT_DISTRIBUTED = "not_distributed"
    UNDER_APPLICATION = "under_application"
    """Distributed under an NDA or ANDA: a field alert is due in three working days of becoming aware."""
    OTHERWISE = "otherwise"
