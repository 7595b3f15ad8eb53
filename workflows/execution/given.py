"""What a person gives to a step, and what comes of it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from records.execution.states import Judged, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person gives for a value: the text, and how it came."""

    raw: str
    source: Source = Source.MANUAL
    device: str | None = None
    stated_at: datetime | None = None
    """When it was done, where that was earlier: a late entry, with a reason; a second person assesses it."""
    replaces: int | None = None
    """The entry that a correction was made out for, as the person saw it; None where nobody looked first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an act: a scan's refusal, what the limits say, or a likely slip to look at again."""

    refused: tuple[str, ...] = ()
    judged: Judged = Judged.NONE
    sentence: str = ""
    question: str = ""
    is_complete: bool = False
