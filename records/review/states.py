"""Where an investigation stands."""

from enum import StrEnum


class InvestigationState(StrEnum):
    """From opened to approved by the quality unit (211.192)."""

    OPEN = "open"
    CONCLUDED = "concluded"
    APPROVED = "approved"
