"""What a check of a definition says: where, what, and whether it bars publishing. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from records.procedure.outline import Outline, Path, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding; `path` leads to it in the keys of a master file, `where` says it in words."""

    path: Path
    where: str
    message: str
    is_warning: bool = False

    def __str__(self) -> str:
        """Give the finding as one line."""
        return f"{self.where}: {self.message}"


Check = Callable[[Outline], Iterator[Finding]]


def at_step(place: Place, message: str, *keys: str | int, is_warning: bool = False) -> Finding:
    """Give a finding at a step, or at one of its keys."""
    where = f"step {place.step.number}"
    return Finding(path=(*place.path, *keys), where=where, message=message, is_warning=is_warning)


def at_field(place: Place, field: str, message: str, *keys: str, is_warning: bool = False) -> Finding:
    """Give a finding at a field of a step, or at one of its keys."""
    return Finding(
        path=(*place.path, "fields", field, *keys),
        where=f"step {place.step.number}, field {field}",
        message=message,
        is_warning=is_warning,
    )


def at_section(section: str, message: str, *keys: str | int, is_warning: bool = False) -> Finding:
    """Give a finding at a section beside the steps."""
    words = ", ".join(str(key).replace("_", " ") for key in (section, *keys) if isinstance(key, str))
    return Finding(path=(section, *keys), where=words, message=message, is_warning=is_warning)
