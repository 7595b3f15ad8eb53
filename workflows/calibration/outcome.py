"""What a run came to, worked out from its readings: results, figures, verdict, next due day. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from records.calibration.judging import PointResult, judge, overall
from records.calibration.states import Phase, RunVerdict
from records.calibration.summary import implausible, summary
from workflows.calibration.run_facts import RunFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseOutcome:
    """What the readings of one phase came to."""

    points: Sequence[PointResult]
    summary: dict[str, Any]

    @property
    def is_failed(self) -> bool:
        """Tell whether any point does not conform."""
        return any(point.is_failed for point in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a whole run came to."""

    verdict: RunVerdict
    as_left: PhaseOutcome
    due_on: date | None
    """The last day it is valid; None for an instrument that failed as left."""


def phase_outcome(facts: RunFacts, phase: Phase) -> PhaseOutcome:
    """Return what the readings of a phase came to; raises CalculationError where they can't be judged."""
    points = judge(facts.function, facts.procedure, facts.certified, facts.taken(phase))
    readings = facts.standing(phase)
    flags = implausible(
        facts.function,
        facts.procedure,
        points,
        [one.raw for one in readings],
        [(one.seq, one.read_at) for one in readings],
    )
    figures = summary(facts.function, facts.procedure, points)
    return PhaseOutcome(points=points, summary={**figures, "flags": flags})


def outcome(facts: RunFacts, today: date) -> Outcome:
    """Return what a run came to; what was not adjusted is left as it was found."""
    found = None if facts.record.as_found_waived else phase_outcome(facts, Phase.AS_FOUND)
    left = phase_outcome(facts, Phase.AS_LEFT) if facts.needs_as_left or found is None else found
    verdict = overall(
        None if found is None else found.points,
        left.points,
        is_adjusted=facts.is_adjusted,
        use=facts.use,
    )
    interval = timedelta(days=facts.procedure.interval_days)
    return Outcome(
        verdict=verdict,
        as_left=left,
        due_on=None if verdict is RunVerdict.FAIL_ASLEFT else today + interval,
    )


def can_be_judged(facts: RunFacts) -> bool:
    """Tell whether every reading that the verdict rests on is there."""
    if facts.needs_as_left and facts.missing(Phase.AS_LEFT):
        return False
    return facts.record.as_found_waived or not facts.missing(Phase.AS_FOUND)
