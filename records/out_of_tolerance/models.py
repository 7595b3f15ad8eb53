"""Cases of instruments found out of tolerance, the records each reaches, and what was decided (CAL-21).

The records reached are never edited: what is known now stands beside what was known then.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from records.base import Guard, Recorded
from records.columns import JsonText, UtcDateTime, Word
from records.out_of_tolerance.states import CaseState, Decision, Distribution, Effect


class OutOfTolerance(Recorded):
    """An instrument found out of tolerance: by how much, since when at the earliest, and who became aware."""

    __tablename__ = "out_of_tolerance"
    kind = "out-of-tolerance"

    number: Mapped[str] = mapped_column(Text)
    asset: Mapped[str] = mapped_column(Text)
    state: Mapped[CaseState] = mapped_column(Word(CaseState))
    evidence: Mapped[str] = mapped_column(Text)
    """What showed it: a calibration's record and part, or a check in words."""
    curve: Mapped[Any] = mapped_column(JsonText)
    """The errors as found: basis, unit, points."""
    last_good_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_good: Mapped[str] = mapped_column(Text)
    """What showed that it was in tolerance then."""
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    aware_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("number"), Index(None, "asset"))


class ImpactFinding(Recorded):
    """One record that the case reaches, with every value of it as recorded then and as corrected now."""

    __tablename__ = "impact_finding"
    guard = Guard.APPEND_ONLY
    is_content = True

    part: Mapped[str] = mapped_column(Text)
    """``finding/F-1``."""
    case_number: Mapped[str] = mapped_column(Text)
    number: Mapped[str] = mapped_column(Text)
    record: Mapped[str] = mapped_column(Text)
    """The stream of the record reached, such as ``batch/FB-0412``."""
    effect: Mapped[Effect] = mapped_column(Word(Effect))
    uses: Mapped[Any] = mapped_column(JsonText)
    """Each use of the instrument in the window: part, role, when, and the digest of the state frozen then."""
    values: Mapped[Any] = mapped_column(JsonText)
    """Each value reached: then, now, limits, effect, margin; numbers as text."""
    exception: Mapped[str | None] = mapped_column(Text)
    """The exception opened in the record for it."""
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the record had been released before the case was known; None where it had not."""
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("stream", "record"),
            Index(None, "record"),
        )


class FindingDecision(Recorded):
    """What the quality unit decided of one finding; a later decision stands beside the earlier ones."""

    __tablename__ = "finding_decision"
    guard = Guard.APPEND_ONLY

    part: Mapped[str] = mapped_column(Text)
    finding: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer)
    decision: Mapped[Decision] = mapped_column(Word(Decision))
    rationale: Mapped[str] = mapped_column(Text)
    distribution: Mapped[Distribution | None] = mapped_column(Word(Distribution))
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @classmethod
    def constraints(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("stream", "finding", "version"),)
