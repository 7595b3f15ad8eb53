"""Whose execution it is: a batch's or a work order's; the engine knows no more of it than this."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from records.base import Recorded
from records.procedure.outline import Outline
from workflows.perform import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """An execution's owner: its record, its frozen procedure, and whether steps may be carried out now."""

    record: Recorded
    title: str
    """Such as ``batch TB-0771``."""
    number: str
    stream: str
    state_word: str
    outline: Outline
    scale: Decimal
    is_executable: bool
    is_correctable: bool
    is_closed: bool
    """Whether the record is decided on for good."""
    is_held: bool = False
    """Whether the work is stopped for a time; what somebody notices meanwhile is still recorded."""
    begin: Callable[[Changes], None]
    """Take the owner from issued to running at its first act; does nothing later."""
