"""What training is for, what a master asks for, and whether what a person has answers it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

_NUMBERED = re.compile(r"\d+(\.\d+)*")


class SubjectKind(StrEnum):
    """What training can be for."""

    MASTER = "master"
    """Exactly one version of a master."""
    PROCEDURE = "procedure"
    """A procedure or master by number, up to and including a version."""
    QUALIFICATION = "qualification"
    """A class of equipment or a skill, by the name that masters ask for."""


class Training(Protocol):
    """A person's training, as `records.training.models.TrainingRecord` keeps it."""

    @property
    def sheet(self) -> str: ...  # noqa: D102 -- told by the table it mirrors
    @property
    def subject_kind(self) -> SubjectKind: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> str | None: ...  # noqa: D102
    @property
    def trained_from(self) -> date: ...  # noqa: D102
    @property
    def valid_until(self) -> date | None: ...  # noqa: D102
    @property
    def trainer(self) -> str: ...  # noqa: D102
    @property
    def evidence(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Training that a master asks for: on its own version, or for a class of equipment or a skill."""

    kind: SubjectKind
    subject: str
    version: str | None = None

    @property
    def words(self) -> str:
        """Return what sentences call it."""
        return f"master {self.subject} version {self.version}" if self.version else self.subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A need, and the training that meets it on a day; or why none does."""

    need: Need
    basis: Training | None
    why: str = ""


def judge(need: Need, held: Sequence[Training], day: date) -> Judged:
    """Judge whether a person's training meets a need on a day: both its days count in full."""
    matching = [one for one in held if _matches(need, one)]
    valid = [one for one in matching if _is_valid(one, day)]
    if valid:
        return Judged(need=need, basis=max(valid, key=_lasts))
    return Judged(need=need, basis=None, why=_why(need, held, matching, day))


def words_of(training: Training) -> str:
    """Return what a person was trained for, as lists call it."""
    if training.subject_kind is SubjectKind.MASTER:
        return f"{training.subject} version {training.version}"
    if training.subject_kind is SubjectKind.PROCEDURE:
        return f"{training.subject} up to version {training.version}"
    return training.subject


def reaches(up_to: str, version: str) -> bool:
    """Tell whether "up to a version" takes in another; versions that are no numbers must be the same."""
    if _NUMBERED.fullmatch(up_to) and _NUMBERED.fullmatch(version):
        return _parts(version) <= _parts(up_to)
    return up_to == version


def _matches(need: Need, training: Training) -> bool:
    if training.subject != need.subject:
        return False
    if need.kind is SubjectKind.QUALIFICATION:
        return training.subject_kind is SubjectKind.QUALIFICATION
    if training.subject_kind is SubjectKind.MASTER:
        return training.version == need.version
    return training.subject_kind is SubjectKind.PROCEDURE and reaches(
        str(training.version), str(need.version)
    )


def _is_valid(training: Training, day: date) -> bool:
    ended = training.valid_until is not None and training.valid_until < day
    return training.trained_from <= day and not ended


def _lasts(training: Training) -> tuple[date, str]:
    return training.valid_until or date.max, training.sheet


def _why(need: Need, held: Sequence[Training], matching: Sequence[Training], day: date) -> str:
    ended = [one.valid_until for one in matching if one.valid_until and one.valid_until < day]
    if ended:
        return f"the training ended on {max(ended)}"
    if matching:
        return f"the training begins only on {min(one.trained_from for one in matching)}"
    others = sorted(
        {str(one.version) for one in held if one.subject == need.subject and one.version}, key=_parts
    )
    if need.version and others:
        return f"the training on record is for version {', '.join(others)}"
    return "no training is on record"


def _parts(version: str) -> tuple[tuple[int, int, str], ...]:
    """Return a version in the order of its numbers: 10 comes after 9."""
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in version.split("."))
