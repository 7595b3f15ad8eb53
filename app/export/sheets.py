"""What a print consists of: its sections in order, each a template with what it shows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A section to be rendered: its bookmark (none for a continuation), its template and what it shows."""

    title: str
    template: str
    shows: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    """The bookmark this section opens, under which it and the next ones of a lower level stand."""
    level: int = 0
    bookmark: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A whole print: the first page, the sections after the contents, and what it is called."""

    name: str
    """What the foot of every page calls the record."""
    title: str
    heading: str
    """What stands at the head of every page."""
    data_name: str
    cover: Sheet
    sheets: Sequence[Sheet]
    is_demo: bool
